//! Records and facets at random, small enough that they often meet.
#![allow(dead_code, reason = "each test uses its share")]

use gearshift_model::{Facet, Measure, Record, Segment, Series, Track, Window};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::common::{attribute, measure, segment, series, track};

const ENDPOINTS: [&str; 4] = ["rides.list", "rides.detail", "rides.old", "calendar"];
const METRICS: [&str; 5] = ["distance", "heart-rate", "power", "energy", "speed"];
const WORDS: [&str; 2] = ["moving", "stopped"];

/// An order of endpoints that may leave some out.
pub(crate) fn precedence() -> impl Strategy<Value = Vec<String>> {
    let endpoints: Vec<String> = ENDPOINTS.map(str::to_owned).into();
    subsequence(endpoints, 0..=ENDPOINTS.len()).prop_shuffle()
}

pub(crate) fn facets() -> impl Strategy<Value = Vec<Facet>> {
    vec(facet(), 1..8)
}

pub(crate) fn facet() -> impl Strategy<Value = Facet> {
    let updated = option::of(0..4_i64);
    (record(), select(&ENDPOINTS[..]), updated, 0..6_i64).prop_map(|(record, endpoint, updated, exchange)| Facet {
        record: Record { updated, ..record },
        endpoint: endpoint.to_owned(),
        updated,
        exchange,
    })
}

pub(crate) fn record() -> impl Strategy<Value = Record> {
    let identity = (select(&["ride-1", "ride-2", "ride-3"][..]), vec(select(&["ride-1", "old-1", "old-2"][..]), 0..3));
    let time = (
        option::of((0..3_i64, 1..3_i64)),
        select(&["provider", "unknown", "floating"][..]),
        option::of(Just("2026-03-12")),
    );
    let words = (option::of(0..3), subsequence(&["a", "b", "c"][..], 0..=3));
    (identity, time, words, measures(), columns(), segments()).prop_map(
        |((key, same_as), (window, origin, date), (name, tags), measures, (series, tracks), segments)| Record {
            kind: "activity".into(),
            key: key.into(),
            same_as: same_as.into_iter().map(str::to_owned).collect(),
            window: window.map(|(start, length)| Window { start: start * 1000, end: (start + length) * 1000 }),
            date: date.map(str::to_owned),
            utc_offset: (origin == "provider").then_some(3600),
            offset_origin: origin.into(),
            attributes: name
                .map(|name| attribute("name", &format!("ride {name}")))
                .into_iter()
                .chain(tags.into_iter().map(|tag| attribute("tag", tag)))
                .collect(),
            measures,
            series,
            tracks,
            segments,
            ..Record::default()
        },
    )
}

fn measures() -> impl Strategy<Value = Vec<Measure>> {
    subsequence(&METRICS[..], 0..=METRICS.len())
        .prop_shuffle()
        .prop_flat_map(|metrics| (vec(0..5_u8, metrics.len()), Just(metrics)))
        .prop_map(|(values, metrics)| {
            metrics.iter().zip(values).map(|(metric, value)| measure(metric, f64::from(value))).collect()
        })
}

fn columns() -> impl Strategy<Value = (Vec<Series>, Vec<Track>)> {
    let samples = || (vec(0..4_u8, 0..4), 0..5_u32);
    let all =
        subsequence(&METRICS[..], 0..=2).prop_flat_map(move |metrics| (vec(samples(), metrics.len()), Just(metrics)));
    let codes = option::of((vec(0..2_u16, 1..4), any::<bool>()));
    (all, codes).prop_map(|((samples, metrics), codes)| {
        let series = metrics.iter().zip(samples).map(|(metric, (values, first))| {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            series(metric, &offsets(first, values.len()), &values)
        });
        let tracks = codes.map(|(codes, swapped)| {
            let words = if swapped { [WORDS[1], WORDS[0]] } else { WORDS };
            track("motion", &offsets(0, codes.len()), &codes, &words)
        });
        (series.collect(), tracks.into_iter().collect())
    })
}

fn offsets(first: u32, count: usize) -> Vec<u32> {
    (first..).step_by(500).take(count).collect()
}

/// Trees: a segment stands by itself, or in one that came before it.
fn segments() -> impl Strategy<Value = Vec<Segment>> {
    let one = (select(&["lap", "interval", "zone"][..]), option::of(any::<prop::sample::Index>()), 0..3_u8);
    vec(one, 0..6).prop_map(|all| {
        let segments = all.into_iter().enumerate().map(|(at, (role, parent, value))| {
            let parent = parent.filter(|_| at > 0).and_then(|parent| u32::try_from(parent.index(at)).ok());
            Segment { measures: vec![measure("distance", f64::from(value))], ..segment(role, parent) }
        });
        segments.collect()
    })
}
