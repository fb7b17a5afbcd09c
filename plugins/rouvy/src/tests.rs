use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::{Exchange, Recorded};
use gearshift_sdk::{Body, code};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const LOGIN: &str = "https://riders.rouvy.com/login.data";
const ROOT: &str = "https://riders.rouvy.com/_root.data";
const SETTINGS: &str = "https://riders.rouvy.com/user-settings.data";
const FILE: &str = "https://riders.rouvy.com/resources/activity-fit/one";
const HOME: &str = r#"[["SingleFetchRedirect",1],{"_2":3,"_4":5},"redirect","/","status",302]"#;
const FORM: &str = r#"[["SingleFetchRedirect",1],{"_2":3},"redirect","https://riders.rouvy.com/login?next=%2F"]"#;
const FIT: &[u8] = include_bytes!("../fixtures/ride-with-its-file/lakeside.fit");

fn subject() -> Subject {
    Subject {
        provider: "ROUVY".into(),
        settings: vec![("email".into(), "nora@rides.example".into())],
        ..Subject::default()
    }
}

fn list(offset: usize) -> String {
    format!(
        "{BASE}/resources/activities-pagination.data?offset={offset}&_routes=routes%2Fresources.activities-pagination"
    )
}

/// A page with one activity of each start, whose files all lie at one address.
fn listed(starts: &[&str]) -> String {
    let mut pool = vec![
        r#"{"_1":2}"#.to_owned(),
        r#""routes/resources.activities-pagination""#.into(),
        r#"{"_3":4}"#.into(),
        r#""data""#.into(),
        r#"{"_5":6}"#.into(),
        r#""activities""#.into(),
        String::new(),
        r#""id""#.into(),
        r#""startUTC""#.into(),
        r#""total""#.into(),
        r#"{"_11":12}"#.into(),
        r#""movingTimeSec""#.into(),
        "600".into(),
        r#""fitUrl""#.into(),
        format!("\"{FILE}\""),
    ];
    let mut items = Vec::new();
    for start in starts {
        let at = pool.len();
        items.push(at.to_string());
        pool.push(format!(r#"{{"_7":{},"_8":{},"_9":10,"_13":14}}"#, at + 1, at + 1));
        pool.push(format!("\"{start}\""));
    }
    pool[6] = format!("[{}]", items.join(","));
    format!("[{}]", pool.join(","))
}

fn file(status: u16, bytes: &[u8]) -> Exchange {
    Exchange::of_bytes("GET", FILE, status, bytes.to_vec())
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    let request = PullRequest { stream: "activities".into(), ..request.clone() };
    Rouvy::pull(&Host::for_pull(outside, &request), &subject(), &request)
}

fn asking(requests: u32) -> PullRequest {
    PullRequest { requests, ..PullRequest::default() }
}

fn normalize(bytes: &[u8]) -> Result<Normalized, Failure> {
    let part = Body { name: "fit".into(), bytes: bytes.to_vec(), ..Body::default() };
    let document =
        Fetched { endpoint: "activity.fit".into(), id: Some("one".into()), parts: vec![part], ..Fetched::default() };
    Rouvy::normalize(&subject(), &document)
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Rouvy>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn the_form_is_sent_without_the_password_and_the_session_completed() {
    let outside = Recorded::at(NOW).answer("POST", LOGIN, 202, HOME).answer("GET", ROOT, 200, "[{}]");
    assert_eq!(Rouvy::sign_in(&Host::new(&outside, 9), &subject()).unwrap(), []);
    let sent = outside.sent();
    assert_eq!(sent[0].body.as_deref(), Some(b"email=nora%40rides.example".as_slice()));
    assert_eq!(sent[0].fill.as_deref(), Some("login"), "the host puts the password in");
    assert_eq!(outside.unused(), Vec::<String>::new());
}

#[test]
fn a_refusal_is_told_from_another_form_and_from_a_bad_hour() {
    let answer = |status, body: &str| {
        let outside = Recorded::at(NOW).answer("POST", LOGIN, status, body);
        Rouvy::sign_in(&Host::new(&outside, 9), &subject()).unwrap_err().code
    };
    assert_eq!(answer(400, "[-5]"), code::UNAUTHORIZED);
    assert_eq!(answer(401, ""), code::UNAUTHORIZED);
    assert_eq!(answer(202, FORM), code::UNAUTHORIZED);
    assert_eq!(answer(200, "<form>"), code::CHANGED);
    assert_eq!(answer(404, ""), code::GONE);
    assert_eq!(answer(429, ""), code::RATE_LIMITED);
    assert_eq!(answer(503, ""), code::UNAVAILABLE);
}

#[test]
fn a_session_that_renews_itself_is_asked_again_and_one_that_ended_is_no_empty_list() {
    let after = |refusals: usize| {
        let mut outside = Recorded::at(NOW);
        for _ in 0..refusals {
            outside = outside.answer("GET", &list(0), 202, FORM);
        }
        pull(&outside.answer("GET", &list(0), 200, &listed(&[])), &asking(9))
    };
    assert_eq!(after(2).unwrap().documents, []);
    assert_eq!(after(3).unwrap_err().code, code::UNAUTHORIZED);
    let once = |status, body: &str| pull(&Recorded::at(NOW).answer("GET", &list(0), status, body), &asking(9));
    assert_eq!(once(401, "").unwrap_err().code, code::UNAUTHORIZED, "as it was before the redirects");
    assert_eq!(once(202, HOME).unwrap_err().code, code::CHANGED);
    assert_eq!(once(200, "<h1>New!</h1>").unwrap_err().code, code::CHANGED);
    assert_eq!(once(200, "[{\"_1\":2},\"rou").unwrap_err().code, code::UNAVAILABLE);
}

#[test]
fn what_changed_is_named_by_endpoint_and_pointer() {
    let place = |body: &str| {
        let failure = pull(&Recorded::at(NOW).answer("GET", &list(0), 200, body), &asking(9)).unwrap_err();
        assert_eq!(failure.code, code::CHANGED);
        failure.detail.unwrap()
    };
    assert_eq!(place(r#"{"activities":[]}"#), "activities.list", "an object at the root: the format moved again");
    assert_eq!(place(r#"[{"_1":2},"activities",[]]"#), "activities.list /routes~1resources.activities-pagination");
    let renamed = listed(&["2026-03-10T17:31:04Z"]).replace("startUTC", "start");
    assert_eq!(place(&renamed), format!("activities.list {}/0/startUTC", read::AT));
    let outside = Recorded::at(NOW).answer("GET", SETTINGS, 200, r#"[{"_1":2},"root",{"_3":4},"data",{}]"#);
    let failure = Rouvy::identify(&Host::new(&outside, 9), &subject(), &[]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("athlete /root/data/userProfile"));
}

#[test]
fn a_pull_goes_on_where_its_requests_ended_and_lists_a_page_once() {
    let page = listed(&["2026-03-10T17:31:04Z", "2026-03-09T17:31:04Z"]);
    let outside = Recorded::at(NOW).answer("GET", &list(0), 200, &page).with([file(200, FIT)]);
    let first = pull(&outside, &asking(4)).unwrap();
    let endpoints = |page: &Page| page.documents.iter().map(|one| one.endpoint.clone()).collect::<Vec<_>>();
    assert_eq!(endpoints(&first), ["activities.list", "activity.fit"]);
    let outside = Recorded::at(NOW).answer("GET", &list(0), 200, &page).with([file(200, FIT)]);
    let second = pull(&outside, &PullRequest { cursor: first.next, ..asking(4) }).unwrap();
    assert_eq!(endpoints(&second), ["activity.fit"]);
    let outside = Recorded::at(NOW).answer("GET", &list(2), 200, &listed(&[]));
    let last = pull(&outside, &PullRequest { cursor: second.next, ..asking(4) }).unwrap();
    assert_eq!((last.next, last.watermark.as_deref()), (None, Some(r#"{"newest":1773163864000}"#)));
    let failure = pull(&Recorded::at(NOW).answer("GET", &list(0), 200, &page), &asking(2)).unwrap();
    assert_eq!(endpoints(&failure), ["activities.list"], "what there is no room for comes with the next call");
}

#[test]
fn a_later_pull_stops_where_the_last_one_saw_everything() {
    let page = listed(&["2026-03-10T17:31:04Z", "2026-01-09T17:31:04Z"]);
    let outside = Recorded::at(NOW).answer("GET", &list(0), 200, &page).with([file(200, FIT)]);
    let since = Some(r#"{"newest":1773000000000}"#.to_owned());
    let page = pull(&outside, &PullRequest { since, ..asking(9) }).unwrap();
    assert_eq!((page.next, outside.unused()), (None, Vec::new()));
}

#[test]
fn a_file_that_breaks_off_is_asked_for_again_and_one_that_is_missing_is_missing() {
    let page = listed(&["2026-03-10T17:31:04Z"]);
    let with = |answer: Exchange| {
        let outside = Recorded::at(NOW).answer("GET", &list(0), 200, &page).with([answer]);
        pull(&outside, &asking(9)).unwrap()
    };
    let stopped = |answer| with(answer).stop.map(|failure| failure.code);
    assert_eq!(stopped(file(200, &FIT[..FIT.len() - 9])).as_deref(), Some(code::UNAVAILABLE));
    assert_eq!(stopped(file(200, b"PK\x03\x04")).as_deref(), Some(code::CHANGED));
    assert_eq!(with(file(404, b"")).documents.len(), 1);
}

#[test]
fn a_file_whose_sum_does_not_hold_is_not_read() {
    let mut bytes = FIT.to_vec();
    bytes[60] ^= 1;
    assert_eq!(normalize(&bytes).unwrap_err().code, code::CHANGED);
    assert_eq!(normalize(b"<p>Sorry").unwrap_err().code, code::CHANGED);
    for length in 0..FIT.len() {
        assert!(normalize(&FIT[..length]).is_err(), "{length} bytes of it");
    }
}

#[test]
fn what_a_file_does_not_know_is_no_sample() {
    let record = normalize(FIT).unwrap().records.remove(0);
    let length = |metric: &str| record.series.iter().find(|one| one.metric == metric).map(|one| one.values.len());
    assert_eq!(length(metric::ALTITUDE), Some(6));
    assert_eq!(length(metric::HEART_RATE), Some(4), "a zero and an unknown are no heartbeat");
    assert_eq!(length(metric::CADENCE), Some(5), "a zero is standing still");
    assert_eq!(length(metric::POWER), Some(5));
    assert_eq!(record.utc_offset, Some(3_600));
}

#[test]
fn speed_is_in_the_unit_that_the_operator_says() {
    let list = listed(&["2026-03-10T17:31:04Z"]).replace(r#"{"_11":12}"#, r#"{"_11":12,"_plain":0}"#);
    let list = list.replace(r#""_plain":0"#, r#""avgSpeed":12"#);
    let speed = |setting: Option<&str>| {
        let settings = setting.map(|unit| ("speed-unit".to_owned(), unit.to_owned())).into_iter().collect();
        let part = Body { name: "list".into(), bytes: list.clone().into_bytes(), ..Body::default() };
        let document = Fetched { endpoint: "activities.list".into(), parts: vec![part], ..Fetched::default() };
        let out = Rouvy::normalize(&Subject { settings, ..Subject::default() }, &document).unwrap();
        let measure = out.records[0].measures.iter().find(|one| one.metric == metric::SPEED).unwrap().value;
        (measure.round(), out.notes.iter().filter(|note| note.pointer.ends_with("avgSpeed")).count())
    };
    assert_eq!(speed(None), (600.0, 1));
    assert_eq!(speed(Some("m/s")), (600.0, 0));
    assert_eq!(speed(Some("km/h")), (167.0, 0));
}
