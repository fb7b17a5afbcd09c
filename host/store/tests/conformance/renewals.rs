//! Renewals: one at a time for a connection.

use std::collections::BTreeMap;

use anyhow::Result;
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, Store, StoreError};
use tokio::task::JoinSet;

use crate::world::{START, World, open};

crate::behaviours![
    while_one_renews_no_other_does,
    an_owner_that_takes_its_lease_again_fences_itself,
    a_lease_that_was_given_back_is_free,
    a_renewal_whose_lease_another_took_writes_nothing,
    a_renewal_that_outlived_its_lease_still_counts_if_nobody_took_it,
    a_sign_in_during_a_renewal_wins,
    a_request_whose_answer_was_lost_stays_noted,
    a_new_credential_settles_what_was_sent,
    what_does_not_exist_is_not_renewed,
    what_expires_is_due_soonest_first,
    only_where_data_flows_is_anything_due,
    what_is_postponed_is_due_later,
    a_secret_that_does_not_expire_is_never_due,
];

const LEASE: i64 = 30_000;

async fn with_token(world: &World) -> Result<(Connection, i64)> {
    let connection = world.connection().await?;
    let generation = world.store.put_expiring_secret(&connection.id, "token", b"one", None, Some(START)).await?;
    Ok((connection, generation))
}

/// The token of a lease that has to be had.
async fn take(world: &World, connection: &Connection, owner: &str, now: i64) -> Result<i64> {
    Ok(world.store.take_renewal(&connection.id, owner, now, LEASE).await?.unwrap().token)
}

async fn put(world: &World, connection: &Connection, token: i64, expected: i64) -> Result<i64, StoreError> {
    world.store.put_renewed(&connection.id, token, "token", b"two", expected, Some(START + 9), START + 5).await
}

async fn tried(world: &World, connection: &Connection) -> Result<Option<i64>> {
    Ok(world.store.renewal(&connection.id).await?.unwrap().tried)
}

async fn while_one_renews_no_other_does(world: &World) -> Result<()> {
    let (connection, _) = with_token(world).await?;
    assert_eq!(world.store.renewal(&connection.id).await?, None);
    let first = world.store.take_renewal(&connection.id, "a", START, LEASE).await?.unwrap();
    assert_eq!(first.until, START + LEASE);
    assert_eq!(world.store.take_renewal(&connection.id, "b", START + LEASE - 1, LEASE).await?, None);
    let second = world.store.take_renewal(&connection.id, "b", START + LEASE, LEASE).await?.unwrap();
    assert!(second.token > first.token, "its first owner fell");
    assert_eq!(world.store.take_renewal(&connection.id, "a", START + LEASE, LEASE).await?, None);
    let row = world.store.renewal(&connection.id).await?.unwrap();
    assert_eq!((row.token, row.owner.as_deref(), row.until), (second.token, Some("b"), Some(second.until)));
    Ok(())
}

async fn an_owner_that_takes_its_lease_again_fences_itself(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let first = take(world, &connection, "a", START).await?;
    let second = take(world, &connection, "a", START + 1).await?;
    assert!(second > first);
    assert_eq!(put(world, &connection, first, generation).await.unwrap_err().code(), "fenced");
    put(world, &connection, second, generation).await?;
    Ok(())
}

async fn a_lease_that_was_given_back_is_free(world: &World) -> Result<()> {
    let (connection, _) = with_token(world).await?;
    let first = take(world, &connection, "a", START).await?;
    world.store.end_renewal(&connection.id, first).await?;
    let second = take(world, &connection, "b", START + 1).await?;
    world.store.end_renewal(&connection.id, first).await?;
    assert_eq!(world.store.take_renewal(&connection.id, "a", START + 2, LEASE).await?, None, "that was not the newest");
    assert!(second > first);
    Ok(())
}

