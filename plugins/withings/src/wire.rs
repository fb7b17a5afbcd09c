//! Answers as Withings writes them, as far as they are read. Moments are Unix seconds.

use std::collections::BTreeMap;
use std::fmt;

use gearshift_sdk::{Each, flex};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What every answer says. Where it is not 0, `body` is empty.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) status: i64,
    pub(crate) error: Option<String>,
}

/// An answer that is known to be a success.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer<T> {
    pub(crate) body: T,
}

/// What a signature is made over.
pub(crate) type Nonce = Answer<NonceBody>;

#[derive(Debug, Deserialize)]
pub(crate) struct NonceBody {
    pub(crate) nonce: String,
}

/// Any of the four lists, as far as a pull has to know it to go on.
pub(crate) type Listed = Answer<ListedBody>;

#[derive(Debug, Deserialize)]
pub(crate) struct ListedBody {
    measuregrps: Option<Each<ListedRow>>,
    activities: Option<Each<ListedRow>>,
    series: Option<Each<ListedRow>>,
    #[serde(default, deserialize_with = "flex::opt_bool")]
    pub(crate) more: Option<bool>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) offset: Option<i64>,
}

impl ListedBody {
    /// The list of this name, if it is there.
    pub(crate) fn rows(&self, member: &str) -> Option<&Each<ListedRow>> {
        match member {
            "measuregrps" => self.measuregrps.as_ref(),
            "activities" => self.activities.as_ref(),
            _ => self.series.as_ref(),
        }
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListedRow {
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) modified: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    brand: Option<i64>,
}

impl ListedRow {
    pub(crate) fn is_own(&self) -> bool {
        is_own(self.brand)
    }
}

/// Whether a day was counted by Withings: brand 1, and what says nothing.
fn is_own(brand: Option<i64>) -> bool {
    brand.is_none_or(|brand| brand == 1)
}

/// `action=getsummary` and `action=getworkouts`.
#[derive(Debug, Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
pub(crate) struct Series<T> {
    pub(crate) series: Each<T>,
}

/// What is needed of a night to ask for its moments.
#[derive(Debug, Deserialize)]
pub(crate) struct ListedNight {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) startdate: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) enddate: i64,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) model_id: Option<i64>,
}

/// `action=getmeas`.
#[derive(Debug, Deserialize)]
pub(crate) struct Groups {
    /// Of the person's account.
    pub(crate) timezone: Option<String>,
    pub(crate) measuregrps: Each<Group>,
}

/// What was measured at once.
#[derive(Debug, Deserialize)]
pub(crate) struct Group {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) grpid: String,
    /// How it was taken.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) attrib: Option<i64>,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) date: i64,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) created: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) modified: Option<i64>,
    /// 1: measured, 2: a goal.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) category: Option<i64>,
    pub(crate) measures: Vec<Measure>,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) model: Option<String>,
    pub(crate) comment: Option<String>,
}

/// `value` × 10^`unit`.
#[derive(Debug, Deserialize)]
pub(crate) struct Measure {
    #[serde(deserialize_with = "flex::f64")]
    pub(crate) value: f64,
    #[serde(rename = "type", deserialize_with = "flex::i64")]
    pub(crate) kind: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) unit: i64,
    /// Where on the body.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) position: Option<i64>,
}

/// `action=getactivity`.
#[derive(Debug, Deserialize)]
pub(crate) struct Days {
    pub(crate) activities: Each<Day>,
}

/// What one source counted on one day.
#[derive(Debug, Deserialize)]
pub(crate) struct Day {
    /// In `timezone`.
    pub(crate) date: String,
    pub(crate) timezone: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) modified: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    brand: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_text")]
    pub(crate) model: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) steps: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    /// Floors, whatever its name.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) elevation: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) soft: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) moderate: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) intense: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) active: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) totalcalories: Option<f64>,
    #[serde(flatten)]
    pub(crate) heart: Heart,
}

