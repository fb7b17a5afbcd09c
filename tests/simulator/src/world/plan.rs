//! What a rider did and is to do at TrainerRoad.

use crate::clock::Zone;
use crate::random::Random;

use super::samples::round;
use super::{Ids, Workout};

/// A ride that is done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Ride {
    /// Its calendar entry of the older generation.
    pub(crate) entry: String,
    /// The older generation's number.
    pub(crate) record: i64,
    /// The newer generation's number.
    pub(crate) renumbered: i64,
    pub(crate) workout: i64,
    pub(crate) name: String,
    pub(crate) start: i64,
    pub(crate) date: String,
    pub(crate) seconds: i64,
    pub(crate) outside: bool,
    pub(crate) tss: i64,
    pub(crate) intensity: f64,
    /// Metres, a multiple of 100: the older generation tells kilometres.
    pub(crate) distance: i64,
    pub(crate) kilojoules: i64,
    pub(crate) average_power: i64,
    pub(crate) normalized_power: i64,
    pub(crate) average_heartrate: i64,
    pub(crate) average_cadence: i64,
    pub(crate) edits: u64,
    pub(crate) deleted: bool,
}

/// A workout that stands in the calendar.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlannedWorkout {
    /// The same in all generations.
    pub(crate) entry: String,
    pub(crate) date: String,
    pub(crate) workout: i64,
    pub(crate) deleted: bool,
}

impl PlannedWorkout {
    pub(crate) fn postpone(&mut self, days: u16) {
        let day = self.date.parse::<jiff::civil::Date>().ok();
        let later = day.map(|day| day.saturating_add(jiff::Span::new().days(i64::from(days))));
        self.date = later.map_or_else(|| std::mem::take(&mut self.date), |day| day.to_string());
    }
}

impl Ride {
    /// Whether any generation knows it by this id.
    pub(crate) fn is(&self, id: &str) -> bool {
        self.entry == id || self.record.to_string() == id || self.renumbered.to_string() == id
    }

    pub(crate) fn make(
        (seed, label): (u64, &str),
        (start, seconds): (i64, i64),
        zone: &Zone,
        ftp: i64,
        workout: &Workout,
        ids: &mut Ids,
    ) -> Ride {
        let mut random = Random::of(seed, label);
        let intensity = round(f64::from(random.between(58, 95) as i32) / 100.0, 2);
        let normalized_power = (ftp as f64 * intensity).round() as i64;
        let average_power = normalized_power - random.between(3, 15);
        let outside = random.chance(25);
        Ride {
            entry: random.guid(),
            record: ids.record(),
            renumbered: ids.renumbered(),
            workout: workout.id,
            name: if outside { format!("{} Outside", workout.name) } else { workout.name.to_owned() },
            start,
            date: zone.date(start),
            seconds,
            outside,
            tss: (seconds as f64 / 3_600.0 * intensity * intensity * 100.0).round() as i64,
            intensity,
            distance: seconds * random.between(75, 95) / 1_000 * 100,
            kilojoules: (average_power * seconds) / 1_000,
            average_power,
            normalized_power,
            average_heartrate: random.between(118, 162),
            average_cadence: random.between(78, 94),
            edits: 0,
            deleted: false,
        }
    }
}
