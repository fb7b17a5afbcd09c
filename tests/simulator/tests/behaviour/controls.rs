//! The controls and the ledger, over HTTP as the demo uses them.

use gearshift_simulator::{Ledger, NewRiders, Provider, Settings, Simulator, SimulatorError};
use serde_json::{Value, json};

use crate::client::{Answer, Played, get, post};

async fn control(played: &Played, path: &str, body: Value) -> Answer {
    post(played.control(path)).body(body.to_string()).send().await
}

async fn ledger(played: &Played) -> Ledger {
    let answer = get(played.control("/ledger")).send().await;
    serde_json::from_slice(&answer.body).unwrap()
}

#[tokio::test]
async fn riders_are_made_with_as_much_as_was_asked_for() {
    let played = Played::with(NewRiders { count: 0, ..NewRiders::default() }).await;
    let body = json!({ "count": 2, "activities": 4, "rides": 3, "planned": 1, "seconds": [60, 90] });
    let made = control(&played, "/users", body).await.json();
    assert_eq!(made.as_array().unwrap().len(), 2);
    assert_eq!(get(played.control("/users")).send().await.json(), made);
    let ledger = ledger(&played).await;
    for (rider, account) in ledger.riders.iter().zip(made.as_array().unwrap()) {
        assert_eq!((rider.activities.len(), rider.rides.len(), rider.planned.len()), (4, 3, 1));
        assert_eq!(account["username"], rider.username.as_str());
        assert!(rider.activities.iter().all(|activity| activity.start < ledger.now));
    }
}

#[tokio::test]
async fn a_seed_gives_the_same_world_again() {
    let truth = async |seed: u64| {
        let simulator = Simulator::start(Settings { seed, ..Settings::default() }).await.unwrap();
        simulator.control().add_riders(&NewRiders { count: 2, seconds: (60, 90), ..NewRiders::default() }).unwrap();
        simulator.ledger().riders
    };
    let (one, again) = (truth(11).await, truth(11).await);
    // Unless midnight passed between the two.
    if one[0].days.last() == again[0].days.last() {
        assert_eq!(one, again);
    }
    assert_ne!(one, truth(12).await);
}

#[tokio::test]
async fn the_ledger_knows_what_was_served_to_whom_and_its_digest() {
    let played = Played::start().await;
    let token = played.signed_in(0, "read,activity:read_all").await;
    let id = ledger(&played).await.riders[0].activities[0].id;
    let detail = async || get(played.strava(&format!("/api/v3/activities/{id}"))).bearer(&token).send().await;
    let body = detail().await.body;
    detail().await;
    get(played.strava("/api/v3/athlete/activities?per_page=200")).bearer(&token).send().await;
    let ledger = ledger(&played).await;
    let line = ledger.documents.iter().find(|line| line.endpoint == "activities.detail").unwrap();
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
    assert_eq!(line.sha256, hex::encode(digest));
    assert_eq!((line.times, line.bytes, line.requests.len()), (2, body.len(), 2));
    assert_eq!((line.user.as_str(), line.id.as_str()), ("rider-0001", id.to_string().as_str()));
    let activity = &ledger.riders[0].activities[0];
    assert_eq!(activity.served.get("activities.detail"), Some(&2));
    assert_eq!(activity.served.get("activities.list"), Some(&1));
    assert_eq!(activity.served.get("activities.streams"), None);
    assert!(ledger.riders[1].activities.iter().all(|activity| activity.served.is_empty()));
    let counted: u64 = ledger.endpoints.iter().map(|line| line.count).sum();
    assert_eq!(counted, ledger.requests.total);
}

#[tokio::test]
async fn a_ride_is_counted_under_the_ids_of_both_generations() {
    let played = Played::start().await;
    let cookie = played.session(0).await;
    let ask = async |path: String| get(played.trainerroad(&path)).header("cookie", cookie.clone()).send().await;
    let truth = ledger(&played).await.riders.swap_remove(0);
    let calendar = "/app/api/calendar/activities/rider-0001?startDate=2000-01-01&endDate=2099-01-01";
    ask(calendar.into()).await;
    ask(format!("/app/api/workoutdetails/{}", truth.planned[0].workout)).await;
    control(&played, "/trainerroad/generation", json!({ "generation": "react-calendar" })).await;
    ask(format!("/app/api/react-calendar/{}/timeline", truth.member)).await;
    let ledger = ledger(&played).await;
    let ride = &ledger.riders[0].rides[0];
    assert_eq!((ride.served.get("calendar.activities"), ride.served.get("timeline")), (Some(&1), Some(&1)));
    assert_eq!(ledger.riders[0].planned[0].steps_served.get("workoutdetails"), Some(&1));
    assert_eq!(ledger.generation, "react-calendar");
    let calendar = ledger.documents.iter().find(|line| line.endpoint == "calendar.activities").unwrap();
    assert_eq!(calendar.generation, "interval-case-old");
}

