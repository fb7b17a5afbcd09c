//! Virtuagym: nobody signs in. Two keys open a club, one of its members is chosen, and neither key is anywhere to be read.

use gearshift_scenarios::{Answer, Rider, Town, cannot_be_read, measure};
use gearshift_simulator::{Fault, PlannedFault, Provider};
use serde_json::{Value, json};

const VIRTUAGYM: &str = "VIRTUAGYM";
const CLUB: Provider = Provider::Virtuagym;

async fn town(riders: usize) -> Town {
    let town = Town::new().tapped().riders(riders).log("trace").await;
    town.install("virtuagym").await;
    town
}

/// The form with this member, as the platform fills it in.
async fn hand_in(town: &Town, connection: &str, member: &str, secret: &str, account: Option<&Value>) -> Answer {
    let mut form = json!({"fields": {"club": town.simulator().club().0, "club-secret": secret}});
    if !member.is_empty() {
        form["fields"]["member"] = json!(member);
    }
    if let Some(account) = account {
        form["account"] = account.clone();
    }
    town.v1("POST", &format!("/connections/{connection}/form")).json(&form).send().await
}

async fn begin(town: &Town, rider: usize) -> String {
    town.begin(VIRTUAGYM, rider).await["connection"].as_str().unwrap().to_owned()
}

fn secret(town: &Town) -> &'static str {
    town.simulator().club().1
}

async fn connected(town: &Town, rider: usize) -> Rider {
    let account = town.riders()[rider].clone();
    let begun = begin(town, rider).await;
    let connection: Value = hand_in(town, &begun, &account.ids[&CLUB], secret(town), None).await.ok().json();
    assert_eq!(connection["status"], "connected");
    let rider = Rider { town: town.clone(), id: connection["id"].as_str().unwrap().to_owned(), account };
    rider.rests().await;
    rider
}

/// The metric and the value of what the club holds, by the names and units in which it does.
fn meant(name: &str, value: f64) -> Option<(&'static str, f64)> {
    Some(match name {
        "weight kg" => ("weight", value),
        "weight lbs" => ("weight", value * 0.453_592_37),
        "fat %" => ("body-fat", value),
        "height cm" => ("height", value / 100.0),
        "height in" => ("height", value * 0.025_4),
        "waist cm" => ("waist-circumference", value / 100.0),
        "waist in" => ("waist-circumference", value * 0.025_4),
        "hr_rest" => ("resting-heart-rate", value),
        _ => return None,
    })
}

