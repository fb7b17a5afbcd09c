//! One normalized thing, as JSON and in the contract field for field the same.

use serde::{Deserialize, Serialize};

use crate::subject::{Pair, Window};
use crate::time::Stamp;

/// One word or text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// One of [`attribute`](crate::registry::attribute).
    pub attribute: String,
    /// In the text form that the registry fixes for it.
    pub value: String,
}

/// One number, in the unit that the registry fixes for the metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// One of [`metric`](crate::registry::metric).
    pub metric: String,
    /// In the metric's unit.
    pub value: f64,
    /// Only where the registry leaves it free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
}

/// Samples of one metric, as columns of equal length.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// One of [`metric`](crate::registry::metric).
    pub metric: String,
    /// Milliseconds from the record's start, never descending.
    pub offsets: Vec<u32>,
    /// How many milliseconds each sample lasts; empty for moments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<u32>,
    /// In the metric's unit. What was not measured has no sample.
    pub values: Vec<f64>,
}

impl Series {
    /// Samples at these offsets; a sample without a value is left out. None where nothing is left.
    pub fn sparse(metric: &str, offsets: &[u32], values: impl IntoIterator<Item = Option<f64>>) -> Option<Self> {
        let mut series = Self { metric: metric.to_owned(), ..Self::default() };
        for (offset, value) in offsets.iter().zip(values) {
            if let Some(value) = value.filter(|value| value.is_finite()) {
                series.offsets.push(*offset);
                series.values.push(value);
            }
        }
        (!series.values.is_empty()).then_some(series)
    }
}

/// Words over time: `codes` point into `words`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Track {
    /// One of [`attribute`](crate::registry::attribute).
    pub attribute: String,
    /// Milliseconds from the record's start, never descending.
    pub offsets: Vec<u32>,
    /// How many milliseconds each word holds; empty for moments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spans: Vec<u32>,
    /// Indices into `words`.
    pub codes: Vec<u16>,
    /// The words that occur.
    pub words: Vec<String>,
}

impl Track {
    /// An empty track.
    pub fn new(attribute: &str) -> Self {
        Self { attribute: attribute.to_owned(), ..Self::default() }
    }

    /// Adds a word that holds for `span` milliseconds.
    pub fn push(&mut self, offset: u32, span: u32, word: &str) {
        let known = self.words.iter().position(|known| known == word);
        let code = known.unwrap_or_else(|| {
            self.words.push(word.to_owned());
            self.words.len() - 1
        });
        self.offsets.push(offset);
        self.spans.push(span);
        self.codes.push(u16::try_from(code).unwrap_or(u16::MAX));
    }
}

/// A part of a record with a life of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// One of [`role`](crate::registry::role).
    pub role: String,
    /// When it was, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// Index of the enclosing segment, which stands before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<u32>,
    /// Its numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Its words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
}

impl Segment {
    /// An empty segment.
    pub fn new(role: &str) -> Self {
        Self { role: role.to_owned(), ..Self::default() }
    }

    /// From `start`, Unix milliseconds, for so many seconds.
    #[must_use]
    pub fn lasting(mut self, start: i64, seconds: f64) -> Self {
        self.window = Some(Window { start, end: start + millis(seconds) });
        self
    }

    /// Within another segment of the record, by its index.
    #[must_use]
    pub fn within(mut self, parent: u32) -> Self {
        self.parent = Some(parent);
        self
    }

    /// Adds a number, where there is one.
    #[must_use]
    pub fn measure(mut self, metric: &str, value: impl Into<Option<f64>>) -> Self {
        self.measures.extend(value.into().map(|value| Measure { metric: metric.to_owned(), value, unit: None }));
        self
    }

    /// Adds a word, where there is one.
    #[must_use]
    pub fn attribute<'a>(mut self, attribute: &str, value: impl Into<Option<&'a str>>) -> Self {
        self.attributes.extend(word(attribute, value.into()));
        self
    }
}

/// Where a record's offset from UTC comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The provider said.
    Provider,
    /// The device said.
    Device,
    /// The user's profile at the provider says.
    Profile,
    /// Worked out from something else.
    Inferred,
}

impl Origin {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Provider => "provider",
            Origin::Device => "device",
            Origin::Profile => "profile",
            Origin::Inferred => "inferred",
        }
    }
}

/// One normalized thing. Build it with [`Record::new`]; nothing is invented: what the provider does not say stays out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Record {
    /// One of [`kind`](crate::registry::kind).
    pub kind: String,
    /// The provider's natural key: the same thing fetched twice has the same key.
    pub key: String,
    /// Former or parallel keys of the same thing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// When it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The day that it counts for, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Seconds east of UTC at the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset: Option<i32>,
    /// Seconds east of UTC at the end, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_offset: Option<i32>,
    /// An [`Origin`], or `floating` or `unknown` without an offset.
    pub offset_origin: String,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// When the provider last changed it, Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated: Option<i64>,
    /// Words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<Attribute>,
    /// Numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub measures: Vec<Measure>,
    /// Samples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub series: Vec<Series>,
    /// Words over time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tracks: Vec<Track>,
    /// Parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<Segment>,
    /// Room for what a later minor of the contract adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extra: Vec<Pair>,
}

