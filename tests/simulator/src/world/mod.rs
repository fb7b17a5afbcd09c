//! What is true of the riders, whoever asks.

mod activity;
mod load;
mod names;
mod plan;
mod rider;
mod samples;
pub(crate) mod truth;
mod workout;

pub(crate) use activity::{Activity, Lap, Sensors, Sport, Totals};
pub(crate) use load::{Day, days};
pub(crate) use plan::{PlannedWorkout, Ride};
pub(crate) use rider::{Rider, Wanted};
pub(crate) use samples::{Course, Samples, round};
pub(crate) use workout::{Step, Workout, library};

/// All riders, and the workouts that anybody can be given.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) seed: u64,
    pub(crate) riders: Vec<Rider>,
    pub(crate) workouts: Vec<Workout>,
    ids: Ids,
}

/// The next ids that the providers give. They grow over all riders, as real ones do.
#[derive(Debug, Clone)]
pub(crate) struct Ids {
    activity: i64,
    upload: i64,
    lap: i64,
    record: i64,
    renumbered: i64,
}

impl Default for Ids {
    fn default() -> Self {
        // Strava's are past 2^31. TrainerRoad's two number spaces have nothing to do with each other.
        Ids {
            activity: 15_100_000_000,
            upload: 16_200_000_000,
            lap: 52_300_000_000,
            record: 210_000_000,
            renumbered: 330_000_000,
        }
    }
}

impl Ids {
    fn take(next: &mut i64, step: i64) -> i64 {
        *next += step;
        *next
    }

    pub(crate) fn activity(&mut self) -> i64 {
        Ids::take(&mut self.activity, 1_013)
    }

    pub(crate) fn upload(&mut self) -> i64 {
        Ids::take(&mut self.upload, 1_009)
    }

    pub(crate) fn laps(&mut self, count: i64) -> i64 {
        Ids::take(&mut self.lap, count.max(1))
    }

    pub(crate) fn record(&mut self) -> i64 {
        Ids::take(&mut self.record, 7)
    }

    pub(crate) fn renumbered(&mut self) -> i64 {
        Ids::take(&mut self.renumbered, 3)
    }
}

impl World {
    pub(crate) fn new(seed: u64) -> Self {
        World { seed, riders: Vec::new(), workouts: library(), ids: Ids::default() }
    }

    /// A new rider with a history that ends at `now`.
    pub(crate) fn add(&mut self, wanted: &Wanted, now: i64) -> Rider {
        let rider = Rider::make(self.seed, self.riders.len(), wanted, &self.workouts, &mut self.ids, now);
        self.riders.push(rider.clone());
        rider
    }

    /// By user name or e-mail, upper or lower case.
    pub(crate) fn rider(&self, login: &str) -> Option<&Rider> {
        self.riders.iter().find(|rider| rider.answers_to(login))
    }

    /// The rider, and the ids that something new of theirs is given.
    pub(crate) fn rider_mut(&mut self, login: &str) -> Option<(&mut Rider, &mut Ids, &[Workout])> {
        let rider = self.riders.iter_mut().find(|rider| rider.answers_to(login))?;
        Some((rider, &mut self.ids, &self.workouts))
    }
}
