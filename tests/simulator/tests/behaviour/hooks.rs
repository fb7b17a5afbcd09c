//! What providers tell of their own accord.

use std::time::SystemTime;

use aws_lc_rs::hmac;
use gearshift_simulator::{Hook, Provider, Registration};
use serde_json::json;

use crate::client::{Played, SECRET, get, post, query};
use crate::door::{DEXCOM, GARMIN, POLAR, WITHINGS, given, is_refused, text};
use crate::receiver::Receiver;

#[tokio::test]
async fn strava_challenges_a_hook_and_tells_it_signed_that_an_athlete_left() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    let hook = Hook::new(Provider::Strava, &receiver.url("/hooks/a?b=c")).verify_token("ours");
    control.hook(&hook).await.unwrap();
    assert_eq!(receiver.verify_token(), "ours");
    let token = played.signed_in(0, "read").await;
    let sent = control.deregister(Provider::Strava, "rider-0001").await.unwrap();
    assert_eq!((sent.len(), sent[0].attempts, sent[0].status), (1, 1, Some(200)));
    let came = receiver.came().remove(0);
    let body = came.json();
    assert_eq!((&body["object_type"], &body["updates"]), (&"athlete".into(), &json!({ "authorized": "false" })));
    assert_eq!(body["owner_id"], played.rider(0).athlete);
    let (at, signature) = came.header("x-strava-signature").split_once(',').unwrap();
    let at = at.strip_prefix("t=").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let expected = hex::encode(hmac::sign(&key, format!("{at}.{}", came.body).as_bytes()));
    assert_eq!(signature, format!("v1={expected}"));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    assert!(now.abs_diff(at.parse().unwrap()) < 300);
    assert_eq!(get(played.strava("/api/v3/athlete")).bearer(&token).send().await.status, 401);
    assert_eq!(control.ledger().hooks, sent);
}

#[tokio::test]
async fn a_hook_that_does_not_repeat_the_challenge_is_not_registered() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    receiver.is_deaf();
    let hook = Hook::new(Provider::Strava, &receiver.url("/"));
    assert_eq!(control.hook(&hook).await.unwrap_err().code(), "challenge");
    assert_eq!(control.deregister(Provider::Strava, "rider-0001").await.unwrap_err().code(), "no-hook");
}

#[tokio::test]
async fn garmin_tells_that_a_user_left_and_whose_application_it_was() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    control.hook(&Hook::new(Provider::Garmin, &receiver.url("/g"))).await.unwrap();
    let tokens = played.tokens(&GARMIN, 0).await;
    control.deregister(Provider::Garmin, "rider-0001").await.unwrap();
    let came = receiver.came().remove(0);
    assert_eq!(came.path, "/g");
    assert_eq!(came.json(), json!({ "deregistrations": [{ "userId": played.rider(0).ids[&Provider::Garmin] }] }));
    assert_eq!(came.header("garmin-client-id"), played.keys(&GARMIN).0);
    assert!(!played.is_good(&GARMIN, &text(&tokens, "access_token")).await);
    assert!(is_refused(&played.renew(&GARMIN, &text(&tokens, "refresh_token")).await));
    assert_eq!(control.deregister(Provider::Garmin, "rider-0001").await.unwrap_err().code(), "no-grant");
}

#[tokio::test]
async fn garmin_tells_what_a_user_allows_from_now_on() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    control.hook(&Hook::new(Provider::Garmin, &receiver.url("/"))).await.unwrap();
    let access = text(&played.tokens(&GARMIN, 0).await, "access_token");
    let left = ["ACTIVITY_EXPORT".to_owned()];
    control.change_permissions(Provider::Garmin, "rider-0001", &left).await.unwrap();
    let change = receiver.came().remove(0).json()["userPermissionsChange"][0].clone();
    assert_eq!((&change["permissions"], change["changeTimeInSeconds"].is_i64()), (&json!(left), true));
    let url = played.at("/garmin/wellness-api/rest/user/permissions");
    assert_eq!(get(url).bearer(&access).send().await.json(), json!(left));
}

#[tokio::test]
async fn withings_tells_in_a_form_that_a_user_unlinked() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    control.hook(&Hook::new(Provider::Withings, &receiver.url("/w"))).await.unwrap();
    played.tokens(&WITHINGS, 0).await;
    control.revoke(Provider::Withings, "rider-0001").await.unwrap();
    let came = receiver.came().remove(0);
    assert_eq!(came.header("content-type"), "application/x-www-form-urlencoded");
    let id = &played.rider(0).ids[&Provider::Withings];
    assert_eq!(came.body, format!("userid={id}&appli=46&action=unlink"));
}

