//! TrainerRoad's form, session and cookies.

use std::time::Duration;

use gearshift_simulator::{CookieGeneration, Provider};

use crate::client::{Answer, Played, get, post};

async fn info(played: &Played, cookie: &str) -> Answer {
    get(played.trainerroad("/app/api/member-info")).header("cookie", cookie).send().await
}

fn is_turned_away(answer: &Answer) -> bool {
    answer.status == 302
        && answer.header("location") == "/app/login?ReturnUrl=%2fapp%2fapi%2fmember-info"
        && answer.header("content-type").starts_with("text/html")
}

#[tokio::test]
async fn a_member_signs_in_with_the_form_and_carries_a_cookie() {
    let played = Played::start().await;
    let home = format!("/app/career/{}", played.rider(0).username);
    let answer = played.post_login(0, &played.rider(0).password, &home).await;
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), home);
    let set = answer.header("set-cookie").to_owned();
    assert!(set.starts_with("SharedTrainerRoadAuth=") && set.contains("HttpOnly") && set.contains("expires="), "{set}");
    let cookie = set.split(';').next().unwrap();
    let info = info(&played, cookie).await.json();
    assert_eq!(info["MemberId"], played.rider(0).member);
    assert_eq!(info["Username"], played.rider(0).username.as_str());
}

#[tokio::test]
async fn without_a_session_data_is_a_redirect_to_the_form_and_no_401() {
    let played = Played::start().await;
    assert!(is_turned_away(&info(&played, "").await));
    assert!(is_turned_away(&info(&played, "SharedTrainerRoadAuth=made-up").await));
    assert_eq!(played.simulator.ledger().sessions.turned_away, 2);
}

#[tokio::test]
async fn a_wrong_password_is_a_200_with_the_form_again() {
    let played = Played::start().await;
    let answer = played.post_login(0, "nope", "/app").await;
    assert_eq!(answer.status, 200);
    assert!(answer.text().contains("name=\"Password\"") && answer.text().contains("did not match"));
    assert_eq!(answer.cookie("SharedTrainerRoadAuth"), None);
    assert_eq!(played.simulator.ledger().sessions.refused, 1);
}

#[tokio::test]
async fn a_form_without_its_verification_cookie_is_refused() {
    let played = Played::start().await;
    let rider = played.rider(0);
    let form = [
        ("Username", rider.username.as_str()),
        ("Password", rider.password.as_str()),
        ("__RequestVerificationToken", "made-up"),
    ];
    assert_eq!(post(played.trainerroad("/app/login")).form(&form).send().await.status, 400);
    let with_cookie = post(played.trainerroad("/app/login")).header("cookie", "__RequestVerificationToken=other");
    assert_eq!(with_cookie.form(&form).send().await.status, 400);
}

#[tokio::test]
async fn nobody_is_sent_to_another_site_after_signing_in() {
    let played = Played::start().await;
    let answer = played.post_login(0, &played.rider(0).password, "https://evil.example/").await;
    assert_eq!(answer.header("location"), format!("/app/career/{}", played.rider(0).username));
}

#[tokio::test]
async fn a_session_ends_by_the_clock_or_when_it_is_told_to() {
    let played = Played::start().await;
    let cookie = played.session(0).await;
    played.simulator.control().advance(Duration::from_secs(13 * 86_400));
    assert_eq!(info(&played, &cookie).await.status, 200);
    played.simulator.control().advance(Duration::from_secs(86_401));
    assert!(is_turned_away(&info(&played, &cookie).await));
    let (mine, other) = (played.session(0).await, played.session(1).await);
    played.simulator.control().expire(Provider::Trainerroad, Some(&played.rider(0).username));
    assert!(is_turned_away(&info(&played, &mine).await));
    assert_eq!(info(&played, &other).await.status, 200);
}

#[tokio::test]
async fn the_cookie_had_another_name_and_for_a_while_a_companion() {
    let played = Played::start().await;
    let control = played.simulator.control();
    control.set_cookie(CookieGeneration::TrainerroadAuth);
    let old = played.session(0).await;
    assert!(old.starts_with("TrainerRoadAuth="));
    assert_eq!(info(&played, &old).await.status, 200);

    control.set_cookie(CookieGeneration::CareerCookies);
    assert!(is_turned_away(&info(&played, &old).await), "it is no longer enough");
    let page = get(played.trainerroad("/app/career")).header("cookie", old.clone()).send().await;
    assert_eq!(page.status, 200);
    let companion = page.header("set-cookie").split(';').next().unwrap().to_owned();
    assert_eq!(info(&played, &format!("{old}; {companion}")).await.status, 200);
    assert!(is_turned_away(&info(&played, &companion).await));

    control.set_cookie(CookieGeneration::Shared);
    assert!(is_turned_away(&info(&played, &format!("{old}; {companion}")).await));
    let new = played.session(0).await;
    assert!(new.starts_with("SharedTrainerRoadAuth="));
    assert_eq!(info(&played, &new).await.status, 200);
    assert_eq!(get(played.trainerroad("/app/career")).send().await.status, 302);
}
