//! Answers of `react-calendar`. The timeline's members are known from several clients; those of the details partly from one, so
//! that of them only what is needed may not be missing.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::Deserialize;

/// `GET /app/api/react-calendar/{memberId}/timeline`: everything there is, however old.
#[derive(Debug, Deserialize)]
pub(crate) struct Timeline {
    #[serde(rename = "activities")]
    pub(crate) rides: Each<Ride>,
    #[serde(rename = "plannedActivities")]
    pub(crate) plans: Each<Plan>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Ride {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) started: String,
    #[serde(rename = "durationInSeconds", deserialize_with = "flex::seconds")]
    pub(crate) duration: f64,
    #[serde(default, rename = "type", deserialize_with = "flex::opt_i64")]
    pub(crate) sport: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) tss: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Plan {
    pub(crate) id: String,
    pub(crate) date: Date,
    #[serde(default, rename = "workoutId", deserialize_with = "flex::opt_text")]
    pub(crate) workout: Option<String>,
}

/// `GET …/activities` with ids in a header.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct RideDetail {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    #[serde(default, rename = "workoutId", deserialize_with = "flex::opt_text")]
    pub(crate) workout: Option<String>,
    pub(crate) name: Option<String>,
    #[serde(rename = "isOutside")]
    pub(crate) outside: Option<bool>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) tss: Option<f64>,
    /// A fraction, unlike a planned workout's.
    #[serde(default, rename = "intensityFactor", deserialize_with = "flex::opt_f64")]
    pub(crate) intensity: Option<f64>,
    #[serde(default, rename = "distanceInMeters", deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    #[serde(default, rename = "kj", deserialize_with = "flex::opt_f64")]
    pub(crate) work: Option<f64>,
    #[serde(default, rename = "averagePower", deserialize_with = "flex::opt_f64")]
    pub(crate) power: Option<f64>,
    #[serde(default, rename = "normalizedPower", deserialize_with = "flex::opt_f64")]
    pub(crate) normalized: Option<f64>,
    #[serde(default, rename = "averageHeartRate", deserialize_with = "flex::opt_f64")]
    pub(crate) heart_rate: Option<f64>,
    #[serde(default, rename = "averageCadence", deserialize_with = "flex::opt_f64")]
    pub(crate) cadence: Option<f64>,
}

/// `GET …/planned-activities` with ids in a header.
#[derive(Debug, Deserialize)]
pub(crate) struct PlanDetail {
    pub(crate) id: String,
    pub(crate) date: Date,
    pub(crate) name: Option<String>,
    #[serde(default, rename = "workoutId", deserialize_with = "flex::opt_text")]
    pub(crate) workout_id: Option<String>,
    #[serde(deserialize_with = "flex::nullable")]
    pub(crate) workout: Option<Workout>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Workout {
    #[serde(rename = "workoutName")]
    pub(crate) name: Option<String>,
    #[serde(rename = "isOutside")]
    pub(crate) outside: Option<bool>,
    /// Minutes, as in the generation before.
    #[serde(default, rename = "duration", deserialize_with = "flex::opt_f64")]
    pub(crate) minutes: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) tss: Option<f64>,
    /// Percent.
    #[serde(default, rename = "intensityFactor", deserialize_with = "flex::opt_f64")]
    pub(crate) intensity: Option<f64>,
}

/// `GET /app/api/workouts/{workoutId}/chart-data`.
#[derive(Debug, Deserialize)]
pub(crate) struct Chart {
    #[serde(rename = "intervalData")]
    pub(crate) intervals: Vec<Interval>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Interval {
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) start: f64,
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) end: f64,
    pub(crate) name: Option<String>,
    #[serde(default, rename = "isFake")]
    pub(crate) fake: bool,
    /// Percent of functional threshold power.
    #[serde(rename = "startTarget")]
    pub(crate) targets: Vec<f64>,
}
