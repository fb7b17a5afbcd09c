//! Withings' envelope, signatures and tokens.

use std::time::Duration;

use aws_lc_rs::hmac;
use gearshift_simulator::Provider;

use crate::client::{Answer, Played, post, query};
use crate::door::{WITHINGS, given, text};

fn sign(key: &str, message: &str) -> String {
    hex::encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), message.as_bytes()))
}

async fn nonce(played: &Played) -> String {
    let (id, secret) = played.keys(&WITHINGS);
    let signature = sign(&secret, &format!("getnonce,{id},1790000000"));
    let form = [
        ("action", "getnonce"),
        ("client_id", id.as_str()),
        ("timestamp", "1790000000"),
        ("signature", signature.as_str()),
    ];
    let answer = post(played.at("/withings/v2/signature")).form(&form).send().await.json();
    assert_eq!(answer["status"], 0);
    text(&answer["body"], "nonce")
}

/// A call with nonce and signature in the place of the secret.
async fn signed(played: &Played, action: &str, nonce: &str, own: &[(&str, &str)]) -> Answer {
    let (id, secret) = played.keys(&WITHINGS);
    let signature = sign(&secret, &format!("{action},{id},{nonce}"));
    let form = [("action", action), ("client_id", id.as_str()), ("nonce", nonce), ("signature", signature.as_str())];
    post(played.at(WITHINGS.token)).form(&[&form[..], own].concat()).send().await
}

#[tokio::test]
async fn tokens_come_in_an_envelope_and_live_three_hours() {
    let played = Played::start().await;
    let code = played.allow(&WITHINGS, 0, &["user.info"])["code"].clone();
    let answer = played.exchange(&WITHINGS, &code).await.json();
    assert_eq!((&answer["status"], &answer["body"]["expires_in"]), (&0.into(), &10_800.into()));
    assert_eq!(answer["body"]["scope"], "user.metrics");
    assert!(answer["access_token"].is_null());
}

#[tokio::test]
async fn the_users_id_is_text_one_time_and_a_number_the_next() {
    let played = Played::start().await;
    let id = played.rider(0).ids[&Provider::Withings].clone();
    let first = played.tokens(&WITHINGS, 0).await;
    assert_eq!(first["userid"], id.as_str());
    let next = given(&played.renew(&WITHINGS, &text(&first, "refresh_token")).await);
    assert_eq!(next["userid"], id.parse::<i64>().unwrap());
}

#[tokio::test]
async fn what_is_refused_has_http_status_200_and_a_number_of_its_own() {
    let played = Played::start().await;
    let dead = played.exchange(&WITHINGS, "no-such-code").await;
    assert_eq!((dead.status, &dead.json()["status"]), (200, &503.into()));
    let dead = played.renew(&WITHINGS, "no-such-token").await;
    assert_eq!((dead.status, &dead.json()["status"]), (200, &503.into()));
    let (id, _) = played.keys(&WITHINGS);
    let stranger = played.ask_as(&WITHINGS, (&id, "guess"), &played.bring("x")).send().await;
    assert_eq!((stranger.status, &stranger.json()["status"]), (200, &401.into()));
    let other = post(played.at(WITHINGS.token)).form(&[("action", "gettoken")]).send().await;
    assert_eq!((other.status, &other.json()["status"]), (200, &503.into()));
}

#[tokio::test]
async fn a_nonce_and_a_signature_stand_for_the_secret() {
    let played = Played::start().await;
    let code = played.allow(&WITHINGS, 0, &[])["code"].clone();
    let own = &played.bring(&code)[..3];
    let tokens = given(&signed(&played, "requesttoken", &nonce(&played).await, own).await);
    let refresh = text(&tokens, "refresh_token");
    let own = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    given(&signed(&played, "requesttoken", &nonce(&played).await, &own).await);
}

#[tokio::test]
async fn a_nonce_is_good_once_for_half_an_hour_and_for_the_action_that_was_signed() {
    let played = Played::start().await;
    let refresh = text(&played.tokens(&WITHINGS, 0).await, "refresh_token");
    let own = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    let status = async |nonce: &str| signed(&played, "requesttoken", nonce, &own).await.json()["status"].clone();
    let one = nonce(&played).await;
    assert_eq!(status(&one).await, 0);
    assert_eq!(status(&one).await, 401);
    assert_eq!(status("made-up").await, 401);
    let old = nonce(&played).await;
    played.simulator.control().advance(Duration::from_secs(1_800));
    assert_eq!(status(&old).await, 401);
    let (id, secret) = played.keys(&WITHINGS);
    let fresh = nonce(&played).await;
    let other = sign(&secret, &format!("revoke,{id},{fresh}"));
    let form = [
        ("action", "requesttoken"),
        ("client_id", id.as_str()),
        ("nonce", fresh.as_str()),
        ("signature", other.as_str()),
    ];
    let answer = post(played.at(WITHINGS.token)).form(&[&form[..], &own].concat()).send().await.json();
    assert_eq!(answer["status"], 401);
}

#[tokio::test]
async fn a_nonce_is_given_to_who_signs_for_it() {
    let played = Played::start().await;
    let (id, secret) = played.keys(&WITHINGS);
    let ask = async |timestamp: &str, signature: String| {
        let form =
            [("action", "getnonce"), ("client_id", &id), ("timestamp", timestamp), ("signature", signature.as_str())];
        post(played.at("/withings/v2/signature")).form(&form).send().await.json()["status"].clone()
    };
    assert_eq!(ask("5", sign(&secret, &format!("getnonce,{id},5"))).await, 0);
    assert_eq!(ask("6", sign(&secret, &format!("getnonce,{id},5"))).await, 401);
    assert_eq!(ask("5", sign("guess", &format!("getnonce,{id},5"))).await, 401);
    assert_eq!(ask("soon", sign(&secret, &format!("getnonce,{id},soon"))).await, 503);
}

#[tokio::test]
async fn a_grant_is_taken_back_with_a_signature_and_the_users_id() {
    let played = Played::start().await;
    let tokens = played.tokens(&WITHINGS, 0).await;
    let id = text(&tokens, "userid");
    let by_secret = played.ask(&WITHINGS, &[("action", "revoke"), ("userid", &id)]).send().await.json();
    assert_eq!(by_secret["status"], 401);
    assert!(played.is_good(&WITHINGS, &text(&tokens, "access_token")).await);
    let own = [("userid", id.as_str())];
    let answer = signed(&played, "revoke", &nonce(&played).await, &own).await.json();
    assert_eq!(answer["status"], 0);
    assert!(!played.is_good(&WITHINGS, &text(&tokens, "access_token")).await);
    assert_eq!(played.renew(&WITHINGS, &text(&tokens, "refresh_token")).await.json()["status"], 503);
}

#[tokio::test]
async fn scopes_are_separated_by_commas() {
    let played = Played::start().await;
    let url = played.page(&WITHINGS, &[("scope", "user.info user.metrics")]);
    assert_eq!(query(&played.answer(&url, 0, &[]).unwrap())["error"], "invalid_scope");
}
