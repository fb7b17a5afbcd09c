//! Activations survive `kill -9` at any point, and a damaged store leaves the others serving.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use gearshift_runtime::Limits;
use support::{Rig, build, digest, guest, numbered};

/// Names the folder in which a child swaps until it is killed.
const SWAPPER: &str = "GEARSHIFT_TEST_SWAPPER";

#[test]
fn compiling_child() {
    gearshift_runtime::child::run_if_asked();
}

/// Only does something as the child of [`an_activation_survives_being_killed_at_any_point`].
#[tokio::test]
async fn swapping_child() {
    let Some(folder) = std::env::var_os(SWAPPER) else { return };
    let rig = Rig::open(Path::new(&folder), Limits::default()).await;
    for number in 0.. {
        let digest = digest(rig.install("pebble", numbered(guest("pebble"), number % 7)).await.unwrap());
        println!("active {digest}");
    }
}

#[tokio::test]
async fn an_activation_survives_being_killed_at_any_point() {
    let folder = tempfile::tempdir().unwrap();
    let mut serving = 0;
    for round in 0..8_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "swapping_child", "--nocapture"])
            .env(SWAPPER, folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        tokio::time::sleep(Duration::from_millis(300 + round * 171)).await;
        child.kill().unwrap();
        child.wait().unwrap();

        let rig = Rig::open(folder.path(), Limits::default()).await;
        let heads = rig.store.heads().await.unwrap();
        for head in &heads {
            let lease =
                rig.adapters.lease(&head.provider, &head.auth_id).expect("a head that was moved does not serve");
            assert_eq!(
                lease.digest().to_string(),
                head.digest,
                "another version serves than the one that the head names"
            );
            serving += 1;
        }
        rig.store.close().await;
    }
    assert!(serving > 0, "no round got as far as an activation");
}

#[tokio::test]
async fn a_damaged_component_costs_its_own_head_alone() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::open(folder.path(), Limits::default()).await;
    let first = rig.puppet().await;
    let pebble = digest(rig.install("pebble", guest("pebble")).await.unwrap());
    let second = digest(rig.install("puppet", build(2)).await.unwrap());
    let component = rig.adapters.lease("PUPPET", "none").unwrap().component().clone();
    rig.store.close().await;
    drop(rig);

    let file = folder.path().join(format!("adapters/components/{component}.wasm"));
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[1_000] ^= 1;
    std::fs::write(&file, bytes).unwrap();

    let rig = Rig::open(folder.path(), Limits::default()).await;
    assert_eq!(rig.adapters.lease("PEBBLE", "none").unwrap().digest(), &pebble);
    assert_eq!(rig.head(), first, "the last good version serves in place of {second}");
    let listing = serde_json::to_value(rig.adapters.listing().await.unwrap()).unwrap();
    let told = listing.as_array().unwrap().iter().find(|adapter| adapter["name"] == "puppet").unwrap();
    assert!(told["damage"].as_str().unwrap().contains("damaged"), "{told}");
}

#[tokio::test]
async fn damaged_code_is_made_again() {
    let folder = tempfile::tempdir().unwrap();
    let rig = Rig::open(folder.path(), Limits::default()).await;
    let digest = rig.puppet().await;
    rig.store.close().await;
    drop(rig);
    let mut damaged = 0;
    for engine in std::fs::read_dir(folder.path().join("adapters/code")).unwrap() {
        for file in std::fs::read_dir(engine.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            let mut bytes = std::fs::read(&file).unwrap();
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
            std::fs::write(&file, bytes).unwrap();
            damaged += 1;
        }
    }
    assert_eq!(damaged, 1);
    let rig = Rig::open(folder.path(), Limits::default()).await;
    assert_eq!(rig.head(), digest);
    rig.healthy().await.unwrap();
}
