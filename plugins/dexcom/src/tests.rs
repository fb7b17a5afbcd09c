use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use gearshift_sdk::{Credential, Tombstone};
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const US: &str = "https://api.dexcom.com/v3/users/self";
/// 2026-03-11T06:10:35Z, by `date -ud`.
const END: i64 = 1_773_209_435_000;
const DAY: i64 = 86_400_000;

fn subject(provider: &str) -> Subject {
    Subject { provider: provider.into(), account: Some("3f0c".into()), ..Subject::default() }
}

fn request(stream: &str, since: Option<i64>) -> PullRequest {
    let since = since.map(|end| format!(r#"{{"end":{end}}}"#));
    PullRequest { stream: stream.into(), since, requests: 50, ..PullRequest::default() }
}

/// A range of data of one kind, and windows of it that are empty.
fn provider(name: &str, range: &Value, windows: &[(&str, &str)]) -> Recorded {
    let mut ranges = json!({ "userId": "3f0c", "egvs": null, "events": null, "calibrations": null });
    ranges[name] = range.clone();
    let mut outside = Recorded::at(NOW).answer("GET", &format!("{US}/dataRange"), 200, &ranges.to_string());
    for (from, to) in windows {
        let (from, to) = (from.replace(':', "%3A"), to.replace(':', "%3A"));
        let url = format!("{US}/{name}?startDate={from}&endDate={to}");
        outside = outside.answer("GET", &url, 200, r#"{"records":[]}"#);
    }
    outside
}

fn range(start: &str, end: &str) -> Value {
    json!({ "start": { "systemTime": start }, "end": { "systemTime": end } })
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    Dexcom::pull(&Host::for_pull(outside, request), &subject("DEXCOM"), request)
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Dexcom>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_first_pull_goes_back_window_by_window_and_leaves_its_watermark_at_the_last() {
    let windows = [
        ("2026-02-25T00:00:00", "2026-03-12T00:00:00"),
        ("2026-02-10T00:00:00", "2026-02-25T00:00:00"),
        ("2026-02-09T00:00:00", "2026-02-10T00:00:00"),
    ];
    let outside = provider("egvs", &range("2026-02-09T10:00:00", "2026-03-11T06:10:35"), &windows);
    let mut request = request("glucose", None);
    let mut marks = Vec::new();
    for _ in 0..3 {
        let page = pull(&outside, &request).unwrap();
        marks.push(page.watermark);
        request.cursor = page.next;
    }
    assert_eq!(request.cursor, None);
    assert_eq!(marks, [None, None, Some(format!(r#"{{"end":{END}}}"#))]);
    assert!(outside.sent().iter().all(|sent| sent.credential == Credential::User && sent.headers.is_empty()));
}

#[test]
fn what_the_host_does_not_want_is_not_fetched() {
    let outside = provider(
        "egvs",
        &range("2020-02-09T10:00:00", "2026-03-11T06:10:35"),
        &[("2026-03-09T00:00:00", "2026-03-12T00:00:00")],
    );
    let window = Window { start: END - 2 * DAY, end: END };
    let page = pull(&outside, &PullRequest { window: Some(window), ..request("glucose", None) }).unwrap();
    assert_eq!((page.documents.len(), page.next), (1, None));
}

#[test]
fn glucose_is_asked_for_only_where_its_end_has_moved() {
    let reach = range("2020-02-09T10:00:00", "2026-03-11T06:10:35");
    let page = pull(&provider("egvs", &reach, &[]), &request("glucose", Some(END))).unwrap();
    assert_eq!((page.documents.len(), page.next, page.watermark), (0, None, None));

    let outside = provider("egvs", &reach, &[("2026-03-08T00:00:00", "2026-03-12T00:00:00")]);
    let page = pull(&outside, &request("glucose", Some(END - DAY))).unwrap();
    assert_eq!((page.documents.len(), page.next), (1, None));
}

#[test]
fn events_are_looked_through_again_since_people_change_them() {
    let outside = provider(
        "events",
        &range("2020-02-09T10:00:00", "2026-03-11T06:10:35"),
        &[("2026-02-11T00:00:00", "2026-03-12T00:00:00")],
    );
    let page = pull(&outside, &request("events", Some(END))).unwrap();
    assert_eq!((page.documents.len(), page.next), (1, None));
}

#[test]
fn when_the_only_event_was_deleted_its_window_is_asked_for_once_more() {
    let outside = provider("events", &Value::Null, &[("2026-03-11T00:00:00", "2026-03-12T00:00:00")]);
    let page = pull(&outside, &request("events", Some(END))).unwrap();
    assert_eq!((page.documents.len(), page.next), (1, None));
}

#[test]
fn without_data_there_is_nothing_to_ask_for() {
    for stream in ["glucose", "events", "calibrations"] {
        let page = pull(&provider("egvs", &Value::Null, &[]), &request(stream, None)).unwrap();
        assert_eq!((page.documents.len(), page.next, page.watermark), (0, None, None), "{stream}");
    }
}

#[test]
fn a_range_that_lost_a_kind_is_a_change_and_not_an_empty_account() {
    let outside = Recorded::at(NOW).answer("GET", &format!("{US}/dataRange"), 200, r#"{"userId":"3f0c"}"#);
    let failure = pull(&outside, &request("glucose", None)).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("dataRange /egvs")));
}

#[test]
fn each_provider_is_asked_in_its_own_cloud() {
    for (provider, host) in
        [("DEXCOM", "api.dexcom.com"), ("DEXCOM_EU", "api.dexcom.eu"), ("DEXCOM_JP", "api.dexcom.jp")]
    {
        let url = format!("https://{host}/v3/users/self/dataRange");
        let outside = Recorded::at(NOW).answer("GET", &url, 200, r#"{"userId":"3f0c","egvs":null}"#);
        let accounts = Dexcom::identify(&Host::new(&outside, 5), &subject(provider), &[]).unwrap();
        assert_eq!(accounts, [Account::new("3f0c")]);
    }
    let outside = Recorded::at(NOW);
    let failure = Dexcom::identify(&Host::new(&outside, 5), &subject("DEXCOM_MOON"), &[]).unwrap_err();
    assert_eq!(failure.code, "invalid");
}

#[test]
fn a_refused_token_and_a_spent_quota_are_the_hosts_affair() {
    for (status, code) in [(401, "unauthorized"), (429, "rate-limited"), (503, "unavailable")] {
        let body = r#"{"fault":{"faultstring":"Invalid Access Token"}}"#;
        let outside = Recorded::at(NOW).answer("GET", &format!("{US}/dataRange"), status, body);
        assert_eq!(pull(&outside, &request("glucose", None)).unwrap_err().code, code);
    }
}

fn normalize(endpoint: &str, records: &Value) -> Result<Normalized, Failure> {
    let body = gearshift_sdk::Body {
        name: "answer".into(),
        media_type: "application/json".into(),
        bytes: json!({ "records": records }).to_string().into_bytes(),
    };
    let document = Fetched { endpoint: endpoint.into(), parts: vec![body], ..Fetched::default() };
    Dexcom::normalize(&subject("DEXCOM"), &document)
}

fn reading(minute: u32, more: &Value) -> Value {
    let mut reading = json!({
        "systemTime": format!("2026-03-10T10:{minute:02}:00Z"), "displayTime": format!("2026-03-10T11:{minute:02}:00+01:00"),
        "value": 100, "unit": "mg/dL", "status": "ok", "transmitterId": "t",
    });
    for (name, value) in more.as_object().unwrap() {
        reading[name] = value.clone();
    }
    reading
}

fn pointers(out: &Normalized) -> Vec<(&str, &str)> {
    out.notes.iter().map(|note| (note.code.as_str(), note.pointer.as_str())).collect()
}

#[test]
fn half_a_day_and_the_whole_of_it_have_one_key() {
    let morning = json!([reading(5, &json!({})), reading(0, &json!({}))]);
    let whole = json!([reading(10, &json!({})), reading(5, &json!({})), reading(0, &json!({}))]);
    let (half, all) = (normalize("egvs", &morning).unwrap(), normalize("egvs", &whole).unwrap());
    assert_eq!(half.records[0].key, all.records[0].key);
    assert_eq!(half.records[0].window.unwrap().start, all.records[0].window.unwrap().start);
    assert_eq!(all.records[0].series[0].offsets, [0, 300_000, 600_000]);
}

#[test]
fn a_second_transmitter_has_a_record_of_its_own() {
    let out =
        normalize("egvs", &json!([reading(5, &json!({ "transmitterId": "u" })), reading(0, &json!({}))])).unwrap();
    let keys: Vec<&str> = out.records.iter().map(|record| record.key.as_str()).collect();
    assert_eq!(keys, ["egvs:t/2026-03-10", "egvs:u/2026-03-10"]);
}

#[test]
fn a_number_without_a_unit_is_no_glucose() {
    let out = normalize("egvs", &json!([reading(5, &json!({ "unit": "unknown" })), reading(0, &json!({}))])).unwrap();
    assert_eq!((pointers(&out), out.records[0].series[0].values.len()), (vec![("rejected", "/records/0/unit")], 1));
    let failure = normalize("egvs", &json!([reading(5, &json!({ "unit": null }))])).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("egvs /records/0/unit"));
}

#[test]
fn words_of_tomorrow_cost_themselves_alone() {
    let odd = json!({ "status": "urgent", "trend": "sideways", "trendRate": 1.0, "rateUnit": "stone/min" });
    let out = normalize("egvs", &json!([reading(0, &odd)])).unwrap();
    let expected = ["/records/0/rateUnit", "/records/0/status", "/records/0/trend"].map(|at| ("rejected", at));
    assert_eq!((pointers(&out), out.records[0].series[0].values.as_slice()), (expected.to_vec(), [100.0].as_slice()));
    assert!(out.records[0].tracks.is_empty());
}

#[test]
fn a_value_that_was_renamed_is_not_taken_for_null() {
    let mut renamed = reading(0, &json!({}));
    renamed["glucose"] = renamed.as_object_mut().unwrap().remove("value").unwrap();
    let failure = normalize("egvs", &json!([renamed])).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("egvs /records/0/value")));
}

fn event(more: &Value) -> Value {
    let mut event = reading(0, &json!({ "recordId": "e1", "eventStatus": "created", "unit": "grams", "value": "45" }));
    for (name, value) in more.as_object().unwrap() {
        event[name] = value.clone();
    }
    event
}

#[test]
fn a_deleted_event_takes_away_whatever_bears_its_id() {
    let deleted = event(&json!({ "eventType": "carbs", "eventStatus": "deleted", "value": null }));
    let out = normalize("events", &json!([deleted])).unwrap();
    assert_eq!((out.records.len(), out.deleted), (0, vec![Tombstone { kind: None, key: "e1".into() }]));
}

#[test]
fn a_unit_that_is_left_out_is_the_one_of_the_kind_and_another_one_is_a_change() {
    let out = normalize("events", &json!([event(&json!({ "eventType": "carbs", "unit": null }))])).unwrap();
    assert_eq!((pointers(&out), out.records[0].measures[0].value), (vec![("assumed", "/records/0/unit")], 45.0));
    let failure = normalize("events", &json!([event(&json!({ "eventType": "insulin" }))])).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("events /records/0/unit"));
}

#[test]
fn a_finger_stick_is_converted_like_a_sensors_value() {
    let stick = event(&json!({ "eventType": "bloodGlucose", "value": "5", "unit": "mmol/L" }));
    let out = normalize("events", &json!([stick])).unwrap();
    assert_eq!((out.records[0].kind.as_str(), out.records[0].measures[0].value), ("body", 5.0 * 18.015_6));
}

#[test]
fn a_kind_of_event_of_tomorrow_waits_for_another_version() {
    let failure = normalize("events", &json!([event(&json!({ "eventType": "dream" }))])).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("events /records/0/eventType")));
}
