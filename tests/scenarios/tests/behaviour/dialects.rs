//! OAuth 2 in each provider's dialect: in by its own page, data as records, renewed when it expires, and out again.

use std::collections::BTreeSet;

use gearshift_scenarios::{Rider, Town, until};
use gearshift_simulator::{Provider, Thing, TokenTotals};
use serde_json::{Value, json};

/// One provider, and the build that serves it.
struct Dialect {
    provider: &'static str,
    build: &'static str,
    at: Provider,
    /// Whether its access tokens are renewed; else they live for a year.
    renews: bool,
    /// Whether it can be told of a disconnect.
    told: bool,
}

async fn connected(dialect: &Dialect) -> (Town, Rider) {
    let town = Town::new().await;
    town.install(dialect.build).await;
    let rider = town.connect(dialect.provider, 0).await;
    rider.rests().await;
    (town, rider)
}

/// What the provider has of a rider, by our kinds.
fn things(town: &Town, dialect: &Dialect, rider: &Rider) -> Vec<Thing> {
    let ledger = town.simulator().ledger();
    ledger.things[&dialect.at][&rider.account.username].clone()
}

fn tokens(town: &Town, at: Provider) -> TokenTotals {
    town.simulator().ledger().provider_tokens.get(&at).cloned().unwrap_or_default()
}

async fn goes_all_the_way(dialect: Dialect) {
    let (town, rider) = connected(&dialect).await;
    let connection = rider.connection().await;
    assert_eq!(connection.status.as_str(), "connected", "{:?}", connection.reason);
    assert_eq!(connection.account.is_some(), dialect.build != "polar_dynamic", "{connection:?}");
    let (documents, pulls) = town.quarantine().await;
    assert!(documents.is_empty() && pulls.is_empty(), "{documents:?} {pulls:?}");
    let truth = things(&town, &dialect, &rider);
    assert!(truth.len() >= 10, "{truth:?}");
    let records = town.records(&rider.id, None).await;
    for kind in ["activity", "sleep"] {
        // Polar has a session twice, by its id in either API.
        let true_ones: BTreeSet<_> = truth.iter().filter(|thing| thing.kind == kind).map(|thing| thing.start).collect();
        let found = records.iter().filter(|record| record.record.kind == kind).count();
        assert_eq!(found, true_ones.len(), "{kind}");
    }
    assert!(!records.is_empty());

    if dialect.renews {
        town.control().expire(dialect.at, None);
        rider.synced().await;
        assert_eq!(rider.status().await, "connected");
        let tokens = tokens(&town, dialect.at);
        assert!(tokens.rotated + tokens.unchanged >= 1, "{tokens:?}");
    }
    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(dialect.told), "{ended}");
    let revoked = tokens(&town, dialect.at).revoked;
    assert_eq!(revoked > 0, dialect.told);
}

macro_rules! dialects {
    ($($name:ident: $dialect:expr;)*) => {
        $(#[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            goes_all_the_way($dialect).await;
        })*
    };
}

dialects! {
    whoop: Dialect { provider: "WHOOP", build: "whoop", at: Provider::Whoop, renews: true, told: true };
    withings: Dialect { provider: "WITHINGS", build: "withings", at: Provider::Withings, renews: true, told: true };
    polar_v3: Dialect { provider: "POLAR", build: "polar_accesslink", at: Provider::Polar, renews: false, told: true };
    polar_v4: Dialect { provider: "POLAR", build: "polar_dynamic", at: Provider::Polar, renews: true, told: false };
}

#[tokio::test(flavor = "multi_thread")]
async fn one_component_serves_dexcom_s_three_regions() {
    let town = Town::new().riders(6).await;
    town.install("dexcom").await;
    for provider in ["DEXCOM", "DEXCOM_EU", "DEXCOM_JP"] {
        let mut home = None;
        for rider in 0..town.riders().len() {
            let begun = town.begin(provider, rider).await;
            let Some(back) = town.try_agree(&begun, rider).await else { continue };
            let _ = town.back(&back).await.ok();
            home = Some(rider);
            break;
        }
        let username = &town.riders()[home.expect("somebody lives there")].username;
        let id = town.connection_of(provider, username).await;
        let rider = Rider { town: town.clone(), id, account: town.riders()[home.unwrap()].clone() };
        rider.rests().await;
        assert_eq!(rider.status().await, "connected");
        assert!(!town.records(&rider.id, None).await.is_empty(), "{provider}");
        town.control().expire(Provider::Dexcom, None);
        rider.synced().await;
        assert_eq!(rider.status().await, "connected");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn garmin_s_permissions_are_its_scopes() {
    let town = Town::new().await;
    town.install("garmin").await;
    let rider = town.connect("GARMIN", 0).await;
    let connection = rider.connection().await;
    assert!(connection.scopes.iter().any(|scope| scope == "HEALTH_EXPORT"), "{connection:?}");
    let ended: Value = town.v1("DELETE", &format!("/connections/{}", rider.id)).send().await.ok().json();
    assert_eq!(ended["told"], json!(true));
    until("the end", async || (tokens(&town, Provider::Garmin).revoked == 1).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn polar_s_two_generations_serve_side_by_side() {
    let town = Town::new().riders(2).await;
    town.install("polar_accesslink").await;
    let old = town.connect("POLAR", 0).await;
    old.rests().await;
    assert_eq!(old.connection().await.auth_id, "accesslink-v3");
    town.install("polar_dynamic").await;
    let new = town.connect("POLAR", 1).await;
    new.rests().await;
    assert_eq!(new.connection().await.auth_id, "dynamic-v4", "who signs in now does so under the newer one");
    old.synced().await;
    assert_eq!((old.status().await, new.status().await), ("connected", "connected"));
    let nights = |records: Vec<gearshift_store::StoredRecord>| records.len();
    assert!(nights(old.records("sleep").await) > 0 && nights(new.records("sleep").await) > 0);
    let (documents, pulls) = town.quarantine().await;
    assert!(documents.is_empty() && pulls.is_empty(), "{documents:?} {pulls:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_connected_again_keeps_its_id_and_its_credential_is_the_newer_one() {
    let town = Town::new().await;
    town.install("whoop").await;
    let first = town.connect("WHOOP", 0).await;
    first.rests().await;
    let records = town.records(&first.id, None).await.len();
    let second = town.connect("WHOOP", 0).await;
    assert_eq!(second.id, first.id);
    second.rests().await;
    assert_eq!(town.connections().await.len(), 1, "the attempt left nothing behind");
    assert_eq!(town.records(&first.id, None).await.len(), records);
    town.control().expire(Provider::Whoop, None);
    second.synced().await;
    assert_eq!((second.status().await, tokens(&town, Provider::Whoop).refused), ("connected", 0));
    let types: Vec<String> = town.events().await.into_iter().map(|event| event.event_type).collect();
    assert_eq!(types.iter().filter(|name| *name == "connection.connected").count(), 2);
    assert!(!types.iter().any(|name| name == "connection.merged"));
}
