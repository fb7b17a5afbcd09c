//! Each rule refuses what breaks it, says where, and lets the rest pass.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in the helpers of tests, as in tests")]

use gearshift_model::{Record, Segment, Window, limits, validate};

mod common;
use common::{attribute, measure, plan, ride, segment, series, track};

/// Code and pointer of the only rule that the record breaks.
#[track_caller]
fn refused(record: &Record) -> (&'static str, String) {
    let violations = validate(record).unwrap_err();
    assert_eq!(violations.len(), 1, "{violations:?}");
    (violations[0].code, violations[0].pointer.clone())
}

#[track_caller]
fn refuses(change: impl FnOnce(&mut Record), code: &str, pointer: &str) {
    let mut record = ride();
    change(&mut record);
    assert_eq!(refused(&record), (code, pointer.to_owned()));
}

#[test]
fn sound_records_pass() {
    assert_eq!(validate(&ride()), Ok(()));
    assert_eq!(validate(&plan()), Ok(()));
    let mut athlete =
        Record { kind: "athlete".into(), key: "7".into(), offset_origin: "unknown".into(), ..Record::default() };
    athlete.measures = vec![measure("weight", 71.5)];
    assert_eq!(validate(&athlete), Ok(()));
}

#[test]
fn names_outside_the_registry_are_refused() {
    refuses(|record| record.measures.push(measure("heart-beats", 1.0)), "unknown-metric", "/measures/2/metric");
    refuses(
        |record| record.attributes.push(attribute("colour", "red")),
        "unknown-attribute",
        "/attributes/2/attribute",
    );
    refuses(|record| record.attributes[0].value = "Cycling".into(), "unknown-word", "/attributes/0/value");
    refuses(|record| record.segments[0].role = "round".into(), "unknown-role", "/segments/0/role");
    refuses(|record| record.tracks[0].words[1] = "halted".into(), "unknown-word", "/tracks/0/words/1");
    let mut record = ride();
    record.kind = "ride".into();
    assert_eq!(refused(&record), ("unknown-kind", "/kind".to_owned()));
}

#[test]
fn names_of_other_kinds_are_refused() {
    refuses(|record| record.measures.push(measure("sleep-efficiency", 90.0)), "wrong-kind", "/measures/2/metric");
    refuses(|record| record.attributes.push(attribute("nap", "true")), "wrong-kind", "/attributes/2/attribute");
    refuses(|record| record.segments.push(segment("step", None)), "wrong-kind", "/segments/1/role");
    refuses(|record| record.series.push(series("stress", &[0], &[1.0])), "wrong-kind", "/series/1/metric");
}

#[test]
fn numbers_that_are_none_or_out_of_bounds_are_refused() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        refuses(|record| record.measures[0].value = value, "not-finite", "/measures/0/value");
        refuses(|record| record.series[0].values[2] = value, "not-finite", "/series/0/values/2");
    }
    refuses(|record| record.measures[1].value = 300.5, "out-of-bounds", "/measures/1/value");
    refuses(|record| record.measures[0].value = -0.5, "out-of-bounds", "/measures/0/value");
    refuses(|record| record.segments[0].measures[0].value = 1e9, "out-of-bounds", "/segments/0/measures/0/value");
}

#[test]
fn bounds_belong_to_the_values_that_pass() {
    let mut record = ride();
    record.measures = vec![measure("heart-rate", 300.0), measure("distance", 0.0), measure("energy", -0.0)];
    assert_eq!(validate(&record), Ok(()));
}

#[test]
fn a_column_tells_its_first_bad_sample_only() {
    refuses(|record| record.series[0].values = vec![120.0, 900.0, 901.0], "out-of-bounds", "/series/0/values/1");
}

#[test]
fn a_unit_is_the_registrys_or_left_out() {
    refuses(|record| record.measures[0].unit = Some("km".into()), "wrong-unit", "/measures/0/unit");
    let mut record = ride();
    record.measures[0].unit = Some("m".into());
    assert_eq!(validate(&record), Ok(()));
}

