//! Polar's two generations: tokens, and the registration that the older wants.

use std::time::Duration;

use gearshift_simulator::Provider;
use serde_json::{Value, json};

use crate::client::{Answer, Played, get, post};
use crate::door::{POLAR, POLAR_V4, given, is_refused, text};

async fn register(played: &Played, access: &str) -> Answer {
    let body = json!({ "member-id": "ours-1" }).to_string();
    post(played.at("/polar/v3/users")).bearer(access).header("content-type", "application/json").body(body).send().await
}

async fn read(played: &Played, path: &str, access: &str) -> u16 {
    get(played.at(path)).bearer(access).send().await.status
}

const SLEEP: &str = "/polar/v3/users/sleep";

#[tokio::test]
async fn the_older_gives_a_token_for_a_year_the_users_id_and_no_refresh_token() {
    let played = Played::start().await;
    let tokens = played.tokens(&POLAR, 0).await;
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&31_535_999.into(), &"bearer".into()));
    assert_eq!(tokens["x_user_id"].to_string(), played.rider(0).ids[&Provider::Polar]);
    assert_eq!(tokens.get("refresh_token"), None);
    let refused = played.renew(&POLAR, "whatever").await;
    assert_eq!(refused.json()["error"], "unsupported_grant_type");
}

#[tokio::test]
async fn nothing_is_read_before_the_user_is_registered_and_that_is_done_once() {
    let played = Played::start().await;
    let access = text(&played.tokens(&POLAR, 0).await, "access_token");
    assert_eq!(read(&played, SLEEP, &access).await, 403);
    let user = register(&played, &access).await;
    assert_eq!((user.status, &user.json()["member-id"]), (200, &"ours-1".into()));
    assert_eq!(user.json()["polar-user-id"].to_string(), played.rider(0).ids[&Provider::Polar]);
    assert_ne!(read(&played, SLEEP, &access).await, 403);
    assert_eq!(register(&played, &access).await.status, 409);
    let again = text(&played.tokens(&POLAR, 0).await, "access_token");
    assert_eq!(register(&played, &again).await.status, 409, "another token is still the same user");
    assert_ne!(read(&played, SLEEP, &again).await, 403);
}

#[tokio::test]
async fn a_user_is_registered_with_a_name_of_ours_and_all_consents() {
    let played = Played::start().await;
    let access = text(&played.tokens(&POLAR, 0).await, "access_token");
    for body in ["", "{}", "{\"member-id\":\"\"}", "[1]"] {
        let answer = post(played.at("/polar/v3/users")).bearer(&access).body(body).send().await;
        assert_eq!(answer.status, 400, "{body}");
    }
    assert_eq!(register(&played, "no-token").await.status, 401);
    let code = played.allow(&POLAR, 1, &["accesslink.read_all"])["code"].clone();
    let access = text(&given(&played.exchange(&POLAR, &code).await), "access_token");
    assert_eq!(register(&played, &access).await.status, 403, "consents are missing");
}

#[tokio::test]
async fn a_user_who_is_deleted_is_gone_with_the_token_and_can_come_back() {
    let played = Played::start().await;
    let access = text(&played.tokens(&POLAR, 0).await, "access_token");
    register(&played, &access).await;
    let id = &played.rider(0).ids[&Provider::Polar];
    let delete = async |id: &str| {
        let url = played.at(&format!("/polar/v3/users/{id}"));
        get(url).method("DELETE").bearer(&access).send().await.status
    };
    assert_eq!(delete("1").await, 403);
    assert_eq!(delete(id).await, 204);
    assert_eq!(delete(id).await, 401);
    let access = text(&played.tokens(&POLAR, 0).await, "access_token");
    assert_eq!(read(&played, SLEEP, &access).await, 403);
    assert_eq!(register(&played, &access).await.status, 200);
}

#[tokio::test]
async fn the_newer_gives_half_a_day_and_a_refresh_token_and_wants_no_registration() {
    let played = Played::start().await;
    let tokens: Value = played.tokens(&POLAR_V4, 0).await;
    assert_eq!((&tokens["expires_in"], &tokens["scope"]), (&43_199.into(), &"activity:read sleep:read".into()));
    assert!(tokens.get("x_user_id").is_none());
    let access = text(&tokens, "access_token");
    assert_ne!(read(&played, "/polar/v4/data/sleeps", &access).await, 403);
    played.simulator.control().advance(Duration::from_secs(43_199));
    assert_eq!(read(&played, "/polar/v4/data/sleeps", &access).await, 401);
    let refresh = text(&tokens, "refresh_token");
    let next = given(&played.renew(&POLAR_V4, &refresh).await);
    assert_eq!(text(&next, "refresh_token"), refresh, "it is kept");
    assert!(played.is_good(&POLAR_V4, &text(&next, "access_token")).await);
}

#[tokio::test]
async fn a_token_of_one_generation_opens_nothing_of_the_other() {
    let played = Played::start().await;
    let older = text(&played.tokens(&POLAR, 0).await, "access_token");
    let newer = text(&played.tokens(&POLAR_V4, 0).await, "access_token");
    assert_eq!(read(&played, SLEEP, &newer).await, 401);
    assert_eq!(read(&played, "/polar/v4/data/sleeps", &older).await, 401);
    let code = played.allow(&POLAR, 0, &[])["code"].clone();
    assert!(is_refused(&played.exchange(&POLAR_V4, &code).await));
}
