use gearshift_sdk::Credential;
use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const USERS: &str = "https://www.polaraccesslink.com/v3/users";

fn subject() -> Subject {
    Subject { provider: "POLAR".into(), account: Some("60014003".into()), ..Subject::default() }
}

fn facts() -> Vec<(String, String)> {
    vec![("id".to_owned(), "60014003".to_owned())]
}

fn identify(status: u16, body: &str) -> (Result<Vec<Account>, Failure>, Recorded) {
    let outside = Recorded::at(NOW).answer("POST", USERS, status, body);
    let accounts = AccessLink::identify(&Host::new(&outside, 5), &subject(), &facts());
    (accounts, outside)
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    AccessLink::pull(&Host::for_pull(outside, request), &subject(), request)
}

fn request(stream: &str, requests: u32) -> PullRequest {
    PullRequest { stream: stream.into(), requests, ..PullRequest::default() }
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<AccessLink>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn whoever_connects_is_registered_under_the_id_of_the_token_answer() {
    let user =
        json!({ "polar-user-id": 60014003, "member-id": "60014003", "first-name": "Noor", "last-name": "Example" });
    let (accounts, outside) = identify(200, &user.to_string());
    assert_eq!(accounts.unwrap(), [Account::new("60014003").name("Noor Example")]);
    let sent = outside.sent().remove(0);
    assert_eq!((sent.method.as_str(), sent.credential), ("POST", Credential::User));
    let body: Value = serde_json::from_slice(&sent.body.unwrap()).unwrap();
    assert_eq!(body, json!({ "member-id": "60014003" }));
}

#[test]
fn who_is_registered_already_connects_all_the_same() {
    assert_eq!(identify(409, "").0.unwrap(), [Account::new("60014003")]);
}

#[test]
fn without_the_users_consents_only_the_user_can_go_on() {
    let failure = identify(403, "").0.unwrap_err();
    assert_eq!(failure.code, "action-required");
    assert!(failure.message.contains("Polar Flow"), "{failure}");
}

#[test]
fn a_registration_that_fails_connects_nobody() {
    assert_eq!(identify(500, "").0.unwrap_err().code, "unavailable");
    assert_eq!(identify(401, "").0.unwrap_err().code, "unauthorized");
    let outside = Recorded::at(NOW);
    let failure = AccessLink::identify(&Host::new(&outside, 5), &subject(), &[]).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("token /x_user_id")));
}

#[test]
fn disconnecting_deregisters_the_user() {
    let revoke = |status| {
        let outside = Recorded::at(NOW).answer("DELETE", &format!("{USERS}/60014003"), status, "");
        AccessLink::revoke(&Host::new(&outside, 5), &subject()).map_err(|failure| failure.code)
    };
    assert_eq!(revoke(204), Ok(()));
    assert_eq!(revoke(404), Ok(()), "gone is gone");
    assert_eq!(revoke(401), Err("unauthorized".to_owned()));
}

#[test]
fn a_pull_goes_on_where_its_requests_ended() {
    let one = |id: &str, day: u32| json!({ "id": id, "upload_time": format!("2026-03-{day:02}T08:00:00Z"), "start_time": "2026-03-01T07:00:00", "duration": "PT1H" });
    let root = "https://www.polaraccesslink.com/v3/exercises";
    let provider = |ids: &[&str]| {
        let list = json!([one("b", 3), one("a", 2), one("c", 4)]).to_string();
        let mut outside = Recorded::at(NOW).answer("GET", root, 200, &list);
        for id in ids {
            let url = format!("{root}/{id}?samples=true&zones=true&route=true");
            outside = outside.answer("GET", &url, 200, "{}");
        }
        outside
    };
    let ids = |page: &Page| page.documents.iter().filter_map(|document| document.id.clone()).collect::<Vec<_>>();
    let first = pull(&provider(&["a", "b"]), &request("activities", 3)).unwrap();
    assert_eq!(ids(&first), ["a", "b"]);
    let second = pull(&provider(&["c"]), &PullRequest { cursor: first.next, ..request("activities", 3) }).unwrap();
    assert_eq!((ids(&second), second.next), (vec!["c".to_owned()], None));
    assert_eq!(second.watermark.as_deref(), Some(r#"{"uploaded":"2026-03-04T08:00:00Z"}"#));
    let starved = pull(
        &provider(&[]),
        &PullRequest { cursor: Some(r#"{"uploaded":"","id":""}"#.into()), ..request("activities", 1) },
    );
    assert_eq!(starved.unwrap_err().code, "rate-limited", "no endless loop");
}

#[test]
fn one_exercise_by_its_id_takes_one_request() {
    let url = "https://www.polaraccesslink.com/v3/exercises/aQlC83?samples=true&zones=true&route=true";
    let outside = Recorded::at(NOW).answer("GET", url, 200, "{}");
    let page = pull(&outside, &PullRequest { id: Some("aQlC83".into()), ..request("activities", 5) }).unwrap();
    assert_eq!(page.documents[0].id.as_deref(), Some("aQlC83"));
    assert!(outside.sent().iter().all(|sent| sent.credential == Credential::User));
}

#[test]
fn nothing_there_is_not_a_change() {
    for (stream, url) in [
        ("activities", "https://www.polaraccesslink.com/v3/exercises"),
        ("sleep", "https://www.polaraccesslink.com/v3/users/sleep"),
        ("nightly-recharge", "https://www.polaraccesslink.com/v3/users/nightly-recharge"),
    ] {
        let page = pull(&Recorded::at(NOW).answer("GET", url, 204, ""), &request(stream, 5)).unwrap();
        assert!(page.documents.is_empty() && page.next.is_none(), "{stream}");
    }
}

#[test]
fn a_list_that_became_an_object_is_a_change() {
    let outside =
        Recorded::at(NOW).answer("GET", "https://www.polaraccesslink.com/v3/exercises", 200, r#"{"exercises": []}"#);
    assert_eq!(pull(&outside, &request("activities", 5)).unwrap_err().code, "changed");
}
