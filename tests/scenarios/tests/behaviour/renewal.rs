//! Strava's tokens: renewed with rotation, once, and no longer when the user has taken them back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_scenarios::{Ask, Rider, STRAVA, Town, until};
use gearshift_simulator::{Lifetimes, NewRides, Provider};

fn one_ride() -> NewRides {
    NewRides { provider: Provider::Strava, count: 1, seconds: 60 }
}

/// Somebody whose data is here, and whose tokens are then renewed.
async fn connected() -> (Town, Rider) {
    let town = Town::new().tapped().await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    (town, rider)
}

/// The user takes the grant back, on Strava's own pages: whoever has a token of it can.
async fn revoked_at_strava(town: &Town) {
    for token in town.tap().values("\"access_token\":\"", &['"']) {
        let client = STANDARD.encode("40417:simulated-client-secret");
        let revoke = Ask::new("POST", format!("{}/oauth/revoke", town.simulator().strava_url()))
            .header("authorization", format!("Basic {client}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("token={token}"));
        let _ = revoke.send().await.ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_renewed_and_the_pull_goes_on() {
    let (town, rider) = connected().await;
    for rotations in 1..=2 {
        town.control().expire(Provider::Strava, None);
        town.control().add_rides(&rider.account.username, &one_ride()).unwrap();
        rider.synced().await;
        assert_eq!(town.simulator().ledger().tokens.rotated, rotations);
        town.knows_what_was_served().await;
    }
    assert_eq!(rider.status().await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_outlived_its_time_is_renewed() {
    let (town, rider) = connected().await;
    town.control().advance(Duration::from_secs(7 * 3_600));
    rider.synced().await;
    let tokens = town.simulator().ledger().tokens;
    assert_eq!((tokens.rotated, tokens.refused), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_about_to_expire_is_renewed_before_it_is_refused() {
    // Less than the minute that a call may take.
    let town = Town::new().providers(|providers| providers.strava.token_lifetime = 50).await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let ledger = town.simulator().ledger();
    assert!(ledger.tokens.rotated > 0);
    assert!(ledger.endpoints.iter().all(|line| line.status != 401), "{:?}", ledger.endpoints);
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_nobody_uses_is_renewed_ahead_of_its_expiry() {
    let (town, rider) = connected().await;
    assert_eq!(town.simulator().ledger().tokens.rotated, 0);
    // Its successor is due in some seconds, and no pull comes by.
    town.control().set_lifetimes(Provider::Strava, &Lifetimes { access: Some(12), ..Lifetimes::default() }).unwrap();
    town.control().expire(Provider::Strava, None);
    rider.synced().await;
    let before = town.simulator().ledger();
    gearshift_scenarios::until("a renewal by itself", async || {
        (town.simulator().ledger().tokens.rotated > before.tokens.rotated + 1).then_some(())
    })
    .await;
    let after = town.simulator().ledger();
    assert_eq!(after.tokens.refused, before.tokens.refused);
    assert_eq!(rider.status().await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_syncs_at_once_make_one_refresh() {
    let (town, rider) = connected().await;
    town.control().expire(Provider::Strava, None);
    tokio::join!(rider.ask(), rider.ask(), rider.ask(), rider.ask());
    rider.rests().await;
    let tokens = town.simulator().ledger().tokens;
    assert_eq!((tokens.rotated, tokens.unchanged, tokens.refused), (1, 0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_revoked_at_the_provider_is_asked_to_reconnect_and_left_alone_until_then() {
    let (town, rider) = connected().await;
    revoked_at_strava(&town).await;
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    rider.rests().await;
    assert!(rider.connection().await.reason.is_some());
    until("the platform to be told", async || {
        let told = town.receiver().taken();
        told.iter()
            .any(|told| told.kind() == "connection.changed" && told.event["status"] == "needs-reconnect")
            .then_some(())
    })
    .await;

    rider.ask().await;
    rider.leaves_providers_alone_for(Duration::from_millis(500)).await;
    town.restart().await;
    rider.leaves_providers_alone_for(Duration::from_millis(500)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reconnects_is_the_same_connection_and_data_flows_again() {
    let (town, rider) = connected().await;
    let records: Vec<String> = rider.records("activity").await.into_iter().map(|record| record.id).collect();
    revoked_at_strava(&town).await;
    rider.synced().await;
    assert_eq!(rider.status().await, "needs-reconnect");
    town.control().add_rides(&rider.account.username, &one_ride()).unwrap();

    let again = town.connect(STRAVA, 0).await;
    assert_eq!(again.id, rider.id);
    assert_eq!(town.connections().await.len(), 1, "the attempt is not one of its own");
    again.rests().await;
    town.knows_what_was_served().await;
    let now: Vec<String> = rider.records("activity").await.into_iter().map(|record| record.id).collect();
    assert!(records.iter().all(|id| now.contains(id)), "what was known is the same records");
}
