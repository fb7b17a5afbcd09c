//! What only daemon and provider should know is nowhere where somebody could read it.

use gearshift_scenarios::{STRAVA, TRAINERROAD, Town};
use gearshift_simulator::Provider;

/// Every address of the daemon that answers with data.
async fn answers(town: &Town) -> Vec<(String, Vec<u8>)> {
    let mut paths = vec!["/connections".to_owned(), "/quarantine".into(), "/events?limit=1000".into()];
    for connection in town.connections().await {
        let id = connection["id"].as_str().unwrap();
        paths.push(format!("/connections/{id}"));
        paths.push(format!("/connections/{id}/records?limit=1000"));
        paths.extend(town.records(id, None).await.into_iter().map(|record| format!("/records/{}", record.id)));
    }
    let mut answers = Vec::new();
    for path in paths {
        let answer = town.v1("GET", &path).send().await.ok();
        answers.push((format!("/v1{path}"), answer.text().into_bytes()));
    }
    for path in ["/adapters", "/providers", "/status", "/jobs?limit=1000"] {
        let answer = town.admin("GET", path).send().await.ok();
        answers.push((format!("/admin{path}"), answer.text().into_bytes()));
    }
    answers
}

fn holds(bytes: &[u8], secret: &str) -> bool {
    bytes.windows(secret.len()).any(|window| window == secret.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_on_the_disk_in_the_log_or_in_an_answer() {
    let town = Town::new().tapped().log("trace").await;
    town.install("strava").await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let strava = town.connect(STRAVA, 0).await;
    let trainerroad = town.connect(TRAINERROAD, 0).await;
    // A password that is wrong may be the right one of somewhere else.
    let begun = town.begin(TRAINERROAD, 0).await;
    let wrong = "wrong-but-somebody-s";
    let answer = town.hand_in(begun["connection"].as_str().unwrap(), &strava.account.username, wrong, true).await;
    assert_eq!(answer.status, 422);
    let mut places = vec![("the answer to a wrong password".to_owned(), answer.text().into_bytes())];
    strava.rests().await;
    trainerroad.rests().await;
    // Renewals, and what is said of those that fail.
    town.control().expire(Provider::Strava, None);
    town.control().expire(Provider::Trainerroad, None);
    strava.synced().await;
    trainerroad.synced().await;
    town.tells_all().await;

    let mut secrets = town.tap().secrets();
    secrets.push(("password".into(), strava.account.password.clone()));
    secrets.push(("wrong password".into(), wrong.into()));
    secrets.push(("client secret".into(), "simulated-client-secret".into()));
    assert!(secrets.len() > 8, "{secrets:?}");

    places.extend(answers(&town).await);
    places.extend(town.disk().await.everything().await);
    places.push(("the log".into(), town.log().into_bytes()));
    for attempt in town.receiver().attempts() {
        places.push((format!("the event {}", attempt.id), attempt.event.to_string().into_bytes()));
    }
    assert!(
        places.iter().any(|(_, bytes)| holds(bytes, &strava.account.username)),
        "it looks where there is something"
    );
    for (place, bytes) in &places {
        for (what, secret) in &secrets {
            assert!(!holds(bytes, secret), "the {what} {secret:?} is in {place}");
        }
    }
}
