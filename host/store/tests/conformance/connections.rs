//! Connections.

use anyhow::Result;
use gearshift_store::{ConnectionChange, ConnectionStatus, Event, NewConnection, event_type};

use crate::world::{Doc, World, pull_of, ride};

crate::behaviours![
    a_connection_begins_as_connecting_and_keeps_its_id,
    a_list_goes_on_where_its_page_ended,
    only_what_came_about_is_established,
    a_change_leaves_alone_what_it_does_not_name,
    only_a_new_status_is_told,
    a_new_reason_is_told,
    a_sign_in_is_told_with_whether_it_was_the_first,
    scopes_that_are_lost_and_gained_are_told,
    the_scopes_of_the_first_sign_in_are_no_change,
    one_account_has_one_connection_a_reference,
    an_account_is_found_under_all_its_references,
    erasure_leaves_nothing_behind,
    erasure_spares_the_neighbour,
    what_was_erased_does_not_come_back,
];

async fn a_connection_begins_as_connecting_and_keeps_its_id(world: &World) -> Result<()> {
    let made = world.connection().await?;
    assert_eq!(made.status, ConnectionStatus::Connecting);
    assert!(made.id.starts_with("conn_"));
    let connected = world.connected(&made.id, "a-1").await?;
    assert_eq!(connected.id, made.id);
    assert_eq!(world.store.connection(&made.id).await?, Some(connected));
    assert_eq!(world.store.connection("conn_none").await?, None);
    Ok(())
}

async fn a_list_goes_on_where_its_page_ended(world: &World) -> Result<()> {
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(world.connection().await?.id);
        world.connection_of("other", "RIDES").await?;
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.connections(Some("shop"), None, after.as_deref(), 2).await?;
        assert!(page.items.len() <= 2);
        found.extend(page.items.into_iter().map(|connection| connection.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, made);
    assert_eq!(world.store.connections(None, Some("SLEEPS"), None, 9).await?.items, []);
    Ok(())
}

async fn only_what_came_about_is_established(world: &World) -> Result<()> {
    let mut made = Vec::new();
    for account in ["a-1", "a-2", "a-3", "a-4"] {
        let connection = world.connection().await?;
        made.push(world.connected(&connection.id, account).await?);
        world.connection().await?;
    }
    world.connection_of("other", "RIDES").await?;
    world.store.end_connection(&made.remove(3).id, "its user wished so", world.now()).await?;
    assert_eq!(world.store.established("shop", None, 0, 2).await?, (made[..2].to_vec(), 3));
    assert_eq!(world.store.established("shop", Some("user-7"), 2, 2).await?, (made[2..].to_vec(), 3));
    assert_eq!(world.store.established("shop", Some("user-8"), 0, 2).await?, (Vec::new(), 0));
    assert_eq!(world.store.established("shop", None, 3, 2).await?, (Vec::new(), 3));
    Ok(())
}

async fn a_change_leaves_alone_what_it_does_not_name(world: &World) -> Result<()> {
    let new = NewConnection {
        project: "shop".to_owned(),
        provider: "RIDES".to_owned(),
        zone: Some("Europe/Oslo".to_owned()),
        settings: vec![("region".to_owned(), "eu".to_owned()), ("unit".to_owned(), "km".to_owned())],
        ..NewConnection::default()
    };
    let made = world.store.create_connection(new, world.now()).await?;
    let change = ConnectionChange {
        scopes: Some(vec!["read".to_owned()]),
        settings: vec![("region".to_owned(), "us".to_owned()), ("team".to_owned(), "blue".to_owned())],
        ..ConnectionChange::default()
    };
    let changed = world.store.change_connection(&made.id, change, world.now()).await?;
    assert_eq!(changed.zone.as_deref(), Some("Europe/Oslo"));
    assert_eq!(changed.scopes, ["read"]);
    let settings: Vec<_> = changed.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(settings, [("region", "us"), ("unit", "km"), ("team", "blue")]);
    Ok(())
}

async fn only_a_new_status_is_told(world: &World) -> Result<()> {
    let made = world.connection().await?;
    world.connected(&made.id, "a-1").await?;
    world.connected(&made.id, "a-1").await?;
    let change = ConnectionChange { name: Some("Ada".to_owned()), ..ConnectionChange::default() };
    world.store.change_connection(&made.id, change, world.now()).await?;
    let events = world.store.events(Some("shop"), None, 10).await?.items;
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_type, event_type::CONNECTION_CHANGED);
    let body: serde_json::Value = serde_json::from_str(&events[0].body)?;
    assert_eq!(body["status"], "connected");
    assert_eq!(body["connection"], made.id.as_str());
    assert_eq!(body["id"], events[0].id.as_str());
    Ok(())
}

