//! A provider takes a refresh token once, and its answer is lost on the way.

use gearshift_scenarios::{Rider, Town, until};
use gearshift_simulator::{Fault, Lifetimes, PlannedFault, Provider, TokenTotals};
use gearshift_store::JobState;
use serde_json::Value;

const TOKEN: &str = "/oauth/oauth2/token";

async fn connected(grace: i64) -> (Town, Rider) {
    let town = Town::new().await;
    town.install("whoop").await;
    let rider = town.connect("WHOOP", 0).await;
    rider.rests().await;
    town.control().set_lifetimes(Provider::Whoop, &Lifetimes { grace: Some(grace), ..Lifetimes::default() }).unwrap();
    town.control().expire(Provider::Whoop, None);
    (town, rider)
}

fn lose(town: &Town, answers: u64) {
    let lost = PlannedFault::next(Provider::Whoop, Fault::Lose).path(TOKEN).count(answers);
    town.control().plan_fault(lost);
}

fn tokens(town: &Town) -> TokenTotals {
    town.simulator().ledger().provider_tokens[&Provider::Whoop].clone()
}

/// How often the platform was told that its user has to sign in again.
async fn asked(town: &Town) -> usize {
    let events = town.events().await;
    let statuses = events.iter().filter(|event| event.event_type == "connection.changed");
    let bodies = statuses.map(|event| serde_json::from_str::<Value>(&event.body).unwrap());
    bodies.filter(|body| body["status"] == "needs-reconnect").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_for_again_while_the_provider_still_takes_the_former_token() {
    let (town, rider) = connected(30).await;
    lose(&town, 1);
    rider.synced().await;
    assert_eq!(rider.status().await, "connected");
    assert_eq!((tokens(&town).refused, asked(&town).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_asked_for_again_by_the_next_process_too() {
    let (town, rider) = connected(600).await;
    lose(&town, 1_000);
    rider.ask().await;
    // A process that dies while it asks keeps the right to for as long as an answer may take: this one has given up for now.
    until("renewals given up", async || {
        let jobs = rider.unrest().await;
        jobs.iter().all(|job| job.state == JobState::Ready && job.reason.is_some()).then_some(())
    })
    .await;
    town.control().clear_faults();
    town.kill().await;
    assert!(tokens(&town).rotated > 0, "the provider has given a token that nobody has");
    rider.pestered().await;
    assert_eq!(rider.status().await, "connected");
    assert_eq!((tokens(&town).refused, asked(&town).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_gone_the_user_is_asked_once_and_nothing_else_is_lost() {
    let (town, rider) = connected(0).await;
    let records = town.records(&rider.id, None).await.len();
    lose(&town, 1);
    rider.synced().await;
    rider.becomes("needs-reconnect").await;
    let reason = rider.connection().await.reason.unwrap();
    assert!(reason.contains("lost"), "{reason}");
    for _ in 0..3 {
        rider.ask().await;
    }
    rider.rests().await;
    assert_eq!((asked(&town).await, tokens(&town).refused), (1, 1), "one question, and one request that was refused");

    let again = town.connect("WHOOP", 0).await;
    assert_eq!(again.id, rider.id, "an account keeps its id");
    again.rests().await;
    assert_eq!(again.status().await, "connected");
    assert_eq!(town.records(&rider.id, None).await.len(), records);
    let connected: Vec<Value> = town
        .events()
        .await
        .iter()
        .filter(|event| event.event_type == "connection.connected")
        .map(|event| serde_json::from_str::<Value>(&event.body).unwrap()["again"].clone())
        .collect();
    assert_eq!(connected, [Value::Bool(false), Value::Bool(true)]);
}
