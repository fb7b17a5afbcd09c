//! Answers as AccessLink v3 writes them, as far as they are read: hyphens in some names, underscores in others.

use std::collections::BTreeMap;

use gearshift_sdk::flex;
use serde::Deserialize;

use crate::listing::Envelope;

/// `GET /v3/exercises`: nothing but a list.
#[derive(Debug)]
pub struct Bare;

impl Envelope for Bare {
    const NAMES: &'static [&'static str] = &[];
}

/// `GET /v3/users/sleep`.
#[derive(Debug)]
pub struct Nights;

impl Envelope for Nights {
    const NAMES: &'static [&'static str] = &["nights"];
}

/// `GET /v3/users/nightly-recharge`.
#[derive(Debug)]
pub struct Recharges;

impl Envelope for Recharges {
    const NAMES: &'static [&'static str] = &["recharges"];
}

/// `GET /v3/users/continuous-heart-rate`.
#[derive(Debug)]
pub struct HeartRates;

impl Envelope for HeartRates {
    const NAMES: &'static [&'static str] = &["heart_rates"];
}

/// What the list of exercises needs to go on.
#[derive(Debug, Deserialize)]
pub struct Listed {
    /// A hash, as text.
    #[serde(deserialize_with = "flex::text")]
    pub id: String,
    /// When it came to Polar; grows from one to the next.
    pub upload_time: String,
}

/// An exercise; samples, zones and route only in its detail.
#[derive(Debug, Deserialize)]
pub(crate) struct Exercise {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    /// Where the person was, without an offset.
    pub(crate) start_time: String,
    /// Minutes.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) start_time_utc_offset: Option<i64>,
    #[serde(deserialize_with = "flex::seconds")]
    pub(crate) duration: f64,
    pub(crate) device: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) device_id: Option<String>,
    pub(crate) sport: Option<String>,
    pub(crate) detailed_sport_info: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    pub(crate) heart_rate: Option<HeartRate>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) training_load: Option<f64>,
    #[serde(alias = "training-load-pro")]
    pub(crate) training_load_pro: Option<LoadPro>,
    #[serde(default, alias = "heart-rate-zones")]
    pub(crate) heart_rate_zones: Vec<Zone>,
    #[serde(default)]
    pub(crate) samples: Vec<Samples>,
    #[serde(default)]
    pub(crate) route: Vec<Point>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct HeartRate {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) maximum: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct LoadPro {
    #[serde(default, rename = "cardio-load", alias = "cardio_load", deserialize_with = "flex::opt_f64")]
    pub(crate) cardio: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Zone {
    /// From 1.
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) index: f64,
    #[serde(default, rename = "lower-limit", alias = "lower_limit", deserialize_with = "flex::opt_f64")]
    pub(crate) lower: Option<f64>,
    #[serde(default, rename = "upper-limit", alias = "upper_limit", deserialize_with = "flex::opt_f64")]
    pub(crate) upper: Option<f64>,
    #[serde(default, rename = "in-zone", alias = "in_zone", deserialize_with = "flex::opt_seconds")]
    pub(crate) inside: Option<f64>,
}

/// One kind of samples, in a row with commas. Nothing between two commas is a gap.
#[derive(Debug, Deserialize)]
pub(crate) struct Samples {
    /// Seconds from one to the next.
    #[serde(default, rename = "recording-rate", alias = "recording_rate", deserialize_with = "flex::opt_f64")]
    pub(crate) rate: Option<f64>,
    #[serde(rename = "sample-type", alias = "sample_type", deserialize_with = "flex::text")]
    pub(crate) kind: String,
    pub(crate) data: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Point {
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) latitude: f64,
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) longitude: f64,
    /// Since the start.
    #[serde(deserialize_with = "flex::seconds")]
    pub(crate) time: f64,
}

/// A day of `GET /v3/users/activities`.
#[derive(Debug, Deserialize)]
pub(crate) struct Activity {
    pub(crate) start_time: String,
    #[serde(default, deserialize_with = "flex::opt_seconds")]
    pub(crate) active_duration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_seconds")]
    pub(crate) inactive_duration: Option<f64>,
    /// Percent of the day's goal.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) daily_activity: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) active_calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) steps: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance_from_steps: Option<f64>,
    #[serde(default)]
    pub(crate) samples: Option<ActivitySamples>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ActivitySamples {
    pub(crate) steps: Option<StepSamples>,
    pub(crate) activity_zones: Option<ZoneSamples>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StepSamples {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) interval_ms: Option<f64>,
    #[serde(default)]
    pub(crate) samples: Vec<Steps>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Steps {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) steps: Option<f64>,
    pub(crate) timestamp: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ZoneSamples {
    #[serde(default)]
    pub(crate) samples: Vec<ZoneSample>,
}

/// From here on until the next.
#[derive(Debug, Deserialize)]
pub(crate) struct ZoneSample {
    pub(crate) zone: String,
    pub(crate) timestamp: String,
}

/// A day of continuous heart rate.
#[derive(Debug, Deserialize)]
pub(crate) struct HeartDay {
    pub(crate) date: String,
    pub(crate) heart_rate_samples: Vec<HeartSample>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct HeartSample {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate: Option<f64>,
    pub(crate) sample_time: String,
}

/// From when to when a night was.
#[derive(Debug, Deserialize)]
pub(crate) struct Bounds {
    pub(crate) date: String,
    pub(crate) sleep_start_time: String,
    pub(crate) sleep_end_time: String,
}

/// A night. Durations are seconds.
#[derive(Debug, Deserialize)]
pub(crate) struct Night {
    pub(crate) date: String,
    pub(crate) sleep_start_time: String,
    pub(crate) sleep_end_time: String,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) device_id: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) light_sleep: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) deep_sleep: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) rem_sleep: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) unrecognized_sleep_stage: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_score: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_interruption_duration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) short_interruption_duration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) long_interruption_duration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_cycles: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_goal: Option<f64>,
    /// `HH:MM` where the person was: 0 awake, 1 REM, 2 and 3 light, 4 deep, 5 not told apart.
    pub(crate) hypnogram: Option<BTreeMap<String, i64>>,
    pub(crate) heart_rate_samples: Option<BTreeMap<String, f64>>,
}

/// What a night's rest came to, over its first hours.
#[derive(Debug, Deserialize)]
pub(crate) struct Recharge {
    pub(crate) date: String,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate_avg: Option<f64>,
    /// Milliseconds, like the one that follows.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) beat_to_beat_avg: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate_variability_avg: Option<f64>,
    /// Breaths a minute.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) breathing_rate_avg: Option<f64>,
    /// 1 to 6.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) nightly_recharge_status: Option<f64>,
    pub(crate) hrv_samples: Option<BTreeMap<String, f64>>,
    pub(crate) breathing_samples: Option<BTreeMap<String, f64>>,
}

/// The person, as `GET /v3/users/{id}` and the registration tell.
#[derive(Debug, Deserialize)]
pub struct User {
    /// The same as the token answer's `x_user_id`.
    #[serde(rename = "polar-user-id", deserialize_with = "flex::text")]
    pub id: String,
    /// Given name.
    #[serde(rename = "first-name")]
    pub first: Option<String>,
    /// Family name.
    #[serde(rename = "last-name")]
    pub last: Option<String>,
    pub(crate) birthdate: Option<String>,
    pub(crate) gender: Option<String>,
    /// Kilograms.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) weight: Option<f64>,
    /// Centimetres.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) height: Option<f64>,
}
