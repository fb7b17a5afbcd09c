//! Nights and naps, in sum and stage by stage.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::clock::{DAY, SECOND, date};
use crate::random::Random;

use super::made::{HOUR, Item, MINUTE, Member, local};

/// From waking up to the moment at which a night is there.
const HANDED_OVER: i64 = 30 * MINUTE;

/// What watched a night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Watcher {
    /// A mat under the mattress.
    Mat,
    Watch,
    /// Nobody: it was typed in.
    Hand,
}

impl Watcher {
    fn model(self) -> (i64, Option<i64>) {
        match self {
            Watcher::Mat => (32, Some(63)),
            Watcher::Watch => (16, Some(93)),
            Watcher::Hand => (0, None),
        }
    }
}

/// A stretch in one stage: Unix seconds, and 0 awake, 1 light, 2 deep, 3 REM, 4 typed in.
type Stretch = (i64, i64, i64);

impl Member<'_> {
    /// Those that were handed over, oldest first. The day is that of waking up.
    pub(super) fn nights(&self) -> Vec<Item> {
        let nights = self.numbers().flat_map(|number| {
            let mut random = self.random("night", number);
            let bed = local(&self.rider.zone, number, 0) - random.between(30, 120) * MINUTE;
            let rise = local(&self.rider.zone, number, 0) + random.between(330, 450) * MINUTE;
            let mat = self.night(number, 0, (bed, rise), Watcher::Mat);
            // A watch begins later: it knows nothing of lying down.
            let watch = (number % 6 == 1)
                .then(|| self.night(number, 1, (bed + 20 * MINUTE, rise - 10 * MINUTE), Watcher::Watch));
            let noon = local(&self.rider.zone, number, 13 * HOUR);
            let nap = (number % 9 == 4).then(|| self.night(number, 2, (noon, noon + 45 * MINUTE), Watcher::Hand));
            [Some(mat), watch, nap].into_iter().flatten()
        });
        self.there(nights)
    }

    fn night(&self, number: i64, slot: i64, (start, end): (i64, i64), watcher: Watcher) -> Item {
        let id = self.id(2, number, slot);
        let (start, end) = (start - start.rem_euclid(MINUTE), end - end.rem_euclid(MINUTE));
        let (model, model_id) = watcher.model();
        let stretches = stages(&mut self.random("stages", id), start / SECOND, end / SECOND, watcher);
        let data = summed(&mut self.random("sleep", id), &stretches, watcher);
        let modified = (end + HANDED_OVER) / SECOND;
        let value = json!({
            "id": id,
            "timezone": self.rider.zone.name,
            "model": model,
            "model_id": model_id,
            "hash_deviceid": model_id.map(|model| self.device(&model.to_string())),
            "startdate": start / SECOND,
            "enddate": end / SECOND,
            "date": date(number * DAY),
            "data": data,
            "created": modified,
            "modified": modified,
        });
        Item { id: id.to_string(), start, end: Some(end), date: date(number * DAY), modified, value }
    }

    /// A night stage by stage, with values a minute of what was asked for. Neither says which night it is of.
    pub(super) fn stretches(&self, night: &Item, fields: &BTreeSet<String>) -> Vec<Value> {
        let id = night.get("id").as_i64().unwrap_or_default();
        let watcher = match night.get("model").as_i64() {
            Some(32) => Watcher::Mat,
            Some(16) => Watcher::Watch,
            _ => Watcher::Hand,
        };
        let (start, end) = (night.start / SECOND, night.end.unwrap_or(night.start) / SECOND);
        let stretches = stages(&mut self.random("stages", id), start, end, watcher);
        let mut random = self.random("moments", id);
        let rows = stretches.into_iter().map(|(from, to, state)| {
            let mut row = json!({
                "startdate": from,
                "enddate": to,
                "state": state,
                "model": "Sleep",
                "model_id": night.get("model_id"),
                "hash_deviceid": night.get("hash_deviceid"),
            });
            let drawn = moments(&mut random, from, to);
            let wanted = drawn.into_iter().filter(|(name, _)| fields.contains(*name) && (1..=3).contains(&state));
            if let Some(row) = row.as_object_mut() {
                row.extend(wanted.map(|(name, values)| (name.to_owned(), Value::Object(values))));
            }
            row
        });
        rows.collect()
    }
}

