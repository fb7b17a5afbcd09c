//! LibreLinkUp: regions, versions, steps, tokens, and what a sensor has measured.

use std::time::Duration;

use gearshift_simulator::{LibreStep, Lifetimes, NewRiders, Provider};
use serde_json::{Value, json};

use crate::client::{Answer, Ask, Played, get, post};

const VERSION: &str = "4.16.0";

fn client(ask: Ask, version: &'static str) -> Ask {
    ask.header("product", "llu.android").header("version", version)
}

fn url(played: &Played, region: &str, path: &str) -> String {
    let prefix = if region.is_empty() { "libreview".to_owned() } else { format!("libreview-{region}") };
    format!("{}/llu{path}", played.simulator.url(&prefix))
}

async fn everybody() -> Played {
    Played::with(NewRiders { count: 6, activities: 1, seconds: (60, 90), ..NewRiders::default() }).await
}

async fn login(played: &Played, region: &str, rider: usize, password: &str) -> Answer {
    let body = json!({ "email": played.rider(rider).email, "password": password }).to_string();
    let ask = client(post(url(played, region, "/auth/login")), VERSION).header("content-type", "application/json");
    ask.body(body).send().await
}

/// A token of a rider and how their account is named.
async fn session(played: &Played, region: &str, rider: usize) -> (String, String) {
    let answer = login(played, region, rider, &played.rider(rider).password).await.json();
    assert_eq!(answer["status"], 0, "{answer}");
    let user = answer["data"]["user"]["id"].as_str().unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, user.as_bytes());
    (answer["data"]["authTicket"]["token"].as_str().unwrap().to_owned(), hex::encode(digest))
}

async fn ask(played: &Played, region: &str, path: &str, session: &(String, String)) -> Answer {
    let ask = client(get(url(played, region, path)), VERSION).header("account-id", session.1.clone());
    ask.bearer(&session.0).send().await
}

#[tokio::test]
async fn an_account_is_in_one_region_and_the_others_say_where() {
    let played = everybody().await;
    for (rider, home) in ["eu2", "us", "de", "eu", "ca", "fr"].into_iter().enumerate() {
        let password = played.rider(rider).password.clone();
        let answer = login(&played, "jp", rider, &password).await.json();
        let said = if home == "eu" { &answer } else { &answer["data"] };
        assert_eq!((&said["redirect"], &said["region"]), (&json!(true), &json!(home)));
        assert_eq!(login(&played, home, rider, &password).await.json()["status"], 0);
    }
    let us = login(&played, "", 1, &played.rider(1).password).await.json();
    assert!(us["data"]["authTicket"]["token"].is_string(), "the host without a region is one of them: {us}");
    assert_eq!(played.simulator.control().tokens(Provider::Freestylelibre).issued, 7);
}

#[tokio::test]
async fn a_client_that_is_too_old_is_told_what_is_wanted() {
    let played = everybody().await;
    let with = |version| client(get(url(&played, "eu2", "/connections")), version).send();
    let answer = with("4.15.9").await;
    assert_eq!((answer.status, answer.json()), (403, json!({ "data": { "minimumVersion": "4.16.0" }, "status": 920 })));
    assert_eq!(with("4.16.0").await.status, 401);
    played.simulator.control().set_libre_version("4.20.0").unwrap();
    assert_eq!(with("4.16.0").await.json()["status"], 920);
    assert_eq!(with("4.100").await.status, 401);
    let nameless = get(url(&played, "eu2", "/connections")).send().await;
    assert_eq!(nameless.json(), json!({ "message": "RequiredHeaderMissing" }));
    assert_eq!(played.simulator.control().set_libre_version("new").unwrap_err().code(), "malformed");
}

#[tokio::test]
async fn a_token_and_the_hash_of_the_user_open_the_data() {
    let played = everybody().await;
    let session = session(&played, "eu2", 0).await;
    assert_eq!(ask(&played, "eu2", "/connections", &session).await.status, 200);
    assert_eq!(ask(&played, "eu2", "/connections", &(session.0.clone(), "0".repeat(64))).await.status, 400);
    assert_eq!(ask(&played, "eu2", "/connections", &("made-up".into(), session.1.clone())).await.status, 401);
    assert_eq!(ask(&played, "de", "/connections", &session).await.status, 401, "another region has no such user");
    let odd = ask(&played, "eu2", "/connections/nobody/graph", &session).await.json();
    assert_eq!(odd, json!({ "error": { "message": "couldNotLoadPatient" }, "status": 4 }));
}

#[tokio::test]
async fn each_answer_brings_the_token_that_lives_on() {
    let played = everybody().await;
    let control = played.simulator.control();
    control
        .set_lifetimes(Provider::Freestylelibre, &Lifetimes { access: Some(3_600), ..Lifetimes::default() })
        .unwrap();
    let first = session(&played, "eu2", 0).await;
    control.advance(Duration::from_secs(3_000));
    let answer = ask(&played, "eu2", "/connections", &first).await.json();
    let second = (answer["ticket"]["token"].as_str().unwrap().to_owned(), first.1.clone());
    assert_ne!(first.0, second.0);
    control.advance(Duration::from_secs(700));
    assert_eq!(ask(&played, "eu2", "/connections", &first).await.status, 401);
    assert_eq!(ask(&played, "eu2", "/connections", &second).await.status, 200);
    control.expire(Provider::Freestylelibre, Some(&played.rider(0).username));
    assert_eq!(ask(&played, "eu2", "/connections", &second).await.status, 401);
}

