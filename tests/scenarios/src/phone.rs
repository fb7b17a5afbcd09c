//! A phone with an app that pushes what is in its Health Connect, and what is true of it.
//!
//! What a day brings is determined by the phone's name and the day: each hour's steps and pulse, a night, a weighing, a blood
//! pressure, a glucose and, every second day, a ride with two laps.

use std::collections::BTreeMap;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use gearshift_model::Record;
use serde_json::{Map, Value, json};

use crate::http::Ask;
use crate::rider::Rider;
use crate::town::Town;

/// Health Connect's enum.
pub const HEALTH_CONNECT: &str = "HEALTH_CONNECT";

/// 2026-02-01T00:00:00Z in Unix milliseconds, where every phone's days begin.
const FIRST_DAY: i64 = 1_769_904_000_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// What is true of one record.
#[derive(Clone, Debug, PartialEq)]
struct Truth {
    kind: &'static str,
    start: i64,
    end: i64,
    what: &'static str,
    values: Vec<f64>,
}

/// A record of Health Connect that is about to be pushed.
#[derive(Clone, Debug)]
pub struct Measured {
    id: String,
    truth: Truth,
    /// As the app reads it.
    pub record: Value,
}

/// A phone that has enrolled.
#[derive(Clone)]
pub struct Phone {
    /// Its connection. The account is that of the town's first rider, and means nothing here.
    pub rider: Rider,
    /// What it shows.
    pub token: String,
    name: String,
    truth: BTreeMap<String, Truth>,
}

/// A moment as Health Connect writes it.
fn moment(instant: i64) -> String {
    jiff::Timestamp::from_millisecond(instant).unwrap().to_string()
}

/// A whole number below `most` that the words determine.
fn chance(words: &str, most: u64) -> u64 {
    let hash = words
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 29)) % most
}

impl Town {
    /// A ticket for a phone, as the platform's server gets it.
    pub async fn ticket(&self) -> String {
        let ticket: Value = self.v1("POST", "/phones").send().await.ok().json();
        ticket["token"].as_str().unwrap().to_owned()
    }

    /// What a phone sends to enrol.
    #[must_use]
    pub fn enrolment(&self, ticket: &str, reference: &str) -> Ask {
        let device = json!({"name": format!("Phone of {reference}"), "zone": "Europe/Berlin"});
        let ask = self.public("POST", "/ingest/health_connect/connect").bearer(ticket);
        ask.json(&json!({"reference": reference, "device": device}))
    }

    /// A phone of somebody, enrolled.
    pub async fn phone(&self, reference: &str) -> Phone {
        let enrolled = self.enrolment(&self.ticket().await, reference).send().await.ok();
        assert_eq!(enrolled.status, 201);
        let enrolled: Value = enrolled.json();
        let text = |name: &str| enrolled[name].as_str().unwrap().to_owned();
        let rider = Rider { town: self.clone(), id: text("connection"), account: self.riders()[0].clone() };
        Phone { rider, token: text("token"), name: reference.to_owned(), truth: BTreeMap::new() }
    }
}

impl Phone {
    /// What a day brings, in the order in which it was written.
    #[must_use]
    pub fn day(&self, day: i64) -> Vec<Measured> {
        let midnight = FIRST_DAY + day * DAY;
        let mut measured = Vec::new();
        for hour in 0..24 {
            measured.push(self.steps(midnight + hour * HOUR));
            measured.push(self.pulse(midnight + hour * HOUR));
        }
        measured.push(self.night(midnight));
        measured.extend(self.readings(midnight + 7 * HOUR));
        if day % 2 == 0 {
            measured.push(self.ride(midnight + 17 * HOUR));
        }
        measured
    }

    /// Quarters of an hour of steps, so many.
    #[must_use]
    pub fn quarters(&self, count: i64) -> Vec<Measured> {
        (0..count).map(|quarter| self.steps(FIRST_DAY - DAY * 200 + quarter * 15 * MINUTE)).collect()
    }

