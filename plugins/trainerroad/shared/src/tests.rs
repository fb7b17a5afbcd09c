use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;

use crate::session::{identify, sign_in};
use crate::{calendar, range};

const NOW: &str = "2024-05-06T09:00:00Z";
const LOGIN: &str = "https://www.trainerroad.com/app/login";
const PAGE: &str = "https://www.trainerroad.com/app/login?ReturnUrl=%2Fapp%2Fcareer%2Fnora";
const FORM: &str = r#"<!DOCTYPE html><form method="post"><input name="ReturnUrl" type="hidden" value="/app/career/nora" />
<input name="Username"><input name="Password" type="password"><input name="__RequestVerificationToken" value="t&#43;1" type="hidden"></form>"#;

fn subject() -> Subject {
    Subject { settings: vec![("username".into(), "nora".into())], ..Subject::default() }
}

fn answering(status: u16, location: &str, body: &str) -> Recorded {
    let headers = [("location", location)];
    Recorded::at(NOW).answer("GET", PAGE, 200, FORM).answer_with("POST", LOGIN, status, &headers, body)
}

fn signed_in_at(outside: &Recorded) -> Result<Vec<(String, String)>, Failure> {
    sign_in(&Host::new(outside, 20), &subject())
}

#[test]
fn the_form_goes_back_with_its_token_and_without_the_password() {
    let outside = answering(302, "/app/career/nora", "");
    let outside = outside.answer("GET", "https://www.trainerroad.com/app/career/nora", 200, "<h1>nora</h1>");
    assert_eq!(signed_in_at(&outside).unwrap(), []);
    let sent = outside.sent();
    let body = String::from_utf8(sent[1].body.clone().unwrap()).unwrap();
    assert_eq!(body, "Username=nora&ReturnUrl=%2Fapp%2Fcareer%2Fnora&__RequestVerificationToken=t%2B1");
    assert_eq!(sent[1].fill.as_deref(), Some("login"), "the host puts the password in");
    assert_eq!(outside.unused(), Vec::<String>::new());
}

#[test]
fn who_signs_in_with_an_address_is_led_to_no_account_of_that_name() {
    let subject = Subject { settings: vec![("username".into(), "nora@example.com".into())], ..Subject::default() };
    let page = "https://www.trainerroad.com/app/login?ReturnUrl=%2Fapp%2Fcareer";
    let outside = Recorded::at(NOW)
        .answer("GET", page, 200, &FORM.replace("/app/career/nora", "/app/career"))
        .answer_with("POST", LOGIN, 302, &[("location", "https://www.trainerroad.com/app/career")], "")
        .answer("GET", "https://www.trainerroad.com/app/career", 200, "<h1>nora</h1>");
    assert_eq!(sign_in(&Host::new(&outside, 20), &subject).unwrap(), []);
    assert_eq!(outside.unused(), Vec::<String>::new());
}

#[test]
fn the_form_again_means_a_wrong_password() {
    assert_eq!(signed_in_at(&answering(200, "", FORM)).unwrap_err().code, "unauthorized");
    assert_eq!(signed_in_at(&answering(302, "/app/login?error=1", "")).unwrap_err().code, "unauthorized");
}

#[test]
fn another_way_of_signing_in_is_a_change_and_not_the_users_fault() {
    let without_token = FORM.replace("__RequestVerificationToken", "__Token");
    let outside = Recorded::at(NOW).answer("GET", PAGE, 200, &without_token);
    assert_eq!(signed_in_at(&outside).unwrap_err().code, "changed");
    assert_eq!(
        signed_in_at(&answering(200, "", "<h1>Enter the code that we sent you</h1>")).unwrap_err().code,
        "changed"
    );
    assert_eq!(signed_in_at(&answering(400, "", "<h1>Bad request</h1>")).unwrap_err().code, "changed");
    assert_eq!(signed_in_at(&answering(503, "", "")).unwrap_err().code, "unavailable");
}

