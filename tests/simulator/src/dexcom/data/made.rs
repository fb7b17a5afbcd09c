//! Readings of a sensor, every five minutes from more than ten days ago.

use std::f64::consts::TAU;

use serde_json::{Value, json};

use crate::clock::{DAY, SECOND, bare, zulu};
use crate::random::Random;
use crate::world::Rider;

const MINUTE: i64 = 60 * SECOND;
/// Between two readings.
const STEP: i64 = 5 * MINUTE;
/// Readings of a day.
const PER_DAY: i64 = DAY / STEP;
/// Readings between two transmitters: one lasts ten days here, so that everybody has had two.
const TRANSMITTER: i64 = 10 * PER_DAY;
/// Readings that are missing while a new one warms up: two hours.
const WARM_UP: i64 = 24;

/// Something with a time and an id.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) id: String,
    /// `systemTime`, in Unix milliseconds.
    pub(super) at: i64,
    pub(super) json: Value,
}

impl Item {
    pub(super) fn member(&self, name: &str) -> &Value {
        self.json.get(name).unwrap_or(&Value::Null)
    }
}

/// A rider who wears a sensor.
#[derive(Debug)]
pub(super) struct Wearer<'r> {
    pub(super) rider: &'r Rider,
    pub(super) seed: u64,
    /// The first midnight in UTC. It moves on only once a week, so that a day does not vanish at each midnight.
    pub(super) first: i64,
    /// The last instant of which the cloud has heard: apps hand over late, by about an hour in the United States and by
    /// three elsewhere.
    pub(super) until: i64,
    mmol: bool,
    /// Wears a Dexcom ONE, of which there are no events.
    pub(super) one: bool,
    /// Has an account and never wore a sensor.
    pub(super) never: bool,
}

/// What goes with every record: which sensor, shown by what.
struct Source {
    transmitter: String,
    generation: &'static str,
    device: &'static str,
    app: Option<&'static str>,
}

