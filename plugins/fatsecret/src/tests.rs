use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use gearshift_sdk::{Body, Credential};
use serde_json::{Value, json};

use super::FatSecret;

const NOW: &str = "2026-03-12T08:00:00Z";
const REST: &str = "https://platform.fatsecret.com/rest";

/// 2026-03-12, as FatSecret counts it.
const TODAY: i64 = 20_524;

fn request(stream: &str, since: Option<&str>, requests: u32) -> PullRequest {
    PullRequest { stream: stream.into(), since: since.map(Into::into), requests, ..PullRequest::default() }
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    FatSecret::pull(&Host::for_pull(outside, request), &Subject::default(), request)
}

fn url(path: &str, day: i64) -> String {
    format!("{REST}/{path}?date={day}&format=json")
}

fn ids(page: &Page) -> Vec<&str> {
    page.documents.iter().filter_map(|document| document.id.as_deref()).collect()
}

fn entry(id: i64, more: &Value) -> Value {
    let mut entry = json!({
        "food_entry_id": id.to_string(), "food_entry_name": "Oat Bar", "date_int": TODAY.to_string(), "meal": "Lunch",
        "calories": "120", "carbohydrate": "18.10", "protein": "2.20", "fat": "4.20", "number_of_units": "1.000",
    });
    for (name, value) in more.as_object().into_iter().flatten() {
        entry[name] = value.clone();
    }
    entry
}

fn normalize(diary: &Value) -> Result<Normalized, Failure> {
    let bytes = diary.to_string().into_bytes();
    let parts = vec![Body { name: "entries".into(), media_type: "application/json".into(), bytes }];
    let id = Some("2026-03-12".to_owned());
    let document =
        Fetched { stream: "nutrition".into(), endpoint: "food-entries".into(), id, parts, ..Fetched::default() };
    FatSecret::normalize(&Subject::default(), &document)
}

fn entries(entries: &Value) -> Value {
    json!({ "food_entries": { "food_entry": entries } })
}