fn body(event: &Event) -> serde_json::Value {
    serde_json::from_str(&event.body).unwrap()
}

async fn events(world: &World) -> Result<Vec<Event>> {
    Ok(world.store.events(None, None, 100).await?.items)
}

fn granting(scopes: &[&str]) -> ConnectionChange {
    let scopes = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    ConnectionChange { scopes: Some(scopes), ..ConnectionChange::default() }
}

async fn a_new_reason_is_told(world: &World) -> Result<()> {
    let made = world.connection().await?;
    for reason in [Some("the weight is not granted"), Some("the weight is not granted"), None] {
        let status = Some((ConnectionStatus::Degraded, reason.map(str::to_owned)));
        let change = ConnectionChange { status, ..ConnectionChange::default() };
        world.store.change_connection(&made.id, change, world.now()).await?;
    }
    let told = events(world).await?;
    assert_eq!(told.len(), 2);
    assert_eq!(body(&told[0])["reason"], "the weight is not granted");
    assert_eq!(body(&told[1])["status"], "degraded");
    assert!(body(&told[1]).get("reason").is_none());
    Ok(())
}

async fn a_sign_in_is_told_with_whether_it_was_the_first(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let made = world.connection().await?;
    for again in [false, true] {
        let change = ConnectionChange {
            status: Some((ConnectionStatus::Connected, None)),
            connected: Some(again),
            ..ConnectionChange::default()
        };
        world.store.change_connection(&made.id, change, world.now()).await?;
    }
    assert_eq!(world.told().await?, ["connection.changed", "connection.connected", "connection.connected"]);
    let told = events(world).await?;
    assert_eq!((&body(&told[1])["again"], &body(&told[2])["again"]), (&false.into(), &true.into()));
    assert_eq!(body(&told[1])["status"], "connected");
    assert!(body(&told[0]).get("again").is_none());
    assert_eq!(world.due().await?.len(), 1, "of a connection's own events, one after the other");
    Ok(())
}

async fn scopes_that_are_lost_and_gained_are_told(world: &World) -> Result<()> {
    let made = world.connection().await?;
    world.connected(&made.id, "a-1").await?;
    for scopes in [["read", "weight"], ["weight", "read"], ["read", "sleep"]] {
        world.store.change_connection(&made.id, granting(&scopes), world.now()).await?;
    }
    let told: Vec<_> =
        events(world).await?.into_iter().filter(|event| event.event_type == event_type::CONNECTION_SCOPES).collect();
    assert_eq!(told.len(), 2, "another order is no change");
    let first = serde_json::json!({"granted": ["read", "weight"], "lost": [], "gained": ["read", "weight"]});
    let second = serde_json::json!({"granted": ["read", "sleep"], "lost": ["weight"], "gained": ["sleep"]});
    assert_eq!([&body(&told[0])["scopes"], &body(&told[1])["scopes"]], [&first, &second]);
    Ok(())
}

async fn the_scopes_of_the_first_sign_in_are_no_change(world: &World) -> Result<()> {
    let made = world.connection().await?;
    let status = Some((ConnectionStatus::Connected, None));
    let change = ConnectionChange { status, ..granting(&["read"]) };
    let changed = world.store.change_connection(&made.id, change, world.now()).await?;
    assert_eq!(changed.scopes, ["read"]);
    assert_eq!(world.told().await?, [event_type::CONNECTION_CHANGED]);
    Ok(())
}

