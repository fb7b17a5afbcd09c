//! Dexcom's regions and tokens.

use gearshift_simulator::Provider;

use crate::client::{Played, get, post};
use crate::door::{DEXCOM, DEXCOM_EU, DEXCOM_JP, given, is_refused, text};

#[tokio::test]
async fn an_account_exists_in_one_region_and_the_page_of_another_says_so() {
    let played = Played::start().await;
    for (home, door) in [DEXCOM, DEXCOM_EU, DEXCOM_JP].iter().enumerate() {
        for rider in 0..3 {
            let (url, account) = (played.page(door, &[]), played.rider(rider));
            let form =
                [("email", account.email.as_str()), ("password", account.password.as_str()), ("answer", "authorize")];
            let answer = post(&url).form(&form).send().await;
            assert_eq!(answer.status, if rider == home { 302 } else { 200 }, "{} {}", door.name, account.username);
            assert_eq!(answer.text().contains("no account"), rider != home);
            assert_eq!(played.answer(&url, rider, &[]).is_ok(), rider == home);
        }
    }
    let regions: Vec<&str> = played.riders.iter().map(|rider| rider.region.as_str()).collect();
    assert_eq!(regions, ["us", "eu", "jp"]);
}

#[tokio::test]
async fn a_region_knows_neither_applications_nor_tokens_of_another() {
    let played = Played::start().await;
    let access = text(&played.tokens(&DEXCOM, 0).await, "access_token");
    assert!(played.is_good(&DEXCOM, &access).await);
    assert!(!played.is_good(&DEXCOM_EU, &access).await);
    let (id, secret) = played.keys(&DEXCOM);
    assert_eq!(get(played.page(&DEXCOM_EU, &[("client_id", &id)])).send().await.status, 401);
    let code = played.allow(&DEXCOM_EU, 1, &[])["code"].clone();
    let stranger = played.ask_as(&DEXCOM_EU, (&id, &secret), &played.bring(&code)).send().await;
    assert_eq!((stranger.status, &stranger.json()["error"]), (401, &"invalid_client".into()));
}

#[tokio::test]
async fn tokens_live_two_hours_and_a_refresh_token_is_good_once() {
    let played = Played::start().await;
    let tokens = played.tokens(&DEXCOM_JP, 2).await;
    assert_eq!((&tokens["expires_in"], &tokens["token_type"]), (&7_200.into(), &"Bearer".into()));
    assert_eq!(tokens["refresh_expires_in"], 0);
    let refresh = text(&tokens, "refresh_token");
    let next = given(&played.renew(&DEXCOM_JP, &refresh).await);
    assert_ne!(text(&next, "refresh_token"), refresh);
    assert!(played.is_good(&DEXCOM_JP, &text(&tokens, "access_token")).await, "the former lives to its end");
    let dead = played.renew(&DEXCOM_JP, &refresh).await;
    assert_eq!((dead.status, &dead.json()["error"]), (400, &"invalid_grant".into()));
}

#[tokio::test]
async fn a_rider_can_withdraw_at_dexcom_and_nobody_is_told() {
    let played = Played::start().await;
    let tokens = played.tokens(&DEXCOM_EU, 1).await;
    let user = &played.rider(1).username;
    let sent = played.simulator.control().revoke(Provider::Dexcom, user).await.unwrap();
    assert!(sent.is_empty());
    assert!(!played.is_good(&DEXCOM_EU, &text(&tokens, "access_token")).await);
    assert!(is_refused(&played.renew(&DEXCOM_EU, &text(&tokens, "refresh_token")).await));
}
