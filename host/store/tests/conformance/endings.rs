//! Connections that end, and what is told of it.

use anyhow::Result;
use gearshift_store::{Connection, ConnectionStatus, DeliveryState, JobQuery, NewJob, event_type};
use serde_json::{Value, json};

use crate::world::{Doc, START, World, login, pull_of, ride, session};

crate::behaviours![
    an_ended_connection_is_told_once_all_of_it_is_gone,
    an_ended_connection_is_found_nowhere,
    what_has_ended_does_not_come_back,
    an_account_that_ended_can_be_connected_anew,
    a_merged_connection_names_the_one_that_stays,
    only_connections_of_one_kind_become_one,
    what_ended_is_forgotten_after_its_time,
    an_attempt_that_came_to_nothing_is_erased,
    a_failed_sign_in_is_told_and_leaves_a_husk,
    only_what_never_came_about_fails,
];

/// A connected connection with a secret, a record, a job and a sign-in under way.
async fn furnished(world: &World, account: &str) -> Result<Connection> {
    let connection = world.connection().await?;
    let connected = world.connected(&connection.id, account).await?;
    world.store.put_secret(&connection.id, "token", b"sealed", None).await?;
    let exchange = world.exchange(&connection, &format!("only of {account}")).await?;
    world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let later = NewJob { run_at: i64::MAX, ..pull_of(&connection) };
    world.store.enqueue(later, world.now()).await?;
    let login = login(&connection, account);
    world.store.save_login(&login).await?;
    world.store.save_session(&session(account)).await?;
    world.store.end_session(&login.session_hash, &connection.id, START).await?;
    Ok(connected)
}

fn body(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

async fn an_ended_connection_is_told_once_all_of_it_is_gone(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let gone = furnished(world, "a-1").await?;
    let now = world.now();
    let erased = world.store.end_connection(&gone.id, "its user wished so", now).await?;
    assert_eq!((erased.secrets, erased.exchanges, erased.bodies), (2, 1, 1));
    assert_eq!((erased.documents, erased.records, erased.jobs, erased.events), (1, 1, 2, 2));

    assert_eq!(world.told().await?, [event_type::CONNECTION_ENDED]);
    let due = world.due().await?;
    assert_eq!(due.len(), 1, "nothing else is on its way any more");
    let told = body(&due[0].event.body);
    assert_eq!(told["erased"], serde_json::to_value(erased)?);
    let expected = json!({
        "id": due[0].event.id, "type": "connection.ended", "created": now, "project": "shop", "provider": "RIDES",
        "connection": gone.id, "reference": "user-7", "status": "revoked", "reason": "its user wished so",
        "erased": told["erased"],
    });
    assert_eq!(told, expected);
    world.store.delivered(due[0].id, 200, world.now()).await?;
    assert_eq!(world.store.deliveries(&due[0].event.id).await?[0].state, DeliveryState::Delivered);
    Ok(())
}

async fn an_ended_connection_is_found_nowhere(world: &World) -> Result<()> {
    let (gone, stays) = (furnished(world, "a-1").await?, furnished(world, "a-2").await?);
    world.store.end_connection(&gone.id, "its user wished so", world.now()).await?;
    assert_eq!(world.store.connection(&gone.id).await?, None);
    let listed = world.store.connections(Some("shop"), None, None, 10).await?.items;
    assert_eq!(listed, [stays]);
    assert_eq!(world.store.find_account("shop", "RIDES", "a-1", Some("user-7")).await?, None);
    assert!(world.store.find_accounts("shop", "RIDES", "a-1").await?.is_empty());
    let counts = world.store.connection_counts().await?;
    assert_eq!(counts.iter().map(|count| count.count).sum::<u64>(), 1);
    assert!(world.store.secrets(&gone.id).await?.is_empty());
    assert!(world.store.exchanges(&gone.id, None, 10).await?.is_empty());
    let jobs = JobQuery { connection: Some(gone.id.clone()), ..JobQuery::default() };
    assert!(world.store.jobs(&jobs).await?.items.is_empty());
    assert_eq!(world.store.live_login("session-a-1", "RIDES", START).await?, None);
    assert_eq!(world.store.session("session-a-1").await?, None);
    Ok(())
}

async fn what_has_ended_does_not_come_back(world: &World) -> Result<()> {
    let gone = world.connection().await?;
    world.connected(&gone.id, "a-1").await?;
    let exchange = world.exchange(&gone, "late").await?;
    let lease = world.pull(&gone).await?;
    world.store.end_connection(&gone.id, "its user wished so", world.now()).await?;

    let page = world.page(&gone, &lease, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]);
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "fenced");
    assert_eq!(world.store.put_secret(&gone.id, "token", b"x", None).await.unwrap_err().code(), "not-found");
    assert!(world.exchange(&gone, "later").await.is_err());
    assert_eq!(world.store.enqueue(pull_of(&gone), world.now()).await.unwrap_err().code(), "not-found");
    assert_eq!(world.store.save_login(&login(&gone, "1")).await.unwrap_err().code(), "not-found");
    assert_eq!(world.connected(&gone.id, "a-1").await.unwrap_err().code(), "not-found");
    let again = world.store.end_connection(&gone.id, "again", world.now()).await;
    assert_eq!(again.unwrap_err().code(), "not-found");
    assert_eq!(world.store.erase_connection(&gone.id).await.unwrap_err().code(), "not-found");
    assert_eq!(world.told().await?, [event_type::CONNECTION_ENDED]);
    Ok(())
}

