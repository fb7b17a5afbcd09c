//! A person with an account at both providers.

use std::collections::BTreeMap;

use crate::clock::{DAY, SECOND, Zone, date};
use crate::random::Random;

use super::activity::{Activity, Recipe};
use super::{Ids, PlannedWorkout, Ride, Workout, names};

#[derive(Debug, Clone, Default)]
pub(crate) struct Rider {
    /// The how manyeth rider this is, from 0.
    pub(crate) number: usize,
    pub(crate) username: String,
    pub(crate) email: String,
    pub(crate) password: String,
    pub(crate) first: &'static str,
    pub(crate) last: &'static str,
    pub(crate) female: bool,
    pub(crate) zone: Zone,
    pub(crate) weight: f64,
    pub(crate) ftp: i64,
    /// Strava's id of the athlete.
    pub(crate) athlete: i64,
    pub(crate) subscriber: bool,
    pub(crate) metric: bool,
    pub(crate) bike: Option<(String, &'static str)>,
    pub(crate) activities: Vec<Activity>,
    /// TrainerRoad's id of the member.
    pub(crate) member: i64,
    /// Whether the load by day can be read without a session.
    pub(crate) public: bool,
    pub(crate) rides: Vec<Ride>,
    pub(crate) plan: Vec<PlannedWorkout>,
    /// Load that came from elsewhere, by day.
    pub(crate) other_load: BTreeMap<String, i64>,
    /// Days on which weight and threshold changed, oldest first.
    pub(crate) weights: Vec<(String, f64)>,
    pub(crate) thresholds: Vec<(String, i64)>,
    made: usize,
}

/// How much of everything a new rider has.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    pub(crate) activities: usize,
    pub(crate) rides: usize,
    pub(crate) planned: usize,
    /// Days over which the history is spread.
    pub(crate) days: i64,
    /// Seconds of moving of an activity, from and to.
    pub(crate) seconds: (i64, i64),
}

impl Rider {
    pub(crate) fn make(
        seed: u64,
        index: usize,
        wanted: &Wanted,
        workouts: &[Workout],
        ids: &mut Ids,
        now: i64,
    ) -> Rider {
        let username = format!("rider-{:04}", index + 1);
        let mut random = Random::of(seed, &username);
        let zones = Zone::all();
        let zone = zones.get(index % zones.len()).copied().unwrap_or_default();
        let ftp = random.between(160, 330);
        let weight = random.between(520, 930) as f64 / 10.0;
        let (athlete, member) = (4_300_000_000 + 37 * index as i64, 1_200_000 + 11 * index as i64);
        let mut rider = Rider {
            number: index,
            email: format!("{username}@example.com"),
            password: format!("pedal-{}", random.hex(12)),
            username,
            first: random.pick(&names::FIRST),
            last: random.pick(&names::LAST),
            female: random.chance(50),
            zone,
            weight,
            ftp,
            athlete,
            subscriber: index % 3 != 2,
            metric: index % 4 != 3,
            bike: (index % 5 != 4).then(|| (format!("b{}", 9_000_000 + index), random.pick(&names::BIKES))),
            member,
            public: index.is_multiple_of(3),
            ..Rider::default()
        };
        rider.history(seed, wanted, workouts, ids, now);
        rider
    }

    fn history(&mut self, seed: u64, wanted: &Wanted, workouts: &[Workout], ids: &mut Ids, now: i64) {
        let today = now - now.rem_euclid(DAY);
        let mut random = Random::of(seed, &format!("{} history", self.username));
        let days = wanted.days.max(1);
        // From long ago to yesterday, each at an hour of its own; a second that nobody else has makes a start unique.
        let start = |random: &mut Random, index: usize, of: usize| {
            let ago = days - (days - 1) * index as i64 / (of.max(2) as i64 - 1).max(1);
            today - ago.max(1) * DAY + random.between(0, 20 * 3_600) * SECOND
        };
        for index in 0..wanted.activities {
            let at = start(&mut random, index, wanted.activities);
            let seconds = random.between(wanted.seconds.0, wanted.seconds.1);
            self.record(seed, at, seconds, ids);
        }
        for index in 0..wanted.rides {
            let at = start(&mut random, index, wanted.rides);
            self.ride(seed, at, random.between(20, 120) * 60, workouts, ids);
        }
        for index in 0..wanted.planned {
            self.intend(seed, &date(today + (1 + index as i64) * DAY), workouts);
        }
        for ago in [days, days / 2, days / 5] {
            let day = date(today - ago * DAY);
            let threshold = self.ftp - ago / 9;
            self.weights.push((day.clone(), (self.weight * 10.0 + ago as f64 / 12.0).round() / 10.0));
            self.thresholds.push((day.clone(), threshold));
            self.other_load.insert(day, random.between(10, 80));
        }
        if let (Some((_, weight)), Some((_, ftp))) = (self.weights.last(), self.thresholds.last()) {
            (self.weight, self.ftp) = (*weight, *ftp);
        }
    }

