//! Answers as FatSecret writes them, as far as they are read.

use std::collections::BTreeMap;

use gearshift_sdk::{Each, flex};
use serde::Deserialize;
use serde_json::Value;

/// Whether it is an error.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    pub(crate) error: Option<Wrong>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wrong {
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) code: i64,
    pub(crate) message: Option<String>,
}

/// `food_entries.get`: null where nothing was eaten.
#[derive(Debug, Deserialize)]
pub(crate) struct Diary {
    #[serde(deserialize_with = "flex::nullable")]
    pub(crate) food_entries: Option<Entries>,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Entries {
    #[serde(default, deserialize_with = "Each::one_or_more")]
    pub(crate) food_entry: Each<Entry>,
}

/// One food that was eaten.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) food_entry_id: String,
    pub(crate) food_entry_name: Option<String>,
    /// The amount in words: `1 cup Instant Oatmeal`.
    pub(crate) food_entry_description: Option<String>,
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) date_int: i64,
    /// Upper or lower case.
    pub(crate) meal: Option<String>,
    /// Nutrients, by name, among others.
    #[serde(flatten)]
    pub(crate) rest: BTreeMap<String, Value>,
}

/// `…get_month`: the days on which there is something.
#[derive(Debug, Deserialize)]
pub(crate) struct Month<T: serde::de::DeserializeOwned> {
    #[serde(deserialize_with = "flex::nullable", bound(deserialize = "T: serde::de::DeserializeOwned"))]
    pub(crate) month: Option<OfMonth<T>>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct OfMonth<T: serde::de::DeserializeOwned> {
    #[serde(
        default = "Each::default",
        deserialize_with = "Each::one_or_more",
        bound(deserialize = "T: serde::de::DeserializeOwned")
    )]
    pub(crate) day: Each<T>,
}

/// A day on which something was eaten.
#[derive(Debug, Deserialize)]
pub(crate) struct Eaten {
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) date_int: i64,
}

/// A weight.
#[derive(Debug, Deserialize)]
pub(crate) struct Weighed {
    #[serde(deserialize_with = "flex::i64")]
    pub(crate) date_int: i64,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    pub(crate) weight_kg: Option<f64>,
    pub(crate) weight_comment: Option<String>,
}
