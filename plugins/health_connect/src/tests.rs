use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::{Case, Recorded};
use gearshift_sdk::{Body, PullRequest};
use serde_json::{Value, json};

use super::HealthConnect;

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<HealthConnect>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

fn subject() -> Subject {
    Subject { provider: "HEALTH_CONNECT".into(), ..Subject::default() }
}

/// What one record comes to.
fn read(record: &Value) -> Result<Normalized, Failure> {
    let part = Body { name: "records".into(), media_type: String::new(), bytes: record.to_string().into_bytes() };
    let document =
        Fetched { stream: "records".into(), endpoint: "records".into(), parts: vec![part], ..Fetched::default() };
    HealthConnect::normalize(&subject(), &document)
}

/// A record of steps, with these members over its own.
fn steps(other: &Value) -> Value {
    let mut record = json!({
        "recordType": "Steps", "startTime": "2026-03-10T06:00:00Z", "endTime": "2026-03-10T06:15:00Z", "count": 7,
        "metadata": { "id": "s-1" },
    });
    record.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    record
}

#[test]
fn a_record_needs_no_more_than_its_id_and_its_time() {
    let read = read(&steps(&json!({}))).unwrap();
    let record = &read.records[0];
    assert_eq!((record.key.as_str(), record.updated, record.utc_offset), ("s-1", None, None));
    assert_eq!(record.offset_origin, "unknown");
    assert!(record.attributes.is_empty(), "{:?}", record.attributes);
}

#[test]
fn who_crosses_a_border_has_two_offsets() {
    let zone = |seconds: i32| json!({ "id": "?", "totalSeconds": seconds });
    let offsets = |start, end| {
        let record =
            read(&steps(&json!({ "startZoneOffset": start, "endZoneOffset": end }))).unwrap().records.remove(0);
        (record.utc_offset, record.end_offset)
    };
    assert_eq!(offsets(zone(3_600), zone(7_200)), (Some(3_600), Some(7_200)));
    assert_eq!(offsets(zone(3_600), zone(3_600)), (Some(3_600), None));
    assert_eq!(offsets(Value::Null, zone(3_600)), (None, None));
}

#[test]
fn a_higher_version_is_a_later_word_about_the_same_thing() {
    let at = |modified: &str, count: i64| {
        let metadata = json!({ "id": "s-1", "lastModifiedTime": modified });
        read(&steps(&json!({ "metadata": metadata, "count": count }))).unwrap().records.remove(0)
    };
    let (older, newer) = (at("2026-03-10T07:00:00Z", 7), at("2026-03-10T07:00:00.001Z", 9));
    assert_eq!(older.key, newer.key);
    assert!(older.updated < newer.updated);
}

#[test]
fn what_is_not_there_is_no_zero() {
    for (name, value) in [("count", Value::Null), ("count", json!("7"))] {
        let failure = read(&steps(&json!({ name: value }))).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("records /records/0/count")));
    }
    assert_eq!(read(&steps(&json!({ "count": 0 }))).unwrap().records[0].measures[0].value, 0.0);
}

#[test]
fn a_night_without_stages_is_a_night() {
    let night = json!({
        "recordType": "SleepSession", "startTime": "2026-03-09T22:00:00Z", "endTime": "2026-03-10T05:00:00Z",
        "metadata": { "id": "n-1" }, "stages": null,
    });
    let read = read(&night).unwrap();
    assert!(read.records[0].tracks.is_empty() && read.notes.is_empty());
}

#[test]
fn nothing_is_pulled() {
    let outside = Recorded::at("2026-03-12T08:00:00Z");
    let host = Host::new(&outside, 10);
    let failure = HealthConnect::pull(&host, &subject(), &PullRequest::default()).unwrap_err();
    assert_eq!(failure.code, "unsupported");
    assert!(outside.sent().is_empty());
}

#[test]
fn what_the_manifest_promises_is_what_the_fixtures_have() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/every-type");
    let case = Case::read(folder.as_ref()).unwrap();
    let document = case.pushed().next().unwrap();
    let read = HealthConnect::normalize(&case.subject, &document).unwrap();
    assert_eq!(read.notes, []);
    let kinds: std::collections::BTreeSet<&str> = read.records.iter().map(|record| record.kind.as_str()).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["activity", "body", "nutrition", "sample", "sleep"]);
}
