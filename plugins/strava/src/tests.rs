use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const LIST: &str = "https://www.strava.com/api/v3/athlete/activities";

fn request(stream: &str) -> PullRequest {
    let window = Window { start: 1_772_323_200_000, end: 1_773_302_400_000 };
    PullRequest { stream: stream.into(), window: Some(window), requests: 50, ..PullRequest::default() }
}

fn subject() -> Subject {
    Subject { provider: "STRAVA".into(), account: Some("5150042".into()), ..Subject::default() }
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    Strava::pull(&Host::for_pull(outside, request), &subject(), request)
}

fn typed_in(id: u64) -> Value {
    json!({ "id": id, "start_date": "2026-03-08T17:00:00Z", "elapsed_time": 60, "manual": true })
}

/// The list, and for each of the activities its detail and its laps.
fn provider(list: &str, activities: &[Value]) -> Recorded {
    let mut outside = Recorded::at(NOW).answer("GET", list, 200, &Value::from(activities).to_string());
    for activity in activities {
        let url = format!("{BASE}/activities/{}", activity["id"]);
        outside = outside.answer("GET", &url, 200, &activity.to_string());
        outside = outside.answer("GET", &format!("{url}/laps"), 200, "[]");
    }
    outside
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Strava>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_full_page_leads_to_the_next_and_the_last_leaves_a_watermark() {
    let activities: Vec<Value> = (1..=15).map(typed_in).collect();
    let first = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let page = pull(&provider(&first, &activities), &request("activities")).unwrap();
    assert_eq!((page.documents.len(), page.watermark.as_deref()), (16, None));

    let second = first.replace("page=1&", "page=2&");
    let next = PullRequest { cursor: page.next, ..request("activities") };
    let page = pull(&provider(&second, &[typed_in(16)]), &next).unwrap();
    assert_eq!(page.next, None);
    // 2026-03-08T17:00:00Z, by `date -ud`.
    assert_eq!(page.watermark.as_deref(), Some(r#"{"newest":1772989200}"#));
}

#[test]
fn a_later_pull_looks_a_week_behind_the_newest() {
    let list = format!("{LIST}?before=1773302401&after=1772384400&page=1&per_page=15");
    let since = PullRequest { since: Some(r#"{"newest":1772989200}"#.into()), ..request("activities") };
    let page = pull(&provider(&list, &[]), &since).unwrap();
    assert_eq!((page.documents.len(), page.watermark.as_deref()), (0, Some(r#"{"newest":1772989200}"#)));
}

#[test]
fn what_one_call_may_not_ask_the_next_one_does() {
    let activities = [typed_in(1), typed_in(2), typed_in(3)];
    let list = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let few = PullRequest { requests: 6, ..request("activities") };
    let page = pull(&provider(&list, &activities), &few).unwrap();
    let ids = |page: &Page| page.documents.iter().filter_map(|document| document.id.clone()).collect::<Vec<_>>();
    assert_eq!((ids(&page), page.documents.len(), page.stop), (vec!["1".to_owned(), "2".to_owned()], 3, None));

    let rest = PullRequest { cursor: page.next, ..few };
    let page = pull(&provider(&list, &activities), &rest).unwrap();
    assert_eq!((ids(&page), page.documents.len(), page.next), (vec!["3".to_owned()], 1, None));
}

#[test]
fn too_few_requests_for_one_activity_are_no_endless_loop() {
    let list = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let few = PullRequest { requests: 3, ..request("activities") };
    assert_eq!(pull(&provider(&list, &[typed_in(1)]), &few).unwrap_err().code, "rate-limited");
}

#[test]
fn an_activity_that_was_deleted_meanwhile_is_passed_over() {
    let list = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let outside = Recorded::at(NOW).answer("GET", &list, 200, &json!([typed_in(1)]).to_string());
    let outside = outside.answer("GET", &format!("{BASE}/activities/1"), 404, r#"{"message":"Record Not Found"}"#);
    let page = pull(&outside, &request("activities")).unwrap();
    let endpoints: Vec<_> = page.documents.iter().map(|document| document.endpoint.as_str()).collect();
    assert_eq!((endpoints, page.next), (vec!["activities.list"], None));
}

#[test]
fn retry_after_goes_before_the_windows_end() {
    let list = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let spent = |headers: &[(&str, &str)]| {
        let outside = Recorded::at("2026-03-12T08:10:00Z").answer_with(
            "GET",
            &list,
            429,
            headers,
            r#"{"message":"Rate Limit Exceeded"}"#,
        );
        pull(&outside, &request("activities")).unwrap_err()
    };
    assert_eq!(spent(&[("Retry-After", "7")]).retry_after, Some(7));
    assert_eq!(spent(&[]).retry_after, Some(301), "to the quarter of an hour, and a second");
    let day = [("X-ReadRateLimit-Limit", "100,1000"), ("X-ReadRateLimit-Usage", "3,1000")];
    assert_eq!(spent(&day).retry_after, Some(15 * 3_600 + 50 * 60 + 1), "to midnight in UTC");
    assert!(spent(&[]).message.contains("Rate Limit Exceeded"));
}

#[test]
fn a_refused_token_is_the_hosts_to_renew() {
    let body = r#"{"message":"Authorization Error","errors":[{"resource":"Athlete","field":"access_token","code":"invalid"}]}"#;
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/athlete"), 401, body);
    assert_eq!(pull(&outside, &request("athlete")).unwrap_err().code, "unauthorized");
}

#[test]
fn every_request_carries_the_users_credential_and_none_of_its_own() {
    let list = format!("{LIST}?before=1773302401&after=1772323200&page=1&per_page=15");
    let outside = provider(&list, &[typed_in(1)]);
    pull(&outside, &request("activities")).unwrap();
    for sent in outside.sent() {
        assert_eq!(
            (sent.method.as_str(), sent.credential, sent.headers.len()),
            ("GET", gearshift_sdk::Credential::User, 0)
        );
    }
}

#[test]
fn the_facts_of_the_token_answer_are_enough_to_identify() {
    let outside = Recorded::at(NOW);
    let facts = [("id".to_owned(), "5150042".to_owned()), ("name".to_owned(), "mara_t".to_owned())];
    let accounts = Strava::identify(&Host::new(&outside, 5), &subject(), &facts).unwrap();
    assert_eq!(accounts, [Account::new("5150042").name("mara_t")]);
}

#[test]
fn without_facts_the_profile_identifies() {
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/athlete"), 200, r#"{"id": 5150042}"#);
    let accounts = Strava::identify(&Host::new(&outside, 5), &subject(), &[]).unwrap();
    assert_eq!(accounts, [Account::new("5150042")]);
}

fn normalize(parts: &[(&str, Value)]) -> Result<Normalized, Failure> {
    let body = |(name, value): &(&str, Value)| gearshift_sdk::Body {
        name: (*name).to_owned(),
        media_type: "application/json".into(),
        bytes: value.to_string().into_bytes(),
    };
    let document = Fetched {
        stream: "activities".into(),
        endpoint: "activity.detail".into(),
        parts: parts.iter().map(body).collect(),
        ..Fetched::default()
    };
    Strava::normalize(&subject(), &document)
}

#[test]
fn a_renamed_member_fails_with_its_place() {
    let detail = json!({ "id": 1, "startDate": "2026-03-08T17:00:00Z", "elapsed_time": 60 });
    let failure = normalize(&[("detail", detail)]).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("activity.detail /start_date")));
}

#[test]
fn samples_without_a_time_are_a_change_and_not_nothing() {
    let streams = json!({ "heartrate": { "data": [90, 91] } });
    let failure = normalize(&[("detail", typed_in(1)), ("streams", streams)]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("activity.detail#streams /time"));
}

#[test]
fn a_bad_lap_costs_itself_alone() {
    let laps = json!([
        { "start_date": "2026-03-08T17:00:00Z", "elapsed_time": 30 },
        { "start_date": "yesterday", "elapsed_time": 30 },
        { "start_date": "2026-03-08T17:00:30Z" },
    ]);
    let out = normalize(&[("detail", typed_in(1)), ("laps", laps)]).unwrap();
    assert_eq!(out.records[0].segments.len(), 1);
    let pointers: Vec<_> = out.notes.iter().map(|note| (note.code.as_str(), note.pointer.as_str())).collect();
    assert_eq!(pointers, [("rejected", "/laps/1/start_date"), ("rejected", "/laps/2/elapsed_time")]);
}

#[test]
fn a_sport_of_tomorrow_keeps_its_name() {
    let mut detail = typed_in(1);
    detail["sport_type"] = "SpaceWalk".into();
    let out = normalize(&[("detail", detail)]).unwrap();
    let words: Vec<_> = out.records[0].attributes.iter().map(|word| word.attribute.as_str()).collect();
    assert!(words.contains(&"sport-name") && !words.contains(&"sport"), "{words:?}");
}

#[test]
fn every_sport_of_the_list_is_found() {
    assert_eq!(sport::of("GravelRide"), Some(word::sport::GRAVEL_CYCLING));
    assert_eq!(sport::of("Padel"), Some(word::sport::PADEL));
    assert!(sport::is_on_foot("TrailRun") && !sport::is_on_foot("Ride"));
}

fn call(method: &str, query: &[(&str, &str)], body: &str) -> Inbound {
    Inbound {
        provider: "STRAVA".into(),
        method: method.into(),
        query: query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.as_bytes().to_vec(),
        ..Inbound::default()
    }
}

fn told(object: &str, aspect: &str, id: u64, updates: Value) -> Inbound {
    let event = json!({
        "object_type": object, "aspect_type": aspect, "object_id": id, "owner_id": 5_150_042, "updates": updates,
        "subscription_id": 7, "event_time": 1_773_302_400,
    });
    call("POST", &[], &event.to_string())
}

fn notices(inbound: &Inbound) -> Vec<Notice> {
    Strava::receive(inbound).unwrap().notices
}

#[test]
fn the_handshake_is_answered_with_its_challenge() {
    let query = [("hub.mode", "subscribe"), ("hub.challenge", "a\"b"), ("hub.verify_token", "whatever")];
    let receipt = Strava::receive(&call("GET", &query, "")).unwrap();
    assert_eq!((receipt.status, receipt.notices.len()), (200, 0));
    assert_eq!(receipt.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    assert_eq!(serde_json::from_slice::<Value>(&receipt.body).unwrap(), json!({ "hub.challenge": "a\"b" }));
    assert_eq!(Strava::receive(&call("GET", &[], "")).unwrap(), Receipt::refuse(400), "without a challenge");
    assert_eq!(Strava::receive(&call("PUT", &query, "")).unwrap(), Receipt::refuse(405));
}

#[test]
fn a_new_or_changed_activity_is_to_be_fetched_by_its_id() {
    // Beyond 2^53.
    let id = 9_223_372_036_854_775_000;
    let one = PullRequest { stream: "activities".into(), id: Some(id.to_string()), ..PullRequest::default() };
    let expected = [Notice::of("5150042", What::Changed(one))];
    assert_eq!(notices(&told("activity", "create", id, json!({}))), expected);
    assert_eq!(notices(&told("activity", "update", id, json!({ "title": "Home", "private": "true" }))), expected);
}

#[test]
fn a_deleted_activity_is_named_by_the_key_of_its_record() {
    let key = normalize(&[("detail", typed_in(17))]).unwrap().records[0].key.clone();
    assert_eq!(notices(&told("activity", "delete", 17, json!({}))), [Notice::of("5150042", What::Deleted(key))]);
}

#[test]
fn an_athlete_who_leaves_has_revoked() {
    let leaves = told("athlete", "update", 5_150_042, json!({ "authorized": "false" }));
    assert_eq!(notices(&leaves), [Notice::of("5150042", What::Revoked)]);
}

#[test]
fn what_is_not_known_is_kept_and_means_nothing() {
    for (inbound, place) in [
        (told("athlete", "update", 5_150_042, json!({})), "hook /aspect_type"),
        (told("athlete", "update", 5_150_042, json!({ "authorized": "true" })), "hook /aspect_type"),
        (told("activity", "merge", 17, json!({})), "hook /aspect_type"),
        (told("segment", "create", 17, json!({})), "hook /aspect_type"),
        (
            call("POST", &[], r#"{"object_type": "activity", "aspect_type": "create", "object_id": 1}"#),
            "hook /owner_id",
        ),
        (call("POST", &[], "<html>"), "hook"),
    ] {
        let failure = Strava::receive(&inbound).unwrap_err();
        // `unsupported` would be answered with 404, and the call would be lost.
        assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some(place)));
    }
}

#[test]
fn a_signature_is_not_needed_but_has_to_hold() {
    let leaves = told("athlete", "update", 5_150_042, json!({ "authorized": "false" }));
    let signed = Inbound { headers: vec![("x-strava-signature".into(), "t=1773302400,v1=00".into())], ..leaves };
    assert_eq!(Strava::receive(&signed).unwrap_err().code, "changed");
    let held = Inbound { verified: vec!["signature".into()], ..signed };
    assert_eq!(notices(&held).len(), 1);
}
