//! What Withings holds of a rider. Everything is made of the seed, the rider and the number of a day alone, so that it is the
//! same whenever it is asked for, and is there from the moment at which it was last changed.
//!
//! The odd cases here: days that two sources counted, that another source counted alone, that were mended days later and on
//! which the watch was not worn; workouts that were typed in, and one that has no word elsewhere.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::clock::{DAY, SECOND, Zone, date};
use crate::ledger::Thing;
use crate::random::Random;
use crate::world::Rider;

pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Days that are there.
pub(super) const DAYS: i64 = 40;

/// From the end of a day to the moment at which its row stands.
const COUNTED: i64 = 10 * MINUTE;
/// The same where another cloud hands it over.
const HANDED_OVER: i64 = 2 * HOUR;
/// The same of a day that is mended once more.
const MENDED: i64 = 2 * DAY;

/// What a day counts, as the provider calls it.
pub(super) const OF_A_DAY: [&str; 16] = [
    "steps",
    "distance",
    "elevation",
    "soft",
    "moderate",
    "intense",
    "active",
    "calories",
    "totalcalories",
    "hr_average",
    "hr_min",
    "hr_max",
    "hr_zone_0",
    "hr_zone_1",
    "hr_zone_2",
    "hr_zone_3",
];

/// One row of a list.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    /// Unix milliseconds.
    pub(super) start: i64,
    pub(super) end: Option<i64>,
    /// The day that it counts for, where the rider lives.
    pub(super) date: String,
    /// Unix seconds.
    pub(super) modified: i64,
    pub(super) value: Value,
}

/// A rider at an instant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) rider: &'a Rider,
    pub(super) seed: u64,
    pub(super) now: i64,
}

/// An instant on a day by number, counted from 1970, where the rider lives.
pub(super) fn local(zone: &Zone, number: i64, into: i64) -> i64 {
    let wall = number * DAY + into;
    let near = wall - i64::from(zone.offset(wall)) * SECOND;
    wall - i64::from(zone.offset(near)) * SECOND
}

/// What is not there.
static NOTHING: Value = Value::Null;

/// A member of a row.
pub(super) fn get<'v>(row: &'v Value, name: &str) -> &'v Value {
    row.get(name).unwrap_or(&NOTHING)
}

impl Item {
    /// A member of its row.
    pub(super) fn get(&self, name: &str) -> &Value {
        get(&self.value, name)
    }

    /// As the ledger tells it: numbers under Withings' own names; of a measure the name is `type_` and its number.
    pub(super) fn thing(&self, kind: &str) -> Thing {
        let numbers = |map: &Map<String, Value>| {
            let pairs = map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_f64()?)));
            pairs.collect::<BTreeMap<String, f64>>()
        };
        let values = match (self.get("data"), self.get("measures")) {
            (Value::Object(data), _) => numbers(data),
            (_, Value::Array(measures)) => measures.iter().filter_map(measured).collect(),
            _ => {
                let row = self.value.as_object().map(numbers).unwrap_or_default();
                row.into_iter().filter(|(name, _)| OF_A_DAY.contains(&name.as_str())).collect()
            }
        };
        Thing { kind: kind.into(), id: self.id.clone(), start: Some(self.start), end: self.end, values }
    }
}

/// A measure of the whole body, and its number.
fn measured(measure: &Value) -> Option<(String, f64)> {
    if get(measure, "position").as_i64().is_some_and(|position| !(6..=7).contains(&position)) {
        return None;
    }
    let power = 10_f64.powi(i32::try_from(-get(measure, "unit").as_i64()?).ok()?);
    Some((format!("type_{}", get(measure, "type")), get(measure, "value").as_f64()? / power))
}

