//! Strava's quotas.

use std::time::Duration;

use gearshift_simulator::{Limits, Settings, Simulator};

use crate::client::{Answer, Played, get};

const SMALL: Limits = Limits { overall: (100, 1_000), read: (3, 1_000), retry_after: false };

async fn athlete(played: &Played, token: &str) -> Answer {
    get(played.strava("/api/v3/athlete")).bearer(token).send().await
}

#[tokio::test]
async fn headers_tell_what_is_used_and_the_one_too_many_is_a_429_until_the_next_quarter() {
    let played = Played::start().await;
    let token = played.signed_in(0, "read").await;
    played.simulator.control().set_limits(SMALL);
    // From the start of a window, so that it does not end in the middle of this.
    let quarter = 900_000 - played.simulator.control().now() % 900_000;
    played.simulator.control().advance(Duration::from_millis(quarter as u64));
    for used in 1..=3 {
        let answer = athlete(&played, &token).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-readratelimit-limit"), "3,1000");
        assert!(answer.header("x-readratelimit-usage").starts_with(&format!("{used},")));
        assert_eq!(answer.header("x-ratelimit-limit"), "100,1000");
    }
    let refused = athlete(&played, &token).await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.json()["message"], "Rate Limit Exceeded");
    assert_eq!(refused.json()["errors"][0]["code"], "exceeded");
    assert_eq!(refused.header("retry-after"), "");
    assert!(refused.header("x-readratelimit-usage").starts_with("4,"));
    played.simulator.control().advance(Duration::from_secs(900));
    assert_eq!(athlete(&played, &token).await.status, 200);
    assert_eq!(played.simulator.ledger().requests.rate_limited, 1);
}

#[tokio::test]
async fn a_refusal_says_when_to_come_back_if_it_is_told_to() {
    let played = Played::start().await;
    let token = played.signed_in(0, "read").await;
    played.simulator.control().set_limits(Limits { read: (0, 1_000), retry_after: true, ..SMALL });
    let seconds: u64 = athlete(&played, &token).await.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&seconds));
}

#[tokio::test]
async fn the_standard_tier_is_the_default() {
    let simulator = Simulator::start(Settings::default()).await.unwrap();
    let played = Played { riders: simulator.control().add_riders(&Default::default()).unwrap(), simulator };
    let token = played.signed_in(0, "read").await;
    let answer = athlete(&played, &token).await;
    assert_eq!(answer.header("x-ratelimit-limit"), "200,2000");
    assert_eq!(answer.header("x-readratelimit-limit"), "100,1000");
}
