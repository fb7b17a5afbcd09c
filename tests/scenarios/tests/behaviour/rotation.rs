//! The keys under which secrets are sealed are changed while the daemon serves, and a sealed secret opens nowhere but in its place.

use gearshift_scenarios::{Rider, STRAVA, TRAINERROAD, Town};
use gearshift_simulator::{NewRides, Provider};

fn keys_in(file: &str) -> Vec<String> {
    let lines = file.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn key_file(town: &Town) -> String {
    std::fs::read_to_string(town.data().join("key-encryption-key")).unwrap()
}

/// Something new at both, old credentials at both, and a sync that has to renew them.
async fn ride_and_renew(riders: &[&Rider; 2]) {
    for (rider, provider) in riders.iter().zip([Provider::Strava, Provider::Trainerroad]) {
        let ride = NewRides { provider, count: 1, seconds: 60 };
        rider.town.control().add_rides(&rider.account.username, &ride).unwrap();
        rider.town.control().expire(provider, None);
        rider.synced().await;
        assert_eq!(rider.status().await, "connected", "{:?}", rider.connection().await.reason);
    }
    riders[0].town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_rotated_under_a_daemon_that_serves() {
    let town = Town::new().await;
    town.install("strava").await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    town.set_keys("default", STRAVA, &town.simulator().clients()[STRAVA]).await;
    let (strava, trainerroad) = (town.connect(STRAVA, 0).await, town.connect(TRAINERROAD, 0).await);
    let riders = [&strava, &trainerroad];
    strava.rests().await;
    trainerroad.rests().await;
    let before = keys_in(&key_file(&town));
    assert_eq!(before.len(), 1);
    let listed = town.gearshift_here(&["keys", "list"]).await;

    let rotating = tokio::spawn({
        let town = town.clone();
        async move { town.gearshift_here(&["keys", "rotate"]).await }
    });
    let mut renewals = 0;
    while !rotating.is_finished() {
        ride_and_renew(&riders).await;
        renewals += 1;
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    }
    let said = rotating.await.unwrap();
    assert!(said.contains("was taken out of the file"), "{said}");
    assert!(renewals > 3, "data flowed all the while: {renewals}");
    ride_and_renew(&riders).await;

    let after = keys_in(&key_file(&town));
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    let now = town.gearshift_here(&["keys", "list"]).await;
    let id = |list: &str| list.split(' ').next().unwrap().to_owned();
    assert!(now.lines().count() == 1 && now.trim().ends_with("wraps"), "{now}");
    assert_ne!(id(&now), id(&listed));
    for printed in [&said, &listed, &now] {
        assert!(before.iter().chain(&after).all(|key| !printed.contains(key)), "no key is shown");
    }

    town.restart().await;
    ride_and_renew(&riders).await;
    let hook = town.keys("default", STRAVA).await["hook-url"].as_str().unwrap().to_owned();
    let hook = gearshift_simulator::Hook::new(Provider::Strava, &hook);
    town.control().hook(&hook).await.unwrap();
    let check: serde_json::Value = town.check_keys("default", STRAVA).await.ok().json();
    assert_eq!(check["keys"], "known", "the project's client secret was wrapped anew as well: {check}");
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

/// Somebody who has the disk gives one connection's credential to another. Returns whose it was and who has it.
async fn copied(town: &Town, provider: &str, name: &str) -> (Rider, Rider) {
    let mut riders = town.connect_all(provider).await;
    for rider in &riders {
        rider.rests().await;
    }
    let (ben, ann) = (riders.pop().unwrap(), riders.pop().unwrap());
    let copy = format!(
        "UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE connection = '{}' AND name = '{name}') \
         WHERE connection = '{}' AND name = '{name}'",
        ann.id, ben.id
    );
    assert_eq!(town.disk().await.tamper(&copy).await, 1);
    (ann, ben)
}

/// It is ben's to sign in again, and nobody else notices.
async fn does_not_open(town: &Town, provider: &str, ann: &Rider, ben: &Rider) {
    let served = town.simulator().ledger().requests.total;
    ben.ask().await;
    ben.becomes("needs-reconnect").await;
    ben.rests().await;
    let reason = ben.connection().await.reason.unwrap_or_default();
    assert!(reason.contains("changed or moved"), "{reason}");
    assert_eq!(town.simulator().ledger().requests.total, served, "nothing of ann's was asked for in ben's name");

    ann.synced().await;
    assert_eq!(ann.status().await, "connected", "ann's own is as good as it was");
    let again = town.connect(provider, 1).await;
    assert_eq!((again.id.as_str(), again.status().await), (ben.id.as_str(), "connected"), "and ben signs in again");
    again.synced().await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_copied_to_another_connection_does_not_open_there() {
    let town = Town::new().riders(2).await;
    town.install("strava").await;
    let (ann, ben) = copied(&town, STRAVA, "token").await;
    does_not_open(&town, STRAVA, &ann, &ben).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cookies_and_passwords_that_are_copied_to_another_connection_do_not_open_there() {
    for name in ["jar", "fields"] {
        let town = Town::new().riders(2).await;
        town.install("trainerroad_1_0").await;
        town.accept(TRAINERROAD).await;
        let (ann, ben) = copied(&town, TRAINERROAD, name).await;
        does_not_open(&town, TRAINERROAD, &ann, &ben).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_that_is_copied_to_another_project_does_not_open_there() {
    let town = Town::new().await;
    town.install("strava").await;
    let acme = town.project("acme", "Acme").await;
    let client = town.simulator().clients()[STRAVA].clone();
    town.set_keys("default", STRAVA, &client).await;
    town.set_keys("acme", STRAVA, &client).await;
    let copy = "UPDATE provider_keys SET sealed = (SELECT sealed FROM provider_keys WHERE project = 'default') \
                WHERE project = 'acme'";
    assert_eq!(town.disk().await.tamper(copy).await, 1);
    assert_eq!(acme.begin(STRAVA, 0).await.status, 500, "it is the operator's to mend, and the log says what");
    assert!(town.log().contains("changed or moved"));
    town.connect(STRAVA, 0).await;
    town.set_keys("acme", STRAVA, &client).await;
    acme.connect(STRAVA, 0).await;
}
