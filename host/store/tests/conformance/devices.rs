//! Phones: tickets, tokens, and the batches that they push.

use anyhow::Result;
use gearshift_store::{
    Connection, ConnectionStatus, NewConnection, NewExchange, NewPush, Piece, ReadUpTo, Retention, Ticket,
};

use crate::world::{Doc, START, V1, World};

crate::behaviours![
    a_ticket_is_taken_once_and_in_time,
    expired_tickets_are_forgotten,
    a_phone_of_the_same_user_is_the_same_connection_under_another_token,
    a_phone_of_nobody_in_particular_is_a_connection_of_its_own,
    a_token_ends_with_its_connection,
    a_batch_is_kept_once_by_its_bytes_or_its_key,
    batches_are_read_in_their_order_piece_by_piece,
    an_unread_batch_is_spared_until_it_is_read,
    a_batch_of_nobody_is_refused,
];

const DAY: i64 = 86_400_000;

fn ticket(hash: &str, expires: i64) -> Ticket {
    Ticket { hash: hash.to_owned(), project: "shop".to_owned(), reference: Some("user-7".to_owned()), expires }
}

fn phone(reference: Option<&str>) -> NewConnection {
    NewConnection {
        project: "shop".to_owned(),
        provider: "STEPS".to_owned(),
        auth_id: "device".to_owned(),
        reference: reference.map(str::to_owned),
        ..NewConnection::default()
    }
}

fn push_of(connection: &Connection, key: Option<&str>, pieces: u64) -> NewPush {
    NewPush {
        stream: "records".to_owned(),
        key: key.map(str::to_owned),
        pieces: (0..pieces).map(|at| Piece { name: "records".to_owned(), range: (at, at + 1) }).collect(),
        exchange: NewExchange {
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            method: "POST".to_owned(),
            url: "/ingest/steps/records".to_owned(),
            status: 202,
            fetched_at: START,
            version: V1.to_owned(),
            ..NewExchange::default()
        },
    }
}

async fn enrolled(world: &World, reference: Option<&str>, hash: &str) -> Result<Connection> {
    Ok(world.store.enrol_device(phone(reference), hash, world.now()).await?)
}

async fn a_ticket_is_taken_once_and_in_time(world: &World) -> Result<()> {
    world.project("shop").await?;
    let saved = ticket("hash-1", START + 180_000);
    world.store.save_ticket(&saved, START).await?;
    assert_eq!(world.store.take_ticket("hash-2", START).await?, None);
    assert_eq!(world.store.take_ticket("hash-1", START + 180_000).await?, None);
    assert_eq!(world.store.take_ticket("hash-1", START + 179_999).await?, Some(saved));
    assert_eq!(world.store.take_ticket("hash-1", START + 179_999).await?, None);
    Ok(())
}

async fn expired_tickets_are_forgotten(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.store.save_ticket(&ticket("old", START + 10), START).await?;
    world.store.save_ticket(&ticket("live", START + 30), START).await?;
    world.store.save_ticket(&ticket("new", START + 50), START + 20).await?;
    assert_eq!(world.store.take_ticket("old", START).await?, None, "whatever the clock says");
    assert!(world.store.take_ticket("live", START + 20).await?.is_some());
    Ok(())
}

async fn a_phone_of_the_same_user_is_the_same_connection_under_another_token(world: &World) -> Result<()> {
    let first = enrolled(world, Some("user-7"), "token-1").await?;
    assert_eq!((first.status, first.auth_id.as_str()), (ConnectionStatus::Connecting, "device"));
    assert_eq!(world.store.device("token-1").await?.map(|found| found.id), Some(first.id.clone()));
    let again = enrolled(world, Some("user-7"), "token-2").await?;
    assert_eq!(again.id, first.id);
    assert_eq!(world.store.device("token-1").await?, None);
    assert_eq!(world.store.device("token-2").await?.map(|found| found.id), Some(first.id.clone()));
    let other = enrolled(world, Some("user-8"), "token-3").await?;
    let elsewhere = NewConnection { provider: "SLEEPS".to_owned(), ..phone(Some("user-7")) };
    let elsewhere = world.store.enrol_device(elsewhere, "token-4", world.now()).await?;
    assert!(other.id != first.id && elsewhere.id != first.id);
    Ok(())
}

async fn a_phone_of_nobody_in_particular_is_a_connection_of_its_own(world: &World) -> Result<()> {
    let (first, second) = (enrolled(world, None, "token-1").await?, enrolled(world, None, "token-2").await?);
    assert_ne!(first.id, second.id);
    assert!(world.store.device("token-1").await?.is_some());
    Ok(())
}