fn measure(measures: &[gearshift_sdk::Measure], metric: &str) -> Option<f64> {
    measures.iter().find(|measure| measure.metric == metric).map(|measure| measure.value)
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<FatSecret>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_month_that_is_too_long_for_a_call_goes_on_where_it_was_left() {
    let days: Vec<Value> =
        (0..4).map(|ago| json!({ "date_int": (TODAY - ago).to_string(), "calories": "1" })).collect();
    let month = json!({ "month": { "day": days } }).to_string();
    let day = entries(&json!([])).to_string();
    let window = Window { start: time::parse(NOW, Bare::Refused).unwrap().instant - 2 * 86_400_000, end: 0 };
    let window = Window { end: window.start + 2 * 86_400_000, ..window };
    let outside = || {
        let outside = Recorded::at(NOW).answer("GET", &url("food-entries/month/v2", TODAY - 2), 200, &month);
        let outside = outside.answer("GET", &url("food-entries/month/v2", TODAY), 200, &month);
        (0..4).fold(outside, |outside, ago| outside.answer("GET", &url("food-entries/v2", TODAY - ago), 200, &day))
    };
    let first = PullRequest { window: Some(window), ..request("nutrition", None, 3) };
    let outside_first = outside();
    let page = pull(&outside_first, &first).unwrap();
    assert_eq!(ids(&page), ["2026-03-10", "2026-03-11"]);
    assert!(outside_first.sent().iter().all(|sent| sent.credential == Credential::User));
    let second = PullRequest { cursor: page.next, ..first };
    let page = pull(&outside(), &second).unwrap();
    assert_eq!((ids(&page), page.next.is_some()), (vec!["2026-03-12"], false));
    assert_eq!(page.watermark.as_deref(), Some(r#"{"through":{"year":2026,"month":3,"day":12}}"#));
}

#[test]
fn what_came_before_a_failure_is_kept() {
    let since = r#"{"through":{"year":2026,"month":3,"day":12}}"#;
    let outside = Recorded::at(NOW).answer("GET", &url("food-entries/v2", TODAY - 7), 200, "{\"food_entries\":null}");
    let outside = outside.answer("GET", &url("food-entries/v2", TODAY - 6), 503, "{}");
    let page = pull(&outside, &request("nutrition", Some(since), 50)).unwrap();
    assert_eq!((ids(&page), page.stop.as_ref().unwrap().code.as_str()), (vec!["2026-03-05"], "unavailable"));
    assert!(page.next.unwrap().contains("\"day\":6"));
}

#[test]
fn what_goes_wrong_is_told_apart_wherever_it_stands() {
    let error = |code: &Value| json!({ "error": { "code": code, "message": "No." } }).to_string();
    let cases = [
        (200, error(&json!(9)), "unauthorized"),
        (200, error(&json!("9")), "unauthorized"),
        (401, error(&json!(9)), "unauthorized"),
        (401, String::new(), "unauthorized"),
        (401, error(&json!(8)), "forbidden"),
        (200, error(&json!(5)), "forbidden"),
        (200, error(&json!(21)), "forbidden"),
        (200, error(&json!(6)), "unavailable"),
        (200, error(&json!(7)), "unavailable"),
        (500, error(&json!(1)), "unavailable"),
        (200, error(&json!(12)), "rate-limited"),
        (200, error(&json!(106)), "changed"),
        (200, "<!doctype html><p>Sorry".to_owned(), "changed"),
        (502, "<html>".to_owned(), "unavailable"),
        (200, "{\"month\":{\"da".to_owned(), "unavailable"),
        (404, "{}".to_owned(), "gone"),
    ];
    for (status, body, code) in cases {
        let outside = Recorded::at(NOW).answer("GET", &url("food-entries/month/v2", TODAY - 90), status, &body);
        let window = Window { start: (TODAY - 90) * 86_400_000, end: TODAY * 86_400_000 };
        let request = PullRequest { window: Some(window), ..request("nutrition", None, 50) };
        assert_eq!(pull(&outside, &request).unwrap_err().code, code, "{status} {body}");
    }
}

#[test]
fn a_day_of_one_food_is_a_day() {
    let alone = normalize(&entries(&entry(1, &json!({})))).unwrap();
    assert_eq!(alone, normalize(&entries(&json!([entry(1, &json!({}))]))).unwrap());
    assert_eq!(measure(&alone.records[0].measures, metric::ENERGY_INTAKE), Some(120.0));
    for empty in [json!({ "food_entries": null }), json!({ "food_entries": {} }), entries(&json!([]))] {
        let none = normalize(&empty).unwrap();
        assert_eq!((none.records.len(), none.deleted[0].key.as_str()), (0, "2026-03-12"), "{empty}");
    }
    assert_eq!(normalize(&json!({})).unwrap_err().code, "changed", "a renamed member is no empty day");
}

#[test]
fn a_sum_is_told_where_all_that_was_eaten_tells_its_part() {
    let diary = entries(&json!([
        entry(1, &json!({ "sodium": "0.1", "potassium": "4" })),
        entry(2, &json!({ "sodium": "0.2" })),
    ]));
    let record = &normalize(&diary).unwrap().records[0];
    for measures in [&record.measures, &record.segments[0].measures] {
        assert_eq!(measure(measures, metric::SODIUM_INTAKE), Some(0.3));
        assert_eq!(measure(measures, metric::POTASSIUM_INTAKE), None);
    }
    assert_eq!(measure(&record.segments[1].measures, metric::POTASSIUM_INTAKE), Some(4.0));
}

#[test]
fn a_food_that_cannot_be_read_costs_itself_and_the_sums() {
    let diary = entries(&json!([
        entry(1, &json!({})),
        entry(2, &json!({ "calories": "a lot" })),
        entry(3, &json!({ "date_int": "1" })),
    ]));
    let out = normalize(&diary).unwrap();
    let pointers: Vec<_> = out.notes.iter().map(|note| (note.code.as_str(), note.pointer.as_str())).collect();
    let at = |rest: &str| format!("/food_entries/food_entry/{rest}");
    assert_eq!(pointers, [("rejected", at("1/calories").as_str()), ("rejected", at("2/date_int").as_str())]);
    let record = &out.records[0];
    assert_eq!((record.measures.len(), record.segments.len()), (0, 2));
    assert_eq!(normalize(&entries(&json!([entry(1, &json!({ "fat": [] }))]))).unwrap_err().code, "changed");
}

#[test]
fn a_meal_of_another_name_keeps_it_and_one_without_is_none() {
    let diary = entries(&json!([
        entry(1, &json!({ "meal": "BREAKFAST" })),
        entry(2, &json!({ "meal": "Second breakfast" })),
        entry(3, &json!({ "meal": null })),
    ]));
    let record = &normalize(&diary).unwrap().records[0];
    let said: Vec<_> = record
        .segments
        .iter()
        .filter(|segment| segment.role == role::MEAL)
        .map(|segment| (segment.attributes[0].attribute.as_str(), segment.attributes[0].value.as_str()))
        .collect();
    assert_eq!(said, [("meal", "breakfast"), ("name", "second breakfast")]);
    assert_eq!(
        record.segments.iter().map(|segment| segment.parent).collect::<Vec<_>>(),
        [None, Some(0), None, Some(2), None]
    );
}
