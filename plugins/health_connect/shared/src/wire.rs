//! What all records have, and how values are found in them.

use gearshift_sdk::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A record, whatever it is of.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) record_type: String,
    metadata: Metadata,
    /// Of what has a length.
    start_time: Option<String>,
    end_time: Option<String>,
    start_zone_offset: Option<Zone>,
    end_zone_offset: Option<Zone>,
    /// Of what has none.
    time: Option<String>,
    zone_offset: Option<Zone>,
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    id: String,
    /// The package of the app that wrote it.
    data_origin: Option<String>,
    last_modified_time: Option<String>,
    client_record_id: Option<String>,
    device: Option<Device>,
    recording_method: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Device {
    manufacturer: Option<String>,
    model: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Zone {
    total_seconds: i32,
}

/// 1: the user started it. 2: the device did. 3: it was typed in. 0 says nothing.
fn recording(method: i64) -> Option<&'static str> {
    match method {
        1 | 2 => Some(word::recording::AUTOMATIC),
        3 => Some(word::recording::MANUAL),
        _ => None,
    }
}

/// Reads a moment; `at` is where it stands in the record.
pub(crate) fn moment(text: &str, at: &str) -> Result<i64, Reject> {
    time::parse(text, Bare::Refused).map(|stamp| stamp.instant).map_err(|error| Reject::new(at, error.to_string()))
}

/// A number, by the pointer to it.
pub(crate) fn number(value: &Value, at: &str) -> Option<f64> {
    value.pointer(at).and_then(Value::as_f64)
}

/// Milliseconds from the start of a record.
pub(crate) fn offset(start: i64, instant: i64, at: &str) -> Result<u32, Reject> {
    u32::try_from(instant - start).map_err(|_| Reject::new(at, "is before the record begins, or weeks after it"))
}

impl Row {
    /// The id, which stays when the record is changed.
    fn begin(&self, kind: &str) -> Result<Record, Reject> {
        let meta = &self.metadata;
        let updated = meta.last_modified_time.as_deref().map(|text| moment(text, "/metadata/lastModifiedTime"));
        let device = meta.device.as_ref();
        let record = Record::new(kind, &meta.id)
            .updated(updated.transpose()?)
            .attribute(attribute::EXTERNAL_ID, meta.client_record_id.as_deref())
            .attribute(attribute::DEVICE_NAME, meta.data_origin.as_deref())
            .attribute(attribute::DEVICE_MANUFACTURER, device.and_then(|device| device.manufacturer.as_deref()))
            .attribute(attribute::DEVICE_MODEL, device.and_then(|device| device.model.as_deref()));
        Ok(match kind {
            kind::NUTRITION => record,
            _ => record.attribute(attribute::RECORDING, meta.recording_method.and_then(recording)),
        })
    }

    /// A record of something that lasts.
    pub(crate) fn span(&self, kind: &str) -> Result<Record, Reject> {
        let (start, end) = (self.start()?, self.end()?);
        let record = zoned(self.begin(kind)?.window(start, end), self.start_zone_offset.as_ref());
        let ends = self.end_zone_offset.as_ref().map(|zone| zone.total_seconds);
        Ok(Record { end_offset: ends.filter(|ends| record.utc_offset.is_some_and(|starts| starts != *ends)), ..record })
    }

    /// A record of a moment.
    pub(crate) fn instant(&self, kind: &str) -> Result<Record, Reject> {
        let text = self.time.as_deref().ok_or_else(|| Reject::new("/time", "is missing"))?;
        let at = moment(text, "/time")?;
        Ok(zoned(self.begin(kind)?.window(at, at), self.zone_offset.as_ref()))
    }

    pub(crate) fn start(&self) -> Result<i64, Reject> {
        let text = self.start_time.as_deref().ok_or_else(|| Reject::new("/startTime", "is missing"))?;
        moment(text, "/startTime")
    }

    fn end(&self) -> Result<i64, Reject> {
        let text = self.end_time.as_deref().ok_or_else(|| Reject::new("/endTime", "is missing"))?;
        moment(text, "/endTime")
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.rest.get(name).and_then(Value::as_str)
    }

    /// A number, by its member and a pointer from there.
    pub(crate) fn number(&self, name: &str, at: &str) -> Option<f64> {
        number(self.rest.get(name)?, at)
    }

    /// A list; a record that has none has an empty one.
    pub(crate) fn list(&self, name: &str) -> Result<&[Value], Reject> {
        match self.rest.get(name) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(_) => Err(Reject::new(format!("/{name}"), "is no list")),
        }
    }
}

fn zoned(record: Record, zone: Option<&Zone>) -> Record {
    match zone {
        Some(zone) => record.offset(zone.total_seconds, Origin::Device),
        None => record,
    }
}

/// The start of an item of a list, by its member, and what stands where.
pub(crate) fn moment_of(item: &Value, name: &str, at: &str) -> Result<i64, Reject> {
    let place = format!("{at}/{name}");
    let text = item.get(name).and_then(Value::as_str).ok_or_else(|| Reject::new(&place, "is missing"))?;
    moment(text, &place)
}
