//! Answers as Dexcom writes them, as far as they are read.

use gearshift_sdk::{Each, flex};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Whose data it is; stands in every answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Who {
    #[serde(rename = "userId", deserialize_with = "flex::text")]
    pub(crate) user_id: String,
}

/// One kind of data in `GET /dataRange`.
#[derive(Debug, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Option<Bound>,
    pub(crate) end: Option<Bound>,
}

impl Range {
    /// Null where there is no data.
    pub(crate) fn deserialize_optional(value: &Value) -> Result<Option<Self>, serde_json::Error> {
        Option::deserialize(value)
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bound {
    pub(crate) system_time: String,
}

/// What every endpoint with a window answers.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Answer<T> {
    pub(crate) records: Each<T>,
}

/// An estimated glucose value. `value` is null where the status is not `ok`, but never missing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Egv {
    pub(crate) system_time: String,
    pub(crate) display_time: Option<String>,
    #[serde(deserialize_with = "flex::opt_f64")]
    pub(crate) value: Option<f64>,
    pub(crate) status: Option<String>,
    pub(crate) trend: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) trend_rate: Option<f64>,
    pub(crate) unit: Option<String>,
    pub(crate) rate_unit: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) transmitter_id: Option<String>,
    pub(crate) transmitter_generation: Option<String>,
    pub(crate) display_device: Option<String>,
    pub(crate) display_app: Option<String>,
}

/// Something that the user entered. `value` is text in the schema and a number in its samples.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) record_id: String,
    pub(crate) system_time: String,
    pub(crate) display_time: Option<String>,
    pub(crate) event_status: Option<String>,
    pub(crate) event_type: String,
    pub(crate) event_sub_type: Option<String>,
    #[serde(deserialize_with = "flex::opt_text")]
    pub(crate) value: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) display_device: Option<String>,
    pub(crate) display_app: Option<String>,
}

/// A blood glucose meter's value, entered to calibrate the sensor.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Calibration {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) record_id: String,
    pub(crate) system_time: String,
    pub(crate) display_time: Option<String>,
    #[serde(deserialize_with = "flex::opt_f64")]
    pub(crate) value: Option<f64>,
    pub(crate) unit: Option<String>,
    pub(crate) display_device: Option<String>,
    pub(crate) display_app: Option<String>,
}
