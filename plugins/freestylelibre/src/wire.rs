//! Answers as LibreLinkUp writes them, as far as they are read.

use gearshift_sdk::{Each, flex};
use serde::Deserialize;

/// `POST /llu/auth/login`. Where the account is elsewhere, that is said within `data` or, as other notes have it, beside it.
#[derive(Debug, Deserialize)]
pub(crate) struct Login {
    #[serde(default)]
    pub(crate) data: LoginData,
    #[serde(flatten)]
    beside: Elsewhere,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct LoginData {
    pub(crate) user: Option<User>,
    #[serde(flatten)]
    within: Elsewhere,
}

#[derive(Debug, Default, Deserialize)]
struct Elsewhere {
    #[serde(default, deserialize_with = "flex::opt_bool")]
    redirect: Option<bool>,
    region: Option<String>,
}

impl Login {
    /// The region to sign in at instead.
    pub(crate) fn redirect(&self) -> Option<&str> {
        let said = [&self.data.within, &self.beside].into_iter().find(|said| said.redirect == Some(true))?;
        Some(said.region.as_deref().unwrap_or_default())
    }
}

/// Who signed in.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) country: Option<String>,
}

/// `GET /llu/connections`.
#[derive(Debug, Deserialize)]
pub(crate) struct Shared {
    pub(crate) data: Each<Followed>,
}

/// Somebody who shares.
#[derive(Debug, Deserialize)]
pub(crate) struct Followed {
    #[serde(rename = "patientId", deserialize_with = "flex::text")]
    pub(crate) patient: String,
    #[serde(rename = "firstName")]
    pub(crate) first: Option<String>,
    #[serde(rename = "lastName")]
    pub(crate) last: Option<String>,
}

/// `GET /llu/connections/{patient}/graph`.
#[derive(Debug, Deserialize)]
pub(crate) struct Graph {
    pub(crate) data: GraphData,
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphData {
    pub(crate) connection: Connection,
    #[serde(rename = "graphData")]
    pub(crate) graph: Each<Reading>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Connection {
    /// Null while a new sensor warms up.
    #[serde(rename = "glucoseMeasurement", deserialize_with = "flex::nullable")]
    pub(crate) current: Option<Reading>,
    pub(crate) sensor: Option<Sensor>,
}

/// The sensor that is worn now.
#[derive(Debug, Deserialize)]
pub(crate) struct Sensor {
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) sn: Option<String>,
    /// When it was put to use, Unix seconds.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) a: Option<i64>,
}

/// `GET /llu/connections/{patient}/logbook`.
#[derive(Debug, Deserialize)]
pub(crate) struct Logbook {
    pub(crate) data: Each<Reading>,
}

/// One reading. `Value` beside `ValueInMgPerDl` is the same in the unit that the user looks at.
#[derive(Debug, Deserialize)]
pub(crate) struct Reading {
    /// UTC.
    #[serde(rename = "FactoryTimestamp")]
    pub(crate) utc: String,
    /// What the phone showed.
    #[serde(rename = "Timestamp")]
    pub(crate) local: Option<String>,
    #[serde(rename = "ValueInMgPerDl", default, deserialize_with = "flex::opt_f64")]
    pub(crate) mg_per_dl: Option<f64>,
    #[serde(rename = "TrendArrow", default, deserialize_with = "flex::opt_i64")]
    pub(crate) trend: Option<i64>,
    #[serde(rename = "isHigh", default, deserialize_with = "flex::opt_bool")]
    pub(crate) high: Option<bool>,
    #[serde(rename = "isLow", default, deserialize_with = "flex::opt_bool")]
    pub(crate) low: Option<bool>,
    /// Only of alarms, which may come without a value.
    #[serde(rename = "alarmType", default, deserialize_with = "flex::opt_i64")]
    pub(crate) alarm: Option<i64>,
}
