//! ROUVY's session, its lists and its files.

use std::time::Duration;

use gearshift_simulator::{Fault, PlannedFault, Provider, RouvyGeneration};
use serde_json::Value;

use crate::client::{Answer, Played, get, post};

const LIST: &str = "/resources/activities-pagination.data?offset=";

fn url(played: &Played, path: &str) -> String {
    format!("{}/rouvy{path}", played.simulator.base_url())
}

async fn login(played: &Played, rider: usize, password: &str) -> Answer {
    let form = [("email", played.rider(rider).email.as_str()), ("password", password)];
    post(url(played, "/login.data")).form(&form).send().await
}

/// The `Cookie` header of a session that is complete.
async fn session(played: &Played) -> String {
    let answer = login(played, 0, &played.rider(0).password).await;
    let session = format!("rouvy_session={}", answer.cookie("rouvy_session").unwrap());
    let root = get(url(played, "/_root.data")).header("cookie", session.clone()).send().await;
    format!("{session}; rouvy_root={}", root.cookie("rouvy_root").unwrap())
}

async fn ask(played: &Played, cookies: &str, path: &str) -> Answer {
    get(url(played, path)).header("cookie", cookies).send().await
}

fn leads_to_login(answer: &Answer) -> bool {
    answer.status == 202
        && answer.text().starts_with(r#"[["SingleFetchRedirect",1],"#)
        && answer.text().contains(r#""redirect","https://riders.rouvy.com/login""#)
}

/// The values of an answer's first line.
fn values(answer: &Answer) -> Vec<Value> {
    serde_json::from_str(answer.text().lines().next().unwrap()).unwrap()
}

/// Addresses of original files on a page of the list.
fn files(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    let parts = text.split('"').filter(|part| part.contains("/resources/activity-fit/"));
    parts.map(|url| url.trim_start_matches("https://riders.rouvy.com").to_owned()).collect()
}

#[tokio::test]
async fn a_session_is_complete_when_the_root_has_been_asked_for() {
    let played = Played::start().await;
    let answer = login(&played, 0, &played.rider(0).password).await;
    assert_eq!((answer.status, answer.text().contains(r#""redirect","/""#)), (202, true));
    let alone = format!("rouvy_session={}", answer.cookie("rouvy_session").unwrap());
    assert!(leads_to_login(&ask(&played, &alone, "/user-settings.data").await));
    let whole = ask(&played, &session(&played).await, "/user-settings.data").await;
    assert_eq!(whole.status, 200);
    let id = &played.rider(0).ids[&Provider::Rouvy];
    assert!(values(&whole).iter().any(|value| value == id.as_str()), "{}", whole.text());
}

#[tokio::test]
async fn a_wrong_password_is_a_400_without_a_cookie() {
    let played = Played::start().await;
    let answer = login(&played, 0, "nope").await;
    assert_eq!((answer.status, answer.cookie("rouvy_session")), (400, None));
    assert_eq!(played.simulator.control().tokens(Provider::Rouvy).refused, 1);
}

#[tokio::test]
async fn after_an_hour_an_answer_brings_a_new_cookie_and_the_old_one_is_no_longer_good() {
    let played = Played::start().await;
    let old = session(&played).await;
    played.simulator.control().advance(Duration::from_secs(3_601));
    let answer = ask(&played, &old, &format!("{LIST}0")).await;
    assert!(leads_to_login(&answer), "it looks like an end");
    let new = format!("rouvy_session={}; {}", answer.cookie("rouvy_session").unwrap(), old.split_once("; ").unwrap().1);
    assert_eq!(ask(&played, &new, &format!("{LIST}0")).await.status, 200);
    let again = ask(&played, &old, &format!("{LIST}0")).await;
    assert!(leads_to_login(&again) && again.cookie("rouvy_session").is_none());
    assert_eq!(played.simulator.control().tokens(Provider::Rouvy).rotated, 1);
}

#[tokio::test]
async fn an_ended_session_shows_as_its_generation_has_it() {
    let played = Played::start().await;
    let control = played.simulator.control();
    let cookies = session(&played).await;
    control.expire(Provider::Rouvy, None);
    assert!(leads_to_login(&ask(&played, &cookies, &format!("{LIST}0")).await));
    let change = post(played.control("/rouvy/generation")).body(r#"{"generation":"status401"}"#).send().await;
    assert_eq!(change.status, 200);
    let answer = ask(&played, &cookies, &format!("{LIST}0")).await;
    assert_eq!((answer.status, answer.text()), (401, String::new()));
    let young = session(&played).await;
    control.advance(Duration::from_secs(3_601));
    assert_eq!(ask(&played, &young, &format!("{LIST}0")).await.status, 401, "nothing renews itself there");
}

#[tokio::test]
async fn the_list_has_pages_and_ends() {
    let played = Played::start().await;
    let cookies = session(&played).await;
    let truth = || played.simulator.ledger().things[&Provider::Rouvy][&played.rider(0).username].clone();
    let rides: Vec<_> = truth().into_iter().filter(|thing| thing.kind == "activity").rev().collect();
    let mut offset = 0;
    while offset < rides.len() {
        let values = values(&ask(&played, &cookies, &format!("{LIST}{offset}")).await);
        let here = rides.iter().skip(offset).take(5);
        assert!(here.clone().all(|ride| values.iter().any(|value| value == ride.id.as_str())), "page at {offset}");
        offset += here.count();
    }
    let end = ask(&played, &cookies, &format!("{LIST}{offset}")).await;
    assert_eq!(files(&end), Vec::<String>::new());
}

#[tokio::test]
async fn a_list_that_is_deferred_stands_on_a_line_of_its_own() {
    let played = Played::start().await;
    let cookies = session(&played).await;
    let at_once = ask(&played, &cookies, &format!("{LIST}0")).await;
    played.simulator.control().set_rouvy_generation(RouvyGeneration::Deferred);
    let later = ask(&played, &cookies, &format!("{LIST}0")).await;
    assert_eq!((at_once.text().lines().count(), later.text().lines().count()), (1, 2));
    assert_eq!(files(&at_once), files(&later));
    let first = values(&later);
    let promise = first.iter().position(|value| value[0] == "P").unwrap();
    assert!(later.text().lines().nth(1).unwrap().starts_with(&format!("P{promise}:[[")), "{}", later.text());
}

#[tokio::test]
async fn an_original_file_is_fit_for_its_rider_alone() {
    let played = Played::start().await;
    let cookies = session(&played).await;
    let place = files(&ask(&played, &cookies, &format!("{LIST}0")).await).remove(0);
    let file = ask(&played, &cookies, &place).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/octet-stream"));
    assert_eq!(&file.body[8..12], b".FIT");
    assert_eq!(u32::from_le_bytes(file.body[4..8].try_into().unwrap()) as usize, file.body.len() - 16);
    assert_eq!(file.body, ask(&played, &cookies, &place).await.body, "the same twice");
    assert!(leads_to_login(&ask(&played, "", &place).await));
    assert_eq!(ask(&played, &cookies, "/resources/activity-fit/nobody-s").await.status, 404);
}

#[tokio::test]
async fn what_goes_wrong_looks_like_rouvy() {
    let played = Played::start().await;
    let cookies = session(&played).await;
    let with = async |fault| {
        played.simulator.control().plan_fault(PlannedFault::next(Provider::Rouvy, fault));
        ask(&played, &cookies, &format!("{LIST}0")).await
    };
    assert_eq!(with(Fault::RateLimited { retry_after: Some(7) }).await.header("retry-after"), "7");
    assert!(leads_to_login(&with(Fault::Unauthorized).await));
    let torn = with(Fault::Malformed).await;
    assert!(torn.status == 200 && serde_json::from_str::<Value>(&torn.text()).is_err());
    assert_eq!(with(Fault::Status { status: 503 }).await.status, 503);
}