#[tokio::test]
async fn rides_and_plans_are_added_renamed_and_taken_away() {
    let played = Played::start().await;
    let before = ledger(&played).await.riders.swap_remove(0);
    for provider in ["strava", "trainerroad"] {
        let body = json!({ "provider": provider, "count": 2, "seconds": 60 });
        let ids = control(&played, "/users/rider-0001/rides", body).await.json();
        let id = ids["ids"][0].clone();
        let body = json!({ "provider": provider, "id": id, "name": "Another" });
        assert_eq!(control(&played, "/users/rider-0001/rename", body).await.status, 200);
        let body = json!({ "provider": provider, "id": ids["ids"][1].to_string() });
        assert_eq!(control(&played, "/users/rider-0001/remove", body).await.status, 200);
    }
    control(&played, "/users/rider-0001/planned", json!({ "count": 1 })).await;
    let after = ledger(&played).await.riders.swap_remove(0);
    assert_eq!(after.activities.len(), before.activities.len() + 2);
    assert_eq!(after.planned.len(), before.planned.len() + 1);
    let [.., renamed, removed] = after.rides.as_slice() else { panic!("there are rides") };
    assert_eq!((renamed.name.as_str(), renamed.edits, removed.deleted), ("Another", 1, true));
}

#[tokio::test]
async fn the_clock_limits_and_expiry_answer_over_http() {
    let played = Played::start().await;
    let token = played.signed_in(0, "read").await;
    let before = get(played.control("/")).send().await.json()["now"].as_i64().unwrap();
    let after = control(&played, "/clock", json!({ "advance_s": 60 })).await.json()["now"].as_i64().unwrap();
    assert!(after >= before + 60_000);
    control(&played, "/strava/limits", json!({ "overall": [9, 9], "read": [8, 8] })).await;
    let athlete = || get(played.strava("/api/v3/athlete")).bearer(&token).send();
    assert_eq!(athlete().await.header("x-readratelimit-limit"), "8,8");
    control(&played, "/expire", json!({ "provider": "strava", "user": "rider-0002" })).await;
    assert_eq!(athlete().await.status, 200);
    control(&played, "/expire", json!({ "provider": "strava" })).await;
    assert_eq!(athlete().await.status, 401);
    assert_eq!(control(&played, "/trainerroad/cookie", json!({ "cookie": "career-cookies" })).await.status, 200);
    assert_eq!(ledger(&played).await.cookie, "career-cookies");
}

#[tokio::test]
async fn faults_are_planned_listed_and_cleared_over_http() {
    let played = Played::start().await;
    let fault = json!({ "provider": "strava", "path": "/api/v3/athlete", "fault": { "kind": "rate-limited", "retry_after": 1 } });
    let left = control(&played, "/faults", json!([fault, fault])).await.json();
    assert_eq!(left.as_array().unwrap().len(), 2);
    let one = control(&played, "/faults", json!({ "provider": "trainerroad", "fault": { "kind": "html" } })).await;
    assert_eq!(one.json().as_array().unwrap().len(), 3);
    assert_eq!(get(played.control("/faults")).method("DELETE").send().await.json(), json!([]));
    assert!(played.simulator.control().faults().is_empty());
}

#[tokio::test]
async fn a_control_that_cannot_be_done_says_why() {
    let played = Played::start().await;
    let nobody = control(&played, "/users/nobody/rides", json!({ "provider": "strava" })).await;
    assert_eq!((nobody.status, nobody.json()["code"].as_str()), (404, Some("no-rider")));
    let nothing = control(&played, "/users/rider-0001/remove", json!({ "provider": "strava", "id": 1 })).await;
    assert_eq!((nothing.status, nothing.json()["code"].as_str()), (404, Some("no-item")));
    let many = control(&played, "/users", json!({ "count": 1_000_000 })).await;
    assert_eq!((many.status, many.json()["code"].as_str()), (400, Some("too-many")));
    let typo = control(&played, "/users", json!({ "cuont": 1 })).await;
    assert!(typo.json()["message"].as_str().unwrap().contains("cuont"));
    let refused = json!({ "url": played.authorize_url("everything"), "user": "rider-0001" });
    assert_eq!(control(&played, "/strava/authorize", refused).await.json()["code"], "refused");
    assert_eq!(get(played.control("/nothing")).send().await.json()["code"], "malformed");
}

#[tokio::test]
async fn authorizing_without_a_browser_gives_the_callbacks_address() {
    let played = Played::start().await;
    let body = json!({ "url": played.authorize_url("read,activity:read"), "user": "rider-0002", "untick": ["read"] });
    let location = control(&played, "/strava/authorize", body).await.json()["location"].as_str().unwrap().to_owned();
    assert_eq!(crate::client::query(&location)["scope"], "activity:read");
    let deny = json!({ "url": played.authorize_url("read"), "deny": true });
    let location = control(&played, "/strava/authorize", deny).await.json()["location"].as_str().unwrap().to_owned();
    assert_eq!(crate::client::query(&location)["error"], "access_denied");
}

#[tokio::test]
async fn it_listens_on_loopback_alone_and_says_when_a_port_is_taken() {
    let elsewhere = Settings { address: "0.0.0.0:0".parse().unwrap(), ..Settings::default() };
    assert_eq!(Simulator::start(elsewhere).await.unwrap_err().code(), "not-loopback");
    let first = Simulator::start(Settings::default()).await.unwrap();
    let taken = Settings { address: first.address(), ..Settings::default() };
    assert!(matches!(Simulator::start(taken).await, Err(SimulatorError::Listen { .. })));
    let address = first.address();
    first.stop().await;
    assert!(get(format!("http://{address}/_sim/")).try_send().await.is_err());
}

#[tokio::test]
async fn a_provider_is_known_by_its_name() {
    let played = Played::start().await;
    assert_eq!((Provider::Strava.name(), Provider::Trainerroad.name()), ("strava", "trainerroad"));
    assert_eq!(get(format!("{}/", played.simulator.base_url())).send().await.status, 404);
}
