use gearshift_sdk::Credential;
use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::session::account_id;
use super::{FreeStyleLibre, Part};

const NOW: &str = "2026-03-11T06:20:00Z";
const PATIENT: &str = "5b1f0c66-70c7-4f0e-9a3e-1d1c5a2b7e10";
const USER: &str = "3f9d2b6e-0c41-4f75-8f0e-5a7c1e2d9b34";

fn subject(more: &[(&str, &str)]) -> Subject {
    let usual = [("product", "llu.android"), ("version", "4.16.0"), ("email", "follower@example.com")];
    let settings = usual.iter().chain(more).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Subject { provider: "FREESTYLELIBRE".into(), account: Some(PATIENT.into()), settings, ..Subject::default() }
}

fn login(region: &str) -> String {
    format!("https://api{region}.libreview.io/llu/auth/login")
}

fn ticket(country: &str) -> Value {
    json!({ "status": 0, "data": {
        "user": { "id": USER, "country": country, "accountType": "pat", "practices": {} },
        "authTicket": { "token": "captured", "expires": 1_788_000_000, "duration": 15_552_000_000_i64 },
    } })
}

fn sent_to(region: &str) -> Value {
    json!({ "status": 0, "data": { "redirect": true, "region": region } })
}

fn provider(answers: &[(&str, u16, Value)]) -> Recorded {
    let script = |outside: Recorded, (url, status, body): &(&str, u16, Value)| {
        let method = if url.ends_with("/login") { "POST" } else { "GET" };
        outside.answer(method, url, *status, &body.to_string())
    };
    answers.iter().fold(Recorded::at(NOW), script)
}

fn sign_in(outside: &Recorded, more: &[(&str, &str)]) -> Result<Vec<(String, String)>, Failure> {
    FreeStyleLibre::sign_in(&Host::new(outside, 10), &subject(more))
}

fn learnt(pairs: &[(String, String)], name: &str) -> String {
    pairs.iter().find(|(known, _)| known == name).unwrap().1.clone()
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<FreeStyleLibre>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn an_account_is_named_by_the_hash_of_its_user() {
    // Published with the notes on the API, and worked out again with sha256sum.
    let known = "39a6285451e1f82294fb1f17bb40a1bea29df2701d583a692ac9873555c3065b";
    assert_eq!(account_id("019d0939-8463-7887-8520-9c1ee30064a0"), known);
}

#[test]
fn a_sign_in_goes_where_the_account_is_and_remembers_that() {
    let (first, second) = (login(""), login("-eu2"));
    let outside = provider(&[(&first, 200, sent_to("eu2")), (&second, 200, ticket("GB"))]);
    let pairs = sign_in(&outside, &[]).unwrap();
    assert_eq!((learnt(&pairs, "region"), learnt(&pairs, "account-id")), ("eu2".into(), account_id(USER)));
    for sent in outside.sent() {
        assert_eq!((sent.fill.as_deref(), sent.credential), (Some("login"), Credential::None));
        let body: Value = serde_json::from_slice(&sent.body.unwrap()).unwrap();
        assert_eq!(body, json!({ "email": "follower@example.com" }), "the password is the host's to put in");
        assert!(sent.headers.contains(&("version".into(), "4.16.0".into())), "{:?}", sent.headers);
    }
}

#[test]
fn where_the_account_is_may_stand_beside_the_data() {
    let (first, second) = (login(""), login("-de"));
    let beside = json!({ "status": 0, "redirect": true, "region": "de" });
    let outside = provider(&[(&first, 200, beside), (&second, 200, ticket("CH"))]);
    assert_eq!(learnt(&sign_in(&outside, &[]).unwrap(), "region"), "de");
}

#[test]
fn a_connection_that_knows_its_region_begins_there() {
    let outside = provider(&[(&login("-eu2"), 200, ticket("GB"))]);
    assert!(sign_in(&outside, &[("region", "eu2")]).is_ok());
    let outside = provider(&[(&login(""), 200, ticket("US"))]);
    assert_eq!(learnt(&sign_in(&outside, &[]).unwrap(), "region"), "");
}

#[test]
fn a_cloud_that_goes_round_in_circles_is_left() {
    let (first, eu, de) = (login(""), login("-eu"), login("-de"));
    let outside = provider(&[(&first, 200, sent_to("eu")), (&eu, 200, sent_to("de")), (&de, 200, sent_to("eu"))]);
    let failure = sign_in(&outside, &[]).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("login /data/redirect")));
    assert_eq!(outside.sent().len(), 3);
}