async fn a_token_ends_with_its_connection(world: &World) -> Result<()> {
    let connection = enrolled(world, Some("user-7"), "token-1").await?;
    world.store.keep_push(push_of(&connection, None, 1), b"batch").await?;
    let erased = world.store.end_connection(&connection.id, "its user wished so", world.now()).await?;
    assert_eq!((erased.secrets, erased.exchanges, erased.bodies), (1, 1, 1));
    assert_eq!(world.store.device("token-1").await?, None);
    assert_eq!(world.store.unread_pushes(&connection.id, "records", ReadUpTo::default()).await?, 0);
    assert_ne!(enrolled(world, Some("user-7"), "token-2").await?.id, connection.id);
    Ok(())
}

async fn a_batch_is_kept_once_by_its_bytes_or_its_key(world: &World) -> Result<()> {
    let connection = enrolled(world, Some("user-7"), "token-1").await?;
    let first = world.store.keep_push(push_of(&connection, Some("k-1"), 1), b"one").await?;
    for (key, body, same) in [
        (Some("k-1"), b"one".as_slice(), true),
        (None, b"one", true),
        (Some("k-2"), b"one", true),
        (Some("k-1"), b"two", true),
        (None, b"three", false),
        (None, b"four", false),
    ] {
        let kept = world.store.keep_push(push_of(&connection, key, 1), body).await?;
        assert_eq!(kept == first, same, "{key:?}");
    }
    let elsewhere = NewPush { stream: "nights".to_owned(), ..push_of(&connection, Some("k-1"), 1) };
    assert_ne!(world.store.keep_push(elsewhere, b"one").await?, first);
    let other = enrolled(world, Some("user-8"), "token-2").await?;
    assert_ne!(world.store.keep_push(push_of(&other, Some("k-1"), 1), b"one").await?, first);
    assert_eq!(world.store.body(first).await?, b"one");
    assert_eq!(world.store.unread_pushes(&connection.id, "records", ReadUpTo::default()).await?, 3);
    Ok(())
}

async fn batches_are_read_in_their_order_piece_by_piece(world: &World) -> Result<()> {
    let connection = enrolled(world, Some("user-7"), "token-1").await?;
    let first = world.store.keep_push(push_of(&connection, None, 2), b"one").await?;
    let second = world.store.keep_push(push_of(&connection, None, 1), b"two").await?;
    let next = async |exchange, pieces| -> Result<_> {
        let after = ReadUpTo { exchange, pieces };
        let found = world.store.next_push(&connection.id, "records", after).await?;
        let left = world.store.unread_pushes(&connection.id, "records", after).await?;
        Ok((found.map(|push| (push.exchange, push.pieces.len(), push.received)), left))
    };
    assert_eq!(next(0, 0).await?, (Some((first, 2, START)), 2));
    assert_eq!(next(first, 1).await?, (Some((first, 2, START)), 2));
    assert_eq!(next(first, 2).await?, (Some((second, 1, START)), 1));
    assert_eq!(next(second, 1).await?, (None, 0));
    assert!(world.store.next_push(&connection.id, "nights", ReadUpTo::default()).await?.is_none());
    Ok(())
}

async fn an_unread_batch_is_spared_until_it_is_read(world: &World) -> Result<()> {
    let connection = enrolled(world, Some("user-7"), "token-1").await?;
    let batch = world.store.keep_push(push_of(&connection, None, 1), b"one").await?;
    let (later, retention) = (START + 30 * DAY, Retention::of(7 * DAY));
    assert_eq!(world.store.collect(later, &retention).await?.exchanges, 0);
    assert_eq!(world.store.body(batch).await?, b"one");
    world.commit(&connection, vec![Doc::of("records", batch)]).await?;
    assert_eq!(world.store.collect(later, &retention).await?.exchanges, 1);
    assert_eq!(world.store.unread_pushes(&connection.id, "records", ReadUpTo::default()).await?, 0);
    assert_ne!(world.store.keep_push(push_of(&connection, None, 1), b"one").await?, batch, "it is forgotten");
    Ok(())
}

async fn a_batch_of_nobody_is_refused(world: &World) -> Result<()> {
    let connection = enrolled(world, Some("user-7"), "token-1").await?;
    world.store.end_connection(&connection.id, "its user wished so", world.now()).await?;
    let refused = world.store.keep_push(push_of(&connection, None, 1), b"one").await;
    assert_eq!(refused.unwrap_err().code(), "not-found");
    Ok(())
}