async fn one_account_has_one_connection_a_reference(world: &World) -> Result<()> {
    let first = world.connection().await?;
    world.connected(&first.id, "a-1").await?;
    let second = world.connection().await?;
    assert_eq!(world.connected(&second.id, "a-1").await.unwrap_err().code(), "conflict");
    let found = world.store.find_account("shop", "RIDES", "a-1", Some("user-7")).await?;
    assert_eq!(found.map(|connection| connection.id), Some(first.id));
    assert_eq!(world.store.find_account("shop", "RIDES", "a-1", None).await?, None);
    let other_project = world.connection_of("other", "RIDES").await?;
    world.connected(&other_project.id, "a-1").await?;
    Ok(())
}

async fn an_account_is_found_under_all_its_references(world: &World) -> Result<()> {
    let mut made = Vec::new();
    for reference in ["user-1", "user-2"] {
        let connection = world.connection().await?;
        let change = ConnectionChange { reference: Some(reference.to_owned()), ..ConnectionChange::default() };
        world.store.change_connection(&connection.id, change, world.now()).await?;
        made.push(world.connected(&connection.id, "a-1").await?);
    }
    let others = [world.connection_of("other", "RIDES").await?, world.connection_of("shop", "SLEEPS").await?];
    for other in &others {
        world.connected(&other.id, "a-1").await?;
    }
    assert_eq!(world.store.find_accounts("shop", "RIDES", "a-1").await?, made);
    assert!(world.store.find_accounts("shop", "RIDES", "a-2").await?.is_empty());
    Ok(())
}

async fn erasure_leaves_nothing_behind(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let gone = world.connection().await?;
    world.store.put_secret(&gone.id, "token", b"sealed", None).await?;
    let exchange = world.exchange(&gone, "only theirs").await?;
    let first = world.commit(&gone, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    world.store.enqueue(pull_of(&gone), world.now()).await?;

    let erased = world.store.erase_connection(&gone.id).await?;

    assert_eq!((erased.secrets, erased.exchanges, erased.bodies), (1, 1, 1));
    assert_eq!((erased.documents, erased.records, erased.jobs, erased.events), (1, 1, 2, 1));
    assert_eq!(world.store.connection(&gone.id).await?, None);
    assert_eq!(world.store.record(&first.changes[0].record).await?, None);
    assert_eq!(world.store.body(exchange).await.unwrap_err().code(), "not-found");
    assert_eq!(world.due().await?, []);
    assert!(world.store.events(None, None, 10).await?.items.is_empty());
    assert_eq!(world.store.erase_connection(&gone.id).await.unwrap_err().code(), "not-found");
    Ok(())
}

async fn erasure_spares_the_neighbour(world: &World) -> Result<()> {
    let (gone, stays) = (world.connection().await?, world.connection().await?);
    let theirs = world.exchange(&gone, "the same answer").await?;
    let ours = world.exchange(&stays, "the same answer").await?;
    world.commit(&gone, vec![Doc::of("list", theirs).gives(ride("1", 10.0))]).await?;
    let kept = world.commit(&stays, vec![Doc::of("list", ours).gives(ride("1", 10.0))]).await?;
    assert_eq!(world.store.erase_connection(&gone.id).await?.bodies, 0);
    assert_eq!(world.store.body(ours).await?, b"the same answer");
    assert!(world.store.record(&kept.changes[0].record).await?.is_some());
    Ok(())
}

async fn what_was_erased_does_not_come_back(world: &World) -> Result<()> {
    let gone = world.connection().await?;
    let exchange = world.exchange(&gone, "late").await?;
    let lease = world.pull(&gone).await?;
    world.store.erase_connection(&gone.id).await?;
    let page = world.page(&gone, &lease, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]);
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "fenced");
    assert_eq!(world.store.put_secret(&gone.id, "token", b"x", None).await.unwrap_err().code(), "not-found");
    assert!(world.exchange(&gone, "later").await.is_err());
    assert_eq!(world.store.enqueue(pull_of(&gone), world.now()).await.unwrap_err().code(), "not-found");
    Ok(())
}