#[test]
fn no_region_leads_to_a_host_of_somebody_else() {
    for odd in ["eu.evil.example/", "eu@evil", "a-b", "-", "ü", "abcdefghijklmnopq"] {
        let outside = provider(&[(&login(""), 200, sent_to(odd))]);
        let failure = sign_in(&outside, &[]).unwrap_err();
        assert_eq!((failure.code.as_str(), outside.sent().len()), ("changed", 1), "{odd}");
        assert_eq!(sign_in(&outside, &[("region", odd)]).unwrap_err().code, "invalid", "{odd}");
    }
}

#[test]
fn what_keeps_a_user_out_is_told_apart() {
    let step = |step: &str| {
        json!({ "status": 4, "data": { "step": { "type": step },
            "authTicket": { "token": "captured", "expires": 1_773_300_000, "duration": 3_600_000 } } })
    };
    let cases = [
        (200, json!({ "status": 2, "error": { "message": "notAuthenticated" } }), "unauthorized", None),
        (401, json!({ "message": "no" }), "unauthorized", None),
        (200, step("tou"), "action-required", None),
        (200, step("pp"), "action-required", None),
        (200, step("verifyEmail"), "action-required", None),
        (200, step("dance"), "action-required", None),
        (403, json!({ "data": { "minimumVersion": "4.20.0" }, "status": 920 }), "upgrade-required", Some("4.20.0")),
        (200, json!({ "data": { "minimumVersion": "4.20.0" }, "status": 920 }), "upgrade-required", Some("4.20.0")),
        (400, json!({ "message": "RequiredHeaderMissing" }), "changed", Some("login /message")),
        (200, json!({ "status": 17 }), "changed", Some("login /status")),
        (200, json!({ "ok": true }), "changed", Some("login /status")),
        (503, json!({}), "unavailable", None),
    ];
    for (status, body, code, detail) in cases {
        let failure = sign_in(&provider(&[(&login(""), status, body.clone())]), &[]).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.detail.as_deref()), (code, detail), "{body}");
    }
}

#[test]
fn a_lockout_says_how_long_it_lasts() {
    let locked = json!({ "status": 429, "data": { "code": 60, "data": { "failures": 3, "interval": 60, "lockout": 300 },
        "message": "locked" } });
    for status in [200, 429] {
        let failure = sign_in(&provider(&[(&login(""), status, locked.clone())]), &[]).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.retry_after), ("rate-limited", Some(300)));
    }
    let outside = Recorded::at(NOW).answer_with("POST", &login(""), 429, &[("retry-after", "17")], "{}");
    assert_eq!(sign_in(&outside, &[]).unwrap_err().retry_after, Some(17));
}

#[test]
fn some_countries_ask_for_a_practice() {
    for country in ["DE", "AT", "FR", "de"] {
        let outside = provider(&[(&login(""), 200, ticket(country))]);
        assert_eq!(sign_in(&outside, &[]).unwrap_err().code, "not-configured", "{country}");
        let outside = provider(&[(&login(""), 200, ticket(country))]);
        assert!(sign_in(&outside, &[("practice-id", "PRX4711")]).is_ok(), "{country}");
    }
}

#[test]
fn without_a_version_to_name_nothing_is_sent() {
    let outside = provider(&[]);
    assert_eq!(sign_in(&outside, &[("version", "")]).unwrap_err().code, "not-configured");
    assert!(outside.sent().is_empty());
}

fn known() -> Subject {
    subject(&[("region", "eu2"), ("account-id", "abc")])
}