impl<'r> Wearer<'r> {
    /// Every second account in Europe is a Dexcom ONE, and every second in Japan is empty.
    pub(super) fn new(rider: &'r Rider, seed: u64, region: &str, now: i64) -> Wearer<'r> {
        let today = now.div_euclid(DAY);
        let second = (rider.number / 3) % 2;
        Wearer {
            rider,
            seed,
            first: (today - 10).div_euclid(7) * 7 * DAY,
            until: now - if region == "us" { 60 } else { 180 } * MINUTE,
            mmol: region == "eu",
            one: region == "eu" && second == 0,
            never: region == "jp" && second == 1,
        }
    }

    pub(super) fn id(&self, of: &str) -> String {
        Random::of(self.seed, &format!("{} dexcom {of}", self.rider.username)).guid()
    }

    /// `systemTime` and `displayTime` as an app writes them.
    pub(super) fn times(&self, at: i64) -> (String, String) {
        let offset = self.rider.zone.offset(at);
        (zulu(at), format!("{}{}", self.shown(at), written(offset)))
    }

    fn shown(&self, at: i64) -> String {
        bare(at + i64::from(self.rider.zone.offset(at)) * SECOND)
    }

    /// One end of a range of data: both times without an offset.
    pub(super) fn bound(&self, at: i64) -> Value {
        json!({ "systemTime": bare(at), "displayTime": self.shown(at) })
    }

    fn source(&self, reading: i64) -> Source {
        // The change comes in the middle of a day.
        let which = (reading - PER_DAY / 2).div_euclid(TRANSMITTER);
        let transmitter = Random::of(self.seed, &format!("{} transmitter {which}", self.rider.username)).hex(64);
        let receiver = (reading / PER_DAY) % 2 == 0 && (60..72).contains(&(reading % PER_DAY));
        let (generation, device, app) = if self.mmol { ("g7", "android", "G7Android") } else { ("g6", "iOS", "G6") };
        let (device, app) = if receiver { ("receiver", None) } else { (device, Some(app)) };
        Source { transmitter, generation, device, app }
    }

    /// The newest last.
    pub(super) fn egvs(&self) -> Vec<Item> {
        if self.never {
            return Vec::new();
        }
        let phase = (35 + self.rider.number as i64 % 200) * SECOND;
        let (from, to) = ((self.first - phase).div_euclid(STEP) + 1, (self.until - phase).div_euclid(STEP));
        let worn = |reading: &i64| (reading - PER_DAY / 2).rem_euclid(TRANSMITTER) >= WARM_UP;
        (from..=to).filter(worn).map(|reading| self.egv(reading, reading * STEP + phase)).collect()
    }

    fn egv(&self, reading: i64, at: i64) -> Item {
        let (day, of_day) = (reading / PER_DAY, reading % PER_DAY);
        let (status, number) = match of_day {
            100..104 if day % 3 == 1 => ("high", None),
            30..32 if day % 4 == 2 => ("low", None),
            200 => ("unknown", None),
            _ => ("ok", Some(self.level(at))),
        };
        let rate = number.map(|level| (level - self.level(at - STEP)) / 5.0);
        let scale = if self.mmol { 18.0 } else { 1.0 };
        let rounded = |value: f64, to: f64| (value / scale * to).round() / to;
        let unit = if self.mmol { "mmol/L" } else { "mg/dL" };
        let source = self.source(reading);
        let (system, display) = match of_day {
            // A receiver knows no offset.
            _ if source.app.is_none() => (bare(at), self.shown(at)),
            // The phone's clock is some seconds behind the transmitter's.
            210 => (zulu(at), format!("{}{}", self.shown(at - 14 * SECOND), with_seconds(self.rider.zone.offset(at)))),
            _ => self.times(at),
        };
        let id = self.id(&format!("egv {reading}"));
        let json = json!({
            "recordId": id,
            "systemTime": system,
            "displayTime": display,
            "transmitterId": source.transmitter,
            "transmitterTicks": (reading - PER_DAY / 2).rem_euclid(TRANSMITTER) * 300,
            "value": number.map(|level| rounded(level, if self.mmol { 10.0 } else { 1.0 })),
            "status": status,
            "trend": rate.map_or("notComputable", arrow),
            "trendRate": rate.map(|rate| rounded(rate, if self.mmol { 100.0 } else { 10.0 })),
            "unit": unit,
            "rateUnit": format!("{unit}/min"),
            "displayDevice": source.device,
            "transmitterGeneration": source.generation,
            "displayApp": source.app,
        });
        Item { id, at, json }
    }

    /// mg/dL: between 60 and 240, with meals.
    fn level(&self, at: i64) -> f64 {
        let wave = |hours: f64, shift: f64| (TAU * (at as f64 / (hours * 3_600_000.0) + shift)).sin();
        let own = self.rider.number as f64 * 0.17;
        150.0 + 55.0 * wave(6.0, own) + 25.0 * wave(1.6, own) + 10.0 * wave(24.0, 0.3)
    }

    pub(super) fn calibrations(&self) -> Vec<Item> {
        if self.never || self.one {
            return Vec::new();
        }
        let days = (self.first / DAY..=self.until / DAY).filter(|day| day % 4 == 0);
        let times = days.map(|day| day * DAY + 8 * 3_600 * SECOND).filter(|at| *at <= self.until);
        times.map(|at| self.calibration(at)).collect()
    }

    fn calibration(&self, at: i64) -> Item {
        let source = self.source(at / STEP);
        let (system, display) = self.times(at);
        let id = self.id(&format!("calibration {at}"));
        let (value, unit) = match self.mmol {
            true => ((self.level(at) / 1.8).round() / 10.0, "mmol/L"),
            false => (self.level(at).round(), "mg/dL"),
        };
        let json = json!({
            "recordId": id,
            "systemTime": system,
            "displayTime": display,
            "transmitterId": source.transmitter,
            "transmitterTicks": 100,
            "value": value,
            "unit": unit,
            "displayDevice": source.device,
            "transmitterGeneration": source.generation,
            "displayApp": source.app,
        });
        Item { id, at, json }
    }

    pub(super) fn devices(&self) -> Vec<Value> {
        if self.never {
            return Vec::new();
        }
        let source = self.source(self.until / STEP);
        vec![json!({
            "transmitterGeneration": source.generation,
            "displayDevice": source.device,
            "displayApp": source.app,
            "lastUploadDate": zulu(self.until),
            "alertSchedules": [],
        })]
    }
}

/// Where the thresholds lie is not documented.
fn arrow(rate: f64) -> &'static str {
    match (rate.abs() * 10.0).round() as i64 {
        0..10 => "flat",
        10..20 if rate > 0.0 => "fortyFiveUp",
        20..30 if rate > 0.0 => "singleUp",
        _ if rate > 0.0 => "doubleUp",
        10..20 => "fortyFiveDown",
        20..30 => "singleDown",
        _ => "doubleDown",
    }
}

/// `-08:00`.
fn written(offset: i32) -> String {
    let minutes = offset.abs() / 60;
    format!("{}{:02}:{:02}", if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

/// The offset a second too far east: `-07:59:59`.
fn with_seconds(offset: i32) -> String {
    let seconds = (offset + 1).abs();
    let sign = if offset < 0 { '-' } else { '+' };
    format!("{sign}{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_written_as_dexcom_does() {
        assert_eq!([written(-28_800), written(19_800), written(0)], ["-08:00", "+05:30", "+00:00"]);
        assert_eq!([with_seconds(-25_200), with_seconds(3_600)], ["-06:59:59", "+01:00:01"]);
    }

    #[test]
    fn an_arrow_follows_the_rate() {
        assert_eq!([0.4, 1.5, 2.0, 9.0].map(arrow), ["flat", "fortyFiveUp", "singleUp", "doubleUp"]);
        assert_eq!([-0.4, -1.0, -2.9, -9.0].map(arrow), ["flat", "fortyFiveDown", "singleDown", "doubleDown"]);
    }
}
