//! What a sensor measures, as it is shown to a follower.
//!
//! The curve has a value at each quarter of an hour of the last twelve hours; on top of it stands one of the last whole minute.
//! The logbook has two scans a day of fourteen days and, of the third day back, an alarm without a value. One value of a day is
//! above what a sensor can tell. Every third rider looks at mmol/L.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::clock::{DAY, QUARTER, SECOND};
use crate::ledger::Thing;
use crate::message::Reply;
use crate::random::Random;
use crate::state::State;
use crate::world::{Rider, World};

use super::{patient, with_ticket};

const MINUTE: i64 = 60 * SECOND;
const REACH: i64 = 12 * 60 * MINUTE;
const LOGGED_DAYS: i64 = 14;
/// How long a sensor is worn.
const WORN: i64 = 14 * DAY;

/// Whoever wears a sensor, and what their phone shows.
struct Wearer<'a> {
    id: String,
    first: String,
    rider: &'a Rider,
    seed: u64,
}

/// A value and its trend; none of both is an alarm that came without.
#[derive(Clone, Copy)]
struct Glucose {
    value: Option<i64>,
    trend: Option<i64>,
    high: bool,
}

/// Themselves and, of the second of every three, somebody who shares with them too.
fn followed(rider: &Rider, seed: u64) -> Vec<Wearer<'_>> {
    let own = Wearer { id: patient(seed, &rider.username), first: rider.first.to_owned(), rider, seed };
    let child = Wearer { id: patient(seed, &format!("{} child", rider.username)), first: "Junior".into(), rider, seed };
    if rider.number % 3 == 1 { vec![own, child] } else { vec![own] }
}

