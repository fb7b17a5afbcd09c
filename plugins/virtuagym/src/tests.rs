use gearshift_sdk::Credential;
use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::Virtuagym;

const NOW: &str = "2026-03-12T08:00:00Z";
const CLUB: &str = "https://api.virtuagym.com/api/v1/club/4210";

fn subject(settings: &[(&str, &str)]) -> Subject {
    let settings = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Subject { provider: "VIRTUAGYM".into(), settings, ..Subject::default() }
}

fn member(id: i64, first: &str, user: Option<i64>) -> Value {
    let mut member = json!({
        "member_id": id, "club_id": 4210, "firstname": first, "lastname": "Example", "active": true, "gender": "u",
        "email": format!("{}@example.com", first.to_lowercase()), "birthday": "1988-11-23", "registration_date": 1_709_251_200_000_i64,
    });
    if let Some(user) = user {
        member["user_id"] = json!(user);
    }
    member
}

fn members(remaining: i64, next: Option<i64>, result: &[Value]) -> String {
    let mut status = json!({ "statuscode": 200, "statusmessage": "Everything OK", "results_remaining": remaining });
    if let Some(next) = next {
        status["next_page"] = json!(format!("sync_from={next}"));
    }
    json!({ "status": status, "result": result }).to_string()
}

fn identify(outside: &Recorded, member: &str) -> Result<Vec<Account>, Failure> {
    let subject = subject(&[("club", "4210"), ("member", member)]);
    Virtuagym::identify(&Host::new(outside, 4), &subject, &[])
}

