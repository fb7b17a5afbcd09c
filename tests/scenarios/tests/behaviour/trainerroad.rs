//! TrainerRoad's form: off until the operator accepts it, and the password is kept only by those who agreed.

use gearshift_scenarios::{Rider, TRAINERROAD, Town};
use gearshift_simulator::{NewRides, Provider};
use serde_json::{Value, json};

/// A town whose TrainerRoad is of the newest generation, with the adapter for it, accepted.
async fn town() -> Town {
    let town = Town::new().await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    town
}

async fn signed_in(town: &Town, keep: bool) -> Rider {
    let account = town.riders()[0].clone();
    let begun = town.begin(TRAINERROAD, 0).await;
    let answer = town.hand_in(begun["connection"].as_str().unwrap(), &account.username, &account.password, keep).await;
    let connection: Value = answer.ok().json();
    assert_eq!(connection["status"], "connected");
    let rider = Rider { town: town.clone(), id: connection["id"].as_str().unwrap().to_owned(), account };
    rider.rests().await;
    rider
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_signs_in_before_the_operator_accepted_it() {
    let town = Town::new().await;
    town.install("trainerroad_1_0").await;
    let wish = json!({"provider": TRAINERROAD});
    town.v1("POST", "/connections").json(&wish).send().await.problem(409, "not-accepted");
    town.accept(TRAINERROAD).await;
    let begun: Value = town.v1("POST", "/connections").json(&wish).send().await.ok().json();
    assert_eq!(begun["next"], "form");
    let secret = |field: &Value| field["secret"].as_bool().unwrap();
    assert_eq!(begun["fields"].as_array().unwrap().iter().map(secret).collect::<Vec<_>>(), [false, true]);

    let _ = town.admin("DELETE", &format!("/providers/{TRAINERROAD}/accept")).send().await.ok();
    town.v1("POST", "/connections").json(&wish).send().await.problem(409, "not-accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rider_s_data_arrives_as_trainerroad_has_it() {
    let town = Town::new().rides(5).planned(3).days(200).await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    signed_in(&town, false).await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_refused_and_nothing_of_it_is_kept() {
    let town = town().await;
    let begun = town.begin(TRAINERROAD, 0).await;
    let id = begun["connection"].as_str().unwrap();
    let answer = town.hand_in(id, &town.riders()[0].username, "not-the-password", true).await;
    answer.problem(422, "denied");
    let connections = town.connections().await;
    assert!(connections.iter().all(|connection| connection["status"] == "connecting"), "{connections:?}");
    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT count(*) FROM secrets WHERE sealed IS NOT NULL").await, 0);
    assert_eq!(disk.count("SELECT count(*) FROM jobs WHERE kind = 'pull'").await, 0);

    let account = town.riders()[0].clone();
    let connection: Value = town.hand_in(id, &account.username, &account.password, false).await.ok().json();
    assert_eq!(connection["status"], "connected", "a second try is as good as the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_a_field_too_few_or_too_many_is_not_sent() {
    let town = town().await;
    let begun = town.begin(TRAINERROAD, 0).await;
    let path = format!("/connections/{}/form", begun["connection"].as_str().unwrap());
    let before = town.simulator().ledger().requests.total;
    for fields in [json!({"username": "somebody"}), json!({"username": "a", "password": "b", "pin": "c"})] {
        town.v1("POST", &path).json(&json!({"fields": fields})).send().await.problem(400, "form");
    }
    assert_eq!(town.simulator().ledger().requests.total, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_needs_the_user_whose_password_is_not_kept() {
    let town = town().await;
    let rider = signed_in(&town, false).await;
    town.control().expire(Provider::Trainerroad, None);
    rider.needs_its_user().await;

    let again = signed_in(&town, false).await;
    assert_eq!(again.id, rider.id);
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_is_opened_again_with_the_password_that_is_kept() {
    let town = town().await;
    let rider = signed_in(&town, true).await;
    for sessions in 2..=3 {
        town.control().expire(Provider::Trainerroad, None);
        let ride = NewRides { provider: Provider::Trainerroad, count: 1, seconds: 1_200 };
        town.control().add_rides(&rider.account.username, &ride).unwrap();
        rider.synced().await;
        assert_eq!(town.simulator().ledger().sessions.issued, sessions);
        town.knows_what_was_served().await;
    }
    assert_eq!(rider.status().await, "connected");
}
