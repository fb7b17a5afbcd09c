//! One record out of what several endpoints said of it.
//!
//! The manifest ranks a stream's endpoints; an endpoint that it does not name comes after those that it does, by name, so
//! that two polls that take turns do not make the record flutter. Each measure, attribute, series, track and kind of
//! segment is taken whole from the first facet that has it: what a lower one adds is added, and what it lacks takes
//! nothing away.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::hash::content_hash;
use crate::record::{Record, Segment, Window};

/// What one endpoint said of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Facet {
    /// What it said.
    pub record: Record,
    /// The document's endpoint, by which the manifest ranks it.
    pub endpoint: String,
    /// When the provider last changed it, Unix milliseconds.
    pub updated: Option<i64>,
    /// The newest exchange that it was read from: the order of arrival.
    pub exchange: i64,
}

impl Facet {
    /// Does this facet take the place of another one of the same endpoint? By the provider's `updated` where both say it,
    /// else, and where it is the same, by arrival.
    pub fn supersedes(&self, other: &Facet) -> bool {
        match (self.updated, other.updated) {
            (Some(own), Some(others)) if own != others => own > others,
            _ => self.exchange > other.exchange,
        }
    }
}

/// Composes what the world sees of a record; `None` without facets.
///
/// `precedence` are endpoints, the most telling first. The order of `facets` does not matter. Of several facets of one
/// endpoint the latest counts and the others are as if they had never been. Facets of another kind than the first in rank
/// are left out: they are no facets of the same thing.
///
/// Window and offset come together, from the first facet that knows the true instant, else from the first that knows the
/// time on the wall; series and tracks of a facet that starts at another instant are moved to keep their place in time.
pub fn compose(facets: &[Facet], precedence: &[String]) -> Option<Record> {
    let ranked = rank(facets, precedence);
    let first = *ranked.first()?;
    let records: Vec<&Record> = ranked.into_iter().filter(|record| record.kind == first.kind).collect();
    let mut composed = Record { kind: first.kind.clone(), key: first.key.clone(), ..Record::default() };
    place_in_time(&mut composed, &records);
    composed.same_as = other_keys(&records, &first.key);
    composed.updated = records.iter().filter_map(|record| record.updated).max();
    composed.attributes = first_of(&records, |record| &record.attributes, |attribute| &attribute.attribute);
    composed.measures = first_of(&records, |record| &record.measures, |measure| &measure.metric);
    composed.extra = first_of(&records, |record| &record.extra, |(name, _)| name);
    for record in &records {
        add_columns(&mut composed, record);
    }
    composed.series.sort_by(|a, b| a.metric.cmp(&b.metric));
    composed.tracks.sort_by(|a, b| a.attribute.cmp(&b.attribute));
    composed.segments = segments(&records);
    Some(composed)
}

/// The latest facet of each endpoint, the most telling endpoint first.
fn rank<'a>(facets: &'a [Facet], precedence: &[String]) -> Vec<&'a Record> {
    let mut endpoints: BTreeMap<&str, Vec<&Facet>> = BTreeMap::new();
    for facet in facets {
        endpoints.entry(&facet.endpoint).or_default().push(facet);
    }
    let mut latest: Vec<&Facet> = endpoints.into_values().filter_map(latest).collect();
    latest.sort_by_key(|facet| {
        let rank = precedence.iter().position(|endpoint| *endpoint == facet.endpoint);
        (rank.unwrap_or(usize::MAX), &facet.endpoint)
    });
    latest.into_iter().map(|facet| &facet.record).collect()
}

/// By `updated` if all of them have it, else by arrival: a mixture of both would be no order at all.
fn latest(facets: Vec<&Facet>) -> Option<&Facet> {
    let dated = facets.iter().all(|facet| facet.updated.is_some());
    let age = |facet: &Facet| (facet.updated.filter(|_| dated), facet.exchange);
    facets.into_iter().max_by(|a, b| match age(a).cmp(&age(b)) {
        Ordering::Equal if a == b => Ordering::Equal,
        Ordering::Equal => tie(a).cmp(&tie(b)),
        order => order,
    })
}

/// One document that gives two records of one key: either will do, as long as it is always the same.
fn tie(facet: &Facet) -> (&str, String, &[String], Option<i64>) {
    (&facet.record.key, content_hash(&facet.record), &facet.record.same_as, facet.record.updated)
}

