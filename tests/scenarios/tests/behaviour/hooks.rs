//! What providers tell of their own accord: kept before it is read, believed only where it is theirs, and acted on.

use gearshift_scenarios::{Answer, Ask, Rider, STRAVA, Town, component, numbered, until};
use gearshift_simulator::{Fault, Hook, PlannedFault, Provider};
use serde_json::{Value, json};

const GARMIN: &str = "GARMIN";

fn at(provider: &str) -> Provider {
    if provider == STRAVA { Provider::Strava } else { Provider::Garmin }
}

/// The project's own keys are set; where the provider may call it.
async fn hook_of(town: &Town, provider: &str) -> String {
    town.set_keys("default", provider, &town.simulator().clients()[provider]).await;
    town.keys("default", provider).await["hook-url"].as_str().unwrap().to_owned()
}

/// Somebody whose data is here, at a provider that knows where to call.
async fn connected(provider: &str) -> (Town, Rider, String) {
    let town = Town::new().await;
    town.install(&provider.to_lowercase()).await;
    let hook = hook_of(&town, provider).await;
    town.control().hook(&Hook::new(at(provider), &hook)).await.unwrap();
    let rider = town.connect(provider, 0).await;
    rider.rests().await;
    (town, rider, hook)
}

/// Calls that were kept, by their state.
async fn kept(town: &Town, state: &str) -> usize {
    let states = town.disk().await.texts("SELECT state FROM inbound ORDER BY id").await;
    states.into_iter().filter(|known| known == state).count()
}

async fn calls(town: &Town) -> i64 {
    town.disk().await.count("SELECT count(*) FROM inbound").await
}

/// What is left of a secret that was erased is how often it was written.
async fn secrets(town: &Town) -> i64 {
    town.disk().await.count("SELECT count(*) FROM secrets WHERE sealed IS NOT NULL").await
}

/// Somebody calls, who knows the address and Garmin's ways.
async fn garmin_says(hook: &str, client: Option<&str>, body: &Value) -> Answer {
    let call = Ask::new("POST", hook).json(body);
    client.into_iter().fold(call, |call, client| call.header("garmin-client-id", client)).send().await
}

fn garmin_client(town: &Town) -> String {
    town.simulator().clients()[GARMIN].id.clone()
}

fn leaves(rider: &Rider) -> Value {
    json!({"deregistrations": [{"userId": rider.account.ids[&Provider::Garmin]}]})
}

fn permits(rider: &Rider, permissions: &[&str], second: i64) -> Value {
    json!({"userPermissionsChange": [{
        "userId": rider.account.ids[&Provider::Garmin], "summaryId": "x1", "permissions": permissions, "changeTimeInSeconds": second,
    }]})
}

