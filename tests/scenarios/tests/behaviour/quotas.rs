//! A spent quota is obeyed, for all users of the provider, and costs nothing that was already had.

use std::time::{Duration, Instant};

use gearshift_scenarios::{STRAVA, Town, until};
use gearshift_simulator::{Fault, NewRides, PlannedFault, Provider};
use gearshift_store::JobState;

const RETRY_AFTER: u64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_asks_a_provider_whose_quota_is_spent_before_its_time() {
    let town = Town::new().riders(2).activities(4).await;
    town.install("strava").await;
    let (first, second) = (town.connect(STRAVA, 0).await, town.connect(STRAVA, 1).await);
    first.rests().await;
    second.rests().await;
    for rider in [&first, &second] {
        let rides = NewRides { provider: Provider::Strava, count: 2, seconds: 60 };
        town.control().add_rides(&rider.account.username, &rides).unwrap();
    }
    let limited = Fault::RateLimited { retry_after: Some(RETRY_AFTER) };
    // The second activity's detail: one that is whole stands before it.
    town.control().plan_fault(PlannedFault::next(Provider::Strava, limited).path("/api/v3/activities/*").skip(3));
    let requests = || town.simulator().ledger().requests;

    let mut not_before = Instant::now();
    first.ask().await;
    until("a refusal", async || {
        let seen = requests().rate_limited > 0;
        if !seen {
            not_before = Instant::now();
        }
        seen.then_some(())
    })
    .await;
    let waiting = first.has_job(JobState::Ready, "activities").await;
    assert!(waiting.reason.is_some());
    let known = first.records("activity").await.len();
    assert!(known > 4, "the part of the page that came before the refusal is kept, and {known} activities are known");

    let total = requests().total;
    second.ask().await;
    first.ask().await;
    until("the next request", async || (requests().total > total).then_some(())).await;
    assert!(not_before.elapsed() >= Duration::from_secs(RETRY_AFTER), "{:?} after the refusal", not_before.elapsed());

    first.rests().await;
    second.rests().await;
    assert_eq!(requests().rate_limited, 1);
    town.knows_what_was_served().await;
}
