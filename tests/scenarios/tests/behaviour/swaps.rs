//! The traffic moves while it flows.

use std::sync::atomic::{AtomicBool, Ordering};

use gearshift_scenarios::{Rider, STRAVA, Town, component, numbered, until};
use gearshift_simulator::{Fault, NewRides, PlannedFault, Provider};
use gearshift_store::JobState;
use serde_json::Value;

/// Rides and syncs, again and again.
async fn rides_on(rider: &Rider, stop: &AtomicBool) {
    while !stop.load(Ordering::Relaxed) {
        let ride = NewRides { provider: Provider::Strava, count: 1, seconds: 60 };
        rider.town.control().add_rides(&rider.account.username, &ride).unwrap();
        rider.synced().await;
    }
}

async fn in_flight(town: &Town) -> u64 {
    let listed: Value = town.admin("GET", "/adapters/strava").send().await.ok().json();
    listed["versions"].as_array().unwrap().iter().map(|version| version["in-flight"].as_u64().unwrap()).sum()
}

async fn active(town: &Town) -> String {
    let listed: Value = town.admin("GET", "/adapters/strava").send().await.ok().json();
    let versions = listed["versions"].as_array().unwrap();
    let active: Vec<_> = versions.iter().filter(|version| version["state"] == "active").collect();
    assert_eq!(active.len(), 1, "{versions:?}");
    active[0]["digest"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_are_swapped_and_rolled_back_under_load_and_no_sync_fails() {
    let town = Town::new().riders(2).await;
    let strava = component("strava");
    let first = town.install_bytes("strava", numbered(&strava, 1)).await;
    let riders = town.connect_all(STRAVA).await;
    let slow = PlannedFault::next(Provider::Strava, Fault::Delay { ms: 30 }).count(10_000);
    town.control().plan_fault(slow);
    let stop = AtomicBool::new(false);
    let swapping = async {
        let second = town.install_bytes("strava", numbered(&strava, 2)).await;
        assert_eq!(active(&town).await, second);
        for expected in [&first, &second, &first] {
            until("calls in flight", async || (in_flight(&town).await > 0).then_some(())).await;
            let _ = town.admin("POST", "/adapters/strava/rollback").send().await.ok();
            assert_eq!(&active(&town).await, expected);
        }
        stop.store(true, Ordering::Relaxed);
        town.control().clear_faults();
    };
    tokio::join!(rides_on(&riders[0], &stop), rides_on(&riders[1], &stop), swapping);
    for rider in &riders {
        rider.synced().await;
        let failed: Vec<_> = rider.jobs().await.into_iter().filter(|job| job.state != JobState::Done).collect();
        assert!(failed.iter().all(|job| job.state == JobState::Ready && job.attempts == 0), "{failed:?}");
    }
    town.knows_what_was_served().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_on_the_version_that_it_began_with() {
    let town = Town::new().await;
    let strava = component("strava");
    let first = town.install_bytes("strava", numbered(&strava, 1)).await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let new = |name: &str| town.control().rename(&rider.account.username, Provider::Strava, &newest(&rider), name);

    // What takes long is done before, so that the activation falls into the call.
    let second = town.prepare("strava", numbered(&strava, 2)).await;
    new("under the first").unwrap();
    let slow = PlannedFault::next(Provider::Strava, Fault::Delay { ms: 1_000 });
    town.control().plan_fault(slow.path("/api/v3/athlete/activities"));
    rider.ask().await;
    until("a call in flight", async || (in_flight(&town).await > 0).then_some(())).await;
    let asked = async || town.simulator().ledger().requests.faults > 0;
    until("the slow answer", async || asked().await.then_some(())).await;
    town.activate("strava", &second).await;
    assert!(in_flight(&town).await > 0, "the call is still under way");
    rider.rests().await;
    assert_eq!(version_of(&rider).await, first);

    new("under the second").unwrap();
    rider.synced().await;
    assert_eq!(version_of(&rider).await, second);
}

fn newest(rider: &Rider) -> String {
    rider.truth().activities.iter().max_by_key(|activity| activity.start).unwrap().id.to_string()
}

async fn version_of(rider: &Rider) -> String {
    let key = newest(rider);
    rider.records("activity").await.into_iter().find(|record| record.key == key).unwrap().version
}