#[test]
fn what_can_stand_once_stands_once() {
    refuses(|record| record.measures.push(measure("distance", 1.0)), "duplicate", "/measures/2");
    refuses(|record| record.attributes.push(attribute("name", "Again")), "duplicate", "/attributes/2");
    refuses(|record| record.series.push(series("heart-rate", &[0], &[60.0])), "duplicate", "/series/1");
    refuses(|record| record.tracks.push(track("motion", &[0], &[0], &["moving"])), "duplicate", "/tracks/1");
    let mut record = ride();
    record.attributes.extend([attribute("tag", "lake"), attribute("tag", "sun")]);
    assert_eq!(validate(&record), Ok(()));
    record.attributes.push(attribute("tag", "sun"));
    assert_eq!(refused(&record), ("duplicate", "/attributes/4".to_owned()));
}

#[test]
fn time_runs_forward_and_in_milliseconds() {
    refuses(|record| record.window = window(1_772_000_000_000, 1_771_999_999_999), "window-order", "/window");
    refuses(|record| record.window = window(1_772_000_000_000, 1_772_000_000_000_000), "instant-bounds", "/window/end");
    refuses(|record| record.updated = Some(i64::MIN), "instant-bounds", "/updated");
    refuses(|record| record.segments[0].window = window(5, 4), "window-order", "/segments/0/window");
}

fn window(start: i64, end: i64) -> Option<Window> {
    Some(Window { start, end })
}

#[test]
fn a_kind_needs_the_time_that_it_has() {
    refuses(|record| record.window = None, "time-missing", "");
    let mut record = plan();
    record.date = None;
    assert_eq!(refused(&record), ("time-missing", String::new()));
    let timed = Record { kind: "athlete".into(), date: Some("2026-03-12".into()), ..plan() };
    let timed = Record { segments: Vec::new(), ..timed };
    assert_eq!(refused(&timed), ("time-not-allowed", String::new()));
    let weighed = Record { kind: "body".into(), segments: Vec::new(), ..plan() };
    assert_eq!(validate(&weighed), Ok(()));
}

#[test]
fn a_date_is_a_day_of_the_calendar() {
    for date in ["2026-02-30", "2026-3-1", "20260301", "2026-03-01T00:00:00", "", "26-03-01", "2026-03-01 "] {
        refuses(|record| record.date = Some(date.into()), "date-format", "/date");
    }
    let mut record = ride();
    record.date = Some("2028-02-29".into());
    assert_eq!(validate(&record), Ok(()));
}

#[test]
fn an_offset_and_its_origin_come_together() {
    refuses(|record| record.utc_offset = None, "offset-origin", "/offset-origin");
    refuses(|record| record.offset_origin = "floating".into(), "offset-origin", "/offset-origin");
    refuses(|record| record.offset_origin = "guess".into(), "offset-origin", "/offset-origin");
    refuses(|record| record.utc_offset = Some(64_801), "offset-bounds", "/utc-offset");
    refuses(|record| record.end_offset = Some(-90_000), "offset-bounds", "/end-offset");
    for origin in ["floating", "unknown"] {
        let mut record = ride();
        record.utc_offset = None;
        record.offset_origin = origin.into();
        assert_eq!(validate(&record), Ok(()));
    }
}

#[test]
fn a_zone_looks_like_one() {
    for zone in ["", "(GMT+01:00) Europe/Vienna", "Europe/Vienna\n"] {
        refuses(|record| record.zone = Some(zone.into()), "zone-format", "/zone");
    }
}

#[test]
fn columns_are_as_long_as_each_other_and_in_order() {
    refuses(|record| record.series[0].values.truncate(2), "lengths-differ", "/series/0/values");
    refuses(|record| record.series[0].spans = vec![1000], "lengths-differ", "/series/0/spans");
    refuses(|record| record.series[0].offsets = vec![0, 2000, 1999], "offsets-descend", "/series/0/offsets/2");
    refuses(|record| record.tracks[0].codes = vec![0], "lengths-differ", "/tracks/0/codes");
    refuses(|record| record.tracks[0].codes = vec![0, 2], "code-range", "/tracks/0/codes/1");
    let mut record = ride();
    record.series[0].offsets = vec![0, 1000, 1000];
    record.series[0].spans = vec![1000, 0, 1000];
    assert_eq!(validate(&record), Ok(()));
}

