use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use gearshift_sdk::{Credential, Sent};
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const SLEEP: &str = "https://wbsapi.withings.net/v2/sleep";
const MEASURE: &str = "https://wbsapi.withings.net/v2/measure";

fn request(stream: &str) -> PullRequest {
    let window = Window { start: 1_772_323_200_000, end: 1_773_302_400_000 };
    PullRequest { stream: stream.into(), window: Some(window), requests: 50, ..PullRequest::default() }
}

fn subject() -> Subject {
    Subject { provider: "WITHINGS".into(), account: Some("20481632".into()), ..Subject::default() }
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    Withings::pull(&Host::for_pull(outside, request), &subject(), request)
}

fn answering(url: &str, bodies: &[Value]) -> Recorded {
    let answers = bodies.iter();
    answers.fold(Recorded::at(NOW), |outside, body| outside.answer("POST", url, 200, &body.to_string()))
}

fn form(sent: &Sent) -> Vec<(String, String)> {
    let body = String::from_utf8(sent.body.clone().unwrap_or_default()).unwrap();
    let decoded = |text: &str| text.replace("%2C", ",").replace("%3A", ":");
    let pairs = body.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (decoded(name), decoded(value))).collect()
}

fn field(sent: &Sent, name: &str) -> Option<String> {
    form(sent).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

fn row(modified: i64) -> Value {
    json!({ "id": modified, "startdate": 100, "enddate": 160, "modified": modified, "data": {} })
}

fn list(rows: &[Value], more: Value, offset: i64) -> Value {
    json!({ "status": 0, "body": { "series": rows, "more": more, "offset": offset } })
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Withings>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_first_pull_asks_for_days_and_follows_the_offset() {
    let outside = answering(MEASURE, &[list(&[row(7)], json!(true), 200), list(&[row(9), row(8)], json!(0), 0)]);
    let first = pull(&outside, &request("workouts")).unwrap();
    assert_eq!((first.documents.len(), first.watermark), (1, None));
    let next = PullRequest { cursor: first.next, ..request("workouts") };
    let last = pull(&outside, &next).unwrap();
    assert_eq!((last.next, last.watermark.as_deref()), (None, Some(r#"{"changed":9}"#)));
    let sent = outside.sent();
    for (name, value) in [("action", "getworkouts"), ("startdateymd", "2026-03-01"), ("enddateymd", "2026-03-13")] {
        assert_eq!(field(&sent[0], name).as_deref(), Some(value));
        assert_eq!(field(&sent[1], name).as_deref(), Some(value));
    }
    let offsets = (field(&sent[0], "offset"), field(&sent[1], "offset"));
    assert_eq!(offsets, (None, Some("200".into())));
}

#[test]
fn a_first_pull_of_measures_asks_for_seconds_and_no_goals() {
    let answer = json!({ "status": 0, "body": { "measuregrps": [] } });
    let outside = answering("https://wbsapi.withings.net/measure", &[answer]);
    let page = pull(&outside, &request("measures")).unwrap();
    assert_eq!(page, Page::new());
    let expected = [("action", "getmeas"), ("category", "1"), ("startdate", "1772323200"), ("enddate", "1773302401")];
    assert_eq!(form(&outside.sent()[0]), expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[test]
fn a_later_pull_asks_for_what_was_changed_and_an_hour_before() {
    let outside = answering(MEASURE, &[list(&[], json!(false), 0)]);
    let since = PullRequest { since: Some(r#"{"changed":1773100000}"#.into()), ..request("workouts") };
    let page = pull(&outside, &since).unwrap();
    // Nothing new: the next pull begins where this one did.
    assert_eq!((page.documents.len(), page.watermark.as_deref()), (0, Some(r#"{"changed":1773100000}"#)));
    let sent = outside.sent();
    assert_eq!(field(&sent[0], "lastupdate").as_deref(), Some("1773096400"));
    assert_eq!(field(&sent[0], "startdateymd"), None);
}

#[test]
fn an_offset_that_stays_is_no_endless_loop() {
    let outside = answering(MEASURE, &[list(&[row(7)], json!(true), 0)]);
    let failure = pull(&outside, &request("workouts")).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("workouts /body/offset")));
}

#[test]
fn a_list_that_was_renamed_is_a_change_and_not_nothing() {
    let outside = answering(MEASURE, &[json!({ "status": 0, "body": { "workouts": [] } })]);
    assert_eq!(pull(&outside, &request("workouts")).unwrap_err().detail.as_deref(), Some("workouts /body/series"));
}

#[test]
fn nights_that_one_call_may_not_ask_for_the_next_one_does() {
    let night = |id: i64| json!({ "id": id, "startdate": id, "enddate": id + 60, "modified": id, "data": {} });
    let moments = list(&[], json!(false), 0);
    let nights = list(&[night(1), night(2), night(3)], json!(false), 0);
    let outside = answering(SLEEP, &[nights, moments.clone(), moments.clone(), moments]);
    let few = PullRequest { requests: 2, ..request("sleep") };
    let page = pull(&outside, &few).unwrap();
    let ids = |page: &Page| page.documents.iter().filter_map(|document| document.id.clone()).collect::<Vec<_>>();
    assert_eq!((page.documents.len(), ids(&page), page.watermark.clone()), (2, vec!["1".to_owned()], None));
    let rest = pull(&outside, &PullRequest { cursor: page.next, ..few }).unwrap();
    assert_eq!(ids(&rest), ["2", "3"]);
    assert_eq!((rest.next, rest.watermark.as_deref()), (None, Some(r#"{"changed":3}"#)));
    let second = &outside.sent()[2];
    assert_eq!((field(second, "action").as_deref(), field(second, "startdate").as_deref()), (Some("get"), Some("2")));
}

#[test]
fn every_status_is_what_the_host_reacts_to() {
    for (status, code, wait) in [
        (401, "unauthorized", None),
        (102, "unauthorized", None),
        (277, "forbidden", None),
        (403, "forbidden", None),
        (2554, "forbidden", None),
        (601, "rate-limited", Some(60)),
        (503, "changed", None),
        (522, "unavailable", None),
        (2556, "unavailable", None),
        (-1, "unavailable", None),
    ] {
        let outside = answering(MEASURE, &[json!({ "status": status, "body": {}, "error": "as it says" })]);
        let failure = pull(&outside, &request("workouts")).unwrap_err();
        assert_eq!((failure.code.as_str(), failure.retry_after), (code, wait), "{status}");
        assert!(failure.message.contains("as it says"), "{failure}");
    }
}

#[test]
fn http_may_fail_too() {
    let outside = Recorded::at(NOW).answer("POST", MEASURE, 503, "<p>Back soon");
    assert_eq!(pull(&outside, &request("workouts")).unwrap_err().code, "unavailable");
    let outside = Recorded::at(NOW).answer("POST", MEASURE, 200, "<p>Back soon");
    assert_eq!(pull(&outside, &request("workouts")).unwrap_err().code, "unavailable");
}

#[test]
fn every_request_carries_the_users_credential() {
    let outside = answering(MEASURE, &[list(&[], json!(false), 0)]);
    pull(&outside, &request("workouts")).unwrap();
    assert!(outside.sent().iter().all(|sent| sent.credential == Credential::User && sent.fill.is_none()));
}

#[test]
fn access_is_given_back_with_two_signatures_and_no_id_of_ours() {
    let outside = Recorded::at(NOW)
        .answer("POST", "https://wbsapi.withings.net/v2/signature", 200, r#"{"status":0,"body":{"nonce":"n1"}}"#)
        .answer("POST", "https://wbsapi.withings.net/v2/oauth2", 200, r#"{"status":0,"body":{}}"#);
    Withings::revoke(&Host::new(&outside, 5), &subject()).unwrap();
    let sent = outside.sent();
    let fields =
        |sent: &Sent| form(sent).into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>();
    assert_eq!(fields(&sent[0]), ["action=getnonce", "timestamp=1773302400", "signature=signed:nonce:1773302400"],);
    assert_eq!(fields(&sent[1]), ["action=revoke", "userid=20481632", "nonce=n1", "signature=signed:revoke:n1"],);
    let fills: Vec<_> = sent.iter().map(|sent| (sent.credential, sent.fill.as_deref())).collect();
    assert_eq!(fills, [(Credential::None, Some("nonce")), (Credential::None, Some("revoke"))]);
}

#[test]
fn a_refused_revocation_is_a_failure() {
    let refused = r#"{"status":503,"body":{},"error":"Invalid Params"}"#;
    let outside = Recorded::at(NOW).answer("POST", "https://wbsapi.withings.net/v2/signature", 200, refused);
    assert_eq!(Withings::revoke(&Host::new(&outside, 5), &subject()).unwrap_err().code, "changed");
    let stranger = Subject { account: None, ..subject() };
    assert!(Withings::revoke(&Host::new(&outside, 5), &stranger).is_ok());
}

#[test]
fn the_facts_of_the_token_answer_are_enough_to_identify() {
    let outside = Recorded::at(NOW);
    let facts = [("id".to_owned(), "20481632".to_owned()), ("scope".to_owned(), "user.metrics".to_owned())];
    let accounts = Withings::identify(&Host::new(&outside, 5), &subject(), &facts).unwrap();
    assert_eq!(accounts, [Account::new("20481632")]);
}

fn normalize(endpoint: &str, part: &str, body: &Value, context: &[(&str, &str)]) -> Result<Normalized, Failure> {
    let bytes = body.to_string().into_bytes();
    let parts = vec![gearshift_sdk::Body { name: part.into(), media_type: "application/json".into(), bytes }];
    let context = context.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let document = Fetched { endpoint: endpoint.into(), id: Some("7".into()), parts, context, ..Fetched::default() };
    Withings::normalize(&subject(), &document)
}

#[test]
fn a_renamed_member_fails_with_its_place() {
    let body = json!({ "status": 0, "body": { "series": [{ "id": 1, "start": 100, "enddate": 160, "data": {} }] } });
    let failure = normalize("workouts", "list", &body, &[]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("workouts /body/series/0/startdate"));
}

#[test]
fn a_detail_that_does_not_say_its_night_is_refused() {
    let body = json!({ "status": 0, "body": { "series": [] } });
    assert_eq!(normalize("sleep.detail", "moments", &body, &[("start", "1")]).unwrap_err().code, "changed");
    let out = normalize("sleep.detail", "moments", &body, &[("start", "1"), ("end", "9")]).unwrap();
    assert_eq!(out, Normalized::new());
}

#[test]
fn an_impossible_power_of_ten_costs_its_group_alone() {
    let group = |unit: i64| json!({ "grpid": 1, "date": 9, "measures": [{ "value": 71, "type": 1, "unit": unit }] });
    let body = json!({ "status": 0, "body": { "measuregrps": [group(0), group(400)] } });
    let out = normalize("measures", "list", &body, &[]).unwrap();
    assert_eq!((out.records.len(), out.notes[0].pointer.as_str()), (1, "/body/measuregrps/1/measures/0/unit"));
}

#[test]
fn a_category_of_tomorrow_has_no_word() {
    assert_eq!(sport::of(2).map(|sport| sport.word), Some(word::sport::RUNNING));
    assert_eq!(sport::of(308).map(|sport| (sport.word, sport.indoor)), Some((word::sport::INDOOR_CYCLING, true)));
    assert_eq!(sport::of(90_210), None);
}
