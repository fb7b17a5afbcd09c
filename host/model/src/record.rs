//! The record: one normalized thing, an activity or a night or a day, field for field what the contract calls
//! `health-record`.
//!
//! As JSON the names are kebab-case, and what is absent is left out. A missing measure was not said, a measure of zero
//! was: the two never turn into one another.

use serde::{Deserialize, Serialize};

/// A half-open span of time in Unix milliseconds: `start` is in, `end` is out. Where both are equal it is one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Window {
    /// First millisecond that belongs to it.
    pub start: i64,
    /// First millisecond after it.
    pub end: i64,
}

impl Window {
    /// Milliseconds from start to end; `None` where they are further apart than an `i64` can say.
    pub fn length(&self) -> Option<i64> {
        self.end.checked_sub(self.start)
    }
}

/// One word or text, named by the registry's attributes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attribute {
    /// The attribute's id in the registry.
    pub attribute: String,
    /// In the text form that the registry fixes for it.
    pub value: String,
}

/// One number: the summary of a metric over the whole record or segment, in the metric's own unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Measure {
    /// The metric's id in the registry.
    pub metric: String,
    /// In the unit that the registry fixes.
    pub value: f64,
    /// UCUM. Left out, or the registry's own unit: any other is a violation, never a conversion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Samples of one metric, as columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Series {
    /// The metric's id in the registry.
    pub metric: String,
    /// Milliseconds from the record's start, never descending.
    pub offsets: Vec<u32>,
    /// How many milliseconds each sample lasts; empty where the samples are moments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<u32>,
    /// In the metric's unit. What was not measured has no sample; it is not a zero.
    pub values: Vec<f64>,
}

/// Words over time, such as sleep levels: `codes` point into `words`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Track {
    /// The attribute's id in the registry.
    pub attribute: String,
    /// Milliseconds from the record's start, never descending.
    pub offsets: Vec<u32>,
    /// How many milliseconds each word holds; empty where they are moments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<u32>,
    /// Indices into `words`.
    pub codes: Vec<u16>,
    /// The words that occur, each one of the registry's for this attribute.
    pub words: Vec<String>,
}

/// A part of a record with measures of its own: a lap, a workout step, a target of a step, a second device.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Segment {
    /// One of the registry's roles.
    pub role: String,
    /// When it happened, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Index of the enclosing segment, which always stands before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// Its numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

/// One normalized thing. Its identity is (connection, kind, key); its revision follows its [content
/// hash](crate::content_hash).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// One of the registry's kinds.
    pub kind: String,
    /// The provider's natural key: the same thing fetched twice has the same key.
    pub key: String,
    /// Former or parallel keys of the same thing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// When it happened; `None` for what has no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The day that it counts for, `YYYY-MM-DD`, where the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Seconds east of UTC at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<i32>,
    /// Seconds east of UTC at the end, where that differs from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_offset: Option<i32>,
    /// Where the offset comes from: `provider`, `device`, `profile` or `inferred`; `floating` and `unknown` come without
    /// an offset.
    pub offset_origin: String,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// When the provider last changed it, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<i64>,
    /// Sport, device, name and the like.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Summaries over the whole record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// Words over time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// Parts, each after the one that encloses it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// Room for what a later minor of the contract adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<(String, String)>,
}
