//! ROUVY's form: off until the operator accepts it, cookies that renew themselves, and files that a device recorded.

use std::collections::BTreeMap;
use std::time::Duration;

use gearshift_scenarios::{Rider, Town, measure, until};
use gearshift_simulator::{Fault, PlannedFault, Provider, RouvyGeneration, Thing, TokenTotals};
use serde_json::{Value, json};

const ROUVY: &str = "ROUVY";

/// A town whose operator accepted ROUVY.
async fn town() -> Town {
    let town = Town::new().await;
    town.install("rouvy").await;
    town.accept(ROUVY).await;
    town
}

fn form(town: &Town, password: &str, keep: bool) -> Value {
    json!({ "fields": { "email": town.riders()[0].email, "password": password }, "keep": keep })
}

async fn signed_in(town: &Town, keep: bool) -> Rider {
    let account = town.riders()[0].clone();
    let begun = town.begin(ROUVY, 0).await;
    let path = format!("/connections/{}/form", begun["connection"].as_str().unwrap());
    let answer = town.v1("POST", &path).json(&form(town, &account.password, keep)).send().await;
    let connection: Value = answer.ok().json();
    assert_eq!(connection["status"], "connected");
    let rider = Rider { town: town.clone(), id: connection["id"].as_str().unwrap().to_owned(), account };
    rider.rests().await;
    rider
}

fn tokens(town: &Town) -> TokenTotals {
    town.control().tokens(Provider::Rouvy)
}

/// That every activity is there as ROUVY has it, with all its samples, and nothing else, and that nothing waits for a version.
async fn knows_the_truth(rider: &Rider) {
    let town = &rider.town;
    let truth: Vec<Thing> = town.simulator().ledger().things[&Provider::Rouvy][&rider.account.username].clone();
    let of = |kind: &str| truth.iter().filter(|thing| thing.kind == kind).collect::<Vec<_>>();
    let records = rider.records("activity").await;
    assert!(of("activity").len() >= 10);
    assert_eq!(records.len(), of("activity").len());
    let records: BTreeMap<_, _> = records.iter().map(|record| (record.record.key.clone(), record)).collect();
    for thing in of("activity") {
        let record = &records[&thing.id].record;
        let window = record.window.unwrap();
        assert_eq!((Some(window.start), Some(window.end)), (thing.start, thing.end), "{thing:?}");
        let near = |metric: &str, name: &str| match (measure(record, metric), thing.values.get(name)) {
            (Some(got), Some(true_one)) => assert!((got - true_one).abs() < 0.06, "{metric}: {got} in {thing:?}"),
            (got, true_one) => assert_eq!(got, true_one.copied(), "{metric} in {thing:?}"),
        };
        near("distance", "distM");
        near("moving-duration", "movingTimeSec");
        near("power", "avgPower");
        near("heart-rate", "avgHeartRate");
        let power = record.series.iter().find(|series| series.metric == "power");
        assert_eq!(power.map(|series| series.values.len() as f64), thing.values.get("samples").copied(), "{thing:?}");
    }
    let athlete = &rider.records("athlete").await[0].record;
    let values = &of("athlete")[0].values;
    assert_eq!(measure(athlete, "functional-threshold-power"), Some(values["ftp"]));
    assert_eq!(measure(athlete, "weight"), Some(values["weight"]));
    assert_eq!(measure(athlete, "height"), Some(values["height"] / 100.0));
    let (documents, pulls) = town.quarantine().await;
    assert!(documents.is_empty() && pulls.is_empty(), "{documents:?} {pulls:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_at_rouvy_before_the_operator_accepted_it() {
    let town = Town::new().await;
    town.install("rouvy").await;
    let wish = json!({ "provider": ROUVY });
    town.v1("POST", "/connections").json(&wish).send().await.problem(409, "not-accepted");
    town.accept(ROUVY).await;
    let begun: Value = town.v1("POST", "/connections").json(&wish).send().await.ok().json();
    assert_eq!(begun["next"], "form");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_s_data_arrives_as_rouvy_has_it() {
    let town = town().await;
    let rider = signed_in(&town, false).await;
    knows_the_truth(&rider).await;
    assert_eq!(tokens(&town).issued, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_rouvy_refuses_is_denied() {
    let town = town().await;
    let begun = town.begin(ROUVY, 0).await;
    let path = format!("/connections/{}/form", begun["connection"].as_str().unwrap());
    town.v1("POST", &path).json(&form(&town, "not-the-password", true)).send().await.problem(422, "denied");
    assert_eq!(tokens(&town).refused, 1);
    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT count(*) FROM secrets WHERE sealed IS NOT NULL").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_renews_itself_hour_by_hour_without_the_password() {
    let town = town().await;
    let rider = signed_in(&town, false).await;
    for hours in 1..=3 {
        town.control().advance(Duration::from_secs(3_601));
        rider.synced().await;
        assert!(tokens(&town).rotated >= hours, "{:?}", tokens(&town));
    }
    assert_eq!((rider.status().await, tokens(&town).issued), ("connected", 1));
    knows_the_truth(&rider).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rouvy_session_that_ended_needs_the_user_whose_password_is_not_kept() {
    let town = town().await;
    let rider = signed_in(&town, false).await;
    town.control().expire(Provider::Rouvy, None);
    rider.needs_its_user().await;
    let again = signed_in(&town, false).await;
    assert_eq!(again.id, rider.id);
    knows_the_truth(&again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rouvy_session_that_ended_is_opened_again_with_the_password_that_is_kept() {
    let town = town().await;
    let rider = signed_in(&town, true).await;
    for sessions in 2..=3 {
        town.control().expire(Provider::Rouvy, None);
        rider.synced().await;
        assert_eq!(tokens(&town).issued, sessions);
    }
    assert_eq!(rider.status().await, "connected");
    knows_the_truth(&rider).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_in_which_rouvy_says_it_is_read() {
    for generation in [RouvyGeneration::Status401, RouvyGeneration::Deferred] {
        let town = town().await;
        town.control().set_rouvy_generation(generation);
        let rider = signed_in(&town, true).await;
        knows_the_truth(&rider).await;
        town.control().expire(Provider::Rouvy, None);
        rider.synced().await;
        assert_eq!((rider.status().await, tokens(&town).issued), ("connected", 2), "{generation:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_for_people_holds_the_pull_and_is_no_empty_list() {
    let town = town().await;
    let fault = PlannedFault::next(Provider::Rouvy, Fault::Html).path("/resources/activities-pagination.data");
    town.control().plan_fault(fault);
    let rider = signed_in(&town, false).await;
    until("a held pull", async || (!town.quarantine().await.1.is_empty()).then_some(())).await;
    assert_eq!(rider.records("activity").await.len(), 0);
    assert_eq!(rider.records("athlete").await.len(), 1, "the other stream goes on");
}
