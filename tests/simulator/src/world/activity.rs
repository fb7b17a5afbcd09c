//! An activity at Strava.

use super::samples::{Course, Samples, round};
use super::{Ids, names};
use crate::clock::Zone;
use crate::random::Random;

/// What was done. The names are Strava's `sport_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Sport {
    #[default]
    Ride,
    GravelRide,
    VirtualRide,
    Run,
}

/// Where a sport's numbers lie.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Base {
    pub(crate) speed: f64,
    pub(crate) heart: f64,
    pub(crate) cadence: f64,
    pub(crate) watts: f64,
}

impl Sport {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Sport::Ride => "Ride",
            Sport::GravelRide => "GravelRide",
            Sport::VirtualRide => "VirtualRide",
            Sport::Run => "Run",
        }
    }

    /// The deprecated `type`, which knows fewer sports.
    pub(crate) fn old_name(self) -> &'static str {
        match self {
            Sport::GravelRide => "Ride",
            other => other.name(),
        }
    }

    pub(crate) fn base(self) -> Base {
        match self {
            Sport::Ride => Base { speed: 7.6, heart: 141.0, cadence: 80.0, watts: 185.0 },
            Sport::GravelRide => Base { speed: 6.1, heart: 146.0, cadence: 76.0, watts: 198.0 },
            Sport::VirtualRide => Base { speed: 8.8, heart: 148.0, cadence: 84.0, watts: 205.0 },
            // A runner's cadence is of one leg here.
            Sport::Run => Base { speed: 2.9, heart: 152.0, cadence: 76.0, watts: 0.0 },
        }
    }
}

/// What was worn and mounted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sensors {
    pub(crate) heartrate: bool,
    pub(crate) power: bool,
    pub(crate) cadence: bool,
    /// A place, a height and a temperature.
    pub(crate) outside: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Activity {
    pub(crate) id: i64,
    pub(crate) upload: i64,
    pub(crate) first_lap: i64,
    pub(crate) name: String,
    pub(crate) description: String,
    pub(crate) start: i64,
    pub(crate) offset: i32,
    pub(crate) sport: Sport,
    /// Typed in by hand: no recording, no laps.
    pub(crate) manual: bool,
    /// "Only You": seen with `activity:read_all` alone.
    pub(crate) private: bool,
    pub(crate) commute: bool,
    pub(crate) gear: Option<String>,
    pub(crate) device: Option<&'static str>,
    pub(crate) course: Course,
    pub(crate) totals: Totals,
    pub(crate) laps: Vec<Lap>,
    /// Some places of the way, the first and the last among them; empty indoors.
    pub(crate) way: Vec<(f64, f64)>,
    /// Times that it was changed after it was made.
    pub(crate) edits: u64,
    pub(crate) deleted: bool,
}

/// What a recording comes to; absent where there was no sensor.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Totals {
    pub(crate) elapsed: i64,
    pub(crate) moving: i64,
    pub(crate) distance: f64,
    pub(crate) climbed: Option<f64>,
    pub(crate) highest: Option<f64>,
    pub(crate) lowest: Option<f64>,
    pub(crate) average_speed: f64,
    pub(crate) max_speed: f64,
    pub(crate) average_heartrate: Option<f64>,
    pub(crate) max_heartrate: Option<i64>,
    pub(crate) average_watts: Option<f64>,
    pub(crate) max_watts: Option<i64>,
    pub(crate) weighted_watts: Option<i64>,
    pub(crate) kilojoules: Option<f64>,
    pub(crate) average_cadence: Option<f64>,
    pub(crate) average_temp: Option<i64>,
    pub(crate) calories: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lap {
    pub(crate) index: i64,
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// Seconds after the activity's start.
    pub(crate) after: i64,
    pub(crate) totals: Totals,
}

fn mean(values: &[i64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<i64>() as f64 / values.len() as f64)
}

/// The fourth root of the mean fourth power of what 30 seconds average.
fn weighted(watts: &[i64]) -> Option<i64> {
    let windows = watts.windows(30).map(|window| window.iter().sum::<i64>() as f64 / 30.0);
    let count = windows.len();
    let sum: f64 = windows.map(|average| average.powi(4)).sum();
    (count > 0).then(|| (sum / count as f64).powf(0.25).round() as i64)
}

