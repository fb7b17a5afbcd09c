//! WHOOP's codes and tokens.

use gearshift_simulator::Provider;

use crate::client::{Played, get, query};
use crate::door::{WHOOP, given, is_refused, text};

#[tokio::test]
async fn a_state_of_less_than_eight_characters_is_refused() {
    let played = Played::start().await;
    for state in ["", "1234567"] {
        let answer = get(played.page(&WHOOP, &[("state", state)])).send().await;
        assert_eq!(answer.status, 302);
        assert_eq!(query(answer.header("location"))["error"], "invalid_state");
    }
    assert_eq!(get(played.page(&WHOOP, &[("state", "12345678")])).send().await.status, 200);
}

#[tokio::test]
async fn tokens_live_an_hour_and_say_what_they_are_for() {
    let played = Played::start().await;
    let tokens = played.tokens(&WHOOP, 0).await;
    assert_eq!((tokens["expires_in"].as_i64(), tokens["token_type"].as_str()), (Some(3_600), Some("bearer")));
    assert_eq!(tokens["scope"], "offline read:profile read:sleep");
    assert!(tokens["user_id"].is_null(), "who it is, the profile says");
    let access = text(&tokens, "access_token");
    let profile = get(played.at("/whoop/developer/v2/user/profile/basic")).bearer(&access).send().await.json();
    assert_eq!(profile["user_id"].to_string(), played.rider(0).ids[&Provider::Whoop]);
}

#[tokio::test]
async fn without_offline_there_is_no_refresh_token() {
    let played = Played::start().await;
    let url = played.page(&WHOOP, &[("scope", "read:profile")]);
    let code = query(&played.answer(&url, 0, &[]).unwrap())["code"].clone();
    assert!(given(&played.exchange(&WHOOP, &code).await)["refresh_token"].is_null());
}

#[tokio::test]
async fn offline_is_no_choice_of_the_riders_but_the_rest_is() {
    let played = Played::start().await;
    let page = get(played.page(&WHOOP, &[])).send().await.text();
    assert!(page.contains("value=\"read:sleep\" checked") && !page.contains("value=\"offline\""));
    let code = played.allow(&WHOOP, 0, &["offline", "read:sleep"])["code"].clone();
    let tokens = given(&played.exchange(&WHOOP, &code).await);
    assert_eq!(tokens["scope"], "offline read:profile");
}

#[tokio::test]
async fn a_refresh_ends_the_former_tokens_at_once() {
    let played = Played::start().await;
    let tokens = played.tokens(&WHOOP, 0).await;
    let (access, refresh) = (text(&tokens, "access_token"), text(&tokens, "refresh_token"));
    let next = given(&played.renew(&WHOOP, &refresh).await);
    assert!(!played.is_good(&WHOOP, &access).await);
    assert!(played.is_good(&WHOOP, &text(&next, "access_token")).await);
    let dead = played.renew(&WHOOP, &refresh).await;
    assert_eq!(dead.status, 400);
    assert_eq!((&dead.json()["error"], &dead.json()["status_code"]), (&"invalid_grant".into(), &400.into()));
}

#[tokio::test]
async fn of_refreshes_at_the_same_time_one_succeeds() {
    let played = Played::start().await;
    let refresh = text(&played.tokens(&WHOOP, 0).await, "refresh_token");
    let (one, two, three) =
        tokio::join!(played.renew(&WHOOP, &refresh), played.renew(&WHOOP, &refresh), played.renew(&WHOOP, &refresh));
    assert_eq!([one, two, three].iter().filter(|answer| answer.status == 200).count(), 1);
}

#[tokio::test]
async fn a_refresh_that_does_not_repeat_offline_is_the_last() {
    let played = Played::start().await;
    let refresh = text(&played.tokens(&WHOOP, 0).await, "refresh_token");
    let own = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert!(given(&played.ask(&WHOOP, &own).send().await)["refresh_token"].is_null());
    assert!(is_refused(&played.renew(&WHOOP, &refresh).await));
}

#[tokio::test]
async fn access_is_taken_back_with_the_token_itself() {
    let played = Played::start().await;
    let tokens = played.tokens(&WHOOP, 0).await;
    let access = text(&tokens, "access_token");
    let delete = || get(played.at("/whoop/developer/v2/user/access")).method("DELETE").bearer(&access);
    assert_eq!(delete().send().await.status, 204);
    assert_eq!(delete().send().await.status, 401);
    assert!(is_refused(&played.renew(&WHOOP, &text(&tokens, "refresh_token")).await));
    assert_eq!(played.simulator.ledger().provider_tokens[&Provider::Whoop].revoked, 1);
}
