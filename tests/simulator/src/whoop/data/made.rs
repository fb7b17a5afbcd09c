//! What WHOOP holds of a rider: days from falling asleep to falling asleep, their nights and recoveries, naps and workouts.
//! Each day is made of the seed, the rider and its number alone, so that it is the same whenever it is asked for.
//!
//! A night is scored hours after it was handed over, a day that has ended and a workout sooner. Some are never scored, some
//! are handed over days late, and riders with an old strap have neither oxygen nor temperature.

use serde_json::{Map, Value, json};

use crate::clock::{DAY, SECOND, bare};
use crate::random::Random;
use crate::world::Rider;

const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

/// Days that are there: two pages of the largest size, the second not full.
pub(super) const DAYS: i64 = 40;

/// From waking up to the moment at which the strap hands over what it has.
const HANDED_OVER: i64 = 5 * MINUTE;
/// The same where the telephone was away for days.
const LATE: i64 = 4 * DAY;
/// From then to the score of a night and its recovery.
pub(super) const NIGHT_SCORED: i64 = 12 * HOUR;
/// From the end of a day or a workout to its score.
const OTHERS_SCORED: i64 = 2 * HOUR;

/// One thing in a collection.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    /// By which collections are sorted and filtered: a recovery has its night's.
    pub(super) start: i64,
    /// None for the day that lasts.
    pub(super) end: Option<i64>,
    pub(super) value: Value,
}

/// A rider at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) rider: &'a Rider,
    pub(super) seed: u64,
    /// WHOOP's id of the user.
    pub(super) id: i64,
    pub(super) now: i64,
}

/// A day by number, counted from 1970 where the rider lives.
#[derive(Debug, Clone, Copy)]
struct Day {
    number: i64,
    asleep: i64,
    awake: i64,
    /// When the next night begins.
    next: i64,
    /// When it was handed over.
    ready: i64,
    /// Whether a later day was handed over, so that WHOOP knows that this one is over.
    closed: bool,
}

/// `2026-03-10T17:31:04.250Z`.
fn millis(instant: i64) -> String {
    format!("{}.{:03}Z", bare(instant), instant.rem_euclid(SECOND))
}

/// `+05:30`, and `Z` for none.
fn zone(offset: i32) -> String {
    let (hours, minutes) = (offset.abs() / 3_600, offset.abs() / 60 % 60);
    match offset {
        0 => "Z".to_owned(),
        1.. => format!("+{hours:02}:{minutes:02}"),
        _ => format!("-{hours:02}:{minutes:02}"),
    }
}

fn round(value: f64, places: i32) -> f64 {
    let factor = 10_f64.powi(places);
    (value * factor).round() / factor
}

fn between(random: &mut Random, low: f64, high: f64) -> f64 {
    low + random.unit() * (high - low)
}

/// What all answers have in common.
struct Frame {
    id: Value,
    start: i64,
    end: Option<i64>,
    created: i64,
    updated: i64,
    state: &'static str,
}