/// Events of a type, with their bodies.
async fn told(town: &Town, kind: &str) -> Vec<Value> {
    let events = town.events().await.into_iter().filter(|event| event.event_type == kind);
    events.map(|event| serde_json::from_str(&event.body).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn strava_s_challenge_is_answered_where_the_project_s_hook_is_and_nowhere_else() {
    let town = Town::new().await;
    town.install("strava").await;
    let hook = hook_of(&town, STRAVA).await;
    for elsewhere in [
        format!("{hook}x"),
        hook.replace("/default/", "/acme/"),
        hook.replace("/strava/", "/garmin/"),
        hook.rsplit_once('/').unwrap().0.to_owned() + "/guessed",
    ] {
        let refused = town.control().hook(&Hook::new(Provider::Strava, &elsewhere)).await.unwrap_err();
        assert!(refused.to_string().contains("404"), "{elsewhere}: {refused}");
    }
    assert_eq!(calls(&town).await, 0, "what is called nowhere is not kept");
    town.control().hook(&Hook::new(Provider::Strava, &hook).verify_token("the operator's own")).await.unwrap();
    assert_eq!(kept(&town, "handled").await, 1);
    town.set_keys("default", STRAVA, &town.simulator().clients()[STRAVA]).await;
    assert_eq!(town.keys("default", STRAVA).await["hook-url"], hook.as_str(), "it stays when keys are set again");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_athlete_who_withdraws_at_strava_is_revoked_and_keeps_the_data_until_the_platform_ends_it() {
    let (town, rider, _) = connected(STRAVA).await;
    let records = rider.records("activity").await.len();
    assert!(records > 0 && secrets(&town).await > 0);
    let refused = town.control().tokens(Provider::Strava).refused;

    let lines = town.control().deregister(Provider::Strava, &rider.account.username).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.status).collect::<Vec<_>>(), [Some(200)]);
    assert_eq!(lines[0].attempts, 1);
    let connection = rider.connection().await;
    assert_eq!(connection.status.as_str(), "revoked");
    assert!(connection.reason.is_some_and(|reason| reason.contains("disconnected at the provider")));
    assert_eq!(secrets(&town).await, 0, "what is worth nothing is not kept");
    assert!(
        rider.jobs().await.iter().all(|job| matches!(job.state.as_str(), "done" | "dead")),
        "{:?}",
        rider.jobs().await
    );
    assert_eq!(rider.records("activity").await.len(), records);
    until("the platform to be told", async || {
        let taken = town.receiver().taken();
        let told =
            taken.iter().find(|told| told.kind() == "connection.changed" && told.event["status"] == "revoked")?;
        assert!(told.event["reason"].is_string(), "{}", told.event);
        Some(())
    })
    .await;

    rider.synced().await;
    town.restart().await;
    rider.rests().await;
    assert_eq!(rider.status().await, "revoked");
    assert_eq!(town.control().tokens(Provider::Strava).refused, refused, "nobody tries a token that is dead");

    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(false), "the provider knows");
    assert!(ended["erased"]["records"].as_u64().unwrap() >= records as u64, "{ended}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_in_the_middle_of_a_pull_stays_revoked_and_who_comes_back_is_the_same_connection() {
    let (town, rider, _) = connected(STRAVA).await;
    let slow = PlannedFault::next(Provider::Strava, Fault::Delay { ms: 400 }).path("/api/v3/*").count(50);
    town.control().plan_fault(slow);
    town.control().expire(Provider::Strava, None);
    rider.ask().await;
    until("a pull under way", async || {
        rider.jobs().await.iter().any(|job| job.state.as_str() == "running").then_some(())
    })
    .await;
    town.control().deregister(Provider::Strava, &rider.account.username).await.unwrap();
    until("the call's end", async || {
        let listed: Value = town.admin("GET", "/adapters/strava").send().await.ok().json();
        (listed["versions"][0]["in-flight"] == json!(0)).then_some(())
    })
    .await;
    rider.rests().await;
    assert_eq!((rider.status().await, secrets(&town).await), ("revoked", 0));

    town.control().clear_faults();
    let again = town.connect(STRAVA, 0).await;
    assert_eq!((again.id.as_str(), again.status().await), (rider.id.as_str(), "connected"));
    again.synced().await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_who_deregisters_at_garmin_is_revoked() {
    let (town, rider, hook) = connected(GARMIN).await;
    let lines = town.control().deregister(Provider::Garmin, &rider.account.username).await.unwrap();
    assert_eq!((lines[0].event.as_str(), lines[0].status), ("deregistrations", Some(200)));
    assert_eq!((rider.status().await, secrets(&town).await), ("revoked", 0));

    // Garmin repeats what it is not sure of, and messages overtake each other.
    let before = town.events().await.len();
    let client = garmin_client(&town);
    for repeated in [leaves(&rider), leaves(&rider), permits(&rider, &["ACTIVITY_EXPORT"], 1)] {
        assert_eq!(garmin_says(&hook, Some(&client), &repeated).await.status, 200);
    }
    assert_eq!(rider.status().await, "revoked", "permissions of somebody who left bring nobody back");
    let after = town.events().await;
    let changes: Vec<_> = after[before..].iter().filter(|event| event.event_type == "connection.changed").collect();
    assert!(changes.is_empty(), "{changes:?}");
    assert_eq!(kept(&town, "handled").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn permissions_that_are_taken_back_at_garmin_and_given_again_are_told() {
    let (town, rider, hook) = connected(GARMIN).await;
    let all = rider.connection().await.scopes;
    let some: Vec<String> = all.iter().filter(|scope| *scope != "HEALTH_EXPORT").cloned().collect();
    assert!(some.len() + 1 == all.len(), "{all:?}");

    let lines = town.control().change_permissions(Provider::Garmin, &rider.account.username, &some).await.unwrap();
    assert_eq!((lines[0].event.as_str(), lines[0].status), ("userPermissionsChange", Some(200)));
    let connection = rider.connection().await;
    assert_eq!((connection.status.as_str(), &connection.scopes), ("degraded", &some));
    assert!(connection.reason.is_some());
    let changes = told(&town, "connection.scopes").await;
    let scopes = &changes.last().unwrap()["scopes"];
    assert_eq!(*scopes, json!({"granted": some, "lost": ["HEALTH_EXPORT"], "gained": []}));

    // The same once more says nothing new.
    let repeated = permits(&rider, &some.iter().map(String::as_str).collect::<Vec<_>>(), 1);
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &repeated).await.status, 200);
    assert_eq!(told(&town, "connection.scopes").await.len(), changes.len());
    assert_eq!(rider.status().await, "degraded");

    town.control().change_permissions(Provider::Garmin, &rider.account.username, &all).await.unwrap();
    let connection = rider.connection().await;
    assert_eq!((connection.status.as_str(), &connection.scopes), ("connected", &all));
    assert_eq!(connection.reason, None);
    let changes = told(&town, "connection.scopes").await;
    assert_eq!(changes.last().unwrap()["scopes"]["gained"], json!(["HEALTH_EXPORT"]));
    town.tells_all().await;
    let heard = town.receiver().taken().into_iter().filter(|told| told.kind() == "connection.scopes").count();
    assert_eq!(heard, changes.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_not_the_provider_s_is_refused_and_leaves_nothing() {
    let (town, rider, hook) = connected(GARMIN).await;
    let client = garmin_client(&town);
    let body = leaves(&rider);
    assert_eq!(garmin_says(&hook, None, &body).await.status, 401, "without the application's id");
    assert_eq!(garmin_says(&hook, Some("somebody-else"), &body).await.status, 401, "with another's");
    let other = town.project("acme", "Acme").await;
    for elsewhere in [
        hook.rsplit_once('/').unwrap().0.to_owned() + "/guessed",
        hook.replace("/default/", &format!("/{}/", other.id)),
        hook.replace("/garmin/", "/strava/"),
    ] {
        assert_eq!(garmin_says(&elsewhere, Some(&client), &body).await.status, 404, "{elsewhere}");
    }
    assert_eq!(calls(&town).await, 0);
    assert_eq!(rider.status().await, "connected");

    let stranger = json!({"deregistrations": [{"userId": "nobody-here"}]});
    assert_eq!(garmin_says(&hook, Some(&client), &stranger).await.status, 200, "somebody whom we do not know");
    assert_eq!(rider.status().await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_does_not_hold_is_kept_and_not_acted_on() {
    let (town, rider, hook) = connected(STRAVA).await;
    let athlete = rider.account.athlete;
    let leaves = json!({
        "aspect_type": "update", "event_time": 1, "object_id": athlete, "object_type": "athlete", "owner_id": athlete,
        "subscription_id": 1, "updates": {"authorized": "false"},
    });
    for signature in ["t=1,v1=00", "nonsense", ""] {
        let call = Ask::new("POST", hook.as_str()).header("x-strava-signature", signature).json(&leaves);
        assert_eq!(call.send().await.status, 200, "{signature:?}");
    }
    assert_eq!(kept(&town, "quarantined").await, 3);
    assert_eq!(rider.status().await, "connected");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_nobody_reads_is_acknowledged_kept_and_read_again_by_the_next_version() {
    let town = Town::new().await;
    let garmin = component("garmin");
    let first = town.install_bytes("garmin", numbered(&garmin, 1)).await;
    let hook = hook_of(&town, GARMIN).await;
    let news = json!({"news": [{"userId": "u1", "what": "nobody knows yet"}]});
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &news).await.status, 200);
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &json!("not what it was")).await.status, 200);
    let row = async |column: &'static str| town.disk().await.texts(column).await;
    assert_eq!(row("SELECT state FROM inbound ORDER BY id").await, ["quarantined", "quarantined"]);
    assert_eq!(row("SELECT DISTINCT version FROM inbound").await, [first]);
    assert!(row("SELECT failure FROM inbound ORDER BY id").await[0].contains("news"), "it says why");
    let everything = town.disk().await.everything().await;
    assert!(everything.iter().any(|(_, bytes)| bytes.as_slice() == news.to_string().as_bytes()), "byte for byte");

    let second = town.install_bytes("garmin", numbered(&garmin, 2)).await;
    until("another version to read them", async || {
        (row("SELECT DISTINCT version FROM inbound").await == [second.as_str()]).then_some(())
    })
    .await;
    assert_eq!(kept(&town, "quarantined").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_came_before_its_adapter_is_verified_and_read_when_that_is_there() {
    let town = Town::new().await;
    let hook = hook_of(&town, GARMIN).await;
    let leaves = json!({"deregistrations": [{"userId": "u1"}]});
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &leaves).await.status, 200);
    assert_eq!(garmin_says(&hook, Some("somebody-else"), &leaves).await.status, 200, "nobody can tell yet");
    assert_eq!(kept(&town, "quarantined").await, 2);
    town.install("garmin").await;
    until("both to be read", async || (kept(&town, "quarantined").await == 0).then_some(())).await;
    let states = town.disk().await.texts("SELECT state FROM inbound ORDER BY id").await;
    assert_eq!(states, ["handled", "ignored"], "the second was not Garmin's");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_acknowledged_outlives_a_kill() {
    let (town, rider, hook) = connected(GARMIN).await;
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &leaves(&rider)).await.status, 200);
    town.kill().await;
    assert_eq!((kept(&town, "handled").await, rider.status().await), (1, "revoked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_kept_and_not_read_before_a_kill_is_read_after_it() {
    let (town, rider, hook) = connected(GARMIN).await;
    let strangers = json!({"deregistrations": [{"userId": "nobody-here"}]});
    assert_eq!(garmin_says(&hook, Some(&garmin_client(&town)), &strangers).await.status, 200);
    // As a kill between the two leaves it.
    let unread = "UPDATE inbound SET state = 'received', failure = NULL, version = NULL";
    assert_eq!(town.disk().await.tamper(unread).await, 1);
    town.kill().await;
    until("it to be read", async || (kept(&town, "handled").await == 1).then_some(())).await;
    assert_eq!(rider.status().await, "connected");
}