impl Day {
    pub(crate) fn is_own(&self) -> bool {
        is_own(self.brand)
    }
}

/// Heart rate of a day, a night or a workout. A zero is no heart rate.
#[derive(Debug, Deserialize)]
pub(crate) struct Heart {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_average: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_min: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_max: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_zone_0: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_zone_1: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_zone_2: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) hr_zone_3: Option<f64>,
}

/// A night, or a nap, in sum.
#[derive(Debug, Deserialize)]
pub(crate) struct Night {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) startdate: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) enddate: i64,
    /// The day of waking up, in `timezone`.
    pub(crate) date: Option<String>,
    pub(crate) timezone: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) created: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) modified: Option<i64>,
    pub(crate) data: NightData,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NightData {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_sleep_time: Option<f64>,
    /// Of a night that came from elsewhere.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) asleepduration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) total_timeinbed: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) lightsleepduration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) deepsleepduration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) remsleepduration: Option<f64>,
    /// Awake at all, falling asleep included.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) wakeupduration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_latency: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) wakeup_latency: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) nb_rem_episodes: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) wakeupcount: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) out_of_bed_count: Option<f64>,
    /// A fraction.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_efficiency: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) sleep_score: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) rr_average: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) rr_min: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) rr_max: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) snoring: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) snoringepisodecount: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) apnea_hypopnea_index: Option<f64>,
    #[serde(flatten)]
    pub(crate) heart: Heart,
}

/// A stretch of a night in one stage, of `action=get`.
#[derive(Debug, Deserialize)]
pub(crate) struct Stretch {
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) startdate: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) enddate: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) state: i64,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) model_id: Option<i64>,
    #[serde(default)]
    pub(crate) hr: Moments,
    #[serde(default)]
    pub(crate) rr: Moments,
    #[serde(default)]
    pub(crate) sdnn_1: Moments,
    #[serde(default)]
    pub(crate) rmssd: Moments,
}

/// Values by moment: `{"1772323200": 57}`. Where there are none, an empty list.
#[derive(Debug, Default)]
pub(crate) struct Moments(pub(crate) BTreeMap<i64, f64>);

impl<'de> Deserialize<'de> for Moments {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Moments;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("values by Unix seconds")
            }

            fn visit_unit<E>(self) -> Result<Moments, E> {
                Ok(Moments::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Moments, A::Error> {
                match seq.next_element::<IgnoredAny>()? {
                    None => Ok(Moments::default()),
                    Some(_) => {
                        Err(serde::de::Error::custom("values by Unix seconds were expected, and there is a list"))
                    }
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Moments, A::Error> {
                let mut moments = BTreeMap::new();
                while let Some((moment, Value(value))) = map.next_entry::<String, Value>()? {
                    let moment = moment.parse().map_err(|_| serde::de::Error::custom("Unix seconds were expected"))?;
                    moments.extend(value.map(|value| (moment, value)));
                }
                Ok(Moments(moments))
            }
        }
        d.deserialize_any(Pairs)
    }
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Value(#[serde(deserialize_with = "flex::opt_f64")] Option<f64>);

/// A workout.
#[derive(Debug, Deserialize)]
pub(crate) struct Workout {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) id: String,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) startdate: i64,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) enddate: i64,
    pub(crate) date: Option<String>,
    pub(crate) timezone: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) modified: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) category: Option<i64>,
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) attrib: Option<i64>,
    pub(crate) data: WorkoutData,
}

/// A zero is nothing that was measured.
#[derive(Debug, Deserialize)]
pub(crate) struct WorkoutData {
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) manual_calories: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) distance: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) manual_distance: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) steps: Option<f64>,
    /// Floors, whatever its name.
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) elevation: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) pause_duration: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) spo2_average: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) pool_laps: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) strokes: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) pool_length: Option<f64>,
    #[serde(flatten)]
    pub(crate) heart: Heart,
}