/// Every value that the club holds is a record, in the registry's unit, and nothing else is.
async fn knows_what_was_measured(rider: &Rider) {
    let ledger = rider.town.simulator().ledger();
    let records = rider.records("body").await;
    let mut looked = 0;
    for thing in &ledger.things[&CLUB][&rider.account.username] {
        let (name, value) = thing.values.iter().next().unwrap();
        let Some((metric, value)) = meant(name, *value) else { continue };
        let found = records.iter().find(|stored| stored.record.key == thing.id).unwrap_or_else(|| panic!("{thing:?}"));
        assert!((measure(&found.record, metric).unwrap() - value).abs() < 1e-9, "{thing:?}: {:?}", found.record);
        assert_eq!(found.record.window.as_ref().map(|window| window.start), thing.start);
        looked += 1;
    }
    assert!(looked >= 17, "{looked}");
    assert_eq!(records.iter().filter(|stored| !stored.deleted).count(), looked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_chosen_among_those_who_have_an_account() {
    let town = town(4).await;
    let begun = town.begin(VIRTUAGYM, 3).await;
    assert_eq!(begun["next"], "form");
    let fields = begun["fields"].as_array().unwrap();
    let shown: Vec<_> = fields.iter().map(|field| (field["name"].as_str().unwrap(), field["secret"] == true)).collect();
    assert_eq!(shown, [("club", false), ("club-secret", true), ("member", false)]);

    let id = begun["connection"].as_str().unwrap();
    let asked = hand_in(&town, id, "", secret(&town), None).await;
    asked.problem(409, "choose-account");
    let accounts = asked.json::<Value>()["accounts"].clone();
    let of = |rider: usize| format!("4210:{}", town.riders()[rider].ids[&CLUB]);
    let ids: Vec<_> = accounts.as_array().unwrap().iter().map(|account| account["id"].as_str().unwrap()).collect();
    assert_eq!(ids, [of(0), of(1), of(3)], "the third has no account");
    assert!(accounts[0]["name"].as_str().is_some_and(|name| !name.is_empty()));
    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT count(*) FROM secrets WHERE name = 'fields' AND sealed IS NOT NULL").await, 0);

    let nobody = hand_in(&town, id, "", secret(&town), Some(&json!("4210:1"))).await;
    nobody.problem(400, "form");
    let chosen: Value = hand_in(&town, id, "", secret(&town), Some(&accounts[2]["id"])).await.ok().json();
    assert_eq!((&chosen["status"], &chosen["account"]), (&json!("connected"), &json!(of(3))));
    let rider =
        Rider { town: town.clone(), id: chosen["id"].as_str().unwrap().to_owned(), account: town.riders()[3].clone() };
    rider.rests().await;
    knows_what_was_measured(&rider).await;
    let athlete = &rider.records("athlete").await[0].record;
    let email = athlete.attributes.iter().find(|attribute| attribute.attribute == "email");
    assert_eq!(email.map(|email| email.value.as_str()), Some(rider.account.email.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_is_found_by_id_or_e_mail_address() {
    let town = town(3).await;
    let first = connected(&town, 0).await;
    knows_what_was_measured(&first).await;
    let id = begin(&town, 0).await;
    let again: Value = hand_in(&town, &id, &town.riders()[0].email, secret(&town), None).await.ok().json();
    assert_eq!(again["id"].as_str(), Some(first.id.as_str()), "it is the same account");
    let settings = again["settings"].to_string();
    assert!(!settings.contains(&town.riders()[0].email), "{settings}");

    let id = begin(&town, 1).await;
    hand_in(&town, &id, "nobody@example.com", secret(&town), None).await.problem(422, "denied");
    hand_in(&town, &id, "5", secret(&town), None).await.problem(422, "denied");
    let idle = hand_in(&town, &id, &town.riders()[2].ids[&CLUB], secret(&town), None).await;
    idle.problem(502, "action-required");
    assert!(idle.text().contains("activate"), "{}", idle.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_told_and_nothing_of_it_is_kept() {
    let town = town(1).await;
    let member = town.riders()[0].ids[&CLUB].clone();
    let id = begin(&town, 0).await;
    let wrong = hand_in(&town, &id, &member, "4210-not-the-secret", None).await;
    wrong.problem(422, "denied");
    assert!(wrong.text().contains("does not take the API key or the club's secret"), "{}", wrong.text());
    assert!(!wrong.text().contains("4210-not-the-secret"), "{}", wrong.text());
    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT count(*) FROM secrets WHERE name = 'fields' AND sealed IS NOT NULL").await, 0);
    assert_eq!(disk.count("SELECT count(*) FROM jobs WHERE kind = 'pull'").await, 0);
    hand_in(&town, &id, &member, "", None).await.problem(400, "form");

    let connection: Value = hand_in(&town, &id, &member, secret(&town), None).await.ok().json();
    assert_eq!(connection["status"], "connected", "a second try is as good as the first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_project_without_a_key_of_its_own_is_told_before_anybody_is_asked() {
    let town = town(1).await;
    let acme = town.project("acme", "Acme").await;
    acme.begin(VIRTUAGYM, 0).await.problem(409, "not-configured");
    town.set_keys("acme", VIRTUAGYM, &town.simulator().clients()[VIRTUAGYM]).await;
    let begun: Value = acme.begin(VIRTUAGYM, 0).await.ok().json();
    assert_eq!(begun["next"], "form");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_refused_later_is_asked_for_again() {
    let town = town(1).await;
    let rider = connected(&town, 0).await;
    town.control().plan_fault(PlannedFault::next(CLUB, Fault::Unauthorized).count(9));
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    let reason = rider.connection().await.reason.unwrap();
    assert!(reason.contains("key"), "{reason}");
    rider.rests().await;
    town.control().clear_faults();

    let again = connected(&town, 0).await;
    assert_eq!((again.id.as_str(), again.status().await), (rider.id.as_str(), "connected"));
    knows_what_was_measured(&again).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_within_http_200_is_an_error() {
    let town = town(1).await;
    let rider = connected(&town, 0).await;
    town.control().plan_fault(PlannedFault::next(CLUB, Fault::Status { status: 420 }).path("*/member/*"));
    rider.ask().await;
    rider.becomes("degraded").await;
    town.control().clear_faults();
    rider.synced().await;
    rider.becomes("connected").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_are_in_no_log_archive_or_answer() {
    let town = town(2).await;
    let rider = connected(&town, 0).await;
    let wrong = "4210-a-secret-of-somebody-else";
    let id = begin(&town, 1).await;
    let mut places = vec![("the refusal".to_owned(), hand_in(&town, &id, "77007", wrong, None).await.text())];
    places.push(("the choice".to_owned(), hand_in(&town, &id, "", secret(&town), None).await.text()));
    town.control().plan_fault(PlannedFault::next(CLUB, Fault::Unauthorized).count(2));
    rider.ask().await;
    rider.becomes("needs-reconnect").await;
    town.tells_all().await;

    let operator = ["/jobs?limit=1000", "/adapters", "/status", "/projects/default/providers"];
    places.extend(town.answers(&["/connections", "/events?limit=1000", "/quarantine"], &operator).await);
    places.extend(town.left_behind().await);
    // A search that finds nothing has to be one that would find something.
    assert!(places.iter().any(|(_, text)| text.contains("/api/v1/club/4210/member")));
    let key = town.simulator().clients()[VIRTUAGYM].secret.clone();
    assert_eq!(town.tap().values("api_key=", &['&', ' ']).first(), Some(&key), "it did go over the wire");
    cannot_be_read([key.as_str(), secret(&town), wrong], &places);
}
