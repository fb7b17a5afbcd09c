//! Strava, from the authorize URL to records with their provenance.

use gearshift_scenarios::{STRAVA, Town};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn an_athlete_s_data_arrives_as_strava_has_it() {
    let town = Town::new().activities(11).days(40).await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    town.knows_what_was_served().await;
    let truth = rider.truth();
    assert!(truth.activities.iter().any(|activity| activity.manual), "one was typed in by hand, without samples");
    assert!(truth.activities.iter().any(|activity| activity.private), "one is private");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_names_its_document_its_exchanges_and_its_version() {
    let town = Town::new().await;
    let digest = town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let stored = &rider.records("activity").await[0];
    let record: Value = town.v1("GET", &format!("/records/{}", stored.id)).send().await.ok().json();
    assert_eq!(record["keys"], serde_json::json!([stored.key]));
    let origins = record["provenance"].as_array().unwrap();
    let detail = origins.iter().find(|origin| origin["endpoint"] == "activity.detail").unwrap();
    assert_eq!(detail["version"], digest.as_str());
    assert_eq!(detail["exchanges"].as_array().unwrap().len(), 3, "detail, streams, laps");
    assert!(detail["document"].as_i64().is_some());
    let disk = town.disk().await;
    let urls = "SELECT DISTINCT url FROM document_parts JOIN documents ON documents.id = document \
        JOIN exchanges ON exchanges.id = document_parts.exchange WHERE documents.endpoint = 'activity.detail'";
    let urls = disk.texts(urls).await;
    for end in ["/streams", "/laps", &format!("/activities/{}", stored.key)] {
        assert!(urls.iter().any(|url| url.split('?').next().unwrap().ends_with(end)), "{end} in {urls:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_athlete_unticks_is_known() {
    let town = Town::new().await;
    town.install("strava").await;
    let begun = town.begin(STRAVA, 0).await;
    let _ = town.back(&town.agree(&begun, 0, &["activity:read_all"])).await.ok();
    let connection = &town.connections().await[0];
    assert_eq!(connection["scopes"], serde_json::json!(["read", "profile:read_all"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_is_not_connected() {
    let town = Town::new().await;
    town.install("strava").await;
    let begun = town.begin(STRAVA, 0).await;
    let page = town.back(&town.decline(&begun, 0)).await;
    assert_eq!(page.status, 400);
    assert!(page.text().contains("Not connected"));
    assert_eq!(town.connections().await, Vec::<Value>::new());
    assert_eq!(town.simulator().ledger().tokens.issued, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_works_once_and_at_its_provider_only() {
    let town = Town::new().await;
    town.install("strava").await;
    let first = town.agree(&town.begin(STRAVA, 0).await, 0, &[]);
    assert_eq!(town.back(&first).await.status, 200);
    assert_eq!(town.back(&first).await.status, 400, "it was used");

    let second = town.agree(&town.begin(STRAVA, 0).await, 0, &[]);
    let elsewhere = second.replace("/oauth/strava/", "/oauth/trainerroad/");
    assert_ne!(elsewhere, second);
    assert_eq!(town.back(&elsewhere).await.status, 400, "it is Strava's");

    let third = town.agree(&town.begin(STRAVA, 0).await, 0, &[]);
    assert_eq!(town.back(&third.replace("state=", "state=x")).await.status, 400, "nobody gave it");
    assert_eq!(town.simulator().ledger().tokens.issued, 1);
}
