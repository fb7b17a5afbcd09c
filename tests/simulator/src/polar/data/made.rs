//! What Polar holds of a rider: nights, days and sessions, each made of the seed, the rider and the day alone, so that it is the same
//! whenever and by whichever API it is asked for.
//!
//! Odd ones: a night too short for a Nightly Recharge, a night with a stage that could not be told, a day on which two devices
//! counted, a session without heart rate, sensors that fail for a while.

use crate::clock::{DAY, SECOND, date, day};
use crate::random::Random;
use crate::world::{Rider, round};

pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Days that are there, the present one among them.
const DAYS: i64 = 14;

/// From the end of a session or a night until the watch has handed it over.
const HANDED_OVER: i64 = 10 * MINUTE;

/// Seconds from one sample of a session to the next.
pub(super) const RATE: i64 = 5;

/// A rider at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) rider: &'a Rider,
    pub(super) seed: u64,
    pub(super) now: i64,
}

/// A stage of sleep as AccessLink numbers it: 0 awake, 1 REM, 2 and 3 light, 4 deep, 5 not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stage {
    /// Unix milliseconds, on a full minute but for the first.
    pub(super) start: i64,
    pub(super) seconds: i64,
    pub(super) number: i64,
}

/// A night, by the day on which it ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Night {
    pub(super) date: String,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) stages: Vec<Stage>,
    pub(super) score: i64,
    /// Each five minutes: Unix milliseconds and beats a minute.
    pub(super) heart: Vec<(i64, i64)>,
    pub(super) recharge: Option<Recharge>,
}

/// What the first hours of a night came to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Recharge {
    pub(super) heart_rate: i64,
    /// Milliseconds from beat to beat.
    pub(super) interval: i64,
    /// RMSSD in milliseconds.
    pub(super) variability: i64,
    /// Milliseconds from breath to breath: a whole number of breaths in two minutes, so that both APIs tell the same.
    pub(super) breath: i64,
    /// 1 to 6.
    pub(super) status: i64,
    /// -10 to 10.
    pub(super) charge: f64,
    /// Unix milliseconds, RMSSD.
    pub(super) variabilities: Vec<(i64, i64)>,
}

/// A day of the rider's own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Day {
    pub(super) date: String,
    /// Steps of each minute in which there were any: minute of the day, steps.
    pub(super) steps: Vec<(i64, i64)>,
    /// What a second device counted of them.
    pub(super) second: Option<Vec<(i64, i64)>>,
    pub(super) active: i64,
    pub(super) inactive: i64,
    pub(super) calories: i64,
    pub(super) active_calories: i64,
    pub(super) goal: f64,
    /// Minute of the day, beats a minute.
    pub(super) heart: Vec<(i64, i64)>,
}

/// A session of training.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Session {
    /// Its id in v3.
    pub(super) exercise: String,
    /// Its id in v4.
    pub(super) session: String,
    pub(super) start: i64,
    /// Seconds east of UTC.
    pub(super) offset: i64,
    /// Milliseconds that the recording ran.
    pub(super) millis: i64,
    pub(super) kind: Kind,
    pub(super) meters: f64,
    pub(super) calories: i64,
    /// Mean and highest, where a sensor was worn.
    pub(super) heart_rate: Option<(i64, i64)>,
    pub(super) load: f64,
    /// Beats a minute each [`RATE`] seconds; none where the sensor failed. Empty without one.
    pub(super) beats: Vec<Option<i64>>,
    pub(super) uploaded: i64,
}

/// What was done, in both APIs' words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Kind {
    pub(super) sport: &'static str,
    pub(super) detail: &'static str,
    /// v4's number for it.
    pub(super) number: &'static str,
    pub(super) name: &'static str,
    /// Metres a second.
    speed: i64,
    heart: bool,
}

const KINDS: [Kind; 3] = [
    Kind { sport: "RUNNING", detail: "RUNNING", number: "1", name: "Run", speed: 3, heart: true },
    Kind { sport: "CYCLING", detail: "ROAD_BIKING", number: "2", name: "Ride", speed: 8, heart: true },
    Kind { sport: "OTHER", detail: "WATERSPORTS_WATERSKI", number: "83", name: "", speed: 6, heart: false },
];