fn ids(accounts: &[Account]) -> Vec<&str> {
    accounts.iter().map(|account| account.id.as_deref().unwrap()).collect()
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Virtuagym>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_member_is_found_by_id_and_remembered() {
    let url = format!("{CLUB}/member/7001");
    let outside = Recorded::at(NOW).answer("GET", &url, 200, &members(0, None, &[member(7001, "Ada", Some(9001))]));
    let accounts = identify(&outside, " 7001 ").unwrap();
    let expected = Account::new("4210:7001").name("Ada Example").setting("club", "4210").setting("member", "7001");
    assert_eq!(accounts, [expected]);
    assert_eq!(outside.sent()[0].credential, Credential::User);
}

#[test]
fn whoever_has_an_account_is_offered_once() {
    let first = members(2, Some(1_773_000_000_000), &[member(7001, "Ada", Some(9001)), member(7002, "Bo", None)]);
    let last = members(0, None, &[member(7001, "Ada", Some(9001)), member(7003, "Cy", Some(9003))]);
    let outside = || {
        let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/member"), 200, &first);
        outside.answer("GET", &format!("{CLUB}/member?sync_from=1773000000000"), 200, &last)
    };
    assert_eq!(ids(&identify(&outside(), "").unwrap()), ["4210:7001", "4210:7003"]);
    assert_eq!(ids(&identify(&outside(), "CY@example.com").unwrap()), ["4210:7003"]);
    assert_eq!(identify(&outside(), "bo@example.com").unwrap_err().code, "action-required");
    assert_eq!(identify(&outside(), "di@example.com").unwrap_err().code, "unauthorized");
}

#[test]
fn a_list_that_does_not_end_is_left() {
    let same = members(2, Some(5), &[member(7001, "Ada", Some(9001))]);
    let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/member"), 200, &same);
    let outside = outside.answer("GET", &format!("{CLUB}/member?sync_from=5"), 200, &same);
    assert_eq!(identify(&outside, "").unwrap_err().detail.as_deref(), Some("member /status/next_page"));

    let page = |index: i64| members(9, Some(index + 1), &[member(index, "Ada", Some(9001))]);
    let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/member"), 200, &page(0));
    let outside = (1..4).fold(outside, |outside, index| {
        outside.answer("GET", &format!("{CLUB}/member?sync_from={index}"), 200, &page(index))
    });
    let failure = identify(&outside, "").unwrap_err();
    assert!(failure.code == "action-required" && failure.message.contains("name the member"), "{failure}");
}

#[test]
fn no_id_leads_to_another_address() {
    for odd in ["42/../9", "4210?x=", "", "four", "9999999999999999999"] {
        let outside = Recorded::at(NOW);
        let failure = Virtuagym::identify(&Host::new(&outside, 4), &subject(&[("club", odd)]), &[]).unwrap_err();
        assert_eq!((failure.code.as_str(), outside.sent().len()), ("unauthorized", 0), "{odd}");
    }
}

#[test]
fn what_goes_wrong_is_told_apart_wherever_it_stands() {
    let flat =
        |code: u16, text: &str| json!({ "statuscode": code, "statusmessage": text, "result_count": 0 }).to_string();
    let nested = |code: u16| json!({ "status": { "statuscode": code, "statusmessage": "No." } }).to_string();
    let cases = [
        (200, flat(401, "Not authorized"), "unauthorized"),
        (401, String::new(), "unauthorized"),
        (403, flat(403, "Forbidden"), "unauthorized"),
        (200, nested(403), "unauthorized"),
        (200, flat(420, "Not found."), "unauthorized"),
        (404, flat(404, "Member with member_id 7001 not found in club"), "unauthorized"),
        (200, flat(429, ""), "rate-limited"),
        (200, flat(421, "Too many API requests."), "rate-limited"),
        (200, flat(500, "Oops"), "unavailable"),
        (502, "<html>".to_owned(), "unavailable"),
        (400, flat(400, "member_id is missing"), "changed"),
        (200, "<!doctype html><p>Sorry".to_owned(), "changed"),
        (200, "{\"status\":{\"statuscode\":200},\"res".to_owned(), "unavailable"),
        (200, "[]".to_owned(), "changed"),
    ];
    for (status, body, code) in cases {
        let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/member/7001"), status, &body);
        assert_eq!(identify(&outside, "7001").unwrap_err().code, code, "{status} {body}");
    }
}

fn pull(outside: &Recorded, stream: &str, since: Option<i64>) -> Result<Page, Failure> {
    let since = since.map(|edited| json!({ "edited": edited }).to_string());
    let request = PullRequest { stream: stream.into(), since, requests: 5, ..PullRequest::default() };
    let subject = subject(&[("club", "4210"), ("member", "7001")]);
    Virtuagym::pull(&Host::for_pull(outside, &request), &subject, &request)
}

#[test]
fn a_later_pull_asks_for_what_was_changed_a_day_before_the_last() {
    let list = |edited: &[i64]| {
        let rows: Vec<Value> = edited.iter().map(|edited| json!({ "timestamp_edit": edited })).collect();
        json!({ "statuscode": 200, "result": rows }).to_string()
    };
    let first = format!("{CLUB}/bodymetrics?member_id=7001");
    let outside = Recorded::at(NOW).answer("GET", &first, 200, &list(&[1_773_000_000, 1_773_200_000, 1_773_100_000]));
    assert_eq!(pull(&outside, "bodymetrics", None).unwrap().watermark.as_deref(), Some("{\"edited\":1773200000}"));
    let later = format!("{first}&sync_from=1773113600");
    let outside = Recorded::at(NOW).answer("GET", &later, 200, &list(&[]));
    let page = pull(&outside, "bodymetrics", Some(1_773_200_000)).unwrap();
    assert_eq!(page.watermark.as_deref(), Some("{\"edited\":1773200000}"), "an empty answer forgets nothing");
}

#[test]
fn a_member_whom_the_club_does_not_have_any_more_is_a_matter_of_permission() {
    let body =
        json!({ "statuscode": 404, "statusmessage": "Member with member_id 7001 not found in club" }).to_string();
    let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/bodymetrics?member_id=7001"), 404, &body);
    assert_eq!(pull(&outside, "bodymetrics", None).unwrap_err().code, "forbidden");
    let gone = json!({ "statuscode": 420, "statusmessage": "Not found." }).to_string();
    let outside = Recorded::at(NOW).answer("GET", &format!("{CLUB}/member/7001"), 200, &gone);
    assert_eq!(pull(&outside, "member", None).unwrap_err().code, "forbidden");
}

fn normalize(rows: &Value) -> Result<Normalized, Failure> {
    let bytes = json!({ "statuscode": 200, "result": rows }).to_string().into_bytes();
    let body = gearshift_sdk::Body { name: "list".into(), media_type: "application/json".into(), bytes };
    let document = Fetched { endpoint: "bodymetrics".into(), parts: vec![body], ..Fetched::default() };
    Virtuagym::normalize(&subject(&[]), &document)
}

fn row(id: i64, kind: &str, value: f64, unit: &str) -> Value {
    json!({ "id": id, "user_id": 9001, "type": kind, "value": value, "unit": unit, "timestamp": 1_773_000_000, "deleted": 0,
        "timestamp_edit": 1_773_000_600 })
}

#[test]
fn a_value_is_read_by_its_own_unit() {
    let cases = [
        ("weight", 71.5, "kg", "weight", 71.5),
        ("weight", 100.0, "lbs", "weight", 45.359_237),
        ("weight", 100.0, "LB", "weight", 45.359_237),
        ("height", 182.0, "cm", "height", 1.82),
        ("height", 1.82, "m", "height", 1.82),
        ("waist", 30.0, "in", "waist-circumference", 0.762),
        ("fat", 22.5, "%", "body-fat", 22.5),
        ("fat", 15.0, "kg", "fat-mass", 15.0),
        ("bodywater", 58.0, "%", "body-water", 58.0),
        ("bmi", 23.4, "", "body-mass-index", 23.4),
        ("hr_rest", 51.0, "bpm", "resting-heart-rate", 51.0),
        ("metabolicrate", 1_650.0, "kcal", "basal-metabolic-rate", 1_650.0),
    ];
    for (kind, value, unit, metric, expected) in cases {
        let out = normalize(&json!([row(1, kind, value, unit)])).unwrap();
        let measure = &out.records[0].measures[0];
        assert_eq!(measure.metric, metric, "{kind} {unit}");
        assert!((measure.value - expected).abs() < 1e-9, "{kind} {unit}: {}", measure.value);
        assert_eq!(out.notes, [], "{kind} {unit}");
    }
}

#[test]
fn what_is_taken_for_granted_of_an_empty_unit_is_said_once() {
    let rows = json!([row(1, "weight", 71.5, ""), row(2, "weight", 71.4, ""), row(3, "waist", 80.0, "")]);
    let out = normalize(&rows).unwrap();
    assert_eq!(out.notes.iter().map(|note| note.code.as_str()).collect::<Vec<_>>(), ["assumed", "assumed"]);
    assert!((out.records[2].measures[0].value - 0.8).abs() < 1e-9);
}

#[test]
fn a_unit_of_tomorrow_costs_its_row_alone() {
    let out = normalize(&json!([row(1, "weight", 11.0, "st"), row(2, "weight", 70.0, "kg")])).unwrap();
    assert_eq!((out.records.len(), out.notes[0].pointer.as_str()), (1, "/result/0/unit"));
    assert_eq!(normalize(&json!([row(1, "weight", 11.0, "st")])).unwrap_err().code, "changed");
}

#[test]
fn what_was_deleted_is_gone_and_what_is_not_documented_is_nothing() {
    let mut gone = row(5, "fat", 22.0, "%");
    gone["deleted"] = json!(1);
    let out = normalize(&json!([gone, row(6, "sleep_score", 77.0, ""), row(7, "weight", 0.0, "kg")])).unwrap();
    assert_eq!((out.records.len(), out.deleted.len(), out.deleted[0].key.as_str()), (0, 1, "5"));
}

#[test]
fn a_birthday_that_is_none_does_not_pass_for_one() {
    let mut odd = member(7001, "Ada", Some(9001));
    odd["birthday"] = json!("23.11.1988");
    let body = gearshift_sdk::Body {
        name: "answer".into(),
        media_type: "application/json".into(),
        bytes: members(0, None, &[odd]).into_bytes(),
    };
    let document = Fetched { endpoint: "member".into(), parts: vec![body], ..Fetched::default() };
    let failure = Virtuagym::normalize(&subject(&[]), &document).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("member /result/0/birthday"));
}