#[test]
fn a_track_is_made_of_words() {
    refuses(|record| record.tracks[0] = track("city", &[0], &[0], &["Graz"]), "value-format", "/tracks/0/attribute");
}

#[test]
fn a_segment_stands_after_the_one_that_encloses_it() {
    for parent in [2, 3, u32::MAX] {
        let mut record = plan();
        record.segments[2].parent = Some(parent);
        assert_eq!(refused(&record), ("parent-order", "/segments/2/parent".to_owned()));
    }
    let mut record = plan();
    record.segments[2].parent = Some(0);
    assert_eq!(refused(&record), ("parent-role", "/segments/2/parent".to_owned()));
}

#[test]
fn a_key_is_there_and_bounded() {
    refuses(|record| record.key = String::new(), "empty", "/key");
    refuses(|record| record.key = "a\u{7f}".into(), "control-character", "/key");
    refuses(|record| record.same_as = vec!["ok".into(), "a\nb".into()], "control-character", "/same-as/1");
    let mut record = ride();
    record.key = "k".repeat(limits::KEY_BYTES);
    assert_eq!(validate(&record), Ok(()));
    record.key = "é".repeat(limits::KEY_BYTES / 2 + 1);
    assert_eq!(refused(&record), ("too-long", "/key".to_owned()));
}

#[test]
fn texts_are_bounded_and_without_control_characters() {
    refuses(|record| record.attributes[1].value = "a\0b".into(), "control-character", "/attributes/1/value");
    refuses(|record| record.attributes[1].value = "a\nb".into(), "control-character", "/attributes/1/value");
    refuses(|record| record.attributes[1].value = "é".repeat(501), "too-long", "/attributes/1/value");
    refuses(|record| record.attributes[1].value = String::new(), "empty", "/attributes/1/value");
    refuses(|record| record.extra = vec![("x".into(), "\u{1b}[31m".into())], "control-character", "/extra/0/1");
    let mut record = ride();
    record.attributes[1].value = "é".repeat(500);
    record.attributes.push(attribute("description", "first\n\tsecond"));
    assert_eq!(validate(&record), Ok(()));
}

#[test]
fn values_have_the_form_of_their_attribute() {
    for (id, wrong, right) in [
        ("commute", "True", "true"),
        ("created", "2026-03-01T07:30:00+01:00", "2026-03-01T06:30:00.250Z"),
        ("created", "yesterdayZ", "2026-03-01T06:30:00Z"),
    ] {
        refuses(|record| record.attributes.push(attribute(id, wrong)), "value-format", "/attributes/2/value");
        let mut record = ride();
        record.attributes.push(attribute(id, right));
        assert_eq!(validate(&record), Ok(()), "{id}");
    }
}

#[test]
fn a_flood_is_counted_and_not_read() {
    refuses(|record| record.measures = vec![measure("x", 1.0); limits::PROPERTIES + 1], "too-many", "/measures");
    refuses(|record| record.segments = vec![Segment::default(); limits::SEGMENTS + 1], "too-many", "/segments");
    refuses(|record| record.same_as = vec![String::new(); limits::SAME_AS + 1], "too-many", "/same-as");
    let mut record = ride();
    record.measures = vec![measure("x", 1.0); limits::PROPERTIES];
    assert_eq!(validate(&record).unwrap_err().len(), limits::VIOLATIONS);
}

#[test]
fn a_message_repeats_no_more_of_a_text_than_a_reader_needs() {
    let mut record = ride();
    record.measures.push(measure(&"m".repeat(100_000), 1.0));
    assert!(validate(&record).unwrap_err()[0].message.len() < 200);
}