#[test]
fn everybody_who_shares_is_an_account() {
    let url = "https://api-eu2.libreview.io/llu/connections";
    let two = json!({ "status": 0, "data": [
        { "id": "c1", "patientId": PATIENT, "firstName": "Ada", "lastName": "Example" },
        { "id": "c2", "patientId": "p2", "firstName": "", "lastName": null },
    ] });
    let outside = provider(&[(url, 200, two)]);
    let accounts = FreeStyleLibre::identify(&Host::new(&outside, 5), &known(), &[]).unwrap();
    assert_eq!(accounts, [Account::new(PATIENT).name("Ada Example"), Account::new("p2")]);
    let sent = &outside.sent()[0];
    assert_eq!(sent.credential, Credential::User);
    assert!(sent.headers.contains(&("account-id".into(), "abc".into())));

    let outside = provider(&[(url, 200, json!({ "status": 0, "data": [] }))]);
    let failure = FreeStyleLibre::identify(&Host::new(&outside, 5), &known(), &[]).unwrap_err();
    assert_eq!(failure.code, "action-required");

    let outside = provider(&[(url, 200, json!({ "status": 0, "data": [{ "patient": PATIENT }] }))]);
    let failure = FreeStyleLibre::identify(&Host::new(&outside, 5), &known(), &[]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("connections /data/0/patientId"));
}

fn graph_url() -> String {
    format!("https://api-eu2.libreview.io/llu/connections/{PATIENT}/graph")
}

fn pull(outside: &Recorded, cursor: Option<Part>) -> Result<Page, Failure> {
    let cursor = cursor.map(|part| serde_json::to_string(&part).unwrap());
    let request = PullRequest { stream: "glucose".into(), cursor, requests: 5, ..PullRequest::default() };
    FreeStyleLibre::pull(&Host::for_pull(outside, &request), &known(), &request)
}

#[test]
fn the_logbook_follows_the_graph() {
    let outside = provider(&[(&graph_url(), 200, json!({ "status": 0, "data": {} }))]);
    let page = pull(&outside, None).unwrap();
    assert_eq!((page.documents.len(), page.next.as_deref()), (1, Some("\"logbook\"")));
    let outside = provider(&[(&graph_url().replace("graph", "logbook"), 200, json!({ "status": 0, "data": [] }))]);
    let page = pull(&outside, Some(Part::Logbook)).unwrap();
    assert_eq!((page.documents[0].endpoint.as_str(), page.next), ("logbook", None));
}

