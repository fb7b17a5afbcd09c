//! Every field of Terra's six models comes from something that the registry has, or says why not.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests, as in tests")]

use std::collections::{BTreeMap, BTreeSet};

use gearshift_model::registry::{self, Value};
use serde::Deserialize;

#[path = "../examples/registry/source.rs"]
#[expect(dead_code, reason = "of the generator's reader only the files are needed here")]
mod source;

const KINDS: [&str; 6] = ["activity", "athlete", "body", "daily", "planned-workout", "sleep"];
const FIELDS: [&str; 14] = [
    "id",
    "key",
    "provider",
    "date",
    "updated",
    "window.start",
    "window.end",
    "offset-origin",
    "offsets",
    "first-offset",
    "last-offset",
    "metric",
    "role",
    "order",
];
const PARENT: &str = "parent";
const UNPUBLISHED: &str = "numbers-unpublished";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    metric: Option<String>,
    also: Option<String>,
    attribute: Option<String>,
    field: Option<String>,
    why: Option<String>,
    #[serde(rename = "in")]
    place: Option<String>,
    words: Option<String>,
    scale: Option<f64>,
    inverse: Option<f64>,
    roll: Option<String>,
}

type Words = BTreeMap<String, BTreeMap<String, toml::Value>>;

fn rows(kind: &str) -> BTreeMap<String, Row> {
    source::table(&source::root().join(format!("terra/{kind}.toml"))).unwrap()
}

fn all() -> impl Iterator<Item = (&'static str, String, Row)> {
    KINDS.into_iter().flat_map(|kind| rows(kind).into_iter().map(move |(path, row)| (kind, path, row)))
}

fn words() -> Words {
    source::table(&source::root().join("terra/words.toml")).unwrap()
}

fn reasons() -> BTreeMap<String, String> {
    source::table(&source::root().join("terra/reasons.toml")).unwrap()
}

#[test]
fn every_path_has_a_row_and_every_row_a_path() {
    for kind in KINDS {
        let listed = std::fs::read_to_string(source::root().join(format!("terra/paths/{kind}.txt"))).unwrap();
        let listed: BTreeSet<String> = listed.lines().map(str::to_owned).collect();
        let mapped: BTreeSet<String> = rows(kind).into_keys().collect();
        assert!(listed.len() > 10, "{kind}");
        assert_eq!(listed, mapped, "{kind}");
    }
}

#[test]
fn every_row_says_one_thing() {
    let reasons = reasons();
    for (kind, path, row) in all() {
        let said = [&row.metric, &row.attribute, &row.field, &row.why].iter().filter(|said| said.is_some()).count();
        assert_eq!(said, 1, "{kind} {path}");
        assert!(row.why.as_ref().is_none_or(|why| reasons.contains_key(why)), "{kind} {path}");
        assert!(row.field.as_deref().is_none_or(|field| FIELDS.contains(&field) || field == PARENT), "{kind} {path}");
        let only_metric = row.also.is_some() || row.scale.is_some() || row.inverse.is_some() || row.roll.is_some();
        assert!(row.metric.is_some() || !only_metric, "{kind} {path}");
        assert!(row.roll.as_deref().is_none_or(|roll| ["mean", "sum"].contains(&roll)), "{kind} {path}");
        assert!(row.scale.is_none() || row.inverse.is_none(), "{kind} {path}");
        let factor = row.scale.or(row.inverse).unwrap_or(1.0);
        assert!(factor.is_finite() && factor > 0.0, "{kind} {path}");
    }
}

#[test]
fn every_metric_and_attribute_exists_and_admits_the_kind() {
    for (kind, path, row) in all() {
        for id in row.metric.iter().chain(&row.also) {
            let metric = registry::metric(id).unwrap_or_else(|| panic!("{kind} {path}: {id}"));
            assert!(metric.kinds.contains(&kind), "{kind} {path}: {id}");
        }
        if let Some(id) = &row.attribute {
            let attribute = registry::attribute(id).unwrap_or_else(|| panic!("{kind} {path}: {id}"));
            assert!(attribute.kinds.contains(&kind), "{kind} {path}: {id}");
        }
    }
}

#[test]
fn every_place_is_a_column_or_a_role_that_admits_the_kind() {
    for (kind, path, row) in all() {
        match row.place.as_deref() {
            None => {}
            Some("series") => assert!(row.attribute.is_none(), "{kind} {path}"),
            Some("track") => assert!(row.metric.is_none(), "{kind} {path}"),
            Some(role) => {
                let role = registry::role(role).unwrap_or_else(|| panic!("{kind} {path}: {role}"));
                assert!(role.kinds.contains(&kind), "{kind} {path}: {}", role.id);
            }
        }
    }
}

#[test]
fn every_list_of_words_says_all_the_words_of_what_it_translates() {
    let lists = words();
    for (kind, path, row) in all() {
        let Some(name) = row.words.as_deref().filter(|name| *name != UNPUBLISHED) else { continue };
        let list: BTreeSet<&str> =
            lists.get(name).unwrap_or_else(|| panic!("{kind} {path}: {name}")).keys().map(String::as_str).collect();
        let ours: BTreeSet<&str> =
            match (row.attribute.as_deref().map(|id| registry::attribute(id).unwrap().value), row.field.as_deref()) {
                (Some(Value::Words(words)), _) => words.iter().copied().collect(),
                (Some(Value::Boolean), _) => ["true", "false"].into(),
                (_, Some("offset-origin")) => {
                    ["provider", "device", "profile", "inferred", "floating", "unknown"].into()
                }
                (_, Some("metric")) => ["oxygen-saturation", "muscle-oxygen-saturation"].into(),
                (_, Some("role")) => ["step", "repeat"].into(),
                other => panic!("{kind} {path}: {other:?} has no words"),
            };
        assert_eq!(list, ours, "{kind} {path}: {name}");
    }
}

#[test]
fn a_word_that_terra_numbers_is_translated() {
    // Terra spells these as numbers; text would be delivered as a word that it does not know.
    for (kind, path, row) in all() {
        let closed = row
            .attribute
            .as_deref()
            .is_some_and(|id| matches!(registry::attribute(id).unwrap().value, Value::Words(_)));
        let spelt = ["stroke_type", ".sex", "sex"].iter().any(|end| path.ends_with(end));
        assert!(!closed || spelt || row.words.is_some(), "{kind} {path}");
    }
}

#[test]
fn no_list_of_words_and_no_reason_is_left_over() {
    let used: BTreeSet<String> = all().filter_map(|(_, _, row)| row.words).filter(|name| name != UNPUBLISHED).collect();
    assert_eq!(used, words().into_keys().collect());
    let given: BTreeSet<String> = all().filter_map(|(_, _, row)| row.why).collect();
    assert_eq!(given, reasons().into_keys().collect());
}

#[test]
fn terras_sports_are_all_reached() {
    let lists = words();
    let numbers: BTreeSet<i64> = lists["sport"].values().map(|number| number.as_integer().unwrap()).collect();
    let gaps = [2, 6, 72, 107, 109, 110, 111, 112, 121];
    let expected: BTreeSet<i64> = (0..=154).filter(|number| !gaps.contains(number)).collect();
    assert_eq!(numbers, expected);
}