impl Member<'_> {
    fn random(&self, what: &str, number: i64) -> Random {
        Random::of(self.seed, &format!("{} whoop {what} {number}", self.rider.username))
    }

    fn guid(&self, what: &str, number: i64) -> String {
        self.random(&format!("id of {what}"), number).guid()
    }

    fn cycle_id(&self, number: i64) -> i64 {
        930_000_000 + 100_000 * self.rider.number as i64 + number
    }

    /// Falling asleep and waking up; the night is that before the day.
    fn night(&self, number: i64) -> (i64, i64) {
        let mut random = self.random("night", number);
        let midnight = number * DAY - i64::from(self.rider.zone.offset(number * DAY)) * SECOND;
        let asleep = midnight - random.between(30 * MINUTE, 150 * MINUTE);
        (asleep, asleep + random.between(390 * MINUTE, 510 * MINUTE))
    }

    /// Those that were handed over, oldest first.
    fn days(&self) -> Vec<Day> {
        let today = (self.now + i64::from(self.rider.zone.offset(self.now)) * SECOND).div_euclid(DAY);
        let ready = |number: i64| {
            let late = if number % 11 == 6 { LATE } else { 0 };
            self.night(number).1 + HANDED_OVER + late
        };
        let day = |number: i64| {
            let ((asleep, awake), (next, _)) = (self.night(number), self.night(number + 1));
            // Of two days that follow each other one at most is late.
            let closed = ready(number + 1).min(ready(number + 2)) <= self.now;
            Day { number, asleep, awake, next, ready: ready(number), closed }
        };
        (today - DAYS + 1..=today + 1).map(day).filter(|day| day.ready <= self.now).collect()
    }

    fn frame(&self, of: Frame) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("id".into(), of.id);
        fields.insert("user_id".into(), self.id.into());
        fields.insert("created_at".into(), millis(of.created).into());
        fields.insert("updated_at".into(), millis(of.updated).into());
        fields.insert("start".into(), millis(of.start).into());
        fields.insert("end".into(), of.end.map(millis).into());
        fields.insert("timezone_offset".into(), zone(self.rider.zone.offset(of.start)).into());
        fields.insert("score_state".into(), of.state.into());
        fields
    }

    /// What a state shows: a score that is not there has no member either.
    fn state(&self, never: bool, scored_at: i64) -> &'static str {
        match (never, self.now < scored_at) {
            (true, _) => "UNSCORABLE",
            (false, true) => "PENDING_SCORE",
            (false, false) => "SCORED",
        }
    }

    fn night_state(&self, day: &Day) -> &'static str {
        self.state(day.number % 7 == 2, day.ready + NIGHT_SCORED)
    }

    pub(super) fn cycles(&self) -> Vec<Item> {
        self.days().iter().map(|day| self.cycle(day)).collect()
    }

    fn cycle(&self, day: &Day) -> Item {
        let mut random = self.random("cycle", day.number);
        let end = day.closed.then_some(day.next);
        // The day that lasts has a score that grows; here it is there from the beginning.
        let state = self.state(day.number % 9 == 4, end.map_or(self.now, |end| end + OTHERS_SCORED));
        let id = self.cycle_id(day.number);
        let updated = end.map_or(day.ready, |end| end.max(day.ready));
        let mut value = self.frame(Frame {
            id: id.into(),
            start: day.asleep,
            end,
            created: day.ready,
            updated: if state == "SCORED" && day.closed { updated + OTHERS_SCORED } else { updated },
            state,
        });
        if state == "SCORED" {
            let score = json!({
                "strain": round(between(&mut random, 4.0, 19.5), 4),
                "kilojoule": round(between(&mut random, 7_200.0, 15_800.0), 3),
                "average_heart_rate": random.between(58, 82),
                "max_heart_rate": random.between(128, 184),
            });
            value.insert("score".into(), score);
        }
        Item { id: id.to_string(), start: day.asleep, end, value: value.into() }
    }

    pub(super) fn recoveries(&self) -> Vec<Item> {
        self.days().iter().map(|day| self.recovery(day)).collect()
    }

    fn recovery(&self, day: &Day) -> Item {
        let mut random = self.random("recovery", day.number);
        let state = self.night_state(day);
        let cycle = self.cycle_id(day.number);
        let scored = state == "SCORED";
        let mut value = json!({
            "cycle_id": cycle,
            "sleep_id": self.guid("sleep", day.number),
            "user_id": self.id,
            "created_at": millis(day.ready),
            "updated_at": millis(if scored { day.ready + NIGHT_SCORED } else { day.ready }),
            "score_state": state,
        });
        if let (true, Some(fields)) = (scored, value.as_object_mut()) {
            let mut score = json!({
                "user_calibrating": day.number % 40 < 4,
                "recovery_score": random.between(12, 98),
                "resting_heart_rate": random.between(44, 66),
                "hrv_rmssd_milli": round(between(&mut random, 24.0, 118.0), 6),
            });
            if let (true, Some(score)) = (self.rider.number % 3 != 2, score.as_object_mut()) {
                score.insert("spo2_percentage".into(), round(between(&mut random, 93.0, 99.0), 4).into());
                score.insert("skin_temp_celsius".into(), round(between(&mut random, 32.0, 35.0), 2).into());
            }
            fields.insert("score".into(), score);
        }
        Item { id: cycle.to_string(), start: day.asleep, end: Some(day.awake), value }
    }

    /// Nights and naps, by their start.
    pub(super) fn sleeps(&self) -> Vec<Item> {
        let mut items = Vec::new();
        for day in self.days() {
            let night = (day.asleep, day.awake, day.ready);
            items.push(self.sleep(&day, night, self.night_state(&day), false));
            let start = day.awake + 7 * HOUR;
            let end = start + 25 * MINUTE;
            let ready = (end + HANDED_OVER).max(day.ready);
            if day.number % 5 == 0 && ready <= self.now {
                items.push(self.sleep(&day, (start, end, ready), self.state(false, ready + OTHERS_SCORED), true));
            }
        }
        items
    }

    fn sleep(&self, day: &Day, (start, end, ready): (i64, i64, i64), state: &'static str, nap: bool) -> Item {
        let what = if nap { "nap" } else { "sleep" };
        let id = self.guid(what, day.number);
        let scored = state == "SCORED";
        let after = if nap { OTHERS_SCORED } else { NIGHT_SCORED };
        let updated = if scored { ready + after } else { ready };
        let frame = Frame { id: id.clone().into(), start, end: Some(end), created: ready, updated, state };
        let mut value = self.frame(frame);
        value.insert("cycle_id".into(), self.cycle_id(day.number).into());
        value.insert("nap".into(), nap.into());
        if !nap {
            value.insert("v1_id".into(), (self.cycle_id(day.number) % 10_000_000).into());
        }
        if scored {
            value.insert("score".into(), self.rest(&mut self.random(what, day.number), end - start));
        }
        Item { id, start, end: Some(end), value: value.into() }
    }

    fn rest(&self, random: &mut Random, in_bed: i64) -> Value {
        let awake = in_bed * random.between(2, 9) / 100;
        let (deep, rem) = (in_bed * random.between(14, 24) / 100, in_bed * random.between(16, 26) / 100);
        let asleep = in_bed - awake;
        json!({
            "stage_summary": {
                "total_in_bed_time_milli": in_bed,
                "total_awake_time_milli": awake,
                "total_no_data_time_milli": 0,
                "total_light_sleep_time_milli": asleep - deep - rem,
                "total_slow_wave_sleep_time_milli": deep,
                "total_rem_sleep_time_milli": rem,
                "sleep_cycle_count": random.between(1, 6),
                "disturbance_count": random.between(0, 16),
            },
            "sleep_needed": {
                "baseline_milli": 27_000_000 + random.between(0, 1_800_000),
                "need_from_sleep_debt_milli": random.between(0, 3_000_000),
                "need_from_recent_strain_milli": random.between(0, 1_500_000),
                "need_from_recent_nap_milli": -random.between(0, 1_200_000),
            },
            "respiratory_rate": round(between(random, 12.5, 18.5), 8),
            "sleep_performance_percentage": random.between(52, 100),
            "sleep_consistency_percentage": random.between(48, 97),
            "sleep_efficiency_percentage": round(asleep as f64 * 100.0 / in_bed as f64, 8),
        })
    }

    pub(super) fn workouts(&self) -> Vec<Item> {
        self.days().iter().filter_map(|day| self.workout(day)).collect()
    }

    /// On two days of three, in the afternoon; every other one outside.
    fn workout(&self, day: &Day) -> Option<Item> {
        let mut random = self.random("workout", day.number);
        let start = day.awake + 10 * HOUR + random.between(0, 40 * MINUTE);
        let end = start + random.between(20 * MINUTE, 75 * MINUTE);
        let ready = (end + HANDED_OVER).max(day.ready);
        if day.number % 3 == 1 || ready > self.now {
            return None;
        }
        let (sport, number) = match day.number % 4 {
            0 => ("running", 0),
            1 => ("cycling", 1),
            2 => ("weightlifting", 45),
            _ => ("sauna", 233),
        };
        let outside = day.number % 4 < 2;
        let state = self.state(day.number % 10 == 7, ready + OTHERS_SCORED);
        let scored = state == "SCORED";
        let updated = if scored { ready + OTHERS_SCORED } else { ready };
        let id = self.guid("workout", day.number);
        let frame = Frame { id: id.clone().into(), start, end: Some(end), created: ready, updated, state };
        let mut value = self.frame(frame);
        value.insert("sport_name".into(), sport.into());
        value.insert("sport_id".into(), number.into());
        if scored {
            value.insert("score".into(), self.effort(&mut random, end - start, outside));
        }
        Some(Item { id, start, end: Some(end), value: value.into() })
    }

    fn effort(&self, random: &mut Random, lasted: i64, outside: bool) -> Value {
        let heart = random.between(96, 156);
        let shares = [4, 22, 31, 25, 13];
        let zones: Vec<i64> = shares.iter().map(|share| lasted * share / 100).collect();
        let zone = |index: usize| zones.get(index).copied().unwrap_or_default();
        let where_it_was = |value: f64| if outside { Value::from(value) } else { Value::Null };
        json!({
            "strain": round(between(random, 3.0, 17.0), 4),
            "average_heart_rate": heart,
            "max_heart_rate": heart + random.between(9, 34),
            "kilojoule": round(between(random, 420.0, 3_600.0), 6),
            "percent_recorded": 100,
            "distance_meter": where_it_was(round(between(random, 2_500.0, 28_000.0), 4)),
            "altitude_gain_meter": where_it_was(round(between(random, 4.0, 480.0), 4)),
            "altitude_change_meter": where_it_was(round(between(random, -40.0, 40.0), 4)),
            "zone_durations": {
                "zone_zero_milli": zone(0),
                "zone_one_milli": zone(1),
                "zone_two_milli": zone(2),
                "zone_three_milli": zone(3),
                "zone_four_milli": zone(4),
                "zone_five_milli": lasted - zones.iter().sum::<i64>(),
            },
        })
    }

    pub(super) fn profile(&self) -> Value {
        let rider = self.rider;
        json!({ "user_id": self.id, "email": rider.email, "first_name": rider.first, "last_name": rider.last })
    }

    pub(super) fn body(&self) -> Value {
        let mut random = self.random("body", 0);
        json!({
            "height_meter": round(between(&mut random, 1.55, 1.98), 4),
            "weight_kilogram": self.rider.weight,
            "max_heart_rate": random.between(174, 199),
        })
    }
}