fn other_keys(records: &[&Record], key: &str) -> Vec<String> {
    let keys = records.iter().flat_map(|record| record.same_as.iter().chain([&record.key]));
    let keys: BTreeSet<&String> = keys.filter(|other| *other != key).collect();
    keys.into_iter().cloned().collect()
}

/// All items of one name from the first record that has one of that name; sorted by name.
fn first_of<T: Clone>(records: &[&Record], items: impl Fn(&Record) -> &Vec<T>, name: impl Fn(&T) -> &String) -> Vec<T> {
    let mut owners: BTreeMap<&String, usize> = BTreeMap::new();
    let mut composed = Vec::new();
    for (rank, record) in records.iter().enumerate() {
        for item in items(record) {
            if *owners.entry(name(item)).or_insert(rank) == rank {
                composed.push(item.clone());
            }
        }
    }
    composed.sort_by(|a, b| name(a).cmp(name(b)));
    composed
}

fn is_floating(record: &Record) -> bool {
    record.offset_origin == "floating"
}

fn place_in_time(composed: &mut Record, records: &[&Record]) {
    let find = |test: &dyn Fn(&Record) -> bool| records.iter().copied().find(|record| test(record));
    let timed = find(&|record| record.window.is_some() && !is_floating(record))
        .or_else(|| find(&|record| record.window.is_some()));
    composed.window = timed.and_then(|record| record.window);
    let local = match timed {
        Some(record) if record.utc_offset.is_some() || is_floating(record) => Some(record),
        _ => find(&|record| record.utc_offset.is_some()).or(timed).or(records.first().copied()),
    };
    if let Some(record) = local {
        composed.utc_offset = record.utc_offset;
        composed.end_offset = record.end_offset;
        composed.offset_origin.clone_from(&record.offset_origin);
    }
    composed.date = records.iter().find_map(|record| record.date.clone());
    composed.zone = records.iter().find_map(|record| record.zone.clone());
}

/// Series and tracks that the composed record has not got yet. One without samples says nothing.
fn add_columns(composed: &mut Record, record: &Record) {
    let shift = shift(composed, record);
    let moved = |offsets: &[u32]| offsets.iter().map(|offset| at(*offset, shift)).collect();
    for series in &record.series {
        if !series.offsets.is_empty() && !composed.series.iter().any(|own| own.metric == series.metric) {
            let mut series = series.clone();
            series.offsets = moved(&series.offsets);
            composed.series.push(series);
        }
    }
    for track in &record.tracks {
        if !track.offsets.is_empty() && !composed.tracks.iter().any(|own| own.attribute == track.attribute) {
            let mut track = track.clone();
            track.offsets = moved(&track.offsets);
            composed.tracks.push(track);
        }
    }
}

/// Milliseconds by which a record's offsets lie later in the composed one. Wall time and true time have no distance.
fn shift(composed: &Record, record: &Record) -> i64 {
    let start = |record: &Record| record.window.map(|Window { start, .. }| start);
    match (start(composed), start(record)) {
        (Some(to), Some(from)) if is_floating(composed) == is_floating(record) => from.saturating_sub(to),
        _ => 0,
    }
}

/// A sample before the start stands at the start: the two starts differ by a rounding, and no sample is dropped for that.
fn at(offset: u32, shift: i64) -> u32 {
    let moved = i64::from(offset).saturating_add(shift).clamp(0, i64::from(u32::MAX));
    u32::try_from(moved).unwrap_or(u32::MAX)
}

/// For each role that stands by itself, the segments of the first record that has some, with all that they enclose.
fn segments(records: &[&Record]) -> Vec<Segment> {
    let mut owners: BTreeMap<&str, usize> = BTreeMap::new();
    let mut composed: Vec<Segment> = Vec::new();
    for (rank, record) in records.iter().enumerate() {
        // For each segment of this record where it went, and whether it went anywhere.
        let mut places: Vec<Option<usize>> = Vec::with_capacity(record.segments.len());
        for segment in &record.segments {
            let parent = segment.parent.map(|parent| usize::try_from(parent).unwrap_or(usize::MAX));
            let kept = match parent {
                Some(parent) => places.get(parent).copied().flatten().map(Some),
                None => (*owners.entry(&segment.role).or_insert(rank) == rank).then_some(None),
            };
            places.push(kept.map(|parent| {
                let parent = parent.and_then(|parent| u32::try_from(parent).ok());
                composed.push(Segment { parent, ..segment.clone() });
                composed.len() - 1
            }));
        }
    }
    composed
}