#[test]
fn what_goes_wrong_with_data_is_the_hosts_affair() {
    let cases = [
        (200, r#"{"error":{"message":"couldNotLoadPatient"},"status":4}"#, "forbidden"),
        (200, r#"{"status":4,"data":{"step":{"type":"tou"}}}"#, "action-required"),
        (401, "", "unauthorized"),
        (403, r#"{"data":{"minimumVersion":"4.20.0"},"status":920}"#, "upgrade-required"),
        (429, "", "rate-limited"),
        (500, "<html>", "unavailable"),
        (200, "<!doctype html><p>Sorry", "changed"),
        (200, r#"{"status":0,"data":{"conn"#, "unavailable"),
        (200, "[]", "changed"),
    ];
    for (status, body, code) in cases {
        let outside = Recorded::at(NOW).answer("GET", &graph_url(), status, body);
        assert_eq!(pull(&outside, None).unwrap_err().code, code, "{status} {body}");
    }
}

fn normalize(endpoint: &str, data: &Value) -> Result<Normalized, Failure> {
    let bytes = json!({ "status": 0, "data": data }).to_string().into_bytes();
    let body = gearshift_sdk::Body { name: "answer".into(), media_type: "application/json".into(), bytes };
    let document = Fetched { endpoint: endpoint.into(), parts: vec![body], ..Fetched::default() };
    FreeStyleLibre::normalize(&known(), &document)
}

fn reading(clock: &str, more: &Value) -> Value {
    let mut reading = json!({
        "FactoryTimestamp": format!("3/10/2026 {clock}"), "Timestamp": format!("3/10/2026 {clock}"),
        "type": 1, "ValueInMgPerDl": 104, "Value": 5.8, "GlucoseUnits": 0, "MeasurementColor": 1, "isHigh": false, "isLow": false,
    });
    for (name, value) in more.as_object().unwrap() {
        reading[name] = value.clone();
    }
    reading
}

fn graph(current: &Value, curve: &Value) -> Value {
    json!({ "connection": { "glucoseMeasurement": current, "sensor": { "sn": "0M0CK", "a": 1_773_100_000 } }, "graphData": curve })
}

fn keys(out: &Normalized) -> Vec<&str> {
    out.records.iter().map(|record| record.key.as_str()).collect()
}

#[test]
fn a_later_window_takes_nothing_away_from_what_has_slid_out_of_it() {
    let (one, two, three) = ("1:00:00 PM", "1:15:00 PM", "1:30:00 PM");
    let curve = |clocks: &[&str]| clocks.iter().map(|clock| reading(clock, &json!({}))).collect::<Value>();
    let earlier = normalize("graph", &graph(&Value::Null, &curve(&[one, two]))).unwrap();
    let later = normalize("graph", &graph(&Value::Null, &curve(&[two, three]))).unwrap();
    assert_eq!(keys(&earlier), ["history:2026-03-10T13:00:00Z", "history:2026-03-10T13:15:00Z"]);
    assert_eq!(earlier.records[1], later.records[0], "what stands in both is the same record");
    assert!(later.deleted.is_empty());
}

#[test]
fn the_present_reading_and_its_line_in_the_logbook_are_one_record() {
    let scan = reading("1:38:50 PM", &json!({ "TrendArrow": 4 }));
    let top = normalize("graph", &graph(&scan, &json!([]))).unwrap();
    let line = normalize("logbook", &json!([scan])).unwrap();
    assert_eq!((keys(&top), top.records[0].window), (keys(&line), line.records[0].window));
    assert_eq!(line.records[0].tracks[0].words, ["rising"]);
    let demanded = |out: &Normalized| out.records[0].attributes.iter().any(|it| it.attribute == attribute::ON_DEMAND);
    assert!(demanded(&line) && !demanded(&top));
}

#[test]
fn an_alarm_without_a_value_is_no_reading_and_a_reading_without_one_is_a_change() {
    let mut empty = reading("1:00:00 PM", &json!({}));
    empty["ValueInMgPerDl"].take();
    let mut alarm = empty.clone();
    alarm["alarmType"] = json!(1);
    let out = normalize("logbook", &json!([alarm, reading("2:00:00 PM", &json!({ "alarmType": 0 }))])).unwrap();
    assert_eq!((keys(&out), out.notes.len()), (vec!["reading:2026-03-10T14:00:00Z"], 0));
    let failure = normalize("logbook", &json!([empty])).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("logbook /data/0/ValueInMgPerDl")));
}

#[test]
fn a_sensor_is_named_of_what_it_measured_itself() {
    // It was put to use at 23:46:40 UTC of the day before.
    let curve = json!([
        reading("12:00:00 AM", &json!({})),
        reading("12:00:00 AM", &json!({ "FactoryTimestamp": "3/9/2026 11:30:00 PM" }))
    ]);
    let out = normalize("graph", &graph(&Value::Null, &curve)).unwrap();
    let serial =
        |index: usize| out.records[index].attributes.iter().find(|it| it.attribute == attribute::DEVICE_SERIAL);
    assert_eq!(serial(0).map(|it| it.value.as_str()), Some("0M0CK"));
    assert_eq!(serial(1), None);
}

#[test]
fn a_present_reading_that_is_odd_costs_itself_alone() {
    let odd = reading("soon", &json!({}));
    let out = normalize("graph", &graph(&odd, &json!([reading("1:00:00 PM", &json!({}))]))).unwrap();
    assert_eq!((out.records.len(), out.notes[0].code.as_str()), (1, "rejected"));
    let failure = normalize("graph", &graph(&odd, &json!([]))).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("graph /data/connection/glucoseMeasurement/FactoryTimestamp"));
}

#[test]
fn a_new_arrow_costs_itself_alone() {
    let out = normalize("logbook", &json!([reading("1:00:00 PM", &json!({ "TrendArrow": 9 }))])).unwrap();
    assert_eq!((out.records[0].tracks.len(), out.notes[0].pointer.as_str()), (0, "/data/TrendArrow"));
}

#[test]
fn a_present_reading_that_was_renamed_is_not_taken_for_none() {
    let mut renamed = graph(&Value::Null, &json!([]));
    renamed["connection"].as_object_mut().unwrap().remove("glucoseMeasurement");
    let failure = normalize("graph", &renamed).unwrap_err();
    assert_eq!(failure.code, "changed");
}
