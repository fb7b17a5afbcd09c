//! Tombstones.

use anyhow::Result;
use gearshift_store::{ChangeKind, Outcome, RecordQuery, event_type};

use crate::world::{Doc, V2, World, ride};

crate::behaviours![
    a_deletion_makes_a_revision_and_an_event,
    a_deletion_of_what_is_unknown_or_gone_tells_nothing,
    a_deleted_record_that_comes_back_goes_on_counting,
    a_deletion_without_a_kind_takes_every_kind,
    what_was_deleted_does_not_come_back_by_healing,
    an_old_deletion_does_not_take_what_came_later,
];

async fn a_deletion_makes_a_revision_and_an_event(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let exchange = world.exchange(&connection, "b").await?;
    let committed =
        world.commit(&connection, vec![Doc::of("deleted", exchange).deletes(Some("activity"), "1")]).await?;
    assert_eq!((committed.changes[0].kind, committed.changes[0].revision), (ChangeKind::Deleted, 2));
    let gone = world.store.record(&made.changes[0].record).await?.unwrap();
    assert!(gone.deleted && gone.merged_into.is_none());
    assert!(world.store.provenance(&gone.id).await?.is_empty());
    let live = RecordQuery { connection: connection.id, ..RecordQuery::default() };
    assert!(world.store.records(&live).await?.items.is_empty());
    Ok(())
}

async fn a_deletion_of_what_is_unknown_or_gone_tells_nothing(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for body in ["a", "b"] {
        let exchange = world.exchange(&connection, body).await?;
        let committed = world.commit(&connection, vec![Doc::of("deleted", exchange).deletes(None, "1")]).await?;
        assert_eq!(committed.changes, []);
    }
    Ok(())
}

async fn a_deleted_record_that_comes_back_goes_on_counting(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let give = |exchange| vec![Doc::of("list", exchange).gives(ride("1", 10.0))];
    let exchange = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, give(exchange)).await?;
    let exchange = world.exchange(&connection, "b").await?;
    world.commit(&connection, vec![Doc::of("deleted", exchange).deletes(None, "1")]).await?;
    let exchange = world.exchange(&connection, "a").await?;
    let back = world.commit(&connection, give(exchange)).await?;
    assert_eq!(back.changes[0].record, made.changes[0].record);
    assert_eq!((back.changes[0].revision, back.changes[0].kind), (3, ChangeKind::Created));
    let told = [event_type::RECORD_CREATED, event_type::RECORD_DELETED, event_type::RECORD_CREATED];
    assert_eq!(world.told().await?, told);
    Ok(())
}

async fn a_deletion_without_a_kind_takes_every_kind(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let mut planned = ride("1", 10.0);
    planned.kind = "planned-workout".to_owned();
    world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0)).gives(planned)]).await?;
    let exchange = world.exchange(&connection, "b").await?;
    let committed = world.commit(&connection, vec![Doc::of("deleted", exchange).deletes(None, "1")]).await?;
    assert_eq!(committed.changes.len(), 2);
    Ok(())
}

async fn what_was_deleted_does_not_come_back_by_healing(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "unreadable").await?;
    let quarantined = world.commit(&connection, vec![Doc::of("list", exchange).fails("changed")]).await?;
    let exchange = world.exchange(&connection, "b").await?;
    world.commit(&connection, vec![Doc::of("deleted", exchange).deletes(Some("activity"), "old-1")]).await?;
    for key in ["old-1", "new-1"] {
        let mut record = ride(key, 10.0);
        record.same_as = vec!["old-1".to_owned()];
        let healed = world.again(quarantined.documents[0], V2, Outcome::normalized(vec![record])).await?;
        assert_eq!(healed.changes, []);
    }
    assert!(world.told().await?.is_empty());
    Ok(())
}

async fn an_old_deletion_does_not_take_what_came_later(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "unreadable deletion").await?;
    let quarantined = world.commit(&connection, vec![Doc::of("deleted", exchange).fails("changed")]).await?;
    let exchange = world.exchange(&connection, "a").await?;
    world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let outcome =
        Outcome { deleted: vec![gearshift_store::Tombstone { kind: None, key: "1".to_owned() }], ..Outcome::default() };
    assert_eq!(world.again(quarantined.documents[0], V2, outcome).await?.changes, []);
    assert!(!world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap().deleted);
    Ok(())
}
