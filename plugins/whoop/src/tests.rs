use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const END: &str = "end=2026-03-12T08%3A00%3A00.000Z";
const FIRST: &str = "start=2026-03-01T00%3A00%3A00.000Z";

fn request(stream: &str) -> PullRequest {
    let window = Window { start: 1_772_323_200_000, end: 1_773_302_400_000 };
    PullRequest { stream: stream.into(), window: Some(window), requests: 50, ..PullRequest::default() }
}

fn subject() -> Subject {
    Subject { provider: "WHOOP".into(), account: Some("5150042".into()), ..Subject::default() }
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    Whoop::pull(&Host::for_pull(outside, request), &subject(), request)
}

fn sleep(start: &str, state: &str) -> Value {
    json!({ "id": start, "start": start, "end": start, "timezone_offset": "+01:00", "score_state": state })
}

fn sleeps(query: &str, records: &[Value]) -> Recorded {
    let url = format!("{BASE}/activity/sleep?limit=25&{query}");
    Recorded::at(NOW).answer("GET", &url, 200, &json!({ "records": records, "next_token": "" }).to_string())
}

fn normalize(endpoint: &str, parts: &[(&str, Value)]) -> Result<Normalized, Failure> {
    let body = |(name, value): &(&str, Value)| gearshift_sdk::Body {
        name: (*name).to_owned(),
        media_type: "application/json".into(),
        bytes: value.to_string().into_bytes(),
    };
    let parts = parts.iter().map(body).collect();
    Whoop::normalize(&subject(), &Fetched { endpoint: endpoint.into(), parts, ..Fetched::default() })
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Whoop>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn the_same_window_goes_with_every_page_of_the_list() {
    let list = format!("{BASE}/activity/workout?limit=25&{FIRST}&{END}");
    let workouts = |token: Value| {
        let workout = sleep("2026-03-10T17:00:00.000Z", "SCORED");
        json!({ "records": [workout], "next_token": token }).to_string()
    };
    let outside = Recorded::at(NOW).answer("GET", &list, 200, &workouts(json!("a+b="))).answer(
        "GET",
        &format!("{list}&nextToken=a%2Bb%3D"),
        200,
        &workouts(json!(null)),
    );
    let first = pull(&outside, &request("workouts")).unwrap();
    assert_eq!((first.documents.len(), first.watermark.as_deref()), (1, None));
    let later = PullRequest { cursor: first.next, window: None, ..request("workouts") };
    let last = pull(&outside, &later).unwrap();
    // 2026-03-10T17:00:00Z, by `date -ud`.
    assert_eq!((last.next, last.watermark.as_deref()), (None, Some(r#"{"newest":1773162000000,"pending":null}"#)));
}

#[test]
fn a_later_pull_looks_a_week_behind_the_newest() {
    // 2026-03-10T17:00:00Z less seven days.
    let outside = sleeps(&format!("start=2026-03-03T17%3A00%3A00.000Z&{END}"), &[]);
    let since = Some(r#"{"newest":1773162000000,"pending":null}"#.to_owned());
    let page = pull(&outside, &PullRequest { since: since.clone(), ..request("sleeps") }).unwrap();
    assert_eq!(
        (page.documents.len(), page.watermark),
        (0, since),
        "nothing new is no document, and what was seen stays"
    );
}

#[test]
fn what_waits_for_its_score_is_asked_for_until_it_has_waited_too_long() {
    let waiting = sleep("2026-03-02T22:00:00.000Z", "PENDING_SCORE");
    let newest = sleep("2026-03-11T22:00:00.000Z", "SCORED");
    let outside = sleeps(&format!("{FIRST}&{END}"), &[newest.clone(), waiting.clone()]);
    let page = pull(&outside, &request("sleeps")).unwrap();
    // 2026-03-11T22:00:00Z and 2026-03-02T22:00:00Z, by `date -ud`.
    assert_eq!(page.watermark.as_deref(), Some(r#"{"newest":1773266400000,"pending":1772488800000}"#));

    let again = sleeps(&format!("start=2026-02-28T22%3A00%3A00.000Z&{END}"), &[newest, waiting.clone()]);
    let page = pull(&again, &PullRequest { since: page.watermark, ..request("sleeps") }).unwrap();
    assert!(page.watermark.unwrap().contains(r#""pending":1772488800000"#));

    let month_later = Window { start: 0, end: 1_772_488_800_000 + 30 * 86_400_000 };
    let outside = Recorded::at(NOW).answer(
        "GET",
        &format!("{BASE}/activity/sleep?limit=25&end=2026-04-01T22%3A00%3A00.000Z"),
        200,
        &json!({ "records": [waiting] }).to_string(),
    );
    let page = pull(&outside, &PullRequest { window: Some(month_later), ..request("sleeps") }).unwrap();
    assert_eq!(page.watermark.as_deref(), Some(r#"{"newest":1772488800000,"pending":null}"#));
}

#[test]
fn a_recovery_whose_cycle_is_gone_is_kept_for_later_and_the_others_are_read() {
    let recovery = |cycle: u32| json!({ "cycle_id": cycle, "score_state": "UNSCORABLE" });
    let cycle = json!({ "id": 7, "start": "2026-03-10T22:00:00.000Z", "timezone_offset": "+01:00", "score_state": "UNSCORABLE" });
    let parts =
        [("list", json!({ "records": [recovery(7), recovery(8)] })), ("cycles-0", json!({ "records": [cycle] }))];
    let out = normalize("recoveries", &parts).unwrap();
    assert_eq!((out.records.len(), out.records[0].date.as_deref()), (1, Some("2026-03-11")));
    let rejected = out.notes.iter().find(|note| note.code == "rejected").unwrap();
    assert_eq!(rejected.pointer, "/records/1/cycle_id");
}

#[test]
fn a_cycle_that_is_gone_and_a_list_that_goes_on_do_not_end_the_page() {
    let recoveries = format!("{BASE}/recovery?limit=25&{FIRST}&{END}");
    let recovery = json!({ "cycle_id": 8, "created_at": "2026-03-11T06:00:00.000Z", "score_state": "UNSCORABLE" });
    let mut outside = Recorded::at(NOW).answer("GET", &recoveries, 200, &json!({ "records": [recovery] }).to_string());
    let cycles = format!("{BASE}/cycle?limit=25&start=2026-03-09T06%3A00%3A00.000Z&end=2026-03-11T06%3A00%3A00.001Z");
    let more = json!({ "records": [], "next_token": "t" }).to_string();
    outside = outside.answer("GET", &cycles, 200, &more);
    for _ in 0..2 {
        outside = outside.answer("GET", &format!("{cycles}&nextToken=t"), 200, &more);
    }
    let outside = outside.answer("GET", &format!("{BASE}/cycle/8"), 404, "");
    let page = pull(&outside, &request("recoveries")).unwrap();
    let parts: Vec<_> = page.documents[0].parts.iter().map(|part| part.name.as_str()).collect();
    assert_eq!((parts, outside.unused()), (vec!["list", "cycles-0", "cycles-1", "cycles-2"], vec![]));
}

#[test]
fn one_thing_that_is_gone_is_an_empty_page() {
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/activity/workout/b2d4"), 404, "");
    let one = PullRequest { id: Some("b2d4".into()), ..request("workouts") };
    assert_eq!(pull(&outside, &one).unwrap(), Page::new());
}

#[test]
fn retry_after_goes_before_the_quotas_reset() {
    let url = format!("{BASE}/activity/sleep?limit=25&{FIRST}&{END}");
    let spent = |headers: &[(&str, &str)]| {
        let outside = Recorded::at(NOW).answer_with("GET", &url, 429, headers, r#"{"message":"slow down"}"#);
        pull(&outside, &request("sleeps")).unwrap_err()
    };
    assert_eq!(spent(&[("Retry-After", "7"), ("X-RateLimit-Reset", "41")]).retry_after, Some(7));
    let reset = spent(&[("X-RateLimit-Limit", "100, 100;window=60, 10000;window=86400"), ("X-RateLimit-Reset", "41")]);
    assert_eq!((reset.code.as_str(), reset.retry_after), ("rate-limited", Some(41)));
    assert!(reset.message.contains("slow down"));
    assert_eq!(spent(&[]).retry_after, None);
}

#[test]
fn a_scope_that_was_not_granted_and_a_dead_token_are_told_apart() {
    for (status, code) in [(403, "forbidden"), (401, "unauthorized"), (500, "unavailable"), (400, "changed")] {
        let url = format!("{BASE}/activity/sleep?limit=25&{FIRST}&{END}");
        let outside = Recorded::at(NOW).answer("GET", &url, status, "");
        assert_eq!(pull(&outside, &request("sleeps")).unwrap_err().code, code, "{status}");
    }
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/user/profile/basic"), 403, "").answer(
        "GET",
        &format!("{BASE}/user/measurement/body"),
        403,
        "",
    );
    assert_eq!(pull(&outside, &request("athlete")).unwrap_err().code, "forbidden");
}

#[test]
fn the_profile_identifies() {
    let profile = json!({ "user_id": 5_150_042, "email": "m@example.com", "first_name": "Mara", "last_name": "T" });
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/user/profile/basic"), 200, &profile.to_string());
    let accounts = Whoop::identify(&Host::new(&outside, 5), &subject(), &[]).unwrap();
    assert_eq!(accounts, [Account::new("5150042").name("Mara T")]);
}

#[test]
fn without_the_profile_whatever_may_be_read_identifies() {
    let outside = Recorded::at(NOW)
        .answer("GET", &format!("{BASE}/user/profile/basic"), 403, "")
        .answer("GET", &format!("{BASE}/cycle?limit=1"), 403, "")
        .answer("GET", &format!("{BASE}/recovery?limit=1"), 200, r#"{"records":[]}"#)
        .answer("GET", &format!("{BASE}/activity/sleep?limit=1"), 200, r#"{"records":[{"user_id":5150042}]}"#);
    let accounts = Whoop::identify(&Host::new(&outside, 5), &subject(), &[]).unwrap();
    assert_eq!(accounts, [Account::new("5150042")]);
}

#[test]
fn every_request_carries_the_users_credential_and_none_of_its_own() {
    let outside = sleeps(&format!("{FIRST}&{END}"), &[]);
    pull(&outside, &request("sleeps")).unwrap();
    for sent in outside.sent() {
        let expected = ("GET", gearshift_sdk::Credential::User, 0);
        assert_eq!((sent.method.as_str(), sent.credential, sent.headers.len()), expected);
    }
}

#[test]
fn a_score_that_was_renamed_is_a_change_and_not_nothing() {
    let mut night = sleep("2026-03-10T22:00:00.000Z", "SCORED");
    let failure = normalize("sleeps", &[("one", night.clone())]).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("sleeps /score")));
    night["score_state"] = "RESCORED".into();
    let failure = normalize("sleeps", &[("one", night)]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("sleeps /score_state"));
}

#[test]
fn a_score_beside_a_state_that_has_none_is_not_believed() {
    let mut night = sleep("2026-03-10T22:00:00.000Z", "UNSCORABLE");
    night["score"] = json!({ "respiratory_rate": 14.5 });
    let out = normalize("sleeps", &[("one", night)]).unwrap();
    let metrics: Vec<_> = out.records[0].measures.iter().map(|measure| measure.metric.as_str()).collect();
    assert_eq!(metrics, ["duration"]);
}

#[test]
fn a_sum_with_an_unknown_part_is_unknown() {
    let mut night = sleep("2026-03-10T22:00:00.000Z", "SCORED");
    night["score"] = json!({
        "stage_summary": { "total_light_sleep_time_milli": 1000, "total_slow_wave_sleep_time_milli": 1000 },
        "sleep_needed": { "baseline_milli": 1000, "need_from_recent_nap_milli": null },
    });
    let out = normalize("sleeps", &[("one", night)]).unwrap();
    let metrics: Vec<_> = out.records[0].measures.iter().map(|measure| measure.metric.as_str()).collect();
    assert_eq!(metrics, ["duration", "light-sleep-duration", "deep-sleep-duration"]);
}

#[test]
fn an_offset_that_is_none_fails_with_its_place() {
    let mut night = sleep("2026-03-10T22:00:00.000Z", "UNSCORABLE");
    night["timezone_offset"] = "Vienna".into();
    let failure = normalize("sleeps", &[("one", night)]).unwrap_err();
    assert_eq!(failure.detail.as_deref(), Some("sleeps /timezone_offset"));
}

#[test]
fn a_body_without_an_owner_is_not_guessed() {
    let parts = vec![gearshift_sdk::Body { name: "body".into(), media_type: String::new(), bytes: b"{}".to_vec() }];
    let document = Fetched { endpoint: "body".into(), parts, ..Fetched::default() };
    assert_eq!(Whoop::normalize(&Subject::default(), &document).unwrap_err().code, "changed");
}

#[test]
fn a_sport_is_found_however_its_name_is_joined() {
    for name in ["hiking-rucking", "Hiking/Rucking", "hiking_rucking", "HIKING RUCKING"] {
        assert_eq!(sport::of(name), Some(word::sport::HIKING), "{name}");
    }
    assert_eq!((sport::of("football"), sport::of("soccer")), (Some("american-football"), Some("football")));
    assert_eq!(sport::of("massage-therapy"), None);
}