impl Wearer<'_> {
    /// The same at the same minute, whoever asks and when.
    fn at(&self, instant: i64) -> Glucose {
        let mut random = Random::of(self.seed, &format!("{} {instant}", self.id));
        let wave = ((instant / MINUTE) as f64 / 90.0).sin();
        let high = instant.rem_euclid(DAY) == 19 * 60 * MINUTE;
        let value = if high { 500 } else { 128 + (48.0 * wave) as i64 + random.between(-9, 9) };
        Glucose { value: Some(value), trend: Some(random.between(1, 5)), high }
    }

    fn row(&self, instant: i64, glucose: Glucose, kind: i64) -> Value {
        let local = instant + i64::from(self.rider.zone.offset(instant)) * SECOND;
        let mmol = self.rider.number.is_multiple_of(3);
        let shown = glucose.value.map(|value| if mmol { (value as f64 / 1.8).round() / 10.0 } else { value as f64 });
        let mut row = json!({
            "FactoryTimestamp": american(instant), "Timestamp": american(local), "type": kind,
            "ValueInMgPerDl": glucose.value, "MeasurementColor": if glucose.high { 3 } else { 1 },
            "GlucoseUnits": if mmol { 0 } else { 1 }, "Value": shown, "isHigh": glucose.high, "isLow": false,
        });
        if let (Some(row), Some(trend)) = (row.as_object_mut(), glucose.trend) {
            row.insert("TrendArrow".into(), json!(trend));
            row.insert("TrendMessage".into(), Value::Null);
        }
        row
    }

    /// Moments of the curve, oldest first.
    fn curve(now: i64) -> impl Iterator<Item = i64> {
        let last = now - now.rem_euclid(QUARTER);
        let count = REACH / QUARTER;
        (0..count).map(move |index| last - (count - 1 - index) * QUARTER)
    }

    /// Moments of scans, newest first.
    fn scans(now: i64) -> impl Iterator<Item = i64> {
        let today = now - now.rem_euclid(DAY);
        let days = (0..=LOGGED_DAYS).map(move |back| today - back * DAY);
        let all = days.flat_map(|day| [day + 17 * 60 * MINUTE + 36 * SECOND, day + 6 * 60 * MINUTE + 12 * SECOND]);
        all.filter(move |at| (now - LOGGED_DAYS * DAY..=now).contains(at))
    }

    fn sensor(&self, now: i64) -> Value {
        let since = now - now.rem_euclid(WORN);
        let serial = Random::of(self.seed, &format!("{} sensor {since}", self.id)).hex(9).to_uppercase();
        json!({ "deviceId": "", "sn": serial, "a": since / SECOND, "w": 60, "pt": 4 })
    }

    fn connection(&self, now: i64) -> Value {
        let minute = now - now.rem_euclid(MINUTE);
        let current = self.row(minute, self.at(minute), 1);
        json!({
            "id": Random::of(self.seed, &format!("{} connection", self.id)).guid(), "patientId": self.id, "status": 2,
            "firstName": self.first, "lastName": self.rider.last, "targetLow": 70, "targetHigh": 180,
            "uom": if self.rider.number.is_multiple_of(3) { 0 } else { 1 },
            "sensor": self.sensor(now), "glucoseMeasurement": current, "glucoseItem": current,
        })
    }

    fn graph(&self, now: i64) -> Value {
        let curve: Vec<Value> =
            Self::curve(now).map(|at| self.row(at, Glucose { trend: None, ..self.at(at) }, 0)).collect();
        let sensor = self.sensor(now);
        json!({
            "connection": self.connection(now), "graphData": curve,
            "activeSensors": [{ "sensor": sensor, "device": {} }],
        })
    }

    fn logbook(&self, now: i64) -> Value {
        let silent = Glucose { value: None, trend: None, high: false };
        let alarm = now - now.rem_euclid(DAY) - 3 * DAY + 2 * 60 * MINUTE;
        let mut rows: Vec<(i64, Value)> = Self::scans(now).map(|at| (at, self.row(at, self.at(at), 1))).collect();
        let mut row = self.row(alarm, silent, 2);
        if let Some(row) = row.as_object_mut() {
            row.insert("alarmType".into(), json!(1));
        }
        rows.push((alarm, row));
        rows.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

/// `5/21/2022 1:38:50 PM`.
fn american(instant: i64) -> String {
    let time = jiff::Timestamp::from_millisecond(instant).unwrap_or_default();
    time.strftime("%-m/%-d/%Y %-I:%M:%S %p").to_string()
}

/// Answers what stands below `/llu/connections`.
pub(super) fn answer(state: &mut State, rider: &Rider, path: &[&str]) -> Reply {
    let (seed, now) = (state.world.seed, state.clock.now());
    let all = followed(rider, seed);
    let of = |id: &str| all.iter().find(|wearer| wearer.id == id);
    let (name, id, data) = match path {
        [] => ("connections", "", Some(all.iter().map(|wearer| wearer.connection(now)).collect())),
        [id, "graph"] => ("graph", *id, of(id).map(|wearer| wearer.graph(now))),
        [id, "logbook"] => ("logbook", *id, of(id).map(|wearer| wearer.logbook(now))),
        _ => return Reply::json(404, &json!({ "message": "Not Found" })),
    };
    match data {
        Some(data) => with_ticket(state, rider, &data).about(id, Vec::new()),
        None => Reply::json(200, &json!({ "error": { "message": "couldNotLoadPatient" }, "status": 4 })),
    }
    .at(name)
}

/// What a follower of a rider could see of the rider now: the curve (`history`) and scans (`scan`), oldest first.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let Some(wearer) = followed(rider, world.seed).into_iter().next() else { return Vec::new() };
    let thing = |what: &str, at: i64| Thing {
        kind: "body".into(),
        id: format!("{what} {at}"),
        start: Some(at),
        end: Some(at),
        values: BTreeMap::from([("ValueInMgPerDl".to_owned(), wearer.at(at).value.unwrap_or_default() as f64)]),
    };
    let mut things: Vec<Thing> = Wearer::curve(now).map(|at| thing("history", at)).collect();
    things.extend(Wearer::scans(now).map(|at| thing("scan", at)));
    things.sort_by_key(|thing| thing.start);
    things
}
