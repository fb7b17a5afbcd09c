//! Calls of providers to us.

use anyhow::Result;
use gearshift_store::{InboundQuery, InboundState, NewInbound, Retention};

use crate::world::{START, V1, World, failure};

crate::behaviours![
    a_call_comes_back_as_it_was,
    a_finished_call_says_what_became_of_it,
    calls_are_listed_in_the_order_of_their_arrival,
    a_call_that_does_not_exist_is_told,
    calls_past_their_time_go_and_those_in_quarantine_stay,
    a_body_stays_as_long_as_a_call_or_an_answer_names_it,
];

const DAY: i64 = 86_400_000;

fn call(provider: &str, received: i64) -> NewInbound {
    NewInbound {
        project: "shop".to_owned(),
        provider: provider.to_owned(),
        method: "POST".to_owned(),
        path: "/deregistrations".to_owned(),
        query: vec![("batch".to_owned(), "7".to_owned()), ("batch".to_owned(), "8".to_owned())],
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        verified: vec!["client-id".to_owned()],
        received,
    }
}

async fn a_call_comes_back_as_it_was(world: &World) -> Result<()> {
    let made = call("RIDES", START);
    let id = world.store.receive_inbound(made.clone(), b"{\"users\":[]}").await?;
    let kept = world.store.inbound(id).await?.unwrap();
    assert_eq!(kept.call, made);
    assert_eq!((kept.call.received, kept.state, kept.size), (START, InboundState::Received, 12));
    assert_eq!((kept.failure, kept.version), (None, None));
    assert_eq!(world.store.inbound_body(id).await?, b"{\"users\":[]}");
    let empty = world.store.receive_inbound(call("RIDES", START), b"").await?;
    assert!(world.store.inbound_body(empty).await?.is_empty());
    Ok(())
}

async fn a_finished_call_says_what_became_of_it(world: &World) -> Result<()> {
    let id = world.store.receive_inbound(call("RIDES", START), b"?").await?;
    world.store.finish_inbound(id, InboundState::Quarantined, Some(failure("changed")), Some(V1)).await?;
    let kept = world.store.inbound(id).await?.unwrap();
    assert_eq!((kept.state, kept.failure), (InboundState::Quarantined, Some(failure("changed"))));
    assert_eq!(kept.version.as_deref(), Some(V1));
    world.store.finish_inbound(id, InboundState::Handled, None, Some("version-2")).await?;
    let healed = world.store.inbound(id).await?.unwrap();
    assert_eq!(
        (healed.state, healed.failure, healed.version.as_deref()),
        (InboundState::Handled, None, Some("version-2"))
    );
    Ok(())
}

async fn calls_are_listed_in_the_order_of_their_arrival(world: &World) -> Result<()> {
    let mut ids = Vec::new();
    for provider in ["RIDES", "SLEEPS", "RIDES", "RIDES"] {
        ids.push(world.store.receive_inbound(call(provider, START), b"x").await?);
    }
    world.store.finish_inbound(ids[2], InboundState::Ignored, None, None).await?;
    let found = async |query: InboundQuery| -> Result<(Vec<i64>, Option<i64>)> {
        let list = world.store.inbounds(&query).await?;
        Ok((list.items.into_iter().map(|call| call.id).collect(), list.next))
    };
    let all = InboundQuery::default();
    assert_eq!(found(all.clone()).await?, (ids.clone(), None));
    let rides = InboundQuery { provider: Some("RIDES".to_owned()), limit: 2, ..all.clone() };
    assert_eq!(found(rides.clone()).await?, (vec![ids[0], ids[2]], Some(ids[2])));
    assert_eq!(found(InboundQuery { after: Some(ids[2]), ..rides.clone() }).await?, (vec![ids[3]], None));
    let waiting = InboundQuery { state: Some(InboundState::Received), ..rides };
    assert_eq!(found(waiting).await?, (vec![ids[0], ids[3]], None));
    assert!(found(InboundQuery { project: Some("gym".to_owned()), ..all }).await?.0.is_empty());
    Ok(())
}

async fn a_call_that_does_not_exist_is_told(world: &World) -> Result<()> {
    assert_eq!(world.store.inbound(7).await?, None);
    assert_eq!(world.store.inbound_body(7).await.unwrap_err().code(), "not-found");
    let finished = world.store.finish_inbound(7, InboundState::Handled, None, None).await;
    assert_eq!(finished.unwrap_err().code(), "not-found");
    Ok(())
}

async fn calls_past_their_time_go_and_those_in_quarantine_stay(world: &World) -> Result<()> {
    let old = world.store.receive_inbound(call("RIDES", START), b"old").await?;
    let kept = world.store.receive_inbound(call("RIDES", START), b"unreadable").await?;
    let young = world.store.receive_inbound(call("RIDES", START + 2 * DAY), b"young").await?;
    let other = world.store.receive_inbound(call("SLEEPS", START), b"other").await?;
    world.store.finish_inbound(kept, InboundState::Quarantined, Some(failure("changed")), Some(V1)).await?;
    let retention = Retention { default: DAY, providers: vec![("SLEEPS".to_owned(), 9 * DAY)] };
    let collected = world.store.collect(START + 2 * DAY, &retention).await?;
    assert_eq!((collected.inbound, collected.exchanges, collected.bodies), (1, 0, 1));
    assert_eq!(world.store.inbound(old).await?, None);
    for (id, body) in [(kept, "unreadable"), (young, "young"), (other, "other")] {
        assert_eq!(world.store.inbound_body(id).await?, body.as_bytes());
    }
    world.store.finish_inbound(kept, InboundState::Handled, None, Some(V1)).await?;
    assert_eq!(world.store.collect(START + 2 * DAY, &retention).await?.inbound, 1);
    Ok(())
}

async fn a_body_stays_as_long_as_a_call_or_an_answer_names_it(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange_at(&connection, "same", START).await?;
    let id = world.store.receive_inbound(call("RIDES", START + 2 * DAY), b"same").await?;
    assert_eq!(world.store.collect(START + 2 * DAY, &Retention::of(DAY)).await?.bodies, 0);
    assert_eq!(world.store.exchange(exchange).await?, None);
    assert_eq!(world.store.inbound_body(id).await?, b"same");
    world.exchange_at(&connection, "same", START + 2 * DAY).await?;
    assert_eq!(world.store.erase_connection(&connection.id).await?.bodies, 0);
    assert_eq!(world.store.inbound_body(id).await?, b"same");
    Ok(())
}
