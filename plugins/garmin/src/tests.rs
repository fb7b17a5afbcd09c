use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const RIDER: &str = "7c1d0e5f9a2b4c6d8e0f1a2b3c4d5e6f";

fn subject() -> Subject {
    Subject { provider: "GARMIN".into(), account: Some(RIDER.into()), ..Subject::default() }
}

fn identify(id: (u16, Value), permissions: (u16, Value)) -> Result<Vec<Account>, Failure> {
    let outside = Recorded::at(NOW).answer("GET", &format!("{BASE}/user/id"), id.0, &id.1.to_string()).answer(
        "GET",
        &format!("{BASE}/user/permissions"),
        permissions.0,
        &permissions.1.to_string(),
    );
    Garmin::identify(&Host::new(&outside, 5), &subject(), &[])
}

fn call(body: &Value) -> Inbound {
    Inbound {
        provider: "GARMIN".into(),
        method: "POST".into(),
        headers: vec![("garmin-client-id".into(), "our-application".into())],
        body: body.to_string().into_bytes(),
        verified: vec!["client-id".into()],
        ..Inbound::default()
    }
}

fn receive(body: &Value) -> Result<Receipt, Failure> {
    Garmin::receive(&call(body))
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Garmin>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn who_signed_in_is_told_with_what_they_allow() {
    let accounts =
        identify((200, json!({ "userId": RIDER })), (200, json!(["ACTIVITY_EXPORT", "HEALTH_EXPORT"]))).unwrap();
    let scopes = vec!["ACTIVITY_EXPORT".to_owned(), "HEALTH_EXPORT".to_owned()];
    assert_eq!(accounts, [Account { scopes, ..Account::new(RIDER) }]);
}

#[test]
fn permissions_may_stand_in_an_object() {
    let accounts =
        identify((200, json!({ "userId": RIDER })), (200, json!({ "permissions": ["MCT_EXPORT"] }))).unwrap();
    assert_eq!(accounts[0].scopes, ["MCT_EXPORT"]);
}

#[test]
fn who_allows_nothing_is_an_account_all_the_same() {
    let accounts = identify((200, json!({ "userId": RIDER })), (200, json!([]))).unwrap();
    assert_eq!(accounts, [Account::new(RIDER)]);
}

#[test]
fn permissions_that_are_no_list_are_a_change_and_not_nothing() {
    let failure = identify((200, json!({ "userId": RIDER })), (200, json!({ "granted": [] }))).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("user.permissions")));
}

#[test]
fn a_refusal_carries_garmins_words() {
    let failure =
        identify((403, json!({ "errorMessage": "unknown user access token" })), (200, json!([]))).unwrap_err();
    assert_eq!(failure.code, "forbidden");
    assert!(failure.message.ends_with(": unknown user access token"), "{}", failure.message);
}

#[test]
fn who_deregisters_has_revoked() {
    let receipt = receive(&json!({ "deregistrations": [{ "userId": RIDER }, { "userId": "0b" }] })).unwrap();
    assert_eq!(receipt, Receipt::ok(vec![Notice::of(RIDER, What::Revoked), Notice::of("0b", What::Revoked)]));
}

#[test]
fn a_change_of_permissions_says_all_that_is_left_and_the_newest_comes_last() {
    let change = |permissions: &[&str], at: i64| json!({ "userId": RIDER, "summaryId": "x2", "permissions": permissions, "changeTimeInSeconds": at });
    let newest_first = [change(&[], 1_773_302_460), change(&["HEALTH_EXPORT"], 1_773_302_400)];
    let receipt = receive(&json!({ "userPermissionsChange": newest_first })).unwrap();
    let said: Vec<What> = receipt.notices.into_iter().map(|notice| notice.what).collect();
    assert_eq!(said, [What::Scopes(vec!["HEALTH_EXPORT".into()]), What::Scopes(vec![])]);
}

#[test]
fn data_is_kept_for_a_version_that_reads_it() {
    let ping = json!({ "dailies": [{ "userId": RIDER, "callbackURL": format!("{BASE}/dailies?token=made-up") }] });
    let failure = receive(&ping).unwrap_err();
    // `unsupported` would be answered with 404, and the call would be lost.
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("hook /dailies")));
    assert!(failure.message.contains("does not read `dailies` yet") && !failure.message.contains("made-up"));
}

#[test]
fn a_call_is_kept_as_a_whole_where_a_part_of_it_is_not_read() {
    let both = json!({ "deregistrations": [{ "userId": RIDER }], "sleeps": [] });
    assert_eq!(receive(&both).unwrap_err().detail.as_deref(), Some("hook /sleeps"));
}

#[test]
fn a_notice_without_its_user_fails_with_its_place() {
    let place = |body: &Value| receive(body).unwrap_err().detail;
    let nobody = json!({ "deregistrations": [{ "userId": RIDER }, { "user": RIDER }] });
    assert_eq!(place(&nobody).as_deref(), Some("hook /deregistrations/1/userId"));
    let nothing = json!({ "userPermissionsChange": [{ "userId": RIDER }] });
    assert_eq!(place(&nothing).as_deref(), Some("hook /userPermissionsChange/0/permissions"));
    assert_eq!(place(&json!({})).as_deref(), Some("hook"));
    assert_eq!(place(&json!(["deregistrations"])).as_deref(), Some("hook"));
}

#[test]
fn garmin_posts_and_nothing_else() {
    let asked = Inbound { method: "GET".into(), ..call(&json!({})) };
    assert_eq!(Garmin::receive(&asked).unwrap(), Receipt::refuse(405));
}

#[test]
fn only_the_athlete_is_pulled() {
    let request = PullRequest { stream: "dailies".into(), requests: 5, ..PullRequest::default() };
    let outside = Recorded::at(NOW);
    let failure = Garmin::pull(&Host::for_pull(&outside, &request), &subject(), &request).unwrap_err();
    assert_eq!((failure.code.as_str(), outside.sent().len()), ("unsupported", 0));
}