#[tokio::test]
async fn a_step_keeps_out_until_it_is_taken() {
    let played = everybody().await;
    let control = played.simulator.control();
    let open = session(&played, "eu2", 0).await;
    for (step, kind) in [(LibreStep::Tou, "tou"), (LibreStep::Pp, "pp"), (LibreStep::VerifyEmail, "verifyEmail")] {
        control.set_libre_step(&played.rider(0).username, Some(step)).unwrap();
        let answer = login(&played, "eu2", 0, &played.rider(0).password).await.json();
        assert_eq!((&answer["status"], &answer["data"]["step"]["type"]), (&json!(4), &json!(kind)));
        let hour = (answer["data"]["authTicket"]["token"].as_str().unwrap().to_owned(), open.1.clone());
        assert_eq!(ask(&played, "eu2", "/connections", &hour).await.status, 401, "such a token opens nothing");
        assert_eq!(ask(&played, "eu2", "/connections", &open).await.json()["status"], 4);
    }
    control.set_libre_step(&played.rider(0).username, None).unwrap();
    assert_eq!(ask(&played, "eu2", "/connections", &open).await.json()["status"], 0);
}

#[tokio::test]
async fn bad_passwords_are_refused_and_then_locked_out() {
    let played = everybody().await;
    for _ in 0..3 {
        let answer = login(&played, "eu2", 0, "nope").await;
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!(2)));
    }
    let password = played.rider(0).password.clone();
    let locked = login(&played, "eu2", 0, &password).await;
    assert_eq!((locked.status, &locked.json()["data"]["data"]["lockout"]), (429, &json!(300)));
    played.simulator.control().advance(Duration::from_secs(301));
    assert_eq!(login(&played, "eu2", 0, &password).await.json()["status"], 0);
}

fn rows(answer: &Value) -> Vec<&Value> {
    answer.as_array().unwrap().iter().collect()
}

#[tokio::test]
async fn a_curve_of_twelve_hours_and_a_logbook_of_two_weeks() {
    let played = everybody().await;
    let session = session(&played, "eu2", 0).await;
    let all = ask(&played, "eu2", "/connections", &session).await.json();
    let patient = all["data"][0]["patientId"].as_str().unwrap().to_owned();
    assert_eq!(played.rider(0).ids[&Provider::Freestylelibre], patient);
    let of = |what| ask(&played, "eu2", Box::leak(format!("/connections/{patient}/{what}").into_boxed_str()), &session);
    let graph = of("graph").await.json();
    let curve = rows(&graph["data"]["graphData"]);
    assert_eq!(curve.len(), 48);
    assert!(curve.iter().all(|row| row["type"] == 0 && row.get("TrendArrow").is_none()));
    let on_top = &graph["data"]["connection"]["glucoseMeasurement"];
    assert_eq!((&on_top["type"], on_top["TrendArrow"].is_i64()), (&json!(1), true));
    let logbook = of("logbook").await.json();
    let lines = rows(&logbook["data"]);
    assert!(lines.len() >= 28, "{}", lines.len());
    assert_eq!(lines.iter().filter(|row| row["ValueInMgPerDl"].is_null() && row["alarmType"] == 1).count(), 1);
    let ledger = played.simulator.ledger();
    let things = &ledger.things[&Provider::Freestylelibre][&played.rider(0).username];
    let scans = things.iter().filter(|thing| thing.id.starts_with("scan")).count();
    assert_eq!(scans, lines.len() - 1);
}

#[tokio::test]
async fn who_follows_two_sees_two() {
    let played = everybody().await;
    let session = session(&played, "us", 1).await;
    assert_eq!(ask(&played, "us", "/connections", &session).await.json()["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn versions_and_steps_are_controls_over_http_too() {
    let played = everybody().await;
    let control = |path: &str, body: Value| post(played.control(path)).body(body.to_string()).send();
    let user = &played.rider(0).username;
    assert_eq!(control("/freestylelibre/step", json!({ "user": user, "step": "pp" })).await.status, 200);
    let answer = login(&played, "eu2", 0, &played.rider(0).password).await.json();
    assert_eq!(answer["data"]["step"]["type"], "pp");
    assert_eq!(control("/freestylelibre/step", json!({ "user": user })).await.status, 200);
    assert_eq!(login(&played, "eu2", 0, &played.rider(0).password).await.json()["status"], 0);
    assert_eq!(control("/freestylelibre/version", json!({ "least": "5.0" })).await.status, 200);
    assert_eq!(login(&played, "eu2", 0, &played.rider(0).password).await.json()["status"], 920);
    assert_eq!(control("/freestylelibre/step", json!({ "user": "nobody" })).await.status, 404);
}
