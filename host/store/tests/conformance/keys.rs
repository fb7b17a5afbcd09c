//! Keys across generations of a provider: the same thing stays one record.

use anyhow::Result;
use gearshift_store::{ChangeKind, RecordQuery, event_type};

use crate::world::{Doc, Said, World, ride, value};

crate::behaviours![
    a_renumbered_thing_keeps_its_record,
    both_keys_lead_to_the_record_from_then_on,
    two_records_that_turn_out_to_be_one_leave_the_earlier,
    of_two_facets_of_one_endpoint_the_later_stays,
    keys_of_another_kind_or_connection_are_others,
    records_joined_before_they_were_ever_seen_are_one,
];

async fn a_renumbered_thing_keeps_its_record(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let old = world.exchange(&connection, "old").await?;
    let made = world.commit(&connection, vec![Doc::of("list", old).gives(ride("1", 10.0))]).await?;
    let new = world.exchange(&connection, "new").await?;
    let renumbered = ride("uuid-1", 11.0).same_as("1");
    let committed = world.commit(&connection, vec![Doc::of("list", new).gives(renumbered)]).await?;
    assert_eq!(committed.changes.len(), 1);
    assert_eq!(committed.changes[0].record, made.changes[0].record);
    assert_eq!((committed.changes[0].revision, committed.changes[0].kind), (2, ChangeKind::Updated));
    assert_eq!(world.store.record(&made.changes[0].record).await?.unwrap().key, "uuid-1");
    Ok(())
}

async fn both_keys_lead_to_the_record_from_then_on(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, vec![Doc::of("list", first).gives(ride("new", 10.0).same_as("old"))]).await?;
    let id = &made.changes[0].record;
    assert_eq!(world.store.keys(id).await?, ["new", "old"]);
    // An answer of the old generation, which knows nothing of the new key.
    let second = world.exchange(&connection, "b").await?;
    let committed = world.commit(&connection, vec![Doc::of("detail", second).gives(ride("old", 10.5))]).await?;
    assert_eq!(&committed.changes[0].record, id);
    for key in ["new", "old"] {
        assert_eq!(&world.store.record_by_key(&connection.id, "activity", key).await?.unwrap().id, id);
    }
    Ok(())
}

async fn two_records_that_turn_out_to_be_one_leave_the_earlier(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let mut ids = Vec::new();
    for (endpoint, key) in [("list", "1"), ("detail", "uuid-1")] {
        let exchange = world.exchange(&connection, key).await?;
        let committed = world.commit(&connection, vec![Doc::of(endpoint, exchange).gives(ride(key, 10.0))]).await?;
        ids.push(committed.changes[0].record.clone());
    }
    let exchange = world.exchange(&connection, "both").await?;
    let joined = ride("uuid-1", 12.0).same_as("1");
    let committed = world.commit(&connection, vec![Doc::of("detail", exchange).gives(joined)]).await?;

    let kinds: Vec<_> = committed.changes.iter().map(|change| (change.record.as_str(), change.kind)).collect();
    assert_eq!(kinds, [(ids[1].as_str(), ChangeKind::Deleted), (ids[0].as_str(), ChangeKind::Updated)]);
    let gone = world.store.record(&ids[1]).await?.unwrap();
    assert_eq!((gone.deleted, gone.merged_into.as_deref(), gone.revision), (true, Some(ids[0].as_str()), 2));
    let events = world.store.events(None, None, 10).await?.items;
    let deletion = events.iter().find(|event| event.event_type == event_type::RECORD_DELETED).unwrap();
    let body: serde_json::Value = serde_json::from_str(&deletion.body)?;
    assert_eq!(body["record"]["merged_into"], ids[0].as_str());
    assert_eq!(body["record"]["data"], serde_json::Value::Null);
    let live = RecordQuery { connection: connection.id.clone(), ..RecordQuery::default() };
    assert_eq!(world.store.records(&live).await?.items.len(), 1);
    assert_eq!(world.store.records(&RecordQuery { deleted: true, ..live }).await?.items.len(), 2);
    assert_eq!(world.store.keys(&ids[0]).await?, ["1", "uuid-1"]);
    Ok(())
}

async fn of_two_facets_of_one_endpoint_the_later_stays(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for (key, distance) in [("2", 20.0), ("1", 10.0)] {
        let exchange = world.exchange(&connection, key).await?;
        world.commit(&connection, vec![Doc::of("list", exchange).gives(ride(key, distance))]).await?;
    }
    let exchange = world.exchange(&connection, "detail").await?;
    let mut bare = ride("1", 0.0).same_as("2");
    bare.measures.clear();
    world.commit(&connection, vec![Doc::of("detail", exchange).gives(bare)]).await?;
    let record = world.store.record_by_key(&connection.id, "activity", "2").await?.unwrap();
    assert_eq!(value(&record.record, "distance"), Some(10.0), "of key 1, which came later");
    Ok(())
}

async fn keys_of_another_kind_or_connection_are_others(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    let exchange = world.exchange(&ours, "a").await?;
    let mut planned = ride("1", 10.0);
    planned.kind = "planned-workout".to_owned();
    let committed = world.commit(&ours, vec![Doc::of("list", exchange).gives(ride("1", 10.0)).gives(planned)]).await?;
    assert_eq!(committed.changes.len(), 2);
    let theirs = world.exchange(&other, "a").await?;
    let committed = world.commit(&other, vec![Doc::of("list", theirs).gives(ride("1", 10.0))]).await?;
    assert_eq!(committed.changes.len(), 1);
    Ok(())
}

async fn records_joined_before_they_were_ever_seen_are_one(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let documents = vec![
        Doc::of("list", exchange).gives(ride("1", 10.0)),
        Doc::of("detail", exchange).gives(ride("2", 10.0)),
        Doc::of("other", exchange).gives(ride("3", 10.0).same_as("1").same_as("2")),
    ];
    let committed = world.commit(&connection, documents).await?;
    assert_eq!(committed.changes.len(), 1);
    assert_eq!(world.store.keys(&committed.changes[0].record).await?, ["1", "2", "3"]);
    assert_eq!(world.told().await?, [event_type::RECORD_CREATED]);
    Ok(())
}
