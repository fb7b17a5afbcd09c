//! What several endpoints say of a record becomes one record, whatever the order in which it came.

use gearshift_model::{Facet, Record, Segment, Window, compose};
use proptest::prelude::*;

#[path = "common/arbitrary.rs"]
mod arbitrary;
mod common;
use common::{attribute, measure, segment, series, track};

fn facet(endpoint: &str, exchange: i64, record: Record) -> Facet {
    Facet { updated: record.updated, record, endpoint: endpoint.into(), exchange }
}

fn empty() -> Record {
    Record { kind: "activity".into(), key: "ride-1".into(), offset_origin: "unknown".into(), ..Record::default() }
}

fn order(endpoints: &[&str]) -> Vec<String> {
    endpoints.iter().map(|endpoint| (*endpoint).to_owned()).collect()
}

fn at(start: i64, end: i64) -> Option<Window> {
    Some(Window { start, end })
}

#[test]
fn nothing_composes_to_nothing() {
    assert_eq!(compose(&[], &[]), None);
}

#[test]
fn a_summary_after_the_detail_takes_nothing_away() {
    let detail = Record {
        measures: vec![measure("distance", 28_099.0), measure("energy", 870.0)],
        series: vec![series("power", &[0, 1000], &[180.0, 185.0])],
        ..empty()
    };
    let summary = Record { measures: vec![measure("distance", 28_100.0), measure("speed", 6.7)], ..empty() };
    let facets = [facet("detail", 1, detail.clone()), facet("list", 2, summary)];
    let composed = compose(&facets, &order(&["detail", "list"])).unwrap();
    let expected = [measure("distance", 28_099.0), measure("energy", 870.0), measure("speed", 6.7)];
    assert_eq!(composed.measures, expected);
    assert_eq!(composed.series, detail.series);
}

#[test]
fn a_facet_yields_to_a_later_one_of_its_endpoint_as_a_whole() {
    let before =
        Record { measures: vec![measure("distance", 1.0), measure("energy", 2.0)], updated: Some(10), ..empty() };
    let after = Record { measures: vec![measure("distance", 3.0)], updated: Some(20), ..empty() };
    // It was changed later and came earlier: what was fetched last was a stale copy.
    let facets = [facet("detail", 9, before), facet("detail", 5, after)];
    assert_eq!(compose(&facets, &[]).unwrap().measures, [measure("distance", 3.0)]);
    assert!(facets[1].supersedes(&facets[0]) && !facets[0].supersedes(&facets[1]));
}

#[test]
fn without_a_time_of_change_the_later_arrival_counts() {
    let one = Record { measures: vec![measure("distance", 1.0)], updated: Some(10), ..empty() };
    let two = Record { measures: vec![measure("distance", 2.0)], ..empty() };
    let facets = [facet("detail", 2, two), facet("detail", 1, one)];
    assert_eq!(compose(&facets, &[]).unwrap().measures, [measure("distance", 2.0)]);
    assert!(facets[0].supersedes(&facets[1]) && !facets[1].supersedes(&facets[0]));
}

#[test]
fn absent_and_zero_are_not_the_same() {
    let first = Record { measures: vec![measure("distance", 0.0)], ..empty() };
    let second = Record { measures: vec![measure("distance", 5.0), measure("energy", 7.0)], ..empty() };
    let facets = [facet("a", 1, first), facet("b", 2, second)];
    let composed = compose(&facets, &order(&["a", "b"])).unwrap();
    assert_eq!(composed.measures, [measure("distance", 0.0), measure("energy", 7.0)]);
}

#[test]
fn endpoints_without_a_rank_come_last_and_by_name() {
    let named = |name: &str| Record { attributes: vec![attribute("name", name)], ..empty() };
    let facets = [facet("b", 9, named("b")), facet("a", 1, named("a")), facet("z", 1, named("z"))];
    let name = |precedence: &[String]| compose(&facets, precedence).unwrap().attributes;
    assert_eq!(name(&order(&["z"])), [attribute("name", "z")]);
    assert_eq!(name(&[]), [attribute("name", "a")]);
}

#[test]
fn an_attribute_that_repeats_comes_from_one_facet() {
    let first = Record { attributes: vec![attribute("tag", "lake"), attribute("tag", "sun")], ..empty() };
    let second = Record { attributes: vec![attribute("tag", "rain"), attribute("name", "Ride")], ..empty() };
    let composed = compose(&[facet("a", 1, first), facet("b", 2, second)], &[]).unwrap();
    let expected = [attribute("name", "Ride"), attribute("tag", "lake"), attribute("tag", "sun")];
    assert_eq!(composed.attributes, expected);
}

#[test]
fn keys_of_both_generations_are_kept() {
    let old = Record { key: "7".into(), ..empty() };
    let new = Record { key: "a-7".into(), same_as: vec!["7".into()], ..empty() };
    let composed = compose(&[facet("old", 1, old), facet("new", 2, new)], &order(&["new", "old"])).unwrap();
    assert_eq!((composed.key.as_str(), composed.same_as), ("a-7", vec!["7".to_owned()]));
}

#[test]
fn a_true_instant_beats_the_time_on_the_wall_and_brings_its_offset() {
    let wall = Record { window: at(7_200_000, 9_000_000), offset_origin: "floating".into(), ..empty() };
    let instant =
        Record { window: at(3_600_000, 5_400_000), utc_offset: Some(3600), offset_origin: "device".into(), ..empty() };
    let composed = compose(&[facet("wall", 1, wall), facet("true", 2, instant)], &order(&["wall", "true"])).unwrap();
    assert_eq!((composed.window, composed.utc_offset), (at(3_600_000, 5_400_000), Some(3600)));
    assert_eq!(composed.offset_origin, "device");
}

