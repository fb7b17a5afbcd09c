//! The recording of an activity, column by column.

use serde_json::{Map, Value, json};

use crate::message::{Asked, Reply};
use crate::world::{Rider, Samples};

use super::activities::find;
use super::{Viewer, errors};

/// All keys that can be asked for.
const KEYS: [&str; 11] = [
    "time",
    "distance",
    "latlng",
    "altitude",
    "velocity_smooth",
    "heartrate",
    "cadence",
    "watts",
    "temp",
    "moving",
    "grade_smooth",
];

fn column(samples: &Samples, key: &str) -> Value {
    match key {
        "time" => json!(samples.time),
        "distance" => json!(samples.distance),
        "latlng" => samples.latlng.iter().map(|(latitude, longitude)| json!([latitude, longitude])).collect(),
        "altitude" => json!(samples.altitude),
        "velocity_smooth" => json!(samples.velocity),
        "heartrate" => json!(samples.heartrate),
        "cadence" => json!(samples.cadence),
        "watts" => json!(samples.watts),
        "temp" => json!(samples.temp),
        "moving" => json!(samples.moving),
        "grade_smooth" => json!(samples.grade),
        _ => Value::Null,
    }
}

pub(super) fn streams(rider: &Rider, viewer: &Viewer, id: &str, asked: &Asked) -> Reply {
    let activity = match find(rider, viewer, id) {
        Ok(activity) => activity,
        Err(reply) => return reply,
    };
    let Some(keys) = asked.query("keys").filter(|keys| !keys.is_empty()) else { return errors::bad("Stream", "keys") };
    if activity.manual {
        return errors::not_found("Stream");
    }
    let samples = activity.samples();
    // A key that does not exist, or has no sensor, is left out in silence.
    let wanted = KEYS.iter().filter(|key| keys.split(',').any(|wanted| wanted == **key));
    let columns: Vec<(&str, Value)> = wanted
        .map(|key| (*key, column(&samples, key)))
        .filter(|(_, data)| data.as_array().is_some_and(|data| !data.is_empty()))
        .map(|(key, data)| {
            let stream = json!({ "data": data, "series_type": "distance", "original_size": samples.len(), "resolution": "high" });
            (key, stream)
        })
        .collect();
    let value = if asked.query("key_by_type").is_some_and(|value| value.eq_ignore_ascii_case("true") || value == "1") {
        Value::Object(columns.into_iter().map(|(key, stream)| (key.to_owned(), stream)).collect())
    } else {
        let list = columns.into_iter().map(|(key, stream)| {
            let mut fields = Map::from_iter([("type".to_owned(), json!(key))]);
            fields.extend(stream.as_object().cloned().unwrap_or_default());
            Value::Object(fields)
        });
        list.collect()
    };
    Reply::json(200, &value).about(id, vec![id.to_owned()])
}
