//! The content hash, on which a record's revision rests: equal content, equal hash, however it was put in order.
//!
//! Hashed is JSON with its names in alphabetical order, columns and properties sorted by id, the words of tracks sorted
//! with their codes, zero without a sign, and a unit only where it is not the registry's. The order of segments is kept,
//! because it has a meaning. Left out are `key` and `same-as`, which are identity and not content (a provider that
//! renumbers its rides has not changed them), and `updated`, which some providers move without a change.

use std::collections::BTreeSet;
use std::io::{self, BufWriter, Write};

use aws_lc_rs::digest::{Context, SHA256};
use serde::{Serialize, Serializer};

use crate::record::{Attribute, Measure, Record, Segment, Series, Track, Window};
use crate::registry;

/// Lower-case hex SHA-256 of a record's content.
pub fn content_hash(record: &Record) -> String {
    let mut out = BufWriter::new(Digest(Context::new(&SHA256)));
    let written = serde_json::to_writer(&mut out, &Canonical::of(record)).map_err(io::Error::from);
    let digest = written.and_then(|()| out.into_inner().map_err(io::IntoInnerError::into_error));
    #[expect(
        clippy::expect_used,
        reason = "a digest takes every byte, and no name in `Canonical` is anything but text"
    )]
    let digest = digest.expect("a record is JSON");
    hex::encode(digest.0.finish())
}

struct Digest(Context);

impl Write for Digest {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// The fields of these stand in alphabetical order, as they are hashed. What is absent is left out, so that a field added
// later changes no hash of a record without it.

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Canonical<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<&'a Attribute>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_offset: Option<i32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    extra: Vec<&'a (String, String)>,
    kind: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    measures: Vec<CanonicalMeasure<'a>>,
    offset_origin: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    segments: Vec<CanonicalSegment<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    series: Vec<CanonicalSeries<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tracks: Vec<CanonicalTrack<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    utc_offset: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<[i64; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'a str>,
}

#[derive(Serialize)]
struct CanonicalMeasure<'a> {
    metric: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    value: Number,
}

#[derive(Serialize)]
struct CanonicalSegment<'a> {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attributes: Vec<&'a Attribute>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    measures: Vec<CanonicalMeasure<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<u32>,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<[i64; 2]>,
}

#[derive(Serialize)]
struct CanonicalSeries<'a> {
    metric: &'a str,
    offsets: &'a [u32],
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    spans: &'a [u32],
    values: Numbers<'a>,
}

#[derive(Serialize)]
struct CanonicalTrack<'a> {
    attribute: &'a str,
    codes: Vec<usize>,
    offsets: &'a [u32],
    #[serde(skip_serializing_if = "<[u32]>::is_empty")]
    spans: &'a [u32],
    words: Vec<&'a str>,
}

struct Number(f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Adding zero takes the sign off a negative zero and leaves every other number as it is.
        serializer.serialize_f64(self.0 + 0.0)
    }
}

struct Numbers<'a>(&'a [f64]);

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|value| Number(*value)))
    }
}

impl<'a> Canonical<'a> {
    fn of(record: &'a Record) -> Canonical<'a> {
        Canonical {
            attributes: sorted(&record.attributes),
            date: record.date.as_deref(),
            end_offset: record.end_offset,
            extra: sorted(&record.extra),
            kind: &record.kind,
            measures: measures(&record.measures),
            offset_origin: &record.offset_origin,
            segments: record.segments.iter().map(CanonicalSegment::of).collect(),
            series: by(record.series.iter().map(CanonicalSeries::of), |series| series.metric),
            tracks: by(record.tracks.iter().map(CanonicalTrack::of), |track| track.attribute),
            utc_offset: record.utc_offset,
            window: record.window.map(ends),
            zone: record.zone.as_deref(),
        }
    }
}

impl<'a> CanonicalSegment<'a> {
    fn of(segment: &'a Segment) -> CanonicalSegment<'a> {
        CanonicalSegment {
            attributes: sorted(&segment.attributes),
            measures: measures(&segment.measures),
            parent: segment.parent,
            role: &segment.role,
            window: segment.window.map(ends),
        }
    }
}

impl<'a> CanonicalSeries<'a> {
    fn of(series: &'a Series) -> CanonicalSeries<'a> {
        CanonicalSeries {
            metric: &series.metric,
            offsets: &series.offsets,
            spans: &series.spans,
            values: Numbers(&series.values),
        }
    }
}

impl<'a> CanonicalTrack<'a> {
    fn of(track: &'a Track) -> CanonicalTrack<'a> {
        let word = |code: &u16| track.words.get(usize::from(*code)).map(String::as_str);
        let words: BTreeSet<&str> = track.codes.iter().filter_map(word).collect();
        let words: Vec<&str> = words.into_iter().collect();
        // A code without a word is no valid record's; it gets a number that no word has.
        let code = |code: &u16| word(code).and_then(|word| words.binary_search(&word).ok()).unwrap_or(usize::MAX);
        CanonicalTrack {
            attribute: &track.attribute,
            codes: track.codes.iter().map(code).collect(),
            offsets: &track.offsets,
            spans: &track.spans,
            words,
        }
    }
}

fn measures(measures: &[Measure]) -> Vec<CanonicalMeasure<'_>> {
    let canonical = measures.iter().map(|measure| {
        let own = registry::metric(&measure.metric).map(|metric| metric.unit);
        CanonicalMeasure {
            metric: &measure.metric,
            unit: measure.unit.as_deref().filter(|unit| Some(*unit) != own),
            value: Number(measure.value),
        }
    });
    by(canonical, |measure| measure.metric)
}

fn ends(window: Window) -> [i64; 2] {
    [window.start, window.end]
}

fn sorted<T: Ord>(items: &[T]) -> Vec<&T> {
    let mut items: Vec<&T> = items.iter().collect();
    items.sort();
    items
}

fn by<T, K: Ord>(items: impl Iterator<Item = T>, key: impl Fn(&T) -> K) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_by_key(key);
    items
}
