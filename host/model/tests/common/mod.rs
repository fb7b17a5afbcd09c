//! Records to try the rules on.
#![allow(dead_code, reason = "each test uses its share")]

use gearshift_model::{Attribute, Measure, Record, Segment, Series, Track, Window};

/// A ride of an hour that breaks no rule.
pub(crate) fn ride() -> Record {
    Record {
        kind: "activity".into(),
        key: "ride-1".into(),
        window: Some(Window { start: 1_772_000_000_000, end: 1_772_003_600_000 }),
        utc_offset: Some(3600),
        offset_origin: "provider".into(),
        zone: Some("Europe/Vienna".into()),
        attributes: vec![attribute("sport", "cycling"), attribute("name", "Round the lake")],
        measures: vec![measure("distance", 28_000.0), measure("heart-rate", 141.0)],
        series: vec![series("heart-rate", &[0, 1000, 2000], &[120.0, 121.0, 122.5])],
        tracks: vec![track("motion", &[0, 1500], &[0, 1], &["moving", "stopped"])],
        segments: vec![Segment { measures: vec![measure("distance", 14_000.0)], ..segment("lap", None) }],
        ..Record::default()
    }
}

/// A plan of one repeated step with a target.
pub(crate) fn plan() -> Record {
    Record {
        kind: "planned-workout".into(),
        key: "plan-1".into(),
        date: Some("2026-03-12".into()),
        offset_origin: "unknown".into(),
        segments: vec![
            Segment { measures: vec![measure("repetitions", 3.0)], ..segment("repeat", None) },
            Segment { measures: vec![measure("duration", 300.0)], ..segment("step", Some(0)) },
            Segment { measures: vec![measure("target-power-fraction", 0.9)], ..segment("target", Some(1)) },
        ],
        ..Record::default()
    }
}

pub(crate) fn attribute(attribute: &str, value: &str) -> Attribute {
    Attribute { attribute: attribute.into(), value: value.into() }
}

pub(crate) fn measure(metric: &str, value: f64) -> Measure {
    Measure { metric: metric.into(), value, unit: None }
}

pub(crate) fn series(metric: &str, offsets: &[u32], values: &[f64]) -> Series {
    Series { metric: metric.into(), offsets: offsets.into(), spans: Vec::new(), values: values.into() }
}

pub(crate) fn track(attribute: &str, offsets: &[u32], codes: &[u16], words: &[&str]) -> Track {
    Track {
        attribute: attribute.into(),
        offsets: offsets.into(),
        spans: Vec::new(),
        codes: codes.into(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
    }
}

pub(crate) fn segment(role: &str, parent: Option<u32>) -> Segment {
    Segment { role: role.into(), parent, ..Segment::default() }
}
