//! Garmin's page, tokens, permissions and registration.

use gearshift_simulator::Provider;
use serde_json::json;

use crate::client::{Played, get, query};
use crate::door::{GARMIN, given, is_refused, text};

#[tokio::test]
async fn without_a_proof_key_of_sha_256_there_is_no_page() {
    let played = Played::start().await;
    for own in [
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
        ("code_challenge_method", ""),
        ("code_challenge", "short"),
    ] {
        let answer = get(played.page(&GARMIN, &[own])).send().await;
        assert_eq!(query(answer.header("location"))["error"], "invalid_request", "{own:?}");
    }
    let code = played.allow(&GARMIN, 0, &[])["code"].clone();
    let own = played.bring(&code);
    assert!(is_refused(&played.ask(&GARMIN, &own[..3]).send().await), "no verifier");
}

#[tokio::test]
async fn tokens_live_a_day_and_the_refresh_token_says_how_long() {
    let played = Played::start().await;
    let tokens = played.tokens(&GARMIN, 0).await;
    assert_eq!(
        (tokens["expires_in"].as_i64(), tokens["refresh_token_expires_in"].as_i64()),
        (Some(86_400), Some(7_775_998))
    );
    assert!(tokens["jti"].is_string() && tokens["scope"].is_string());
    let access = text(&tokens, "access_token");
    let next = given(&played.renew(&GARMIN, &text(&tokens, "refresh_token")).await);
    assert!(played.is_good(&GARMIN, &access).await, "the former access token lives to its end");
    assert!(played.is_good(&GARMIN, &text(&next, "access_token")).await);
}

#[tokio::test]
async fn the_user_has_an_id_that_stays_and_the_permissions_that_were_left_ticked() {
    let played = Played::start().await;
    let see = async |access: &str, what: &str| {
        get(played.at(&format!("/garmin/wellness-api/rest/user/{what}"))).bearer(access).send().await.json()
    };
    let all = text(&played.tokens(&GARMIN, 0).await, "access_token");
    assert_eq!(see(&all, "permissions").await.as_array().unwrap().len(), 6);
    let code = played.allow(&GARMIN, 0, &["MCT_EXPORT", "HISTORICAL_DATA_EXPORT", "COURSE_IMPORT"])["code"].clone();
    let fewer = text(&given(&played.exchange(&GARMIN, &code).await), "access_token");
    assert_eq!(see(&fewer, "permissions").await, json!(["ACTIVITY_EXPORT", "HEALTH_EXPORT", "WORKOUT_IMPORT"]));
    assert_eq!(see(&all, "id").await, see(&fewer, "id").await);
    assert_eq!(see(&all, "id").await["userId"], played.rider(0).ids[&Provider::Garmin]);
    let elsewhere = get(played.at("/garmin/partner-gateway/rest/user/id")).bearer(&all).send().await.json();
    assert_eq!(elsewhere["userId"], played.rider(0).ids[&Provider::Garmin]);
}

#[tokio::test]
async fn a_registration_that_is_deleted_ends_everything() {
    let played = Played::start().await;
    let tokens = played.tokens(&GARMIN, 0).await;
    let access = text(&tokens, "access_token");
    let url = played.at("/garmin/wellness-api/rest/user/registration");
    assert_eq!(get(&url).method("DELETE").bearer(&access).send().await.status, 204);
    let gone = get(&url).method("DELETE").bearer(&access).send().await;
    assert_eq!(gone.status, 401);
    assert!(gone.json()["errorMessage"].is_string());
    assert!(is_refused(&played.renew(&GARMIN, &text(&tokens, "refresh_token")).await));
}

#[tokio::test]
async fn each_host_answers_to_its_own_paths() {
    let played = Played::start().await;
    let page = played.page(&GARMIN, &[]).replace("/garmin-connect/", "/garmin/");
    assert_eq!(get(page).send().await.status, 404);
    let token = played.at("/garmin/di-oauth2-service/oauth/token");
    assert_eq!(get(token).method("POST").send().await.status, 404);
}
