//! What goes wrong on request.

use std::time::{Duration, Instant};

use gearshift_simulator::{Fault, PlannedFault, Provider};

use crate::client::{Answer, Ask, Played, get};

fn athlete(played: &Played, token: &str) -> Ask {
    get(played.strava("/api/v3/athlete")).bearer(token)
}

async fn with(fault: Fault) -> (Played, String) {
    let played = Played::start().await;
    let token = played.signed_in(0, "read,activity:read_all,profile:read_all").await;
    played.simulator.control().plan_fault(PlannedFault::next(Provider::Strava, fault));
    (played, token)
}

#[tokio::test]
async fn a_refusal_looks_as_the_provider_words_it_and_the_next_request_is_well() {
    let (played, token) = with(Fault::RateLimited { retry_after: Some(7) }).await;
    let refused = athlete(&played, &token).send().await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "7"));
    assert_eq!(refused.json()["message"], "Rate Limit Exceeded");
    assert!(!refused.header("x-ratelimit-usage").is_empty());
    assert_eq!(athlete(&played, &token).send().await.status, 200);
    let totals = played.simulator.ledger().requests;
    assert_eq!((totals.rate_limited, totals.faults), (1, 1));
}

#[tokio::test]
async fn errors_pages_and_broken_json_come_where_data_should() {
    let (played, token) = with(Fault::Status { status: 503 }).await;
    let control = played.simulator.control();
    assert_eq!(athlete(&played, &token).send().await.status, 503);
    control.plan_fault(PlannedFault::next(Provider::Strava, Fault::Unauthorized));
    assert_eq!(athlete(&played, &token).send().await.status, 401);
    control.plan_fault(PlannedFault::next(Provider::Strava, Fault::Html));
    let page = athlete(&played, &token).send().await;
    assert!(page.status == 200 && page.header("content-type").starts_with("text/html"));
    control.plan_fault(PlannedFault::next(Provider::Strava, Fault::Malformed));
    let broken = athlete(&played, &token).send().await;
    assert!(broken.header("content-type").starts_with("application/json"));
    assert!(serde_json::from_slice::<serde_json::Value>(&broken.body).is_err());
}

#[tokio::test]
async fn trainerroad_has_a_look_of_its_own() {
    let played = Played::start().await;
    let (control, cookie) = (played.simulator.control(), played.session(0).await);
    let info = || get(played.trainerroad("/app/api/member-info")).header("cookie", cookie.clone()).send();
    control.plan_fault(PlannedFault::next(Provider::Trainerroad, Fault::Unauthorized));
    assert!(info().await.header("location").starts_with("/app/login?ReturnUrl="));
    control.plan_fault(PlannedFault::next(Provider::Trainerroad, Fault::RateLimited { retry_after: Some(3) }));
    let refused = info().await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3"));
    control.plan_fault(PlannedFault::next(Provider::Trainerroad, Fault::Html));
    assert!(!info().await.text().contains("Password"));
    assert_eq!(info().await.status, 200);
}

#[tokio::test]
async fn a_fault_meets_its_path_its_rider_and_its_turn_alone() {
    let played = Played::start().await;
    let (one, two) = (played.signed_in(0, "read,activity:read").await, played.signed_in(1, "read,activity:read").await);
    let fault = PlannedFault::next(Provider::Strava, Fault::Status { status: 500 });
    let fault = fault.path("/api/v3/athlete/*").user(&played.rider(1).username).skip(1).count(2);
    played.simulator.control().plan_fault(fault);
    let list = |token: &str| get(played.strava("/api/v3/athlete/activities")).bearer(token).send();
    assert_eq!(list(&one).await.status, 200, "another rider");
    assert_eq!(athlete(&played, &two).send().await.status, 200, "another path");
    assert_eq!(list(&two).await.status, 200, "skipped");
    assert_eq!(list(&two).await.status, 500);
    assert_eq!(played.simulator.control().faults()[0].count, 1);
    assert_eq!(list(&two).await.status, 500);
    assert_eq!(list(&two).await.status, 200, "spent");
}

#[tokio::test]
async fn a_slow_answer_is_the_right_one_in_the_end() {
    let (played, token) = with(Fault::Delay { ms: 150 }).await;
    let right = athlete(&played, &token);
    let begun = Instant::now();
    let slow: Answer = right.send().await;
    assert!(begun.elapsed() >= Duration::from_millis(150));
    let quick = athlete(&played, &token).send().await;
    assert_eq!(slow.body, quick.body);
    let drip = Fault::Drip { bytes: 200, ms: 10 };
    played.simulator.control().plan_fault(PlannedFault::next(Provider::Strava, drip));
    assert_eq!(athlete(&played, &token).send().await.body, quick.body);
}

#[tokio::test]
async fn a_connection_that_breaks_has_served_nothing() {
    for fault in [Fault::Cut, Fault::Hang { ms: 20 }, Fault::Lose] {
        let (played, token) = with(fault.clone()).await;
        assert!(athlete(&played, &token).try_send().await.is_err(), "{fault:?}");
        assert!(played.simulator.ledger().documents.is_empty(), "{fault:?}");
        assert_eq!(athlete(&played, &token).send().await.status, 200, "{fault:?}");
        assert_eq!(played.simulator.ledger().documents.len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_refresh_whose_answer_is_lost_has_rotated_all_the_same() {
    let played = Played::start().await;
    let code = played.agree(0, "read", &[])["code"].clone();
    let refresh = played.redeem(&code).await.json()["refresh_token"].as_str().unwrap().to_owned();
    played.simulator.control().advance(Duration::from_secs(6 * 3_600));
    played.simulator.control().plan_fault(PlannedFault::next(Provider::Strava, Fault::Lose).path("*/oauth/token"));
    let form = [
        ("client_id", "40417"),
        ("client_secret", "simulated-client-secret"),
        ("grant_type", "refresh_token"),
        ("refresh_token", refresh.as_str()),
    ];
    assert!(crate::client::post(played.strava("/oauth/token")).form(&form).try_send().await.is_err());
    assert_eq!(played.refresh(&refresh).await.status, 400);
    assert_eq!(played.simulator.ledger().tokens.rotated, 1);
}