    /// One more activity at Strava.
    pub(crate) fn record(&mut self, seed: u64, start: i64, seconds: i64, ids: &mut Ids) -> i64 {
        let number = self.activities.len();
        let recipe = Recipe {
            seed,
            label: format!("{} activity {number}", self.username),
            start: start - start.rem_euclid(SECOND),
            seconds: seconds.max(1),
            zone: &self.zone,
            gear: self.bike.as_ref().map(|(id, _)| id.as_str()),
            number,
        };
        let activity = Activity::make(&recipe, ids);
        let id = activity.id;
        self.activities.push(activity);
        id
    }

    /// One more ride at TrainerRoad. No two of a rider share start and duration: that is what tells them apart when
    /// their ids have changed.
    pub(crate) fn ride(&mut self, seed: u64, start: i64, seconds: i64, workouts: &[Workout], ids: &mut Ids) -> i64 {
        let mut start = start - start.rem_euclid(SECOND);
        while self.rides.iter().any(|ride| (ride.start - start).abs() < 2 * 60 * SECOND) {
            start -= 10 * 60 * SECOND;
        }
        let label = format!("{} ride {}", self.username, self.rides.len());
        let Some(workout) = workouts.get(self.rides.len() % workouts.len().max(1)) else { return 0 };
        let ride = Ride::make((seed, &label), (start, seconds), &self.zone, self.ftp, workout, ids);
        let id = ride.record;
        self.rides.push(ride);
        id
    }

    /// One more workout in TrainerRoad's calendar.
    pub(crate) fn intend(&mut self, seed: u64, date: &str, workouts: &[Workout]) -> String {
        self.made += 1;
        let mut random = Random::of(seed, &format!("{} plan {}", self.username, self.made));
        let index = random.between(0, workouts.len() as i64 - 1) as usize;
        let planned = PlannedWorkout {
            entry: random.guid(),
            date: date.to_owned(),
            workout: workouts.get(index).map_or(0, |workout| workout.id),
            deleted: false,
        };
        let entry = planned.entry.clone();
        self.plan.push(planned);
        entry
    }

    pub(crate) fn answers_to(&self, login: &str) -> bool {
        self.username.eq_ignore_ascii_case(login) || self.email.eq_ignore_ascii_case(login)
    }

    pub(crate) fn done(&self) -> impl Iterator<Item = &Ride> {
        self.rides.iter().filter(|ride| !ride.deleted)
    }

    pub(crate) fn planned(&self) -> impl Iterator<Item = &PlannedWorkout> {
        self.plan.iter().filter(|planned| !planned.deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::library;

    fn rider(seed: u64) -> Rider {
        let wanted = Wanted { activities: 6, rides: 40, planned: 3, days: 30, seconds: (300, 400) };
        Rider::make(seed, 1, &wanted, &library(), &mut Ids::default(), 1_780_000_000_000)
    }

    #[test]
    fn a_seed_gives_the_same_rider_again() {
        assert_eq!(rider(4).rides, rider(4).rides);
        assert_eq!(rider(4).password, rider(4).password);
        assert_ne!(rider(4).password, rider(5).password);
    }

    #[test]
    fn no_two_rides_start_within_a_minute_of_each_other() {
        let mut starts: Vec<i64> = rider(9).rides.iter().map(|ride| ride.start).collect();
        starts.sort_unstable();
        assert!(starts.windows(2).all(|pair| pair[1] - pair[0] > 60_000));
    }

    #[test]
    fn history_lies_in_the_past_and_plans_in_the_future() {
        let rider = rider(2);
        assert!(
            rider
                .activities
                .iter()
                .all(|activity| activity.start + activity.totals.elapsed * SECOND < 1_780_000_000_000)
        );
        assert!(rider.plan.iter().all(|planned| planned.date > date(1_780_000_000_000)));
    }
}
