//! Answers as the Dynamic API writes them, as far as they are read. Its lists stand in envelopes, some of them in two.

use gearshift_sdk::{Each, flex, time};
use polar_shared::listing::Envelope;
use serde::{Deserialize, Deserializer, de};

/// Any list that says on which days there is something.
#[derive(Debug)]
pub(crate) struct Dates;

impl Envelope for Dates {
    const NAMES: &'static [&'static str] = &["nightSleeps", "nightlyRechargeResults", "activities", "activityDays"];
}

/// A day on which there is something.
#[derive(Debug, Deserialize)]
pub(crate) struct Dated {
    #[serde(alias = "sleepDate", alias = "sleepResultDate")]
    pub(crate) date: String,
}

#[derive(Debug)]
pub(crate) struct Sessions;

impl Envelope for Sessions {
    const NAMES: &'static [&'static str] = &["trainingSessions"];
}

/// A training session.
#[derive(Debug, Deserialize)]
pub(crate) struct Session {
    pub(crate) identifier: Reference,
    pub(crate) name: Option<String>,
    /// Where the person was, like `stopTime`.
    #[serde(rename = "startTime")]
    pub(crate) start: String,
    #[serde(rename = "stopTime")]
    pub(crate) stop: Option<String>,
    #[serde(default, rename = "timezoneOffsetMinutes", deserialize_with = "flex::opt_i64")]
    pub(crate) offset: Option<i64>,
    #[serde(rename = "durationMillis", deserialize_with = "flex::f64")]
    pub(crate) millis: f64,
    #[serde(default, rename = "distanceMeters", deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, rename = "hrAvg", deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate: Option<f64>,
    #[serde(default, rename = "hrMax", deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate_max: Option<f64>,
    #[serde(default, rename = "trainingLoad", deserialize_with = "flex::opt_f64")]
    pub(crate) load: Option<f64>,
    pub(crate) sport: Option<Reference>,
    pub(crate) product: Option<Product>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Reference {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Product {
    #[serde(rename = "modelName")]
    pub(crate) model: Option<String>,
}

#[derive(Debug)]
pub(crate) struct ActivityDays;

impl Envelope for ActivityDays {
    const NAMES: &'static [&'static str] = &["activities", "activityDays"];
}

/// A day of activity, as each watch of the person counted it.
#[derive(Debug, Deserialize)]
pub(crate) struct ActivityDay {
    pub(crate) date: String,
    #[serde(default, rename = "activitiesPerDevice")]
    pub(crate) devices: Vec<Device>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Device {
    #[serde(default, rename = "activitySamples")]
    pub(crate) samples: Vec<ActivitySamples>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ActivitySamples {
    #[serde(rename = "stepSamples")]
    pub(crate) steps: Option<StepSamples>,
}

/// What each interval added, from a time of the day on.
#[derive(Debug, Deserialize)]
pub(crate) struct StepSamples {
    #[serde(rename = "startTime")]
    pub(crate) start: String,
    /// Milliseconds.
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) interval: f64,
    #[serde(default)]
    pub(crate) steps: Vec<Option<f64>>,
}

#[derive(Debug)]
pub(crate) struct HeartDays;

impl Envelope for HeartDays {
    const NAMES: &'static [&'static str] = &["continuousSamples", "heartRateSamplesPerDay"];
}

/// A day of heart rate.
#[derive(Debug, Deserialize)]
pub(crate) struct HeartDay {
    pub(crate) date: String,
    pub(crate) samples: Each<HeartSample>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct HeartSample {
    #[serde(rename = "heartRate", deserialize_with = "flex::f64")]
    pub(crate) rate: f64,
    /// Since the person's own midnight; left out at midnight, as protobuf does.
    #[serde(default, rename = "offsetMillis")]
    pub(crate) offset: u32,
}

#[derive(Debug)]
pub(crate) struct Nights;

impl Envelope for Nights {
    const NAMES: &'static [&'static str] = &["nightSleeps"];
}

/// A night.
#[derive(Debug, Deserialize)]
pub(crate) struct Night {
    #[serde(rename = "sleepDate")]
    pub(crate) date: String,
    #[serde(rename = "sleepResult")]
    pub(crate) result: SleepResult,
    #[serde(rename = "sleepEvaluation")]
    pub(crate) evaluation: Option<Evaluation>,
    #[serde(rename = "sleepScore")]
    pub(crate) score: Option<Score>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SleepResult {
    pub(crate) hypnogram: Hypnogram,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Hypnogram {
    #[serde(rename = "sleepStart")]
    pub(crate) start: String,
    #[serde(rename = "sleepEnd")]
    pub(crate) end: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Evaluation {
    #[serde(default, rename = "sleepSpan", deserialize_with = "span")]
    pub(crate) span: Option<f64>,
    #[serde(default, rename = "asleepDuration", deserialize_with = "span")]
    pub(crate) asleep: Option<f64>,
    #[serde(rename = "phaseDurations")]
    pub(crate) phases: Option<Phases>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Phases {
    #[serde(default, deserialize_with = "span")]
    pub(crate) wake: Option<f64>,
    #[serde(default, deserialize_with = "span")]
    pub(crate) rem: Option<f64>,
    #[serde(default, deserialize_with = "span")]
    pub(crate) light: Option<f64>,
    #[serde(default, deserialize_with = "span")]
    pub(crate) deep: Option<f64>,
    #[serde(default, deserialize_with = "span")]
    pub(crate) unknown: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Score {
    #[serde(default, rename = "sleepScore", deserialize_with = "flex::opt_f64")]
    pub(crate) score: Option<f64>,
}

#[derive(Debug)]
pub(crate) struct Recharges;

impl Envelope for Recharges {
    const NAMES: &'static [&'static str] = &["nightlyRechargeResults"];
}

/// What a night's rest came to, over its first hours.
#[derive(Debug, Deserialize)]
pub(crate) struct Recharge {
    #[serde(rename = "sleepResultDate")]
    pub(crate) date: String,
    /// 1 to 6.
    #[serde(default, rename = "recoveryIndicator", deserialize_with = "flex::opt_f64")]
    pub(crate) indicator: Option<f64>,
    /// Milliseconds, like the two that follow.
    #[serde(default, rename = "meanNightlyRecoveryRri", deserialize_with = "flex::opt_f64")]
    pub(crate) beat_interval: Option<f64>,
    #[serde(default, rename = "meanNightlyRecoveryRmssd", deserialize_with = "flex::opt_f64")]
    pub(crate) variability: Option<f64>,
    #[serde(default, rename = "meanNightlyRecoveryRespirationInterval", deserialize_with = "flex::opt_f64")]
    pub(crate) breath_interval: Option<f64>,
}

/// A length of time as protobuf writes it in JSON: `"80s"`, `"3.000000001s"`.
fn span<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    let Some(text) = Option::<String>::deserialize(d)? else { return Ok(None) };
    let seconds = text.strip_suffix('s').and_then(|number| time::parse_duration(number).ok());
    let wrong = || de::Error::custom(format!("a length of time as in 80s was expected, and not {text:?}"));
    seconds.filter(|_| !text.contains(':')).map(Some).ok_or_else(wrong)
}
