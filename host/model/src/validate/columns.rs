//! Rules for what is held in columns: series and tracks.

use std::collections::HashSet;

use super::{Violations, properties, text};
use crate::limits;
use crate::record::{Series, Track};
use crate::registry::{Kind, Value};

pub(super) fn series(all: &[Series], kind: Option<&Kind>, found: &mut Violations) {
    if !found.count(all.len(), limits::COLUMNS, "/series") {
        return;
    }
    let mut seen = HashSet::new();
    for (at, series) in all.iter().enumerate() {
        let base = format!("/series/{at}");
        shape(&series.offsets, &series.spans, series.values.len(), "values", &base, found);
        let Some(metric) = properties::metric(&series.metric, kind, &base, found) else { continue };
        if !seen.insert(metric.id) {
            found.add("duplicate", &base, format!("there are two series of {}", metric.id));
        }
        let bad = |(sample, value): (usize, &f64)| {
            properties::number(metric, *value, || format!("{base}/values/{sample}"), found)
        };
        // The first bad sample is enough: where one is in the wrong unit, all are.
        let _ = series.values.iter().enumerate().any(bad);
    }
}

pub(super) fn tracks(all: &[Track], kind: Option<&Kind>, found: &mut Violations) {
    if !found.count(all.len(), limits::COLUMNS, "/tracks") {
        return;
    }
    let mut seen = HashSet::new();
    for (at, track) in all.iter().enumerate() {
        let base = format!("/tracks/{at}");
        shape(&track.offsets, &track.spans, track.codes.len(), "codes", &base, found);
        let words = track.words.len();
        if let Some(code) = track.codes.iter().position(|code| usize::from(*code) >= words) {
            found.add("code-range", format!("{base}/codes/{code}"), format!("there are {words} words, counted from 0"));
        }
        let Some(attribute) = properties::attribute(&track.attribute, kind, &base, found) else { continue };
        if !seen.insert(attribute.id) {
            found.add("duplicate", &base, format!("there are two tracks of {}", attribute.id));
        }
        if !matches!(attribute.value, Value::Words(_)) {
            let message = format!("{} has no list of words, so that it cannot be a track", attribute.id);
            found.add("value-format", format!("{base}/attribute"), message);
        }
        if found.count(words, usize::from(u16::MAX), &format!("{base}/words")) {
            for (word, value) in track.words.iter().enumerate() {
                text::value(attribute, value, &format!("{base}/words/{word}"), found);
            }
        }
    }
}

/// Columns of equal length, in the order of time.
fn shape(offsets: &[u32], spans: &[u32], values: usize, name: &str, base: &str, found: &mut Violations) {
    let samples = offsets.len();
    found.count(samples, limits::SAMPLES, &format!("{base}/offsets"));
    if values != samples {
        found.add("lengths-differ", format!("{base}/{name}"), format!("{samples} offsets, but {values} {name}"));
    }
    if !spans.is_empty() && spans.len() != samples {
        let message = format!("{samples} offsets, but {} spans: as many, or none", spans.len());
        found.add("lengths-differ", format!("{base}/spans"), message);
    }
    if let Some(at) = offsets.windows(2).position(|pair| matches!(pair, [one, next] if next < one)) {
        let message = "an offset lies before the one in front of it: sort the samples by time";
        found.add("offsets-descend", format!("{base}/offsets/{}", at + 1), message);
    }
}
