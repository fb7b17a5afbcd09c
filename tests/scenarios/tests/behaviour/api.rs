//! The platform's side of it.

use gearshift_scenarios::{STRAVA, Town};
use gearshift_simulator::Provider;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_answered_without_the_key() {
    let town = Town::new().await;
    let routes = [
        ("GET", "/connections"),
        ("POST", "/connections"),
        ("GET", "/connections/x"),
        ("DELETE", "/connections/x"),
        ("POST", "/connections/x/form"),
        ("POST", "/connections/x/sync"),
        ("GET", "/connections/x/records"),
        ("GET", "/records/x"),
        ("GET", "/quarantine"),
        ("GET", "/events"),
    ];
    for (method, path) in routes {
        town.v1(method, path).bearer("wrong").send().await.problem(401, "unauthorized");
        town.v1(method, path).header("authorization", "").send().await.problem(401, "unauthorized");
        town.v1(method, path).bearer("admin-of-the-town").send().await.problem(401, "unauthorized");
    }
    assert_eq!(town.public("GET", "/health").send().await.ok().text(), "ok");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_error_is_a_problem_with_a_code_and_what_to_do() {
    let town = Town::new().await;
    town.public("GET", "/nowhere").send().await.problem(404, "not-found");
    town.v1("PUT", "/connections").send().await.problem(405, "method-not-allowed");
    for (method, path) in [
        ("GET", "/connections/conn_none"),
        ("DELETE", "/connections/conn_none"),
        ("POST", "/connections/conn_none/sync"),
        ("GET", "/connections/conn_none/records"),
        ("GET", "/records/rec_none"),
    ] {
        town.v1(method, path).send().await.problem(404, "not-found");
    }
    let begin = |body: serde_json::Value| town.v1("POST", "/connections").json(&body).send();
    begin(json!({"provider": "NOBODY"})).await.problem(404, "unknown-provider");
    begin(json!({})).await.problem(422, "body");
    begin(json!({"provider": STRAVA, "colour": "red"})).await.problem(422, "body");
    town.v1("POST", "/connections").body("provider=STRAVA").send().await.problem(415, "media-type");
    town.v1("POST", "/connections")
        .header("content-type", "application/json")
        .body("{")
        .send()
        .await
        .problem(400, "body");
    town.v1("GET", "/connections?limit=many").send().await.problem(400, "query");
    town.v1("GET", "/connections?colour=red").send().await.problem(400, "query");
    town.v1("POST", "/connections/conn_none/form").json(&json!({"fields": {}})).send().await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_does_not_repeat_what_was_sent() {
    let town = Town::new().await;
    let body = r#"{"fields": {"username": "u", "password": "planted-in-the-body"}, "keep": "planted-in-keep"}"#;
    let form = town.v1("POST", "/connections/conn_none/form").header("content-type", "application/json").body(body);
    let answer = form.send().await;
    answer.problem(422, "body");
    assert!(!answer.text().contains("planted-in-the-body"), "{}", answer.text());
    assert!(!town.log().contains("planted"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_in_pages_is_the_whole_list() {
    let town = Town::new().riders(2).activities(3).await;
    town.install("strava").await;
    let riders = town.connect_all(STRAVA).await;
    for rider in &riders {
        rider.rests().await;
    }
    // A connection says when something of it was last told.
    town.tells_all().await;
    for path in [
        "/connections".to_owned(),
        "/connections?provider=STRAVA".into(),
        "/events".into(),
        format!("/connections/{}/records", riders[0].id),
        format!("/connections/{}/records?kind=activity", riders[0].id),
    ] {
        let (whole, in_pages) = (town.pages(&path, 1_000).await, town.pages(&path, 1).await);
        assert!(whole.len() > 1, "{path}");
        assert_eq!(in_pages, whole, "{path}");
    }
    assert_eq!(town.pages("/connections?provider=TRAINERROAD", 10).await.len(), 0);
    let records = town.pages(&format!("/connections/{}/records?kind=activity", riders[0].id), 10).await;
    assert!(records.iter().all(|record| record["kind"] == "activity"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_after_the_last_page_is_what_is_new() {
    let town = Town::new().await;
    town.install("strava").await;
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let seq = town.events().await.last().unwrap().seq;
    assert_eq!(town.pages(&format!("/events?after={seq}"), 10).await.len(), 0);
    let id = rider.truth().activities[0].id.to_string();
    town.control().rename(&rider.account.username, Provider::Strava, &id, "another").unwrap();
    rider.synced().await;
    assert_eq!(town.pages(&format!("/events?after={seq}"), 10).await.len(), 1);
    let newer = format!("/connections/{}/records?after={seq}", rider.id);
    assert_eq!(town.pages(&newer, 10).await.len(), 1);
}