fn part<T>(column: &[T], from: usize, to: usize) -> &[T] {
    column.get(from..=to).unwrap_or_default()
}

impl Totals {
    /// Of the samples from one index to another, both included.
    pub(crate) fn of(samples: &Samples, from: usize, to: usize) -> Totals {
        let at = |column: &[f64], index: usize| column.get(index).copied().unwrap_or_default();
        let second = |index: usize| samples.time.get(index).copied().unwrap_or_default();
        let moving = part(&samples.moving, from, to).iter().filter(|moving| **moving).count() as i64;
        let distance = round(at(&samples.distance, to) - if from == 0 { 0.0 } else { at(&samples.distance, from) }, 1);
        let heights = part(&samples.altitude, from, to);
        let watts = part(&samples.watts, from, to);
        let kilojoules = (!watts.is_empty()).then(|| round(watts.iter().sum::<i64>() as f64 / 1_000.0, 1));
        Totals {
            elapsed: second(to) - second(from) + i64::from(from == 0),
            moving,
            distance,
            climbed: (!heights.is_empty()).then(|| round(heights.windows(2).map(climb).sum(), 1)),
            highest: heights.iter().copied().reduce(f64::max),
            lowest: heights.iter().copied().reduce(f64::min),
            average_speed: round(distance / moving.max(1) as f64, 3),
            max_speed: part(&samples.velocity, from, to).iter().copied().fold(0.0, f64::max),
            average_heartrate: mean(part(&samples.heartrate, from, to)).map(|beats| round(beats, 1)),
            max_heartrate: part(&samples.heartrate, from, to).iter().copied().max(),
            average_watts: mean(watts).map(|power| round(power, 1)),
            max_watts: watts.iter().copied().max(),
            weighted_watts: weighted(watts),
            kilojoules,
            average_cadence: mean(part(&samples.cadence, from, to)).map(|turns| round(turns, 1)),
            average_temp: mean(part(&samples.temp, from, to)).map(|degrees| degrees.round() as i64),
            calories: round(kilojoules.unwrap_or(distance * 0.062) * 1.115, 1),
        }
    }
}

fn climb(pair: &[f64]) -> f64 {
    match pair {
        [before, after] => (after - before).max(0.0),
        _ => 0.0,
    }
}

/// Places of a way that are kept for its map; a page that draws it needs no more.
const MOST_OF_THE_WAY: usize = 200;

/// What the maker of an activity is told.
#[derive(Debug, Clone)]
pub(crate) struct Recipe<'a> {
    pub(crate) seed: u64,
    pub(crate) label: String,
    pub(crate) start: i64,
    pub(crate) seconds: i64,
    pub(crate) zone: &'a Zone,
    pub(crate) gear: Option<&'a str>,
    /// The how-manieth of its rider; some are peculiar.
    pub(crate) number: usize,
}

impl Activity {
    pub(crate) fn make(recipe: &Recipe<'_>, ids: &mut Ids) -> Activity {
        let mut random = Random::of(recipe.seed, &recipe.label);
        let sport = match recipe.number % 5 {
            1 => Sport::Run,
            2 => Sport::VirtualRide,
            4 => Sport::GravelRide,
            _ => Sport::Ride,
        };
        let outside = sport != Sport::VirtualRide;
        let bike = sport != Sport::Run;
        let sensors = Sensors {
            heartrate: recipe.number % 4 != 3,
            power: bike && (!outside || random.chance(70)),
            cadence: true,
            outside,
        };
        let pause = (outside && recipe.seconds > 300).then(|| (recipe.seconds / 2, random.between(40, 240)));
        let start = (recipe.zone.latitude + random.unit() / 50.0, recipe.zone.longitude + random.unit() / 50.0);
        let manual = recipe.number % 11 == 10;
        let course = Course { seed: random.next(), seconds: recipe.seconds, pause, sport, sensors, start };
        let name = if bike { random.pick(&names::RIDES) } else { random.pick(&names::RUNS) };
        let mut activity = Activity {
            id: ids.activity(),
            upload: ids.upload(),
            first_lap: 0,
            name: name.to_owned(),
            description: if random.chance(40) {
                format!("Number {} in the log.", recipe.number + 1)
            } else {
                String::new()
            },
            start: recipe.start,
            offset: recipe.zone.offset(recipe.start),
            sport,
            manual,
            private: recipe.number % 9 == 7,
            commute: random.chance(15),
            gear: recipe.gear.filter(|_| bike).map(str::to_owned),
            device: (!manual).then(|| random.pick(&names::DEVICES)),
            course,
            totals: Totals::default(),
            laps: Vec::new(),
            way: Vec::new(),
            edits: 0,
            deleted: false,
        };
        if manual {
            activity.write_down()
        } else {
            activity.record(random.between(2, 4), ids)
        }
        activity
    }