async fn a_renewal_whose_lease_another_took_writes_nothing(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let late = take(world, &connection, "a", START).await?;
    let newest = take(world, &connection, "b", START + LEASE).await?;
    assert_eq!(put(world, &connection, late, generation).await.unwrap_err().code(), "fenced");
    assert_eq!(world.store.note_renewal_sent(&connection.id, late, START).await.unwrap_err().code(), "fenced");
    assert_eq!(world.store.note_renewal_refused(&connection.id, late).await.unwrap_err().code(), "fenced");
    assert_eq!(world.store.secret(&connection.id, "token").await?.unwrap().sealed, b"one");
    let renewed = put(world, &connection, newest, generation).await?;
    assert!(renewed > generation);
    let secret = world.store.secret(&connection.id, "token").await?.unwrap();
    assert_eq!((secret.sealed.as_slice(), secret.generation), (b"two".as_slice(), renewed));
    assert_eq!(world.store.renewal(&connection.id).await?.unwrap().renewed, Some(START + 5));
    Ok(())
}

async fn a_renewal_that_outlived_its_lease_still_counts_if_nobody_took_it(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let token = take(world, &connection, "a", START - 2 * LEASE).await?;
    assert!(put(world, &connection, token, generation).await.is_ok(), "a token must not be lost for a slow answer");
    Ok(())
}

async fn a_sign_in_during_a_renewal_wins(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let token = take(world, &connection, "a", START).await?;
    world.store.put_expiring_secret(&connection.id, "token", b"signed in", None, None).await?;
    assert_eq!(put(world, &connection, token, generation).await.unwrap_err().code(), "conflict");
    assert_eq!(world.store.secret(&connection.id, "token").await?.unwrap().sealed, b"signed in");
    Ok(())
}

async fn a_request_whose_answer_was_lost_stays_noted(world: &World) -> Result<()> {
    let (connection, _) = with_token(world).await?;
    let first = take(world, &connection, "a", START).await?;
    world.store.note_renewal_sent(&connection.id, first, START + 1).await?;
    world.store.end_renewal(&connection.id, first).await?;
    let second = take(world, &connection, "b", START + 2).await?;
    assert_eq!(tried(world, &connection).await?, Some(START + 1));
    world.store.note_renewal_sent(&connection.id, second, START + 3).await?;
    assert_eq!(tried(world, &connection).await?, Some(START + 1), "the provider counts from the first");
    world.store.put_secret(&connection.id, "jar", b"cookies", None).await?;
    assert_eq!(tried(world, &connection).await?, Some(START + 1), "another secret settles nothing");
    Ok(())
}

async fn a_new_credential_settles_what_was_sent(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let token = take(world, &connection, "a", START).await?;
    let sent = async || world.store.note_renewal_sent(&connection.id, token, START + 1).await;
    sent().await?;
    world.store.note_renewal_refused(&connection.id, token).await?;
    assert_eq!(tried(world, &connection).await?, None);
    sent().await?;
    let renewed = put(world, &connection, token, generation).await?;
    assert_eq!(tried(world, &connection).await?, None);
    sent().await?;
    world.store.put_expiring_secret(&connection.id, "token", b"signed in", Some(renewed), None).await?;
    assert_eq!(tried(world, &connection).await?, None);
    Ok(())
}

async fn what_does_not_exist_is_not_renewed(world: &World) -> Result<()> {
    let (connection, generation) = with_token(world).await?;
    let token = take(world, &connection, "a", START).await?;
    world.store.end_connection(&connection.id, "its user wished so", START + 1).await?;
    assert_eq!(put(world, &connection, token, generation).await.unwrap_err().code(), "fenced");
    for id in [connection.id.as_str(), "conn_none"] {
        let refused = world.store.take_renewal(id, "a", START + 2, LEASE).await;
        assert_eq!(refused.unwrap_err().code(), "not-found");
    }
    Ok(())
}

/// A connected connection with secrets that expire.
async fn expiring(world: &World, account: &str, secrets: &[(&str, i64)]) -> Result<String> {
    let connection = world.connection().await?;
    world.connected(&connection.id, account).await?;
    for (name, expires) in secrets {
        world.store.put_expiring_secret(&connection.id, name, b"x", None, Some(*expires)).await?;
    }
    Ok(connection.id)
}

