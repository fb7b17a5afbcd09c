//! What a town is built with.

use std::pin::Pin;

use gearshift_simulator::{Limits, NewRiders, Settings};

use crate::town::Town;

/// A town before it is built: await it.
#[derive(Debug)]
pub struct Plan {
    pub(crate) riders: NewRiders,
    pub(crate) simulator: Settings,
    pub(crate) workers: usize,
    pub(crate) log: String,
    pub(crate) tapped: bool,
    pub(crate) more: String,
}

impl Default for Plan {
    fn default() -> Self {
        let mut simulator = Settings::default();
        // Strava's standard tier would last for two of these riders.
        simulator.strava.limits =
            Limits { overall: (100_000, 1_000_000), read: (100_000, 1_000_000), retry_after: false };
        let riders = NewRiders { count: 1, activities: 2, rides: 2, planned: 1, days: 6, seconds: (60, 90) };
        Self { riders, simulator, workers: 8, log: "info".into(), tapped: false, more: String::new() }
    }
}

impl Plan {
    /// People, each with an account at both providers. Default: 1.
    #[must_use]
    pub fn riders(mut self, count: usize) -> Self {
        self.riders.count = count;
        self
    }

    /// Activities of each at Strava. Default: 2.
    #[must_use]
    pub fn activities(mut self, activities: usize) -> Self {
        self.riders.activities = activities;
        self
    }

    /// Rides of each at TrainerRoad. Default: 2.
    #[must_use]
    pub fn rides(mut self, rides: usize) -> Self {
        self.riders.rides = rides;
        self
    }

    /// Workouts of each in TrainerRoad's calendar. Default: 1.
    #[must_use]
    pub fn planned(mut self, planned: usize) -> Self {
        self.riders.planned = planned;
        self
    }

    /// Days of history. Default: 6, so that every sync looks at all of it again.
    #[must_use]
    pub fn days(mut self, days: u16) -> Self {
        self.riders.days = days;
        self
    }

    /// Jobs that the daemon runs at once. Default: 8.
    #[must_use]
    pub fn workers(mut self, workers: usize) -> Self {
        self.workers = workers;
        self
    }

    /// What the daemon logs. Default: `info`.
    #[must_use]
    pub fn log(mut self, level: &str) -> Self {
        self.log = level.into();
        self
    }

    /// Changes how the providers are.
    #[must_use]
    pub fn providers(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.simulator);
        self
    }

    /// Writes down what daemon and providers say to each other, to be asked for its secrets.
    #[must_use]
    pub fn tapped(mut self) -> Self {
        self.tapped = true;
        self
    }

    /// Adds tables to the daemon's configuration.
    #[must_use]
    pub fn config(mut self, toml: &str) -> Self {
        self.more.push_str(toml);
        self
    }
}

impl IntoFuture for Plan {
    type Output = Town;
    type IntoFuture = Pin<Box<dyn Future<Output = Town> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(Town::build(self))
    }
}
