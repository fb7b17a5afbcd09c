//! The operator's listener.

use gearshift_scenarios::{Town, component};
use serde_json::Value;

const ROUTES: [(&str, &str); 10] = [
    ("GET", "/adapters"),
    ("GET", "/adapters/strava"),
    ("PUT", "/adapters/strava"),
    ("POST", "/adapters/strava/activate"),
    ("POST", "/adapters/strava/rollback"),
    ("GET", "/providers"),
    ("POST", "/providers/STRAVA/accept"),
    ("DELETE", "/providers/STRAVA/accept"),
    ("GET", "/status"),
    ("GET", "/jobs"),
];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_without_the_token_or_under_another_name() {
    let town = Town::new().await;
    for (method, path) in ROUTES {
        town.admin(method, path).bearer("wrong").send().await.problem(401, "unauthorized");
        town.admin(method, path).header("authorization", "").send().await.problem(401, "unauthorized");
        town.admin(method, path).header("host", "evil.example").send().await.problem(421, "host");
    }
    town.admin("GET", "/status").bearer("key-of-the-platform").send().await.problem(401, "unauthorized");
    town.admin("GET", "/nowhere").header("authorization", "").send().await.problem(401, "unauthorized");
    town.public("GET", "/admin/status").bearer("admin-of-the-town").send().await.problem(404, "not-found");
    let _ = town.admin("GET", "/status").header("host", "localhost").send().await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_a_problem_with_a_code_and_what_to_do() {
    let town = Town::new().await;
    town.admin("GET", "/nowhere").send().await.problem(404, "not-found");
    town.admin("PATCH", "/status").send().await.problem(405, "method-not-allowed");
    town.admin("GET", "/adapters/strava").send().await.problem(404, "not-found");
    town.admin("GET", "/jobs?state=asleep").send().await.problem(400, "query");
    town.admin("GET", "/jobs?stat=held").send().await.problem(400, "query");
    town.admin("POST", "/adapters/strava/activate").send().await.problem(400, "digest-missing");
    let unknown = format!("/adapters/strava/activate?digest={}", "0".repeat(64));
    town.admin("POST", &unknown).send().await.problem(404, "unknown-version");
    town.admin("POST", "/adapters/strava/rollback").send().await.problem(409, "no-previous");
    town.admin("POST", "/providers/NOBODY/accept").send().await.problem(404, "not-found");
    let answer = town.admin("PUT", "/adapters/strava").body("not a component").send().await;
    assert_eq!((answer.status, answer.header("content-type")), (422, "application/problem+json"), "{}", answer.text());
    assert!(answer.json::<Value>()["stage"].is_string());
    town.admin("PUT", "/adapters/elsewhere").body(component("strava")).send().await.problem(422, "name-differs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_that_asks_for_more_waits_for_the_operator_s_yes_to_exactly_that() {
    let town = Town::new().await;
    let put = |query: &str| town.admin("PUT", &format!("/adapters/strava{query}")).body(component("strava")).send();
    let answer = put("").await;
    let asked: Value = answer.json();
    assert_eq!((answer.status, asked["state"].as_str()), (202, Some("needs-grant")));
    let missing = asked["missing"].as_array().unwrap();
    assert!(
        missing.iter().any(|line| line.as_str().unwrap().contains("https://www.strava.com/api/v3/")),
        "{missing:?}"
    );

    let wrong = put(&format!("?grant={}", "0".repeat(64))).await;
    assert_eq!(wrong.status, 202, "a yes to something else is no yes");
    let installed: Value = put(&format!("?grant={}", asked["grant"].as_str().unwrap())).await.ok().json();
    assert_eq!(installed["state"], "active");
    let again: Value = put("").await.ok().json();
    assert_eq!(again["state"], "active", "what was granted stays granted");
}