impl Member<'_> {
    /// Centimetres.
    pub(super) fn height(&self) -> f64 {
        self.random("height").between(155, 198) as f64
    }

    /// When the rider was born.
    pub(super) fn born(&self) -> String {
        date(self.random("born").between(0, 12_000) * DAY)
    }

    fn random(&self, label: &str) -> Random {
        Random::of(self.seed, &format!("{} polar {label}", self.rider.username))
    }

    /// Numbers and midnights of the days that are there, oldest first. A midnight is wall time as if it were UTC.
    fn midnights(&self) -> impl Iterator<Item = (i64, i64)> {
        let today = day(&self.rider.zone.date(self.now)).unwrap_or_default();
        (0..DAYS).rev().map(move |back| today - back * DAY).map(|midnight| (midnight.div_euclid(DAY), midnight))
    }

    /// The instant of a time on the rider's wall.
    fn instant(&self, wall: i64) -> i64 {
        let guess = wall - self.offset(wall) * SECOND;
        wall - self.offset(guess) * SECOND
    }

    /// Seconds east of UTC at an instant.
    pub(super) fn offset(&self, instant: i64) -> i64 {
        i64::from(self.rider.zone.offset(instant))
    }

    /// Nights that the watch has handed over, oldest first.
    pub(super) fn nights(&self) -> Vec<Night> {
        let nights = self.midnights().map(|(number, midnight)| self.night(number, midnight));
        nights.filter(|night| night.end + HANDED_OVER <= self.now).collect()
    }

    fn night(&self, number: i64, midnight: i64) -> Night {
        let mut random = self.random(&format!("night {number}"));
        let start = self.instant(midnight - random.between(5, 110) * MINUTE + random.between(0, 59) * SECOND);
        let short = number.rem_euclid(6) == 4;
        let length = if short { random.between(170, 200) } else { random.between(400, 510) } * MINUTE;
        let (stages, end) = stages(&mut random, start, length, number.rem_euclid(5) == 1);
        let mut heart = Vec::new();
        let mut at = start - start.rem_euclid(5 * MINUTE) + 5 * MINUTE;
        while at < end {
            heart.push((at, random.between(44, 62)));
            at += 5 * MINUTE;
        }
        let recharge = (!short).then(|| Recharge::make(&mut random, start));
        Night { date: date(midnight), start, end, stages, score: random.between(48, 95), heart, recharge }
    }

    /// Days that are over, oldest first.
    pub(super) fn days(&self) -> Vec<Day> {
        let over = self.midnights().filter(|(_, midnight)| self.instant(midnight + DAY) <= self.now);
        over.map(|(number, midnight)| self.day(number, midnight)).collect()
    }

    fn day(&self, number: i64, midnight: i64) -> Day {
        let mut random = self.random(&format!("day {number}"));
        let mut steps = Vec::new();
        for _ in 0..random.between(3, 6) {
            let begin = steps.last().map_or(6 * 60, |(minute, _)| minute + 1) + random.between(20, 150);
            steps.extend(
                (begin..begin + random.between(5, 25)).filter(|minute| *minute < 24 * 60).map(|minute| (minute, 90)),
            );
        }
        for (_, count) in &mut steps {
            *count += random.between(-40, 30);
        }
        let second = (number.rem_euclid(4) == 2).then(|| steps.iter().step_by(2).copied().collect());
        let heart = (6 * 12..22 * 12).filter(|slot| slot % 50 > 3).map(|slot| (slot * 5, random.between(54, 118)));
        Day {
            date: date(midnight),
            second,
            heart: heart.collect(),
            active: random.between(4_000, 24_000),
            inactive: random.between(20_000, 36_000),
            calories: random.between(1_900, 3_200),
            active_calories: random.between(150, 1_100),
            goal: random.between(400, 1_600) as f64 / 10.0,
            steps,
        }
    }

    /// Sessions that the watch has handed over, oldest first.
    pub(super) fn sessions(&self) -> Vec<Session> {
        let days = self.midnights().filter(|(number, _)| number.rem_euclid(3) != 2);
        days.map(|(number, midnight)| self.session(number, midnight))
            .filter(|session| session.uploaded <= self.now)
            .collect()
    }

    fn session(&self, number: i64, midnight: i64) -> Session {
        let mut random = self.random(&format!("session {number}"));
        let kind = KINDS.get(number.rem_euclid(7) as usize % KINDS.len()).copied().unwrap_or_default();
        let start = self.instant(midnight + random.between(6 * 3_600, 19 * 3_600) * SECOND);
        let millis = random.between(1_200, 3_000) * SECOND + if random.chance(40) { 500 } else { 0 };
        let count = if kind.heart { millis / SECOND / RATE } else { 0 };
        let beats: Vec<Option<i64>> =
            (0..count).map(|index| Some(random.between(110, 165)).filter(|_| index % 97 < 90)).collect();
        let known: Vec<i64> = beats.iter().flatten().copied().collect();
        let mean = known.iter().sum::<i64>().checked_div(known.len() as i64);
        let meters = round(millis as f64 / 1_000.0 * kind.speed as f64 * 0.97, 1);
        Session {
            exercise: random.hex(8),
            session: (8_000_000_000 + self.rider.number as i64 * 1_000_000 + number).to_string(),
            start,
            offset: self.offset(start),
            millis,
            kind,
            meters,
            calories: millis / 6_000,
            heart_rate: mean.zip(known.iter().max().copied()),
            load: random.between(150, 1_900) as f64 / 10.0,
            beats,
            uploaded: start + millis + HANDED_OVER,
        }
    }
}

/// Stages end to end, and where the last one ends.
fn stages(random: &mut Random, start: i64, length: i64, odd: bool) -> (Vec<Stage>, i64) {
    let (mut stages, mut at) = (Vec::new(), start);
    while at < start + length {
        let number = match stages.len() {
            0 => 2,
            3 if odd => 5,
            many => *[3, 4, 2, 1, 0].get(many % 5).unwrap_or(&2),
        };
        // All but the first begin on a full minute: the hypnogram has no seconds.
        let next = at - at.rem_euclid(MINUTE)
            + random.between(if number == 0 { 2 } else { 12 }, if number == 0 { 6 } else { 45 }) * MINUTE;
        stages.push(Stage { start: at, seconds: (next - at) / SECOND, number });
        at = next;
    }
    (stages, at)
}