#[test]
fn an_instant_whose_offset_is_unknown_takes_that_of_another_facet() {
    let instant = Record { window: at(1000, 2000), ..empty() };
    let local = Record { window: at(0, 2000), utc_offset: Some(7200), offset_origin: "profile".into(), ..empty() };
    let composed = compose(&[facet("a", 1, instant), facet("b", 2, local)], &[]).unwrap();
    assert_eq!((composed.window, composed.utc_offset), (at(1000, 2000), Some(7200)));
    assert_eq!(composed.offset_origin, "profile");
}

#[test]
fn samples_keep_their_place_in_time_when_the_starts_differ() {
    let window = Record { window: at(10_000, 60_000), ..empty() };
    let late = Record { window: at(12_500, 60_000), series: vec![series("power", &[0, 1000], &[1.0, 2.0])], ..empty() };
    let early = Record {
        window: at(9_700, 60_000),
        tracks: vec![track("motion", &[0, 1000], &[0, 0], &["moving"])],
        ..empty()
    };
    let facets = [facet("a", 1, window), facet("b", 2, late), facet("c", 3, early)];
    let composed = compose(&facets, &[]).unwrap();
    assert_eq!(composed.series[0].offsets, [2500, 3500]);
    assert_eq!(composed.tracks[0].offsets, [0, 700]);
}

#[test]
fn a_series_without_samples_hides_none() {
    let first = Record { series: vec![series("power", &[], &[])], ..empty() };
    let second = Record { series: vec![series("power", &[0], &[200.0])], ..empty() };
    let composed = compose(&[facet("a", 1, first), facet("b", 2, second.clone())], &[]).unwrap();
    assert_eq!(composed.series, second.series);
}

#[test]
fn segments_come_with_all_that_they_enclose() {
    let named = |role, parent, name| Segment { attributes: vec![attribute("name", name)], ..segment(role, parent) };
    let laps = Record {
        segments: vec![named("zone", None, "z"), named("lap", None, "l"), named("lap", Some(1), "l-1")],
        ..empty()
    };
    let others = Record {
        segments: vec![
            named("lap", None, "x"),
            named("interval", None, "i"),
            named("zone", Some(1), "i-z"),
            named("lap", Some(0), "x-1"),
        ],
        ..empty()
    };
    let composed = compose(&[facet("a", 1, laps), facet("b", 2, others)], &[]).unwrap();
    let outline: Vec<(&str, Option<u32>)> =
        composed.segments.iter().map(|s| (s.attributes[0].value.as_str(), s.parent)).collect();
    assert_eq!(outline, [("z", None), ("l", None), ("l-1", Some(1)), ("i", None), ("i-z", Some(3))]);
}

#[test]
fn another_kind_is_no_facet_of_the_same_thing() {
    let day = Record { kind: "daily".into(), measures: vec![measure("steps", 5.0)], ..empty() };
    let ride = Record { measures: vec![measure("distance", 5.0)], ..empty() };
    let composed = compose(&[facet("a", 1, ride.clone()), facet("b", 2, day)], &[]).unwrap();
    assert_eq!(composed.measures, ride.measures);
}

proptest! {
    #[test]
    fn the_order_of_arrival_does_not_matter(
        (facets, shuffled) in arbitrary::facets().prop_flat_map(|facets| (Just(facets.clone()), Just(facets).prop_shuffle())),
        precedence in arbitrary::precedence(),
    ) {
        prop_assert_eq!(compose(&facets, &precedence), compose(&shuffled, &precedence));
    }

    #[test]
    fn composing_the_composed_changes_nothing(facets in arbitrary::facets(), precedence in arbitrary::precedence()) {
        let once = compose(&facets, &precedence).unwrap();
        let again = compose(&[facet("composed", 0, once.clone())], &precedence).unwrap();
        prop_assert_eq!(again, once);
    }

    #[test]
    fn a_facet_twice_is_a_facet_once(facets in arbitrary::facets(), precedence in arbitrary::precedence()) {
        let twice: Vec<Facet> = facets.iter().chain(&facets).cloned().collect();
        prop_assert_eq!(compose(&twice, &precedence), compose(&facets, &precedence));
    }

    #[test]
    fn what_ranks_lower_takes_nothing_away(facets in arbitrary::facets(), mut precedence in arbitrary::precedence(), lower in arbitrary::record()) {
        precedence.extend(order(&["rides.list", "rides.detail", "rides.old", "calendar"]));
        let without = compose(&facets, &precedence).unwrap();
        let with: Vec<Facet> = facets.into_iter().chain([facet("zz.summary", 99, lower)]).collect();
        let with = compose(&with, &precedence).unwrap();
        prop_assert_eq!(&with.key, &without.key);
        prop_assert!(without.measures.iter().all(|measure| with.measures.contains(measure)));
        prop_assert!(without.attributes.iter().all(|attribute| with.attributes.contains(attribute)));
        prop_assert!(without.series.iter().all(|own| with.series.iter().any(|series| series.values == own.values)));
        prop_assert!(with.segments.starts_with(&without.segments));
    }

    #[test]
    fn parents_stand_before_what_they_enclose(facets in arbitrary::facets(), precedence in arbitrary::precedence()) {
        let composed = compose(&facets, &precedence).unwrap();
        for (at, segment) in composed.segments.iter().enumerate() {
            prop_assert!(segment.parent.is_none_or(|parent| usize::try_from(parent).unwrap() < at));
        }
    }
}
