//! LibreLinkUp: an account is somewhere, its token rolls on, and the cloud asks for new terms and new clients.

use std::time::Duration;

use bytes::Bytes;
use gearshift_scenarios::{Answer, Rider, Town, component, measure};
use gearshift_simulator::{LibreStep, Lifetimes, Provider};
use gearshift_store::JobState;
use serde_json::{Value, json};

const FREESTYLELIBRE: &str = "FREESTYLELIBRE";
const LIBRE: Provider = Provider::Freestylelibre;

async fn town(riders: usize) -> Town {
    let town = Town::new().riders(riders).await;
    town.install("freestylelibre").await;
    town.accept(FREESTYLELIBRE).await;
    town
}

async fn hand_in(town: &Town, rider: usize, keep: bool) -> Answer {
    let account = &town.riders()[rider];
    let begun = town.begin(FREESTYLELIBRE, rider).await;
    let fields = json!({"email": account.email, "password": account.password});
    let form = json!({"fields": fields, "keep": keep, "account": account.ids[&LIBRE]});
    let path = format!("/connections/{}/form", begun["connection"].as_str().unwrap());
    town.v1("POST", &path).json(&form).send().await
}

async fn signed_in(town: &Town, rider: usize, keep: bool) -> Rider {
    let connection: Value = hand_in(town, rider, keep).await.ok().json();
    assert_eq!(connection["status"], "connected");
    let id = connection["id"].as_str().unwrap().to_owned();
    let rider = Rider { town: town.clone(), id, account: town.riders()[rider].clone() };
    rider.rests().await;
    rider
}

fn issued(town: &Town) -> u64 {
    town.control().tokens(LIBRE).issued
}

