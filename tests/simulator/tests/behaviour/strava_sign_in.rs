//! Strava's page, codes and tokens.

use std::time::Duration;

use base64::Engine as _;
use serde_json::json;

use crate::client::{CALLBACK, CLIENT, Played, SECRET, get, post, query};

const ALL: &str = "read,activity:read_all,profile:read_all";

#[tokio::test]
async fn a_rider_agrees_on_the_page_and_the_application_gets_tokens() {
    let played = Played::start().await;
    let (url, rider) = (played.authorize_url(ALL), played.rider(0));
    let page = get(&url).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("value=\"activity:read_all\" checked"));
    let form = [
        ("email", rider.email.as_str()),
        ("password", rider.password.as_str()),
        ("scope", "read"),
        ("scope", "activity:read_all"),
        ("scope", "profile:read_all"),
        ("answer", "authorize"),
    ];
    let back = post(&url).form(&form).send().await;
    assert_eq!(back.status, 302);
    assert!(back.header("location").starts_with(CALLBACK));
    let callback = query(back.header("location"));
    assert_eq!(callback["state"], "st/8");
    assert_eq!(callback["scope"], ALL);
    let tokens = played.redeem(&callback["code"]).await.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 21_600);
    assert_eq!(tokens["athlete"]["id"], rider.athlete);
    assert!(rider.athlete > i64::from(i32::MAX));
    let left = tokens["expires_at"].as_i64().unwrap() - played.simulator.control().now() / 1_000;
    assert!((21_000..=21_600).contains(&left));
}

#[tokio::test]
async fn a_scope_that_the_rider_unticks_is_missing_in_the_callback_and_in_what_is_seen() {
    let played = Played::start().await;
    let callback = played.agree(0, ALL, &["activity:read_all", "profile:read_all"]);
    assert_eq!(callback["scope"], "read");
    let token = played.redeem(&callback["code"]).await.json()["access_token"].as_str().unwrap().to_owned();
    let list = get(played.strava("/api/v3/athlete/activities")).bearer(&token).send().await;
    assert_eq!(list.status, 403);
    assert_eq!(list.json()["errors"][0]["code"], "missing");
    let athlete = get(played.strava("/api/v3/athlete")).bearer(&token).send().await.json();
    assert_eq!(athlete["resource_state"], 2);
    assert!(athlete.get("weight").is_none());
}

#[tokio::test]
async fn a_rider_who_refuses_is_sent_back_without_a_code() {
    let played = Played::start().await;
    let back = post(played.authorize_url("read")).form(&[("answer", "cancel")]).send().await;
    let callback = query(back.header("location"));
    assert_eq!(callback["error"], "access_denied");
    assert_eq!(callback["state"], "st/8");
    assert!(!callback.contains_key("code"));
    assert_eq!(played.simulator.ledger().tokens.denied, 1);
}

#[tokio::test]
async fn a_wrong_password_shows_the_page_again() {
    let played = Played::start().await;
    let form = [("email", played.rider(0).email.as_str()), ("password", "nope"), ("scope", "read")];
    let page = post(played.authorize_url("read")).form(&form).send().await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("did not match"));
    assert_eq!(played.simulator.ledger().tokens.codes, 0);
}

#[tokio::test]
async fn the_page_is_refused_to_a_stranger_to_another_domain_and_for_an_unknown_scope() {
    let played = Played::start().await;
    let good = played.authorize_url("read");
    for (part, instead, field) in [
        ("client_id=40417", "client_id=1", "client_id"),
        ("localhost%3A9000", "evil.example", "redirect_uri"),
        ("localhost%3A9000", "notgearshift.example", "redirect_uri"),
        ("scope=read", "scope=everything", "scope"),
        ("scope=read", "scope=", "scope"),
        ("response_type=code", "response_type=token", "response_type"),
    ] {
        let answer = get(good.replace(part, instead)).send().await;
        assert_eq!(answer.status, 400, "{instead}");
        assert_eq!(answer.json()["errors"][0]["field"], field, "{instead}");
    }
    assert_eq!(get(good.replace("localhost%3A9000", "app.gearshift.example")).send().await.status, 200);
}

#[tokio::test]
async fn a_code_is_good_once_and_for_ten_minutes() {
    let played = Played::start().await;
    let code = played.agree(0, "read", &[])["code"].clone();
    assert_eq!(played.redeem(&code).await.status, 200);
    assert_eq!(played.redeem(&code).await.status, 400);
    let late = played.agree(0, "read", &[])["code"].clone();
    played.simulator.control().advance(Duration::from_secs(601));
    assert_eq!(played.redeem(&late).await.json()["errors"][0]["resource"], "AuthorizationCode");
}