async fn an_account_that_ended_can_be_connected_anew(world: &World) -> Result<()> {
    for _ in 0..3 {
        let connection = world.connection().await?;
        world.connected(&connection.id, "a-1").await?;
        world.store.end_connection(&connection.id, "its user wished so", world.now()).await?;
    }
    assert_eq!(world.told().await?, [event_type::CONNECTION_ENDED; 3]);
    Ok(())
}

async fn a_merged_connection_names_the_one_that_stays(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let (gone, stays) = (furnished(world, "a-1").await?, furnished(world, "a-2").await?);
    let erased = world.store.merge_connection(&gone.id, &stays.id, world.now()).await?;
    assert_eq!(erased.records, 1);
    assert_eq!(world.store.connection(&gone.id).await?, None);
    assert_eq!(world.store.connection(&stays.id).await?, Some(stays.clone()));
    let due = world.due().await?;
    let told: Vec<_> = due.iter().filter(|delivery| delivery.event.connection == gone.id).collect();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].event.event_type, event_type::CONNECTION_MERGED);
    let about: Vec<_> = told[0].event.about.iter().map(|one| (&one.id, one.status)).collect();
    assert_eq!(about, [(&gone.id, ConnectionStatus::Revoked), (&stays.id, ConnectionStatus::Connected)]);
    let told = body(&told[0].event.body);
    assert_eq!((&told["into"], &told["connection"]), (&json!(stays.id), &json!(gone.id)));
    assert_eq!((&told["status"], &told["erased"]["records"]), (&json!("revoked"), &json!(1)));
    Ok(())
}

async fn only_connections_of_one_kind_become_one(world: &World) -> Result<()> {
    let ours = furnished(world, "a-1").await?;
    let elsewhere = [world.connection_of("other", "RIDES").await?, world.connection_of("shop", "SLEEPS").await?];
    for into in [&ours, &elsewhere[0], &elsewhere[1]] {
        let refused = world.store.merge_connection(&ours.id, &into.id, world.now()).await;
        assert_eq!(refused.unwrap_err().code(), "invalid");
    }
    let refused = world.store.merge_connection(&ours.id, "conn_none", world.now()).await;
    assert_eq!(refused.unwrap_err().code(), "not-found");
    assert_eq!(world.store.connection(&ours.id).await?, Some(ours.clone()));
    assert_eq!(world.store.secrets(&ours.id).await?.len(), 1);
    Ok(())
}

async fn what_ended_is_forgotten_after_its_time(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let stays = world.connection().await?;
    for at in [START, START + 1_000] {
        let connection = world.connection().await?;
        world.store.end_connection(&connection.id, "its user wished so", at).await?;
    }
    assert_eq!(world.store.sweep_ended(START).await?, 0);
    assert_eq!(world.store.sweep_ended(START + 1_000).await?, 1);
    assert_eq!(world.due().await?.len(), 1);
    assert_eq!(world.store.sweep_ended(START + 1_001).await?, 1);
    assert!(world.told().await?.is_empty());
    assert!(world.store.connection(&stays.id).await?.is_some());
    Ok(())
}

async fn an_attempt_that_came_to_nothing_is_erased(world: &World) -> Result<()> {
    let [gone, waiting, taken, connected] =
        [world.connection().await?, world.connection().await?, world.connection().await?, world.connection().await?];
    world.connected(&connected.id, "a-1").await?;
    for (connection, name) in [(&waiting, "1"), (&taken, "2")] {
        world.store.save_login(&login(connection, name)).await?;
    }
    world.store.take_login("state-2", Some("cookie-1"), START + 2).await?;
    let expires = START + 900_000;
    assert_eq!(world.store.sweep_attempts(gone.created).await?, 0, "it has only begun");
    assert_eq!(world.store.sweep_attempts(expires - 1).await?, 1);
    assert_eq!(world.store.connection(&gone.id).await?, None);
    assert!(world.store.connection(&taken.id).await?.is_some(), "it may just be ending well");
    assert_eq!(world.store.sweep_attempts(expires).await?, 2);
    assert_eq!(world.store.connection(&waiting.id).await?, None);
    assert!(world.store.connection(&connected.id).await?.is_some());
    assert_eq!(world.told().await?, [event_type::CONNECTION_CHANGED], "of attempts nobody is told");
    Ok(())
}

async fn a_failed_sign_in_is_told_and_leaves_a_husk(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let attempt = world.connection().await?;
    world.store.put_secret(&attempt.id, "token", b"sealed", None).await?;
    assert_eq!(world.store.fail_connection(&attempt.id, "denied", world.now()).await?.secrets, 1);
    assert_eq!(world.store.connection(&attempt.id).await?, None);
    let due = world.due().await?;
    assert_eq!(due.len(), 1);
    let told = &due[0];
    assert_eq!((told.event.event_type.as_str(), &told.event.connection), (event_type::CONNECTION_FAILED, &attempt.id));
    let body = body(&told.event.body);
    assert_eq!((&body["reason"], &body["reference"]), (&json!("denied"), &json!("user-7")));
    assert_eq!(world.store.sweep_ended(i64::MAX).await?, 1);
    Ok(())
}

async fn only_what_never_came_about_fails(world: &World) -> Result<()> {
    let lives = world.connection().await?;
    world.connected(&lives.id, "a-1").await?;
    let refused = world.store.fail_connection(&lives.id, "denied", world.now()).await;
    assert_eq!(refused.unwrap_err().code(), "invalid");
    assert!(world.store.connection(&lives.id).await?.is_some());
    Ok(())
}
