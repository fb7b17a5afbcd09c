//! Answers as Strava writes them, as far as they are read. Every member may be missing but what an activity cannot be without.

use std::fmt;

use gearshift_sdk::{flex, json};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

/// `GET /athlete`.
#[derive(Debug, Deserialize)]
pub(crate) struct Athlete {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) username: Option<String>,
    pub(crate) firstname: Option<String>,
    pub(crate) lastname: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) sex: Option<String>,
    pub(crate) bio: Option<String>,
    pub(crate) premium: Option<bool>,
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
    pub(crate) measurement_preference: Option<String>,
    pub(crate) profile: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) ftp: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) weight: Option<f64>,
}

/// What the list needs to go on.
#[derive(Debug, Deserialize)]
pub(crate) struct Listed {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) start_date: String,
    #[serde(default)]
    pub(crate) manual: bool,
}

/// An activity: of the list, or with more members its detail.
#[derive(Debug, Deserialize)]
pub(crate) struct Activity {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    pub(crate) start_date: String,
    #[serde(deserialize_with = "flex::seconds")]
    pub(crate) elapsed_time: f64,
    pub(crate) start_date_local: Option<String>,
    pub(crate) timezone: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) utc_offset: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_seconds")]
    pub(crate) moving_time: Option<f64>,
    pub(crate) sport_type: Option<String>,
    #[serde(rename = "type")]
    pub(crate) old_type: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) workout_type: Option<i64>,
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) device_name: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) gear_id: Option<String>,
    pub(crate) gear: Option<Gear>,
    pub(crate) visibility: Option<String>,
    pub(crate) manual: Option<bool>,
    pub(crate) trainer: Option<bool>,
    pub(crate) commute: Option<bool>,
    pub(crate) flagged: Option<bool>,
    pub(crate) device_watts: Option<bool>,
    pub(crate) map: Option<Map>,
    #[serde(default)]
    pub(crate) start_latlng: Place,
    #[serde(default)]
    pub(crate) end_latlng: Place,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_elevation_gain: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) elev_high: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) elev_low: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_speed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_speed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_cadence: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_temp: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_watts: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_watts: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) weighted_average_watts: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) kilojoules: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_heartrate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_heartrate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) suffer_score: Option<f64>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Gear {
    pub(crate) name: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Map {
    pub(crate) polyline: Option<String>,
    pub(crate) summary_polyline: Option<String>,
}

/// A lap.
#[derive(Debug, Deserialize)]
pub(crate) struct Lap {
    pub(crate) start_date: String,
    #[serde(deserialize_with = "flex::seconds")]
    pub(crate) elapsed_time: f64,
    pub(crate) name: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_seconds")]
    pub(crate) moving_time: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_elevation_gain: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_speed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_speed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_cadence: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_watts: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) average_heartrate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) max_heartrate: Option<f64>,
}

/// `GET /activities/{id}/streams?key_by_type=true`. A stream that the device did not record is not there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Streams {
    pub(crate) time: Option<Stream<Option<f64>>>,
    pub(crate) distance: Option<Stream<Option<f64>>>,
    pub(crate) latlng: Option<Stream<Place>>,
    pub(crate) altitude: Option<Stream<Option<f64>>>,
    pub(crate) velocity_smooth: Option<Stream<Option<f64>>>,
    pub(crate) heartrate: Option<Stream<Option<f64>>>,
    pub(crate) cadence: Option<Stream<Option<f64>>>,
    pub(crate) watts: Option<Stream<Option<f64>>>,
    pub(crate) temp: Option<Stream<Option<f64>>>,
    pub(crate) moving: Option<Stream<Option<bool>>>,
    pub(crate) grade_smooth: Option<Stream<Option<f64>>>,
}

/// Columns of samples, one beside the other by index.
#[derive(Debug, Deserialize)]
pub(crate) struct Stream<T> {
    pub(crate) data: Vec<T>,
}

/// Latitude and longitude. Where there is no place, Strava writes null or an empty list.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Place(pub(crate) Option<(f64, f64)>);

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Pair;
        impl<'de> Visitor<'de> for Pair {
            type Value = Place;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("latitude and longitude, or nothing")
            }

            fn visit_unit<E>(self) -> Result<Place, E> {
                Ok(Place(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Place, A::Error> {
                let place = seq.next_element::<f64>()?.zip(seq.next_element::<f64>()?);
                while seq.next_element::<serde::de::IgnoredAny>()?.is_some() {}
                Ok(Place(place))
            }
        }
        d.deserialize_any(Pair)
    }
}

/// A call at the hook.
#[derive(Debug, Deserialize)]
pub(crate) struct Event {
    pub(crate) object_type: String,
    pub(crate) aspect_type: String,
    #[serde(deserialize_with = "flex::text")]
    pub(crate) object_id: String,
    /// The athlete.
    #[serde(deserialize_with = "flex::text")]
    pub(crate) owner_id: String,
    #[serde(default)]
    pub(crate) updates: Updates,
}

/// What changed: title, sport and privacy of an activity beside what stands here.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Updates {
    /// Of an athlete: `"false"`, as text, when they leave.
    #[serde(default, deserialize_with = "flex::opt_bool")]
    pub(crate) authorized: Option<bool>,
}

/// `{"message": …, "errors": [{"resource": …, "field": …, "code": …}]}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fault {
    pub(crate) message: String,
}

impl Fault {
    /// What an error's body says, if it is a fault at all.
    pub(crate) fn of(body: &[u8]) -> Option<String> {
        json::read::<Fault>(body).ok().map(|fault| fault.message).filter(|message| !message.is_empty())
    }
}
