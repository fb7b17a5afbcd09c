//! The end of a connection.

use gearshift_scenarios::{STRAVA, TRAINERROAD, Town};
use gearshift_simulator::{Fault, PlannedFault, Provider};
use serde_json::{Value, json};

async fn rows_of(town: &Town) -> Vec<i64> {
    let disk = town.disk().await;
    let mut rows = Vec::new();
    for query in [
        "SELECT count(*) FROM connections WHERE ended IS NULL",
        "SELECT count(*) FROM secrets",
        "SELECT count(*) FROM exchanges",
        "SELECT count(*) FROM documents",
        "SELECT count(*) FROM records",
        "SELECT count(*) FROM facets",
        "SELECT count(*) FROM jobs WHERE connection IS NOT NULL",
    ] {
        rows.push(disk.count(query).await);
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_deleted_is_erased_and_revoked_at_the_provider() {
    let town = Town::new().await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let records = rider.records("activity").await;
    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(true));
    assert!(ended["erased"]["records"].as_u64().unwrap() >= records.len() as u64, "{ended}");
    assert_eq!(town.simulator().ledger().tokens.revoked, 1);

    town.v1("GET", &format!("/connections/{}", rider.id)).send().await.problem(404, "not-found");
    town.v1("GET", &format!("/records/{}", records[0].id)).send().await.problem(404, "not-found");
    assert!(rows_of(&town).await.iter().all(|rows| *rows == 0), "{:?}", rows_of(&town).await);

    // What is left is that it was there: the platform is told, and can tell whose it was by its own reference.
    town.tells_all().await;
    let events = town.events().await;
    let last = events.last().unwrap();
    assert_eq!((last.event_type.as_str(), &last.connection), ("connection.ended", &rider.id));
    let body: Value = serde_json::from_str(&last.body).unwrap();
    assert_eq!(body["erased"], ended["erased"]);
    let husk = town
        .disk()
        .await
        .texts("SELECT ifnull(account, '') || ifnull(name, '') || ifnull(zone, '') FROM connections")
        .await;
    assert_eq!(husk, [""], "nobody can tell who it was");

    let again = town.connect(STRAVA, 0).await;
    again.rests().await;
    assert_ne!(again.id, rider.id);
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_cannot_be_told_keeps_nothing_from_being_erased() {
    let town = Town::new().await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    town.control()
        .plan_fault(PlannedFault::next(Provider::Strava, Fault::Status { status: 503 }).path("/oauth/revoke"));
    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(false));
    assert!(rows_of(&town).await.iter().all(|rows| *rows == 0), "{:?}", rows_of(&town).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_deleted_in_the_middle_of_its_pull_stays_deleted() {
    let town = Town::new().await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let slow = PlannedFault::next(Provider::Trainerroad, Fault::Delay { ms: 300 }).path("/app/api/*").count(50);
    town.control().plan_fault(slow);
    let rider = town.connect(TRAINERROAD, 0).await;
    gearshift_scenarios::until("a pull under way", async || {
        rider.jobs().await.iter().any(|job| job.state == gearshift_store::JobState::Running).then_some(())
    })
    .await;
    let _ = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok();
    gearshift_scenarios::until("the call's end", async || {
        let listed: Value = town.admin("GET", "/adapters/trainerroad").send().await.ok().json();
        (listed["versions"][0]["in-flight"] == json!(0)).then_some(())
    })
    .await;
    assert!(rows_of(&town).await.iter().all(|rows| *rows == 0), "{:?}", rows_of(&town).await);
}