#[tokio::test]
async fn the_secret_is_read_from_the_body_and_nowhere_else() {
    let played = Played::start().await;
    let code = played.agree(0, "read", &[])["code"].clone();
    let (url, rest) = (played.strava("/oauth/token"), [("grant_type", "authorization_code"), ("code", code.as_str())]);
    let wrong = [&[("client_id", CLIENT), ("client_secret", "guess")][..], &rest].concat();
    let refused = post(&url).form(&wrong).send().await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["message"], "Authorization Error");
    let in_query = format!("{url}?client_id={CLIENT}&client_secret={SECRET}");
    assert_eq!(post(in_query).form(&rest).send().await.status, 401);
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    assert_eq!(post(&url).header("authorization", format!("Basic {basic}")).form(&rest).send().await.status, 401);
    let right = [&[("client_id", CLIENT), ("client_secret", SECRET)][..], &rest].concat();
    assert_eq!(post(&url).form(&right).send().await.status, 200, "and the code is still there");
}

#[tokio::test]
async fn a_refresh_returns_what_is_still_good_and_rotates_within_the_last_hour() {
    let played = Played::start().await;
    let first = played.redeem(&played.agree(0, "read", &[])["code"]).await.json();
    let text = |value: &serde_json::Value, name: &str| value[name].as_str().unwrap().to_owned();
    let (access, refresh) = (text(&first, "access_token"), text(&first, "refresh_token"));
    let same = played.refresh(&refresh).await.json();
    assert_eq!(text(&same, "access_token"), access);
    assert_eq!(text(&same, "refresh_token"), refresh);
    assert!(same.get("athlete").is_none());
    played.simulator.control().advance(Duration::from_secs(5 * 3_600 + 60));
    let next = played.refresh(&refresh).await.json();
    assert_ne!(text(&next, "access_token"), access);
    assert_ne!(text(&next, "refresh_token"), refresh);
    assert_eq!(played.refresh(&refresh).await.status, 400, "the former refresh token is dead");
    let see = |token: String| get(played.strava("/api/v3/athlete")).bearer(&token).send();
    assert_eq!(see(access.clone()).await.status, 200, "the former access token lives to its end");
    played.simulator.control().advance(Duration::from_secs(3_600));
    let expired = see(access).await;
    assert_eq!(expired.status, 401);
    let fault = json!({ "resource": "Athlete", "field": "access_token", "code": "invalid" });
    assert_eq!(expired.json()["errors"][0], fault);
    assert_eq!(see(text(&next, "access_token")).await.status, 200);
    let tokens = played.simulator.ledger().tokens;
    assert_eq!((tokens.issued, tokens.unchanged, tokens.rotated, tokens.refused), (1, 1, 1, 1));
}

#[tokio::test]
async fn a_grant_is_taken_back_in_the_new_way_and_in_the_old() {
    let played = Played::start().await;
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("{CLIENT}:{SECRET}"));
    let basic = format!("Basic {basic}");
    let token = played.signed_in(0, "read").await;
    let form = [("token", token.as_str()), ("token_type_hint", "access_token")];
    assert_eq!(post(played.strava("/oauth/revoke")).form(&form).send().await.status, 401);
    let revoke = || post(played.strava("/oauth/revoke")).header("authorization", basic.clone()).form(&form);
    assert_eq!(revoke().send().await.status, 200);
    assert_eq!(revoke().send().await.status, 200, "revoked already is as good");
    assert_eq!(get(played.strava("/api/v3/athlete")).bearer(&token).send().await.status, 401);
    let token = played.signed_in(1, "read").await;
    assert_eq!(post(played.strava("/oauth/deauthorize")).bearer(&token).send().await.json()["access_token"], token);
    assert_eq!(get(played.strava("/api/v3/athlete")).bearer(&token).send().await.status, 401);
    assert_eq!(played.simulator.ledger().tokens.revoked, 2);
}

#[tokio::test]
async fn a_token_in_the_query_is_read_until_summer_2027() {
    let played = Played::start().await;
    let token = played.signed_in(0, "read").await;
    let url = played.strava(&format!("/api/v3/athlete?access_token={token}"));
    assert_eq!(get(&url).send().await.status, 200);
    let summer = 1_811_808_000_000 - played.simulator.control().now();
    played.simulator.control().advance(Duration::from_millis(summer.max(0) as u64));
    let token = played.signed_in(0, "read").await;
    let url = played.strava(&format!("/api/v3/athlete?access_token={token}"));
    assert_eq!(get(&url).send().await.status, 401);
    assert_eq!(get(played.strava("/api/v3/athlete")).bearer(&token).send().await.status, 200);
}