impl Member<'_> {
    pub(super) fn random(&self, what: &str, number: i64) -> Random {
        Random::of(self.seed, &format!("{} withings {what} {number}", self.rider.username))
    }

    /// An id that nothing else has; `kind` tells the lists apart, `slot` what is of one day.
    pub(super) fn id(&self, kind: i64, number: i64, slot: i64) -> i64 {
        kind * 10_000_000_000 + self.rider.number as i64 * 1_000_000 + number % 100_000 * 10 + slot
    }

    pub(super) fn device(&self, what: &str) -> String {
        self.random(what, 0).hex(40)
    }

    /// The days that have begun where the rider lives, oldest first, by number.
    pub(super) fn numbers(&self) -> std::ops::RangeInclusive<i64> {
        let today = (self.now + i64::from(self.rider.zone.offset(self.now)) * SECOND).div_euclid(DAY);
        today - DAYS + 1..=today
    }

    /// Those that Withings has by now, oldest first.
    pub(super) fn there(&self, items: impl Iterator<Item = Item>) -> Vec<Item> {
        let mut items: Vec<Item> = items.filter(|item| item.modified * SECOND <= self.now).collect();
        items.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        items
    }

    /// Days that have ended, row by row.
    pub(super) fn days(&self) -> Vec<Item> {
        let rows = self.numbers().flat_map(|number| {
            let own = (number % 10 != 5).then(|| self.own(number));
            let others = (number % 3 == 0 || number % 10 == 5).then(|| self.others(number));
            own.into_iter().chain(others)
        });
        self.there(rows)
    }

    fn row(&self, number: i64, brand: i64, modified: i64, counted: &[(&str, Value)]) -> Item {
        let own = brand == 1;
        let mut value = json!({
            "deviceid": null,
            "hash_deviceid": own.then(|| self.device("watch")),
            "timezone": self.rider.zone.name,
            "date": date(number * DAY),
            "modified": modified / SECOND,
            "brand": brand,
            "modelid": if own { 93 } else { 1_055 },
            "model": if own { "ScanWatch" } else { "GoogleFit tracker" },
            "is_tracker": own,
        });
        if let Some(value) = value.as_object_mut() {
            value.extend(counted.iter().map(|(name, count)| ((*name).to_owned(), count.clone())));
        }
        Item {
            id: format!("{}/{brand}", date(number * DAY)),
            start: local(&self.rider.zone, number, 0),
            end: Some(local(&self.rider.zone, number + 1, 0)),
            date: date(number * DAY),
            modified: modified / SECOND,
            value,
        }
    }

    /// A watch's day. Every seventh is mended two days later: until then the last hours are missing.
    fn own(&self, number: i64) -> Item {
        let mut random = self.random("day", number);
        let end = local(&self.rider.zone, number + 1, 0);
        let late = end + MENDED;
        let mended = number % 7 == 2 && late <= self.now;
        let missing = if number % 7 == 2 && !mended { 1_500 } else { 0 };
        let steps = random.between(3_000, 16_000) - missing;
        let (moderate, intense) = (random.between(0, 90) * 60, random.between(0, 40) * 60);
        let worn = number % 8 != 6;
        let heart = |beats: i64| json!(if worn { beats } else { 0 });
        let mut counted = vec![
            ("steps", json!(steps)),
            ("distance", json!(steps as f64 * 0.75)),
            ("elevation", json!(random.between(0, 20))),
            ("soft", json!(random.between(20, 240) * 60)),
            ("moderate", json!(moderate)),
            ("intense", json!(intense)),
            ("active", json!(moderate + intense)),
            ("calories", json!(steps as f64 / 32.0)),
            ("totalcalories", json!(1_800.0 + steps as f64 / 32.0)),
        ];
        counted.extend([
            ("hr_average", heart(random.between(58, 84))),
            ("hr_min", heart(random.between(42, 55))),
            ("hr_max", heart(random.between(110, 180))),
            ("hr_zone_0", heart(random.between(30_000, 60_000))),
            ("hr_zone_1", heart(random.between(600, 6_000))),
            ("hr_zone_2", heart(random.between(60, 2_400))),
            ("hr_zone_3", heart(0)),
        ]);
        self.row(number, 1, if mended { late } else { end + COUNTED }, &counted)
    }

    /// Another cloud's day, without heart rate.
    fn others(&self, number: i64) -> Item {
        let mut random = self.random("other day", number);
        let end = local(&self.rider.zone, number + 1, 0);
        let steps = random.between(2_000, 12_000);
        let moderate = random.between(0, 90) * 60;
        let counted = [
            ("steps", json!(steps)),
            ("distance", json!(steps as f64 * 0.5)),
            ("elevation", json!(0)),
            ("soft", json!(random.between(20, 240) * 60)),
            ("moderate", json!(moderate)),
            ("intense", json!(0)),
            ("active", json!(moderate)),
            ("calories", json!(steps as f64 / 64.0)),
            ("totalcalories", json!(1_700.0 + steps as f64 / 64.0)),
        ];
        self.row(number, 18, end + HANDED_OVER, &counted)
    }

    /// One every other day. What was not measured is zero.
    pub(super) fn workouts(&self) -> Vec<Item> {
        self.there(self.numbers().filter(|number| number % 2 == 0).map(|number| self.workout(number)))
    }

    fn workout(&self, number: i64) -> Item {
        let mut random = self.random("workout", number);
        let start = local(&self.rider.zone, number, 17 * HOUR) + random.between(0, 120) * MINUTE;
        let end = start + random.between(20, 90) * MINUTE;
        // Walking, running, cycling, swimming, cycling indoors, ice hockey.
        let category = random.pick(&[1, 2, 6, 7, 308, 194]);
        let typed = number % 6 == 4;
        let measured = |value: i64| if typed { 0 } else { value };
        let swum = |value: i64| if category == 7 { value } else { 0 };
        let metres = random.between(1_000, 30_000);
        let data = json!({
            "calories": measured(random.between(100, 900)),
            "intensity": random.between(10, 90),
            "manual_distance": if typed { metres } else { 0 },
            "manual_calories": if typed { random.between(100, 900) } else { 0 },
            "hr_average": measured(random.between(100, 150)),
            "hr_min": measured(random.between(70, 95)),
            "hr_max": measured(random.between(155, 190)),
            "hr_zone_0": measured(random.between(60, 600)),
            "hr_zone_1": measured(random.between(60, 900)),
            "hr_zone_2": measured(random.between(60, 900)),
            "hr_zone_3": measured(random.between(60, 300)),
            "pause_duration": random.between(0, 3) * 60,
            "algo_pause_duration": 0,
            "spo2_average": 0,
            "steps": measured(if category <= 2 { random.between(1_500, 9_000) } else { 0 }),
            "distance": measured(metres),
            "elevation": 0,
            "pool_laps": swum(random.between(10, 60)),
            "strokes": swum(random.between(300, 1_500)),
            "pool_length": swum(25),
        });
        let id = self.id(4, number, 0);
        let modified = end / SECOND + 300;
        let value = json!({
            "id": id,
            "category": category,
            "timezone": self.rider.zone.name,
            "model": 93,
            "attrib": if typed { 2 } else { 7 },
            "startdate": start / SECOND,
            "enddate": end / SECOND,
            "date": date(number * DAY),
            "modified": modified,
            "deviceid": null,
            "data": data,
        });
        Item { id: id.to_string(), start, end: Some(end), date: date(number * DAY), modified, value }
    }

    pub(super) fn devices(&self) -> Vec<Value> {
        let device = |kind: &str, model: &str, number: i64| {
            json!({
                "type": kind,
                "battery": "high",
                "model": model,
                "model_id": number,
                "timezone": self.rider.zone.name,
                "first_session_date": null,
                "last_session_date": self.now / SECOND - 3_600,
                "deviceid": self.device(model),
                "hash_deviceid": self.device(model),
            })
        };
        vec![device("Scale", "Body Scan", 10), device("Activity Tracker", "ScanWatch", 93)]
    }

    pub(super) fn goals(&self) -> Value {
        json!({ "steps": 10_000, "sleep": 28_800, "weight": { "value": 70, "unit": 0 } })
    }
}