fn moments(random: &mut Random, from: i64, to: i64) -> [(&'static str, Map<String, Value>); 4] {
    let mut drawn = ["hr", "rr", "sdnn_1", "rmssd"].map(|name| (name, Map::new()));
    let bounds = [(44, 66), (11, 18), (30, 90), (20, 80)];
    for moment in (from..to).step_by(600) {
        for ((_, values), (low, high)) in drawn.iter_mut().zip(bounds) {
            values.insert(moment.to_string(), random.between(low, high).into());
        }
    }
    drawn
}

/// Falling asleep, cycles of light, deep, light and REM, and lying awake at the end. A watch knows only the cycles.
fn stages(random: &mut Random, start: i64, end: i64, watcher: Watcher) -> Vec<Stretch> {
    if watcher == Watcher::Hand {
        return vec![(start, end, 4)];
    }
    let lies = |minutes: i64| if watcher == Watcher::Mat { minutes * 60 } else { 0 };
    let asleep = start + lies(random.between(5, 25));
    let awake = end - lies(random.between(2, 15));
    let mut stretches = vec![(start, asleep, 0)];
    let mut at = asleep;
    for state in [1, 2, 1, 3, 0].into_iter().cycle() {
        let minutes = if state == 0 { random.between(1, 6) } else { random.between(15, 40) };
        // What would end within a minute of waking up ends there.
        let to = at + minutes * 60;
        let to = if to + 60 >= awake { awake } else { to };
        stretches.push((at, to, state));
        at = to;
        if at >= awake {
            break;
        }
    }
    stretches.push((awake, end, 0));
    stretches.retain(|(from, to, _)| from < to);
    stretches
}

fn summed(random: &mut Random, stretches: &[Stretch], watcher: Watcher) -> Value {
    let seconds = |wanted: i64| -> i64 {
        stretches.iter().filter(|(_, _, state)| *state == wanted).map(|(from, to, _)| to - from).sum()
    };
    if watcher == Watcher::Hand {
        return json!({ "asleepduration": seconds(4) });
    }
    let whole: i64 = stretches.iter().map(|(from, to, _)| to - from).sum();
    let edge =
        |stretch: Option<&Stretch>| stretch.filter(|(_, _, state)| *state == 0).map_or(0, |(from, to, _)| to - from);
    let (latency, rising) = (edge(stretches.first()), edge(stretches.last()));
    let asleep = seconds(1) + seconds(2) + seconds(3);
    let mut data = json!({
        "wakeupduration": seconds(0),
        "wakeupcount": stretches.iter().filter(|(_, _, state)| *state == 0).count().saturating_sub(1),
        "total_sleep_time": asleep,
        "waso": seconds(0) - latency - rising,
        "lightsleepduration": seconds(1),
        "deepsleepduration": seconds(2),
        "remsleepduration": seconds(3),
        "nb_rem_episodes": stretches.iter().filter(|(_, _, state)| *state == 3).count(),
        "hr_average": random.between(48, 62),
        "hr_min": random.between(40, 46),
        "hr_max": random.between(68, 90),
        "sleep_score": random.between(40, 95),
    });
    let felt = json!({
        "total_timeinbed": whole,
        "sleep_latency": latency,
        "wakeup_latency": rising,
        "sleep_efficiency": (asleep as f64 / whole as f64 * 100.0).round() / 100.0,
        "out_of_bed_count": random.between(0, 2),
        "rr_average": random.between(12, 16),
        "rr_min": random.between(9, 11),
        "rr_max": random.between(17, 21),
        "breathing_disturbances_intensity": random.between(0, 40),
        "snoring": random.between(0, 40) * 60,
        "snoringepisodecount": random.between(0, 12),
        "apnea_hypopnea_index": random.between(0, 12),
    });
    if let (Watcher::Mat, Some(data), Value::Object(felt)) = (watcher, data.as_object_mut(), felt) {
        data.extend(felt);
    }
    data
}