#[test]
fn a_session_that_does_not_hold_is_a_change() {
    let outside = answering(302, "/app/career/nora", "");
    let landing = "https://www.trainerroad.com/app/career/nora";
    let outside = outside.answer_with("GET", landing, 302, &[("location", "/app/login?ReturnUrl=x")], "");
    assert_eq!(signed_in_at(&outside).unwrap_err().detail.as_deref(), Some("login.landing"));
}

#[test]
fn the_account_keeps_its_name_for_addresses() {
    let member = r#"{"MemberId": 880012, "Username": "nora-pedals", "LoginName": "nora@example.com"}"#;
    let outside = Recorded::at(NOW).answer("GET", "https://www.trainerroad.com/app/api/member-info", 200, member);
    let accounts = identify(&Host::new(&outside, 5)).unwrap();
    assert_eq!(accounts, [Account::new("880012").name("nora-pedals").setting("username", "nora-pedals")]);
}

fn calendar_page(from: &str, to: &str) -> String {
    format!("https://www.trainerroad.com/app/api/calendar/activities/nora?startDate={from}&endDate={to}")
}

#[test]
fn the_old_calendar_is_read_backwards_in_pages_of_ninety_days() {
    let window = Some(Window { start: 1_704_067_200_000, end: 1_714_986_000_000 });
    let mut request = PullRequest { stream: "calendar".into(), window, requests: 10, ..PullRequest::default() };
    let outside = Recorded::at(NOW).answer("GET", &calendar_page("3-20-2024", "6-17-2024"), 200, "[]").answer(
        "GET",
        &calendar_page("1-1-2024", "3-19-2024"),
        200,
        "[]",
    );
    let page = calendar::pull(&Host::for_pull(&outside, &request), &subject(), &request).unwrap();
    request.cursor = page.next;
    let page = calendar::pull(&Host::for_pull(&outside, &request), &subject(), &request).unwrap();
    assert_eq!((page.next, outside.unused()), (None, Vec::new()));
    assert_eq!(page.watermark.as_deref(), Some(r#"{"through":{"year":2024,"month":5,"day":6}}"#));
}

#[test]
fn a_later_pull_begins_two_weeks_before_the_last_one() {
    let since = Some(r#"{"through":{"year":2024,"month":5,"day":6}}"#.to_owned());
    let request = PullRequest { since, ..PullRequest::default() };
    let outside = Recorded::at(NOW);
    let range = range::Range::of(&Host::new(&outside, 1), &request).unwrap();
    assert_eq!((range.first.to_string(), range.last.to_string()), ("2024-04-22".into(), "2024-06-17".into()));
}

const TWO_PLANS: &str = r#"[
    {"Id": "a", "Date": "2024-05-08T00:00:00", "CompletedRide": null, "Activity": {"Id": "1"}},
    {"Id": "b", "Date": "2024-05-09T00:00:00", "CompletedRide": null, "Activity": {"Id": "2"}}
]"#;

fn plans(first: u16, second: u16) -> Result<Page, Failure> {
    let request = PullRequest {
        window: Some(Window { start: 1_714_521_600_000, end: 1_714_986_000_000 }),
        requests: 10,
        ..PullRequest::default()
    };
    let workout = "https://www.trainerroad.com/app/api/workoutdetails/";
    let outside = Recorded::at(NOW)
        .answer("GET", &calendar_page("5-1-2024", "6-17-2024"), 200, TWO_PLANS)
        .answer("GET", &format!("{workout}1"), first, "{}")
        .answer("GET", &format!("{workout}2"), second, "{}");
    calendar::pull(&Host::for_pull(&outside, &request), &subject(), &request)
}

#[test]
fn one_workout_that_was_deleted_is_not_the_end_of_the_library() {
    let parts = |page: Page| page.documents.iter().map(|document| document.parts.len()).collect::<Vec<_>>();
    assert_eq!(parts(plans(404, 200).unwrap()), [1, 1, 2]);
    assert_eq!(plans(404, 404).unwrap_err().code, "gone");
}

#[test]
fn what_came_before_a_failure_is_kept() {
    let page = plans(200, 503).unwrap();
    assert_eq!((page.documents.len(), page.stop.map(|stop| stop.code)), (2, Some("unavailable".into())));
    assert!(page.next.unwrap().contains(r#""done":1"#));
}