    /// A night's skin temperature, which not every version of the adapter knows.
    #[must_use]
    pub fn skin(&self, day: i64) -> Measured {
        let start = FIRST_DAY + day * DAY + HOUR;
        let values = vec![self.chance("skin", day, 8) / 4.0 - 1.0];
        let deltas = json!([{"time": moment(start + HOUR), "delta": {"inCelsius": values[0]}}]);
        let truth = Truth { kind: "sample", start, end: start + 2 * HOUR, what: "skin-temperature-deviation", values };
        self.measured("SkinTemperature", truth, json!({"baseline": {"inCelsius": 34.5}, "deltas": deltas}))
    }

    fn chance(&self, what: &str, at: i64, most: u64) -> f64 {
        chance(&format!("{} {what} {at}", self.name), most) as f64
    }

    fn measured(&self, record_type: &str, truth: Truth, more: Value) -> Measured {
        let id = format!("{}-{record_type}-{}", self.name, truth.start);
        let mut record = Map::new();
        record.insert("recordType".into(), record_type.into());
        let zone = json!({"id": "+01:00", "totalSeconds": 3_600});
        if truth.start == truth.end {
            record.insert("time".into(), moment(truth.start).into());
            record.insert("zoneOffset".into(), zone);
        } else {
            record.insert("startTime".into(), moment(truth.start).into());
            record.insert("endTime".into(), moment(truth.end).into());
            record.insert("startZoneOffset".into(), zone.clone());
            record.insert("endZoneOffset".into(), zone);
        }
        record.extend(more.as_object().unwrap().clone());
        record.insert(
            "metadata".into(),
            json!({
                "id": id, "dataOrigin": "com.example.town", "lastModifiedTime": moment(truth.end + MINUTE),
                "clientRecordVersion": 0, "device": {"manufacturer": "Acme", "model": "Band 4", "type": 6}, "recordingMethod": 2,
            }),
        );
        Measured { id, truth, record: Value::Object(record) }
    }

    fn steps(&self, at: i64) -> Measured {
        let count = self.chance("steps", at, 900);
        let truth = Truth { kind: "sample", start: at, end: at + 15 * MINUTE, what: "steps", values: vec![count] };
        self.measured("Steps", truth, json!({"count": count}))
    }

    fn pulse(&self, at: i64) -> Measured {
        let values: Vec<f64> = (0..4).map(|quarter| 50.0 + self.chance("pulse", at + quarter, 90)).collect();
        let samples: Vec<Value> = (0..4)
            .zip(&values)
            .map(|(quarter, beats)| json!({"time": moment(at + quarter * 10 * MINUTE), "beatsPerMinute": beats}))
            .collect();
        let truth = Truth { kind: "sample", start: at, end: at + 40 * MINUTE, what: "heart-rate", values };
        self.measured("HeartRate", truth, json!({"samples": samples}))
    }

    fn night(&self, midnight: i64) -> Measured {
        let mut at = midnight;
        let (mut stages, mut values) = (Vec::new(), Vec::new());
        for stage in [1, 4, 5, 4, 6, 1] {
            let long = 10 + i64::try_from(chance(&format!("{} night {at}", self.name), 80)).unwrap();
            stages.push(json!({"startTime": moment(at), "endTime": moment(at + long * MINUTE), "stage": stage}));
            values.push((long * MINUTE) as f64);
            at += long * MINUTE;
        }
        let truth = Truth { kind: "sleep", start: midnight, end: at, what: "sleep-level", values };
        self.measured("SleepSession", truth, json!({"stages": stages, "title": null, "notes": null}))
    }

    fn readings(&self, at: i64) -> Vec<Measured> {
        let kilograms = 60.0 + self.chance("weight", at, 200) / 10.0;
        let mmol = 4.0 + self.chance("glucose", at, 30) / 10.0;
        let (systolic, diastolic) = (105.0 + self.chance("systolic", at, 30), 65.0 + self.chance("diastolic", at, 20));
        let truth = |what, value| Truth { kind: "body", start: at, end: at, what, values: vec![value] };
        let pressure = json!({
            "systolic": {"inMillimetersOfMercury": systolic}, "diastolic": {"inMillimetersOfMercury": diastolic},
        });
        vec![
            self.measured("Weight", truth("weight", kilograms), json!({"weight": {"inKilograms": kilograms}})),
            self.measured("BloodPressure", truth("blood-pressure-diastolic", diastolic), pressure),
            // The molar mass of glucose is 180.156 g/mol.
            self.measured(
                "BloodGlucose",
                truth("glucose", mmol * 18.015_6),
                json!({"level": {"inMillimolesPerLiter": mmol}}),
            ),
        ]
    }

