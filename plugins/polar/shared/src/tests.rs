use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use gearshift_sdk::time::{self, Bare, Date};
use gearshift_sdk::{Body, Window};
use serde_json::{Value, json};

use crate::days::Days;
use crate::state::Watermark;
use crate::{accesslink, answer, clock};

fn normalize(endpoint: &str, part: &str, body: &Value) -> Result<Normalized, Failure> {
    let part = Body { name: part.into(), media_type: "application/json".into(), bytes: body.to_string().into_bytes() };
    let document = Fetched { endpoint: endpoint.into(), parts: vec![part], ..Fetched::default() };
    accesslink::normalize(&document).unwrap()
}

fn wall(text: &str) -> i64 {
    time::parse(text, Bare::Floating).unwrap().instant
}

#[test]
fn a_clock_behind_midnight_is_later_in_the_night() {
    let start = wall("2026-03-10T23:02:30");
    let after = |text: &str| clock::after(start, clock::of_day(text).unwrap());
    assert_eq!(after("23:02"), 0, "the minute in which it began");
    assert_eq!(after("23:03"), 30_000);
    assert_eq!(after("00:00"), 57 * 60_000 + 30_000);
    assert_eq!(after("06:32:30"), (7 * 60 + 30) * 60_000);
    assert_eq!(clock::of_day("24:00"), None);
    assert_eq!(clock::of_day("7 o'clock"), None);
}

#[test]
fn days_are_those_of_the_window_the_watermark_and_the_limit() {
    let outside = Recorded::at("2026-03-12T08:00:00Z");
    let wanted = |window: Option<(&str, &str)>, since: Option<&str>| {
        let moment = |text| time::parse(text, Bare::Refused).unwrap().instant;
        let window = window.map(|(start, end)| Window { start: moment(start), end: moment(end) });
        let since = since.map(|day| serde_json::to_string(&Watermark::through(day)).unwrap());
        let request = PullRequest { window, since, ..PullRequest::default() };
        let days = Days::wanted(&Host::new(&outside, 1), &request, 28).unwrap();
        (days.first.to_string(), days.last.to_string())
    };
    let range = |first: &str, last: &str| (first.to_owned(), last.to_owned());
    assert_eq!(wanted(None, None), range("2026-02-13", "2026-03-12"));
    assert_eq!(wanted(None, Some("2026-03-11")), range("2026-03-08", "2026-03-12"));
    assert_eq!(wanted(None, Some("2025-01-01")), range("2026-02-13", "2026-03-12"));
    let window = Some(("2026-03-10T00:00:00Z", "2026-03-12T20:00:00Z"));
    assert_eq!(
        wanted(window, Some("2026-03-12")),
        range("2026-03-10", "2026-03-13"),
        "a day that has begun in the east"
    );
    let days = Days { first: Date::new(2026, 2, 27).unwrap(), last: Date::new(2026, 3, 1).unwrap() };
    let all: Vec<String> = days.newest_first().map(|day| day.to_string()).collect();
    assert_eq!(all, ["2026-03-01", "2026-02-28", "2026-02-27"]);
}

#[test]
fn a_spent_quota_waits_for_the_window_that_is_full() {
    let wait = |headers: &[(&str, &str)]| {
        let outside =
            Recorded::at("2026-03-12T08:00:00Z").answer_with("GET", "https://polar.example/", 429, headers, "");
        let host = Host::new(&outside, 1);
        answer::filled(host.get("x", "https://polar.example/").send().unwrap()).unwrap_err().retry_after
    };
    let (limit, reset) = (("RateLimit-Limit", "520, 5100"), ("RateLimit-Reset", "413, 57600"));
    assert_eq!(wait(&[("RateLimit-Usage", "520, 900"), limit, reset]), Some(413));
    assert_eq!(wait(&[("RateLimit-Usage", "12, 5100"), limit, reset]), Some(57_600));
    assert_eq!(wait(&[("Retry-After", "7"), reset]), Some(7));
    assert_eq!(wait(&[]), None);
}

#[test]
fn an_exercise_without_an_offset_is_on_the_wall_alone() {
    let exercise = json!([{ "id": 7, "start_time": "2026-03-10T18:31:04", "duration": "PT1H" }]);
    let record = normalize(accesslink::EXERCISES, "list", &exercise).unwrap().records.remove(0);
    assert_eq!((record.offset_origin.as_str(), record.utc_offset), ("floating", None));
    assert_eq!(record.window.unwrap().start, wall("2026-03-10T18:31:04"));
}

#[test]
fn a_renamed_member_fails_with_its_place() {
    let night = json!({ "nights": [{ "date": "2026-03-11", "sleep_start": "x", "sleep_end_time": "y" }] });
    let failure = normalize(accesslink::SLEEP, "nights", &night).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("accesslink.sleep /nights/0/sleep_start_time"));
    let bare = json!([{ "date": "2026-03-11", "sleep_start_time": "2026-03-10T23:00:00", "sleep_end_time": "y" }]);
    let failure = normalize(accesslink::SLEEP, "nights", &bare).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("accesslink.sleep /0/sleep_start_time"), "a night without an offset");
}

#[test]
fn a_distance_that_falls_is_none_since_the_start() {
    let exercise = json!({ "id": "a", "start_time": "2026-03-10T18:31:04", "duration": "PT1M", "samples": [
        { "recording-rate": 1, "sample-type": "10", "data": "0,5,3" }, { "sample-type": "0", "data": "90,91" }] });
    let out = normalize(accesslink::EXERCISE, "detail", &exercise).unwrap();
    assert!(out.records[0].series.is_empty());
    let places: Vec<_> = out.notes.iter().map(|note| note.pointer.as_str()).collect();
    assert_eq!(places, ["/samples/0/data", "/samples/1/recording-rate"]);
}
