//! The tables in `wit/registry` are sound, and what is compiled was made from them.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests, as in tests")]

use std::collections::HashSet;

use gearshift_model::registry::{self, Aggregate, Value};

#[path = "../examples/registry/render.rs"]
mod render;
#[path = "../examples/registry/source.rs"]
mod source;

/// Every unit of the registry. A new one is checked against UCUM by hand, and added.
const UNITS: &[&str] = &[
    "%",
    "/h",
    "/min",
    "1",
    "Cel",
    "N.m",
    "W",
    "[IU]",
    "[MET]",
    "a",
    "deg",
    "g",
    "h",
    "kJ",
    "kcal",
    "kcal/d",
    "kg",
    "kg/m2",
    "m",
    "m/s",
    "mL",
    "mL/min/kg",
    "mg",
    "mg/dL",
    "mg/dL/min",
    "mm",
    "mm[Hg]",
    "ms",
    "s",
    "uV",
];

fn read() -> source::Source {
    source::Source::read(&source::root()).unwrap()
}

#[test]
fn what_is_checked_in_is_what_the_tables_make() {
    let source = read();
    for (path, made) in [(source::host_file(), render::host(&source)), (source::sdk_file(), render::sdk(&source))] {
        let checked_in = std::fs::read_to_string(&path).unwrap();
        let same = checked_in == made;
        assert!(same, "{} is stale: cargo run -p gearshift-model --example registry", path.display());
    }
}

#[test]
fn every_name_is_found_and_nothing_else_is() {
    assert!(registry::metrics().iter().all(|row| registry::metric(row.id) == Some(row)));
    assert!(registry::attributes().iter().all(|row| registry::attribute(row.id) == Some(row)));
    assert!(registry::kinds().iter().all(|row| registry::kind(row.id) == Some(row)));
    assert!(registry::roles().iter().all(|row| registry::role(row.id) == Some(row)));
    assert_eq!(registry::metric("heart-rates"), None);
    assert_eq!(registry::attribute(""), None);
    assert_eq!(registry::metrics().len(), read().metrics.len());
}

#[test]
fn names_are_kebab_case_and_docs_are_sentences() {
    let metrics = registry::metrics().iter().map(|row| (row.id, row.doc));
    let attributes = registry::attributes().iter().map(|row| (row.id, row.doc));
    let kinds = registry::kinds().iter().map(|row| (row.id, row.doc));
    let roles = registry::roles().iter().map(|row| (row.id, row.doc));
    for (id, doc) in metrics.chain(attributes).chain(kinds).chain(roles) {
        assert!(is_kebab(id), "{id}");
        assert!(doc.ends_with('.') && !doc.contains('\n'), "{id}: {doc}");
    }
}

#[test]
fn every_row_stands_in_kinds_that_exist() {
    let metrics = registry::metrics().iter().map(|row| (row.id, row.kinds));
    let attributes = registry::attributes().iter().map(|row| (row.id, row.kinds));
    let roles = registry::roles().iter().map(|row| (row.id, row.kinds));
    for (id, kinds) in metrics.chain(attributes).chain(roles) {
        assert!(!kinds.is_empty(), "{id}");
        assert!(kinds.iter().all(|kind| registry::kind(kind).is_some()), "{id}: {kinds:?}");
        assert_eq!(kinds.iter().collect::<HashSet<_>>().len(), kinds.len(), "{id}: {kinds:?}");
    }
    for role in registry::roles() {
        assert!(role.parents.iter().all(|parent| registry::role(parent).is_some()), "{}", role.id);
    }
}

#[test]
fn a_metric_has_a_unit_of_ucum_and_bounds_that_leave_room() {
    for metric in registry::metrics() {
        assert!(UNITS.contains(&metric.unit), "{}: {}", metric.id, metric.unit);
        assert!(metric.min < metric.max && metric.min.is_finite() && metric.max.is_finite(), "{}", metric.id);
    }
}

#[test]
fn the_highest_and_the_lowest_aggregate_as_their_names_say() {
    for metric in registry::metrics() {
        if metric.id.ends_with("-max") && metric.id != "vo2-max" {
            assert_eq!(metric.aggregate, Aggregate::Max, "{}", metric.id);
        }
        if metric.id.ends_with("-min") {
            assert_eq!(metric.aggregate, Aggregate::Min, "{}", metric.id);
        }
        if metric.id.starts_with("cumulative-") {
            assert_eq!(metric.aggregate, Aggregate::Last, "{}", metric.id);
        }
    }
}

#[test]
fn an_attribute_has_a_form_that_can_be_checked() {
    for attribute in registry::attributes() {
        match attribute.value {
            Value::Words(words) => {
                assert!(words.len() > 1 && words.iter().all(|word| is_kebab(word)), "{}", attribute.id);
                assert_eq!(words.iter().collect::<HashSet<_>>().len(), words.len(), "{}", attribute.id);
            }
            Value::Text { max, .. } => assert!(max > 0, "{} has no max", attribute.id),
            Value::Boolean | Value::Integer | Value::Instant | Value::Date => {}
        }
    }
}

fn is_kebab(id: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.split('-').all(|part| !part.is_empty() && part.bytes().all(letter))
}