#[tokio::test]
async fn each_application_is_told_of_its_own_users() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    let other = Registration { id: "other".into(), secret: "other-secret".into(), redirect_uris: Vec::new() };
    control.add_client(Provider::Garmin, &other).unwrap();
    control.hook(&Hook::new(Provider::Garmin, &receiver.url("/first"))).await.unwrap();
    control.hook(&Hook::new(Provider::Garmin, &receiver.url("/second")).client("other")).await.unwrap();
    let url = played.page(&GARMIN, &[("client_id", "other")]);
    let code = query(&played.answer(&url, 0, &[]).unwrap())["code"].clone();
    given(&played.ask_as(&GARMIN, ("other", "other-secret"), &played.bring(&code)).send().await);
    control.deregister(Provider::Garmin, "rider-0001").await.unwrap();
    let came = receiver.came();
    assert_eq!((came.len(), came[0].path.as_str(), came[0].header("garmin-client-id")), (1, "/second", "other"));
}

#[tokio::test]
async fn a_hook_that_fails_is_sent_again_three_times_in_all() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control = played.simulator.control();
    control.hook(&Hook::new(Provider::Garmin, &receiver.url("/"))).await.unwrap();
    for (fails, attempts, status) in [(&[503, 500][..], 3, 200), (&[500, 500, 502], 3, 502)] {
        played.tokens(&GARMIN, 0).await;
        receiver.fails(fails);
        let sent = control.deregister(Provider::Garmin, "rider-0001").await.unwrap();
        assert_eq!((sent[0].attempts, sent[0].status), (attempts, Some(status)));
    }
    assert_eq!(receiver.came().len(), 6);
}

#[tokio::test]
async fn a_hook_goes_to_loopback_of_a_provider_that_has_hooks() {
    let played = Played::start().await;
    let control = played.simulator.control();
    for url in ["http://192.0.2.1/", "https://127.0.0.1/", "http://hooks.example/", "nowhere"] {
        assert_eq!(control.hook(&Hook::new(Provider::Garmin, url)).await.unwrap_err().code(), "malformed", "{url}");
    }
    let url = "http://127.0.0.1:9/";
    assert_eq!(control.hook(&Hook::new(Provider::Dexcom, url)).await.unwrap_err().code(), "unsupported");
    let unknown = Hook::new(Provider::Garmin, url).client("nobody");
    assert_eq!(control.hook(&unknown).await.unwrap_err().code(), "no-client");
}

#[tokio::test]
async fn withdrawing_works_over_http_too() {
    let (played, receiver) = (Played::start().await, Receiver::start().await);
    let control =
        async |path: &str, body: serde_json::Value| post(played.control(path)).body(body.to_string()).send().await;
    let hook = json!({ "provider": "garmin", "url": receiver.url("/") });
    assert_eq!(control("/hooks", hook).await.status, 200);
    let more = json!({ "provider": "dexcom", "access": 5 });
    assert_eq!(control("/lifetimes", more).await.status, 200);
    assert_eq!(played.tokens(&DEXCOM, 0).await["expires_in"], 5);
    let client = json!({ "provider": "polar", "id": "other", "secret": "s" });
    assert_eq!(control("/clients", client).await.status, 200);
    assert_eq!(get(played.page(&POLAR, &[("client_id", "other")])).send().await.status, 200);
    let authorize = json!({ "url": played.page(&GARMIN, &[]), "user": "rider-0001" });
    let location = control("/authorize", authorize).await.json()["location"].as_str().unwrap().to_owned();
    given(&played.exchange(&GARMIN, &query(&location)["code"]).await);
    assert_eq!(get(played.control("/tokens")).send().await.json()["garmin"]["issued"], 1);
    let fewer = json!({ "provider": "garmin", "user": "rider-0001", "scopes": ["HEALTH_EXPORT"] });
    assert_eq!(control("/permissions", fewer).await.json()["hooks"][0]["event"], "userPermissionsChange");
    let whose = json!({ "provider": "garmin", "user": "rider-0001" });
    let sent = control("/deregister", whose.clone()).await.json();
    assert_eq!((&sent["hooks"][0]["status"], receiver.came().len()), (&200.into(), 2));
    assert_eq!(control("/revoke", whose.clone()).await.json()["hooks"], json!([]));
    let nobody = control("/deregister", whose).await;
    assert_eq!((nobody.status, &nobody.json()["code"]), (404, &"no-grant".into()));
}
