//! An adapter that only burns processor time costs itself alone.

use std::time::{Duration, Instant};

use gearshift_scenarios::{STRAVA, Town, component};
use gearshift_simulator::{NewRides, Provider};
use gearshift_store::JobState;

const PUPPET: &str = "PUPPET";

/// The puppet does what its stream is called.
fn looping() -> bytes::Bytes {
    let mut bytes = component("gearshift_guest_puppet").to_vec();
    let (acts, looping) = (b"name = \"acts\"", b"name = \"loop\"");
    let places = bytes.windows(acts.len()).enumerate().filter(|(_, window)| window == acts);
    let places: Vec<usize> = places.map(|(place, _)| place).collect();
    assert!(!places.is_empty());
    places.into_iter().for_each(|at| bytes[at..at + looping.len()].copy_from_slice(looping));
    bytes.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adapter_that_loops_delays_no_sync_of_another_provider() {
    let town = Town::new().riders(3).await;
    town.install("strava").await;
    let riders = town.connect_all(STRAVA).await;
    for rider in &riders {
        rider.rests().await;
    }
    let alone = Instant::now();
    everybody_syncs(&town, &riders).await;
    let alone = alone.elapsed();

    town.install_bytes("puppet", looping()).await;
    let mut puppets = Vec::new();
    for rider in 0..3 {
        puppets.push(town.connect(PUPPET, rider).await);
    }
    let beside = Instant::now();
    everybody_syncs(&town, &riders).await;
    let beside = beside.elapsed();
    // Ten times as long, and no less than what a busy machine may take for anything.
    let most = (10 * alone).max(Duration::from_secs(10));
    assert!(beside < most, "{beside:?} beside loops, {alone:?} alone");
    for rider in &riders {
        assert!(rider.jobs().await.iter().all(|job| job.attempts <= 1 && job.state != JobState::Dead));
    }
    town.knows_what_was_served().await;

    for puppet in &puppets {
        puppet.pestered().await;
        let held = puppet.has_job(JobState::Held, "loop").await;
        let failure = held.failure.unwrap();
        assert!(failure.message.contains("limits.calls"), "{failure:?}");
    }
}

async fn everybody_syncs(town: &Town, riders: &[gearshift_scenarios::Rider]) {
    for rider in riders {
        let ride = NewRides { provider: Provider::Strava, count: 1, seconds: 60 };
        town.control().add_rides(&rider.account.username, &ride).unwrap();
        rider.ask().await;
    }
    for rider in riders {
        rider.rests().await;
    }
}