impl Record {
    /// A record that says nothing yet, with a time of which the local offset is not known.
    pub fn new(kind: &str, key: impl Into<String>) -> Self {
        Self { kind: kind.to_owned(), key: key.into(), offset_origin: "unknown".to_owned(), ..Self::default() }
    }

    /// Another key of the same thing.
    #[must_use]
    pub fn same_as(mut self, key: impl Into<String>) -> Self {
        self.same_as.push(key.into());
        self
    }

    /// From `start` to `end`, Unix milliseconds.
    #[must_use]
    pub fn window(mut self, start: i64, end: i64) -> Self {
        self.window = Some(Window { start, end });
        self
    }

    /// From `start`, Unix milliseconds, for so many seconds.
    #[must_use]
    pub fn lasting(self, start: i64, seconds: f64) -> Self {
        self.window(start, start + millis(seconds))
    }

    /// The day that it counts for, `YYYY-MM-DD`.
    #[must_use]
    pub fn date(mut self, date: impl Into<String>) -> Self {
        self.date = Some(date.into());
        self
    }

    /// Seconds east of UTC, and who says so.
    #[must_use]
    pub fn offset(mut self, seconds: i32, origin: Origin) -> Self {
        self.utc_offset = Some(seconds);
        self.offset_origin = origin.as_str().to_owned();
        self
    }

    /// The offset that a time was written with, if it was written with one other than Z.
    #[must_use]
    pub fn offset_of(self, stamp: &Stamp, origin: Origin) -> Self {
        match stamp.offset {
            Some(offset) => self.offset(offset, origin),
            None => self,
        }
    }

    /// Only the wall time is known: the window reads it as UTC.
    #[must_use]
    pub fn floating(mut self) -> Self {
        self.utc_offset = None;
        self.offset_origin = "floating".to_owned();
        self
    }

    /// IANA time zone.
    #[must_use]
    pub fn zone(mut self, zone: impl Into<Option<String>>) -> Self {
        self.zone = zone.into();
        self
    }

    /// When the provider last changed it, Unix milliseconds.
    #[must_use]
    pub fn updated(mut self, instant: impl Into<Option<i64>>) -> Self {
        self.updated = instant.into();
        self
    }

    /// Adds a word or text, where there is one that is not blank.
    #[must_use]
    pub fn attribute<'a>(mut self, attribute: &str, value: impl Into<Option<&'a str>>) -> Self {
        self.attributes.extend(word(attribute, value.into()));
        self
    }

    /// Adds yes or no, where the provider says.
    #[must_use]
    pub fn flag(self, attribute: &str, value: impl Into<Option<bool>>) -> Self {
        self.attribute(attribute, value.into().map(|value| if value { "true" } else { "false" }))
    }

    /// Adds a number, where there is one. A zero is a number; where a provider writes zero for "not known", use
    /// [`unit::positive`](crate::unit::positive).
    #[must_use]
    pub fn measure(mut self, metric: &str, value: impl Into<Option<f64>>) -> Self {
        self.measures.extend(value.into().map(|value| Measure { metric: metric.to_owned(), value, unit: None }));
        self
    }

    /// Adds samples, where there are any.
    #[must_use]
    pub fn series(mut self, series: impl Into<Option<Series>>) -> Self {
        self.series.extend(series.into());
        self
    }

    /// Adds words over time.
    #[must_use]
    pub fn track(mut self, track: Track) -> Self {
        if !track.codes.is_empty() {
            self.tracks.push(track);
        }
        self
    }

    /// Adds a part.
    #[must_use]
    pub fn segment(mut self, segment: Segment) -> Self {
        self.segments.push(segment);
        self
    }

    /// Adds a part and says at which index, for parts within it.
    pub fn push_segment(&mut self, segment: Segment) -> u32 {
        self.segments.push(segment);
        u32::try_from(self.segments.len() - 1).unwrap_or(u32::MAX)
    }
}

/// So that `Normalized::each` takes one record as it takes several.
impl IntoIterator for Record {
    type Item = Record;
    type IntoIter = std::iter::Once<Record>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self)
    }
}

fn word(attribute: &str, value: Option<&str>) -> Option<Attribute> {
    let value = value.filter(|value| !value.trim().is_empty())?;
    Some(Attribute { attribute: attribute.to_owned(), value: value.to_owned() })
}

fn millis(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}