async fn what_expires_is_due_soonest_first(world: &World) -> Result<()> {
    let late = expiring(world, "a", &[("token", START + 30)]).await?;
    let soon = expiring(world, "b", &[("token", START + 40), ("captured", START + 10), ("jar", START + 10)]).await?;
    let same =
        [expiring(world, "c", &[("token", START + 20)]).await?, expiring(world, "d", &[("token", START + 20)]).await?];
    expiring(world, "e", &[("token", START + 31)]).await?;
    let expected = [(soon, 10), (same[0].clone(), 20), (same[1].clone(), 20), (late, 30)];
    let expected = expected.map(|(id, after)| (id, START + after));
    assert_eq!(world.store.due_renewals(START + 30, None, 0).await?, expected);
    let (mut walked, mut after) = (Vec::new(), None);
    loop {
        let page = world.store.due_renewals(START + 30, after, 1).await?;
        let Some((id, expires)) = page.last().cloned() else { break };
        walked.extend(page);
        after = Some((expires, id));
    }
    assert_eq!(walked, expected);
    assert!(world.store.due_renewals(START + 9, None, 0).await?.is_empty());
    Ok(())
}

async fn only_where_data_flows_is_anything_due(world: &World) -> Result<()> {
    use ConnectionStatus::{ActionRequired, Connected, Degraded, NeedsReconnect, Revoked};
    let mut flowing = Vec::new();
    for (account, status) in
        ["a", "b", "c", "d", "e"].into_iter().zip([Connected, Degraded, NeedsReconnect, ActionRequired, Revoked])
    {
        let id = expiring(world, account, &[("token", START)]).await?;
        let change = ConnectionChange { status: Some((status, None)), ..ConnectionChange::default() };
        world.store.change_connection(&id, change, world.now()).await?;
        if matches!(status, Connected | Degraded) {
            flowing.push((id, START));
        }
    }
    with_token(world).await?;
    assert_eq!(world.store.due_renewals(START, None, 0).await?, flowing);
    Ok(())
}

async fn what_is_postponed_is_due_later(world: &World) -> Result<()> {
    let id = expiring(world, "a", &[("token", START)]).await?;
    let generation = world.store.secret(&id, "token").await?.unwrap().generation;
    assert!(!world.store.postpone_renewal(&id, "token", generation + 1, START + 60).await?);
    assert!(world.store.postpone_renewal(&id, "token", generation, START + 60).await?);
    assert!(world.store.due_renewals(START + 59, None, 0).await?.is_empty());
    assert_eq!(world.store.due_renewals(START + 60, None, 0).await?.len(), 1);
    world.store.put_secret(&id, "token", b"for ever", Some(generation)).await?;
    assert!(!world.store.postpone_renewal(&id, "token", generation + 1, START).await?, "it does not expire");
    Ok(())
}

async fn a_secret_that_does_not_expire_is_never_due(world: &World) -> Result<()> {
    let written = expiring(world, "a", &[("token", START)]).await?;
    let erased = expiring(world, "b", &[("token", START)]).await?;
    let all_erased = expiring(world, "c", &[("token", START)]).await?;
    world.store.put_secret(&written, "token", b"for ever", None).await?;
    world.store.erase_secret(&erased, "token").await?;
    world.store.erase_secrets(&all_erased).await?;
    assert!(world.store.due_renewals(i64::MAX, None, 0).await?.is_empty());
    Ok(())
}

/// Two processes, each with many tasks that all find the same connections due.
#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_on_one_file_one_renews() -> Result<()> {
    const CONNECTIONS: usize = 25;
    let world = World::in_a_file().await?;
    let other = open(world.dir.path()).await?;
    let mut generations = BTreeMap::new();
    for _ in 0..CONNECTIONS {
        let (connection, generation) = with_token(&world).await?;
        generations.insert(connection.id, generation);
    }
    let mut tasks = JoinSet::new();
    for (id, generation) in generations.clone() {
        for owner in ["a", "b"] {
            let (id, ours, other) = (id.clone(), world.store.clone(), other.clone());
            tasks.spawn(async move {
                let store: &dyn Store = if owner == "a" { &*ours } else { &*other };
                let Some(lease) = store.take_renewal(&id, owner, START, LEASE).await? else { return Ok(0) };
                store.note_renewal_sent(&id, lease.token, START).await?;
                store.put_renewed(&id, lease.token, "token", owner.as_bytes(), generation, None, START).await?;
                Ok::<usize, StoreError>(1)
            });
        }
    }
    let mut renewed = 0;
    for outcome in tasks.join_all().await {
        renewed += outcome?;
    }
    assert_eq!(renewed, CONNECTIONS, "each once");
    for (id, generation) in generations {
        let secret = world.store.secret(&id, "token").await?.unwrap();
        assert_eq!(secret.generation, generation + 1);
    }
    Ok(())
}