impl Recharge {
    fn make(random: &mut Random, start: i64) -> Recharge {
        let heart_rate = random.between(46, 58);
        let first = start - start.rem_euclid(MINUTE) + 30 * MINUTE;
        Recharge {
            heart_rate,
            interval: 60_000 / heart_rate,
            variability: random.between(28, 78),
            breath: random.pick(&[3_750, 4_000, 4_800]),
            status: random.between(1, 6),
            charge: random.between(-80, 80) as f64 / 10.0,
            variabilities: (0..24).map(|slot| (first + slot * 5 * MINUTE, random.between(25, 85))).collect(),
        }
    }

    /// Breaths a minute.
    pub(super) fn breaths(&self) -> f64 {
        60_000.0 / self.breath as f64
    }
}

impl Night {
    /// Seconds in the stages of these numbers.
    pub(super) fn seconds(&self, numbers: &[i64]) -> i64 {
        self.stages.iter().filter(|stage| numbers.contains(&stage.number)).map(|stage| stage.seconds).sum()
    }

    /// In AccessLink's words; `asleep` is v4's.
    pub(super) fn values(&self) -> Vec<(&'static str, f64)> {
        let mut values = vec![
            ("asleep", self.seconds(&[1, 2, 3, 4, 5]) as f64),
            ("light_sleep", self.seconds(&[2, 3]) as f64),
            ("deep_sleep", self.seconds(&[4]) as f64),
            ("rem_sleep", self.seconds(&[1]) as f64),
            ("unrecognized_sleep_stage", self.seconds(&[5]) as f64),
            ("total_interruption_duration", self.seconds(&[0]) as f64),
            ("sleep_score", self.score as f64),
        ];
        if let Some(recharge) = &self.recharge {
            values.extend([
                ("beat_to_beat_avg", recharge.interval as f64),
                ("heart_rate_variability_avg", recharge.variability as f64),
                ("breathing_rate_avg", recharge.breaths()),
                ("nightly_recharge_status", recharge.status as f64),
            ]);
        }
        values
    }
}

impl Day {
    pub(super) fn total(&self) -> i64 {
        self.steps.iter().map(|(_, steps)| steps).sum()
    }

    /// In AccessLink's words. v4 has the steps alone.
    pub(super) fn values(&self) -> Vec<(&'static str, f64)> {
        vec![
            ("steps", self.total() as f64),
            ("calories", self.calories as f64),
            ("active_calories", self.active_calories as f64),
            ("active_duration", self.active as f64),
            ("inactive_duration", self.inactive as f64),
            ("daily_activity", self.goal),
        ]
    }
}

impl Session {
    /// Unix milliseconds.
    pub(super) fn end(&self) -> i64 {
        self.start + self.millis
    }

    /// Wall time as if it were UTC.
    pub(super) fn wall(&self) -> i64 {
        self.start + self.offset * SECOND
    }

    /// In AccessLink's words.
    pub(super) fn values(&self) -> Vec<(&'static str, f64)> {
        let mut values = vec![
            ("duration", self.millis as f64 / 1_000.0),
            ("distance", self.meters),
            ("calories", self.calories as f64),
            ("training_load", self.load),
        ];
        if let Some((mean, highest)) = self.heart_rate {
            values.extend([("average", mean as f64), ("maximum", highest as f64)]);
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(rider: &Rider) -> Member<'_> {
        // In the afternoon of 2026-03-12 in Berlin.
        Member { rider, seed: 4, now: 1_773_327_600_000 }
    }

    #[test]
    fn stages_lie_end_to_end_over_the_night_and_begin_on_full_minutes() {
        let rider = Rider::default();
        for night in member(&rider).nights() {
            assert_eq!(night.stages.first().unwrap().start, night.start);
            assert!(night.stages.windows(2).all(|pair| pair[0].start + pair[0].seconds * SECOND == pair[1].start));
            assert!(night.stages.iter().skip(1).all(|stage| stage.start % MINUTE == 0));
            let sum: i64 = night.stages.iter().map(|stage| stage.seconds).sum();
            assert_eq!(night.start + sum * SECOND, night.end);
        }
    }

    #[test]
    fn the_same_is_made_again_and_nothing_of_the_future() {
        let rider = Rider::default();
        let (now, later) = (member(&rider), Member { now: 1_773_327_600_000 + DAY, ..member(&rider) });
        assert_eq!(now.nights()[1..], later.nights()[..now.nights().len() - 1]);
        assert!(now.nights().len() >= 10 && now.days().len() >= 10 && now.sessions().len() >= 6);
        assert!(now.sessions().iter().all(|session| session.end() < now.now));
        assert!(now.nights().iter().any(|night| night.recharge.is_none()));
    }
}
