//! The daemon dies at any moment, and in the end everything is known and was told.

use std::time::Duration;

use gearshift_scenarios::{STRAVA, TRAINERROAD, Town};
use gearshift_simulator::{Fault, NewRides, PlannedFault, Provider};

const ROUNDS: u64 = 8;
const SEED: u64 = 20_260_801;

/// Numbers that a seed determines.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_again_and_again_loses_nothing_and_tells_nothing_twice() {
    let town = Town::new().riders(2).activities(2).rides(2).await;
    town.install("strava").await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let mut riders = town.connect_all(STRAVA).await;
    riders.extend(town.connect_all(TRAINERROAD).await);
    // Answers that take a moment, so that there is a middle to die in.
    for provider in [Provider::Strava, Provider::Trainerroad] {
        town.control().plan_fault(PlannedFault::next(provider, Fault::Delay { ms: 10 }).count(100_000));
    }
    let mut dice = Dice(SEED);
    let mut at_work = 0;
    for _ in 0..ROUNDS {
        for rider in &riders {
            for provider in [Provider::Strava, Provider::Trainerroad] {
                let ride = NewRides { provider, count: 1, seconds: 60 };
                town.control().add_rides(&rider.account.username, &ride).unwrap();
            }
            rider.ask().await;
        }
        // Not a wait for anything: the moment of death is what the seed varies.
        tokio::time::sleep(Duration::from_millis(dice.below(400))).await;
        let running = town.status().await["jobs"].to_string().contains("\"running\"");
        at_work += u64::from(running);
        town.kill().await;
    }
    assert!(at_work > ROUNDS / 2, "it died at work {at_work} times of {ROUNDS}");
    for rider in &riders {
        rider.pestered().await;
        assert_eq!(rider.status().await, "connected");
    }
    town.knows_what_was_served().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}