    fn ride(&self, at: i64) -> Measured {
        let long = (40 + i64::try_from(chance(&format!("{} ride {at}", self.name), 60)).unwrap()) * MINUTE;
        let values: Vec<f64> = (0..2).map(|lap| 5_000.0 + self.chance("lap", at + lap, 9_000)).collect();
        let bounds = [at, at + long / 2, at + long];
        let laps: Vec<Value> = (0..2)
            .map(|lap| {
                json!({
                    "startTime": moment(bounds[lap] / 1_000 * 1_000), "endTime": moment(bounds[lap + 1] / 1_000 * 1_000),
                    "length": {"inMeters": values[lap]},
                })
            })
            .collect();
        let truth = Truth { kind: "activity", start: at, end: at + long, what: "laps", values };
        self.measured("ExerciseSession", truth, json!({"exerciseType": 8, "title": "Ride", "laps": laps}))
    }

    /// What an app sends to push to a stream.
    #[must_use]
    pub fn ask(&self, stream: &str) -> Ask {
        self.rider.town.public("POST", &format!("/ingest/health_connect/{stream}")).bearer(&self.token)
    }

    /// What an app sends to push this batch, packed.
    #[must_use]
    pub fn packed(&self, batch: &Value) -> Ask {
        self.ask("records").header("content-encoding", "gzip").body(gzip(batch.to_string().as_bytes()))
    }

    /// Pushes records, and from then on they are true. Returns the batch's number.
    pub async fn push(&mut self, measured: &[Measured]) -> i64 {
        let answer = self.packed(&batch(measured)).send().await.ok();
        assert_eq!(answer.status, 202, "{}", answer.text());
        self.believes(measured);
        answer.json::<Value>()["batch"].as_i64().unwrap()
    }

    /// These are true from now on, however they come to be pushed.
    pub fn believes(&mut self, measured: &[Measured]) {
        self.truth.extend(measured.iter().map(|one| (one.id.clone(), one.truth.clone())));
    }

    /// Fails unless every record is known as it was measured, and no other is.
    pub async fn is_known(&self) {
        self.rider.rests().await;
        let records = self.rider.town.records(&self.rider.id, None).await;
        let known: BTreeMap<&str, &Record> = records
            .iter()
            .filter(|stored| !stored.deleted)
            .map(|stored| (stored.record.key.as_str(), &stored.record))
            .collect();
        for (id, truth) in &self.truth {
            let record = known.get(id.as_str()).unwrap_or_else(|| panic!("{id} is missing: {truth:?}"));
            let window = record.window.as_ref().unwrap();
            assert_eq!((record.kind.as_str(), window.start, window.end), (truth.kind, truth.start, truth.end), "{id}");
            let seen = seen(record, truth.what);
            assert_eq!(seen.len(), truth.values.len(), "{id}: {seen:?} {truth:?}");
            assert!(
                seen.iter().zip(&truth.values).all(|(seen, value)| (seen - value).abs() < 1e-9),
                "{id}: {seen:?} {truth:?}"
            );
            assert_eq!((record.utc_offset, record.offset_origin.as_str()), (Some(3_600), "device"), "{id}");
        }
        assert_eq!(known.len(), self.truth.len());
    }
}

/// The values of a record, by what they are.
fn seen(record: &Record, what: &str) -> Vec<f64> {
    if what == "laps" {
        return record.segments.iter().flat_map(|lap| &lap.measures).map(|measure| measure.value).collect();
    }
    let measures = record.measures.iter().filter(|measure| measure.metric == what).map(|measure| measure.value);
    let series = record.series.iter().filter(|series| series.metric == what).flat_map(|series| series.values.clone());
    let tracks = record.tracks.iter().filter(|track| track.attribute == what).flat_map(|track| track.spans.clone());
    measures.chain(series).chain(tracks.map(f64::from)).collect()
}

/// A batch of these records.
#[must_use]
pub fn batch(measured: &[Measured]) -> Value {
    json!({"records": measured.iter().map(|one| &one.record).collect::<Vec<_>>()})
}

/// Packed as an app packs it.
#[must_use]
pub fn gzip(bytes: &[u8]) -> Bytes {
    let mut packed = GzEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap().into()
}