    fn record(&mut self, laps: i64, ids: &mut Ids) {
        let samples = self.samples();
        let last = samples.len().saturating_sub(1);
        self.totals = Totals::of(&samples, 0, last);
        self.first_lap = ids.laps(laps) - laps;
        let step = samples.latlng.len().div_ceil(MOST_OF_THE_WAY).max(1);
        self.way = samples.latlng.iter().step_by(step).chain(samples.latlng.last()).copied().collect();
        for index in 0..laps {
            let edge = |lap: i64| (last as i64 + 1) * lap / laps;
            let (from, to) = (edge(index), edge(index + 1) - 1);
            self.laps.push(Lap {
                index: index + 1,
                from,
                to,
                after: samples.time.get(from as usize).copied().unwrap_or_default(),
                totals: Totals::of(&samples, from as usize, to as usize),
            });
        }
    }

    /// As a person types it: round numbers, and nothing that a sensor says.
    fn write_down(&mut self) {
        let distance = round(self.course.seconds as f64 * self.sport.base().speed / 1_000.0, 0) * 1_000.0;
        self.totals = Totals {
            elapsed: self.course.seconds,
            moving: self.course.seconds,
            distance,
            average_speed: round(distance / self.course.seconds.max(1) as f64, 3),
            calories: round(distance * 0.03, 0),
            ..Totals::default()
        };
    }

    pub(crate) fn samples(&self) -> Samples {
        if self.manual { Samples::default() } else { Samples::of(&self.course) }
    }

    /// Whether a token with or without `activity:read_all` sees it.
    pub(crate) fn seen(&self, all: bool) -> bool {
        !self.deleted && (all || !self.private)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn activity(number: usize) -> Activity {
        let zone = Zone::default();
        let recipe = Recipe {
            seed: 5,
            label: format!("a{number}"),
            start: 1_770_000_000_000,
            seconds: 1_200,
            zone: &zone,
            gear: Some("b1"),
            number,
        };
        Activity::make(&recipe, &mut Ids::default())
    }

    #[test]
    fn totals_follow_from_the_samples() {
        let ride = activity(0);
        let samples = ride.samples();
        assert_eq!(ride.totals.elapsed, samples.time.last().unwrap() + 1);
        assert!(ride.totals.moving < ride.totals.elapsed);
        assert_eq!(ride.totals.distance, *samples.distance.last().unwrap());
        assert_eq!(ride.totals.max_heartrate, samples.heartrate.iter().copied().max());
    }

    #[test]
    fn laps_lie_end_to_end_over_all_samples() {
        let ride = activity(4);
        assert_eq!(ride.laps.first().unwrap().from, 0);
        assert_eq!(ride.laps.last().unwrap().to as usize, ride.samples().len() - 1);
        assert!(ride.laps.windows(2).all(|pair| pair[0].to + 1 == pair[1].from));
    }

    #[test]
    fn what_was_typed_in_has_no_recording() {
        let manual = activity(10);
        assert!(manual.manual && manual.samples().time.is_empty() && manual.laps.is_empty());
        assert_eq!(manual.totals.average_heartrate, None);
    }

    #[test]
    fn power_is_weighted_as_its_definition_says() {
        assert_eq!(weighted(&[200; 60]), Some(200));
        assert_eq!(weighted(&[200; 29]), None);
        let hard_then_easy: Vec<i64> = [[300; 300], [100; 300]].concat();
        assert!(weighted(&hard_then_easy).unwrap() > 200);
    }
}
