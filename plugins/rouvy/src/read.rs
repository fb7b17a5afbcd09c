//! The list of activities: what ROUVY itself says of each.

use gearshift_sdk::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::turbo;

/// The loader of the list, which is also how it is asked for alone.
pub(crate) const ROUTE: &str = "routes/resources.activities-pagination";

/// Where the list stands in what was decoded.
pub(crate) const AT: &str = "/routes~1resources.activities-pagination/data/activities";

/// `GET /resources/activities-pagination.data`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listing {
    #[serde(rename = "routes/resources.activities-pagination")]
    route: Loaded,
}

#[derive(Debug, Deserialize)]
struct Loaded {
    data: Held,
}

#[derive(Debug, Deserialize)]
struct Held {
    activities: Each<Activity>,
}

impl Listing {
    pub(crate) fn activities(&self) -> &Each<Activity> {
        &self.route.data.activities
    }
}

/// One activity. Of its members only those that every client reads may not be missing.
#[derive(Debug, Deserialize)]
pub(crate) struct Activity {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    title: Option<String>,
    training: Option<String>,
    #[serde(rename = "startUTC")]
    pub(crate) start: String,
    total: Total,
    /// What else there is, among it the address of the original file.
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Total {
    #[serde(default, rename = "distM", deserialize_with = "flex::opt_f64")]
    distance: Option<f64>,
    #[serde(rename = "movingTimeSec", deserialize_with = "flex::seconds")]
    moving: f64,
    #[serde(default, rename = "elevM", deserialize_with = "flex::opt_f64")]
    climbed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    avg_power: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    avg_heart_rate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    avg_cadence: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    avg_speed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    normalized_power: Option<f64>,
    #[serde(default, rename = "if", deserialize_with = "flex::opt_f64")]
    intensity: Option<f64>,
}

impl Activity {
    /// Unix milliseconds.
    pub(crate) fn started(&self) -> Option<i64> {
        time::parse(&self.start, Bare::Utc).map(|stamp| stamp.instant).ok()
    }

    /// The address of the original file, where the list has one under this name.
    pub(crate) fn file(&self, member: &str) -> Option<&str> {
        self.rest.get(member)?.as_str().filter(|url| !url.is_empty())
    }
}

/// Reads the list.
///
/// # Errors
/// `changed`.
pub(crate) fn list(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
    let bytes = document.part("list").map(|part| part.bytes.as_slice()).unwrap_or_default();
    let listing: Listing = turbo::read(bytes).map_err(|wrong| wrong.at(&document.place("list"), ""))?;
    let mut out = Normalized::new();
    if let Some(elsewhere) = document.context("elsewhere") {
        out.rejected(AT, format!("original files lie at {elsewhere}, where this version does not fetch them"));
    }
    out.each(document, AT, listing.route.data.activities, |activity, out| summary(subject, &activity, out))?;
    Ok(out)
}

fn summary(subject: &Subject, activity: &Activity, out: &mut Normalized) -> Result<Record, Reject> {
    let start = time::parse(&activity.start, Bare::Utc).map_err(|error| Reject::new("/startUTC", error.to_string()))?;
    let total = &activity.total;
    out.assumed(format!("{AT}/*/total/movingTimeSec"), "an activity ends when this is over: the list has no other end");
    let speed = match (subject.setting("speed-unit"), total.avg_speed) {
        (Some("km/h"), speed) => speed.map(unit::from_kmh),
        (None, Some(speed)) => {
            out.assumed(format!("{AT}/*/total/avgSpeed"), "metres a second");
            Some(speed)
        }
        (_, speed) => speed,
    };
    let purpose = (activity.training.as_deref() == Some("WORKOUT")).then_some(word::purpose::WORKOUT);
    Ok(Record::new(kind::ACTIVITY, &activity.id)
        .lasting(start.instant, total.moving)
        .attribute(attribute::NAME, activity.title.as_deref())
        .attribute(attribute::PURPOSE, purpose)
        .measure(metric::MOVING_DURATION, total.moving)
        .measure(metric::DISTANCE, total.distance)
        .measure(metric::ELEVATION_GAIN, total.climbed)
        .measure(metric::SPEED, speed)
        .measure(metric::POWER, total.avg_power)
        .measure(metric::HEART_RATE, unit::positive(total.avg_heart_rate))
        .measure(metric::CADENCE, total.avg_cadence)
        .measure(metric::POWER_NORMALIZED, total.normalized_power)
        .measure(metric::INTENSITY_FACTOR, total.intensity))
}
