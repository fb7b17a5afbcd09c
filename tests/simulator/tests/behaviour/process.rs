//! The simulator as a process of its own.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::client::get;

async fn start(arguments: &[&str]) -> (Child, Value) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_simulator"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next_line().await.unwrap().unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

async fn ends(child: &mut Child) -> bool {
    let status = tokio::time::timeout(Duration::from_secs(20), child.wait()).await;
    status.is_ok_and(|status| status.unwrap().success())
}

#[tokio::test]
async fn it_prints_its_addresses_answers_and_ends_on_sigterm() {
    let (mut child, ready) = start(&["--users", "2", "--seed", "5"]).await;
    let url = format!("{}/users", ready["control"].as_str().unwrap());
    assert_eq!(get(url).send().await.json().as_array().unwrap().len(), 2);
    let whoop = ready["rewrites"]["https://api.prod.whoop.com"].as_str().unwrap();
    assert_eq!(get(format!("{whoop}/developer/v2/cycle")).send().await.status, 401);
    assert_eq!(ready["rewrites"].as_object().unwrap().len(), 31);
    let clients: Vec<&String> = ready["clients"].as_object().unwrap().keys().collect();
    let known = "DEXCOM DEXCOM_EU DEXCOM_JP FATSECRET GARMIN POLAR STRAVA VIRTUAGYM WHOOP WITHINGS";
    assert_eq!(clients, known.split(' ').collect::<Vec<_>>());
    assert_eq!(ready["clients"]["STRAVA"]["id"], ready["client_id"]);
    assert_eq!(ready["pid"].as_u64(), child.id().map(u64::from));
    let kill = Command::new("kill").arg(child.id().unwrap().to_string()).status().await.unwrap();
    assert!(kill.success());
    assert!(ends(&mut child).await);
}

#[tokio::test]
async fn it_ends_with_its_parent_if_it_is_told_to() {
    let (mut child, _) = start(&["--until-stdin-closes"]).await;
    drop(child.stdin.take());
    assert!(ends(&mut child).await);
}