/// Every value of the curve and every scan that the cloud holds is a record, as it was measured.
async fn knows_what_was_measured(rider: &Rider) {
    let ledger = rider.town.simulator().ledger();
    let records = rider.records("body").await;
    // What is a minute old may have come between pull and look.
    let measured = ledger.things[&LIBRE][&rider.account.username]
        .iter()
        .filter(|thing| thing.start.is_some_and(|start| start < ledger.now - 20 * 60_000));
    let mut looked = 0;
    for thing in measured {
        let prefix = if thing.id.starts_with("history") { "history:" } else { "reading:" };
        let fits = |record: &gearshift_model::Record| {
            record.key.starts_with(prefix) && record.window.as_ref().map(|window| window.start) == thing.start
        };
        let found: Vec<_> = records.iter().filter(|stored| fits(&stored.record)).collect();
        let values: Vec<_> = found.iter().map(|stored| measure(&stored.record, "glucose")).collect();
        assert_eq!(values, [thing.values.get("ValueInMgPerDl").copied()], "{}", thing.id);
        looked += 1;
    }
    assert!(looked > 60, "{looked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_finds_the_region_and_the_data_arrives_as_it_was_measured() {
    let town = town(5).await;
    // Where the cloud says it in either of its places, and where one is at home at once.
    for (rider, region) in [(0, "eu2"), (3, "eu"), (1, "")] {
        let rider = signed_in(&town, rider, false).await;
        let connection = rider.connection().await;
        let setting =
            |name: &str| connection.settings.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(setting("region"), Some(region));
        assert_eq!(connection.account.as_ref(), Some(&rider.account.ids[&LIBRE]));
        knows_what_was_measured(&rider).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_people_who_share_one_is_chosen() {
    let town = town(2).await;
    let account = &town.riders()[1];
    let begun = town.begin(FREESTYLELIBRE, 1).await;
    let path = format!("/connections/{}/form", begun["connection"].as_str().unwrap());
    let fields = json!({"email": account.email, "password": account.password});
    let asked = town.v1("POST", &path).json(&json!({"fields": fields})).send().await;
    asked.problem(409, "choose-account");
    let accounts = asked.json::<Value>()["accounts"].clone();
    assert_eq!(accounts.as_array().unwrap().len(), 2, "{accounts}");
    assert_eq!(accounts[1]["name"].as_str().unwrap().split(' ').next(), Some("Junior"));

    let form = json!({"fields": fields, "account": accounts[1]["id"]});
    let chosen: Value = town.v1("POST", &path).json(&form).send().await.ok().json();
    assert_eq!((&chosen["status"], &chosen["account"]), (&json!("connected"), &accounts[1]["id"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_later_poll_no_longer_sees_stays() {
    let town = town(1).await;
    let rider = signed_in(&town, 0, false).await;
    let before = rider.records("body").await;
    town.control().advance(Duration::from_secs(7 * 3_600));
    rider.synced().await;
    let after = rider.records("body").await;
    let kept = |record: &gearshift_store::StoredRecord| after.iter().any(|one| one.id == record.id && !one.deleted);
    assert!(before.iter().all(kept), "{} before, {} after", before.len(), after.len());
    assert!(after.len() >= before.len() + 28, "{} before, {} after", before.len(), after.len());
    knows_what_was_measured(&rider).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_answer_brings_the_next_token_so_that_nobody_signs_in_again() {
    let town = town(1).await;
    let lifetimes = Lifetimes { access: Some(3_600), ..Lifetimes::default() };
    town.control().set_lifetimes(LIBRE, &lifetimes).unwrap();
    let rider = signed_in(&town, 0, false).await;
    for _ in 0..3 {
        town.control().advance(Duration::from_secs(3_000));
        rider.synced().await;
        assert_eq!(rider.status().await, "connected");
    }
    assert_eq!(issued(&town), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_is_had_again_with_the_password_that_is_kept() {
    let town = town(1).await;
    let rider = signed_in(&town, 0, true).await;
    for tokens in 2..=3 {
        town.control().expire(LIBRE, None);
        rider.synced().await;
        assert_eq!((issued(&town), rider.status().await), (tokens, "connected"));
    }
    knows_what_was_measured(&rider).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_ended_needs_the_user_whose_password_is_not_kept() {
    let town = town(1).await;
    let rider = signed_in(&town, 0, false).await;
    town.control().expire(LIBRE, None);
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    let again = signed_in(&town, 0, false).await;
    assert_eq!((again.id.as_str(), again.status().await), (rider.id.as_str(), "connected"));
    knows_what_was_measured(&again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_terms_are_the_users_to_accept_and_then_it_goes_on() {
    let town = town(1).await;
    let username = town.riders()[0].username.clone();
    town.control().set_libre_step(&username, Some(LibreStep::VerifyEmail)).unwrap();
    let told = hand_in(&town, 0, false).await;
    told.problem(502, "action-required");
    assert!(told.text().contains("confirm the e-mail address"), "{}", told.text());

    town.control().set_libre_step(&username, None).unwrap();
    let rider = signed_in(&town, 0, false).await;
    town.control().set_libre_step(&username, Some(LibreStep::Tou)).unwrap();
    rider.ask().await;
    rider.becomes("action-required").await;
    let reason = rider.connection().await.reason.unwrap();
    assert!(reason.contains("accept the new terms of use"), "{reason}");
    rider.rests().await;
    rider.ask().await;
    rider.leaves_providers_alone_for(Duration::from_millis(500)).await;

    town.control().set_libre_step(&username, None).unwrap();
    let again = signed_in(&town, 0, false).await;
    assert_eq!((again.id.as_str(), again.status().await), (rider.id.as_str(), "connected"));
    knows_what_was_measured(&again).await;
}

/// The same adapter with another version as its default.
fn of_version(version: &str) -> Bytes {
    let mut bytes = component("freestylelibre").to_vec();
    let (before, after) = ("default = \"4.16.0\"", format!("default = \"{version}\""));
    assert_eq!(after.len(), before.len(), "{version}");
    // The manifest's section, and what the compiler may have left of it among the data.
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(before.as_bytes())).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + before.len()].copy_from_slice(after.as_bytes());
    }
    bytes.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cloud_that_wants_newer_clients_holds_pulls_until_one_is_named() {
    let town = town(1).await;
    let rider = signed_in(&town, 0, false).await;
    town.control().set_libre_version("4.20.0").unwrap();
    rider.ask().await;
    rider.has_job(JobState::Held, "glucose").await;
    let (_, pulls) = town.quarantine().await;
    let failure = &pulls[0]["failure"];
    assert_eq!((&failure["code"], &failure["detail"]), (&json!("upgrade-required"), &json!("4.20.0")), "{pulls:?}");
    assert_eq!(rider.status().await, "connected");

    town.install_bytes("freestylelibre", of_version("4.20.0")).await;
    town.heals().await;
    rider.rests().await;
    knows_what_was_measured(&rider).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_a_doctors_licence_is_asked_for_nobody_signs_in_without_a_practice() {
    let town = town(3).await;
    let told = hand_in(&town, 2, false).await;
    told.problem(502, "not-configured");
    assert!(told.text().contains("practice-id"), "{}", told.text());
    let connections = town.connections().await;
    assert!(connections.iter().all(|connection| connection["status"] == "connecting"), "{connections:?}");

    let _ = set(&town, json!({"practice-id": "a-practice"})).await.ok();
    knows_what_was_measured(&signed_in(&town, 2, false).await).await;
}

/// What the operator sets of the provider.
async fn set(town: &Town, settings: Value) -> Answer {
    town.admin("PUT", "/providers/FREESTYLELIBRE/settings").json(&settings).send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_client_may_also_be_named_by_the_operator_and_what_was_held_goes_on() {
    let town = town(1).await;
    let rider = signed_in(&town, 0, false).await;
    town.control().set_libre_version("4.20.0").unwrap();
    rider.ask().await;
    rider.has_job(JobState::Held, "glucose").await;

    let _ = set(&town, json!({"version": "4.20.0"})).await.ok();
    town.heals().await;
    knows_what_was_measured(&rider).await;
    let known: Value = town.admin("GET", "/providers/FREESTYLELIBRE/settings").send().await.ok().json();
    let version = known.as_array().unwrap().iter().find(|setting| setting["name"] == "version").unwrap();
    assert_eq!((&version["default"], &version["value"]), (&json!("4.16.0"), &json!("4.20.0")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_the_adapter_does_not_have_is_refused_and_nothing_is_set() {
    let town = town(1).await;
    for (wanted, told) in [
        (json!({"version": "4.20.0", "verison": "4.20.0"}), "verison"),
        (json!({"product": "llu.windows"}), "llu.android"),
        (json!({"version": "4.20.0\r\nauthorization: x"}), "control character"),
    ] {
        let refused = set(&town, wanted).await;
        refused.problem(400, "setting");
        assert!(refused.text().contains(told), "{}", refused.text());
    }
    let known: Value = town.admin("GET", "/providers/FREESTYLELIBRE/settings").send().await.ok().json();
    assert!(known.as_array().unwrap().iter().all(|setting| setting["value"].is_null()), "{known}");
    let nowhere = town.admin("PUT", "/providers/NOWHERE/settings").json(&json!({})).send().await;
    nowhere.problem(404, "unknown-provider");
}
