//! Providers fail in every way that a web server can, and in the end nothing is missing.

use gearshift_scenarios::{Rider, STRAVA, TRAINERROAD, Town, component, numbered, until};
use gearshift_simulator::{Fault, NewRides, PlannedFault, Provider};

fn each_fault() -> Vec<Fault> {
    vec![
        Fault::Status { status: 500 },
        Fault::Status { status: 503 },
        Fault::Html,
        Fault::Malformed,
        Fault::Hang { ms: 200 },
        Fault::Lose,
        Fault::Cut,
        Fault::Drip { bytes: 400, ms: 5 },
    ]
}

/// Each fault on all of these paths, while there is something new; the daemon is asked until it has it.
async fn survives(town: &Town, rider: &Rider, provider: Provider, paths: &[&str]) {
    let once = PlannedFault::next(provider, Fault::Unauthorized);
    let ride = NewRides { provider, count: 1, seconds: 60 };
    for fault in each_fault() {
        town.control().add_rides(&rider.account.username, &ride).unwrap();
        paths.iter().for_each(|path| town.control().plan_fault(PlannedFault::next(provider, fault.clone()).path(path)));
        // Behind one fault waits the next, and a page for people holds a pull until somebody asks again.
        until("all of them to be met", async || {
            rider.pestered().await;
            town.control().faults().is_empty().then_some(())
        })
        .await;
        rider.pestered().await;
        assert_eq!(rider.status().await, "connected", "after {fault:?}");
    }
    town.control().add_rides(&rider.account.username, &ride).unwrap();
    town.control().plan_fault(once.path(paths[0]));
    rider.pestered().await;
    assert_eq!(rider.status().await, "connected", "after one refusal");
}

#[tokio::test(flavor = "multi_thread")]
async fn strava_s_faults_cost_time_and_nothing_else() {
    let town = Town::new().activities(1).await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let paths = ["/api/v3/athlete/activities", "/api/v3/activities/*", "/api/v3/activities/*/streams"];
    survives(&town, &rider, Provider::Strava, &paths).await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn trainerroad_s_faults_cost_time_and_nothing_else() {
    let town = Town::new().rides(1).await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let rider = town.connect(TRAINERROAD, 0).await;
    rider.rests().await;
    survives(&town, &rider, Provider::Trainerroad, &["/app/api/calendar/*", "/app/api/workoutdetails/*"]).await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_pull_that_meets_a_fault_in_its_oldest_activity_has_it_in_the_end() {
    // Longer ago than later syncs look again.
    let town = Town::new().activities(3).days(60).await;
    town.install_bytes("strava", numbered(&component("strava"), 1)).await;
    for fault in [Fault::Malformed, Fault::Html, Fault::Cut] {
        town.control().plan_fault(PlannedFault::next(Provider::Strava, fault).path("/api/v3/activities/*").skip(6));
    }
    let rider = town.connect(STRAVA, 0).await;
    rider.pestered().await;
    town.install_bytes("strava", numbered(&component("strava"), 2)).await;
    rider.pestered().await;
    assert_eq!(rider.status().await, "connected");
    town.knows_what_was_served().await;
}
