//! Quarantine, and documents that are normalized again.

use anyhow::Result;
use gearshift_store::{ChangeKind, DocumentQuery, DocumentState, Outcome, Renormalized};

use crate::world::{Doc, Said, V1, V2, World, failure, pull_of, ride, value};

crate::behaviours![
    a_document_that_cannot_be_read_is_kept_with_the_reason,
    the_good_parts_of_a_bad_document_go_on,
    a_healed_document_brings_its_records_and_events,
    healing_twice_changes_nothing_the_second_time,
    healing_never_buries_what_is_newer,
    an_unchanged_poll_makes_its_facet_newer,
    another_version_takes_the_place_of_its_own_documents_facet,
    what_a_document_no_longer_gives_is_deleted,
    what_another_document_still_gives_is_not_deleted,
    a_version_that_fails_leaves_what_was_there,
    the_quarantine_is_read_oldest_first_and_once_a_version,
    a_healer_that_lost_its_lease_writes_nothing,
];

fn quarantine() -> DocumentQuery {
    DocumentQuery { state: Some(DocumentState::Quarantined), ..DocumentQuery::default() }
}

/// A quarantined document of the list.
async fn unreadable(world: &World, connection: &gearshift_store::Connection) -> Result<i64> {
    let exchange = world.exchange(connection, "unreadable").await?;
    let committed = world.commit(connection, vec![Doc::of("list", exchange).fails("changed")]).await?;
    assert_eq!(committed.quarantined, 1);
    Ok(committed.documents[0])
}

async fn a_document_that_cannot_be_read_is_kept_with_the_reason(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = unreadable(world, &connection).await?;
    let document = world.store.document(id).await?.unwrap();
    assert_eq!(document.state, DocumentState::Quarantined);
    assert_eq!(document.failure, Some(failure("changed")));
    assert_eq!((document.tried_by.as_str(), document.normalized_by), (V1, None));
    assert_eq!(world.store.body(document.parts[0].exchange).await?, b"unreadable");
    assert_eq!(document.subject["provider"], "RIDES");
    Ok(())
}

async fn the_good_parts_of_a_bad_document_go_on(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "half").await?;
    let half = Doc::of("list", exchange).gives(ride("1", 10.0)).fails("invalid-record");
    let committed = world.commit(&connection, vec![half]).await?;
    assert_eq!((committed.changes.len(), committed.quarantined), (1, 1));
    Ok(())
}

async fn a_healed_document_brings_its_records_and_events(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = unreadable(world, &connection).await?;
    let healed = world.again(id, V2, Outcome::normalized(vec![ride("1", 10.0)])).await?;
    assert_eq!(healed.changes[0].kind, ChangeKind::Created);
    let document = world.store.document(id).await?.unwrap();
    assert_eq!((document.state, document.failure), (DocumentState::Normalized, None));
    assert_eq!((document.normalized_by.as_deref(), document.version.as_str()), (Some(V2), V1));
    assert_eq!(world.store.provenance(&healed.changes[0].record).await?[0].version, V2);
    assert_eq!(world.told().await?.len(), 1);
    assert!(world.store.documents(&quarantine()).await?.items.is_empty());
    Ok(())
}

async fn healing_twice_changes_nothing_the_second_time(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = unreadable(world, &connection).await?;
    for round in 0..2 {
        let healed = world.again(id, V2, Outcome::normalized(vec![ride("1", 10.0)])).await?;
        assert_eq!(healed.changes.len(), usize::from(round == 0));
    }
    Ok(())
}

async fn healing_never_buries_what_is_newer(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = unreadable(world, &connection).await?;
    let exchange = world.exchange(&connection, "newer").await?;
    world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 20.0))]).await?;
    let healed = world.again(id, V2, Outcome::normalized(vec![ride("1", 10.0), ride("2", 5.0)])).await?;
    assert_eq!(healed.changes.len(), 1, "only what is not known better");
    let record = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap();
    assert_eq!((value(&record.record, "distance"), record.revision), (Some(20.0), 1));
    Ok(())
}

async fn an_unchanged_poll_makes_its_facet_newer(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let give = |exchange| vec![Doc::of("list", exchange).gives(ride("1", 20.0))];
    let exchange = world.exchange(&connection, "same").await?;
    world.commit(&connection, give(exchange)).await?;
    let between = unreadable(world, &connection).await?;
    let exchange = world.exchange(&connection, "same").await?;
    world.commit(&connection, give(exchange)).await?;
    assert_eq!(world.again(between, V2, Outcome::normalized(vec![ride("1", 10.0)])).await?.changes, []);
    Ok(())
}

async fn another_version_takes_the_place_of_its_own_documents_facet(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0).updated(9))]).await?;
    let corrected = ride("1", 10_000.0).updated(5);
    let again = world.again(made.documents[0], V2, Outcome::normalized(vec![corrected])).await?;
    assert_eq!((again.changes[0].revision, again.changes[0].kind), (2, ChangeKind::Updated));
    assert_eq!(world.store.record(&made.changes[0].record).await?.unwrap().version, V2);
    Ok(())
}

async fn what_a_document_no_longer_gives_is_deleted(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let documents = vec![Doc::of("list", exchange).gives(ride("1", 10.0)).gives(ride("phantom", 0.0))];
    let made = world.commit(&connection, documents).await?;
    let again = world.again(made.documents[0], V2, Outcome::normalized(vec![ride("1", 10.0)])).await?;
    assert_eq!(again.changes.len(), 1);
    assert_eq!(again.changes[0].kind, ChangeKind::Deleted);
    assert!(world.store.record_by_key(&connection.id, "activity", "phantom").await?.unwrap().deleted);
    Ok(())
}

async fn what_another_document_still_gives_is_not_deleted(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let documents =
        vec![Doc::of("list", exchange).gives(ride("1", 10.0)), Doc::of("detail", exchange).gives(ride("1", 10.5))];
    let made = world.commit(&connection, documents).await?;
    let again = world.again(made.documents[1], V2, Outcome::default()).await?;
    assert_eq!(again.changes[0].kind, ChangeKind::Updated);
    let record = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap();
    assert_eq!(value(&record.record, "distance"), Some(10.0));
    Ok(())
}

async fn a_version_that_fails_leaves_what_was_there(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let again = world.again(made.documents[0], V2, Outcome::quarantined(failure("trap"))).await?;
    assert_eq!((again.changes.len(), again.quarantined), (0, 1));
    let document = world.store.document(made.documents[0]).await?.unwrap();
    assert_eq!((document.normalized_by.as_deref(), document.tried_by.as_str()), (Some(V1), V2));
    assert!(!world.store.record(&made.changes[0].record).await?.unwrap().deleted);
    Ok(())
}

async fn the_quarantine_is_read_oldest_first_and_once_a_version(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection_of("other", "SLEEPS").await?);
    let (first, second) = (unreadable(world, &ours).await?, unreadable(world, &ours).await?);
    unreadable(world, &other).await?;
    let query = DocumentQuery {
        provider: Some("RIDES".to_owned()),
        auth_id: Some("oauth2".to_owned()),
        not_tried_by: Some(V2.to_owned()),
        limit: 1,
        ..quarantine()
    };
    let page = world.store.documents(&query).await?;
    assert_eq!((page.items[0].id, page.next), (first, Some(first)));
    world.again(first, V2, Outcome::quarantined(failure("changed"))).await?;
    let left = world.store.documents(&query).await?;
    assert_eq!((left.items[0].id, left.next), (second, None));
    let by_project = DocumentQuery { project: Some("other".to_owned()), newest_first: true, ..quarantine() };
    assert_eq!(world.store.documents(&by_project).await?.items.len(), 1);
    Ok(())
}

async fn a_healer_that_lost_its_lease_writes_nothing(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = unreadable(world, &connection).await?;
    world.store.enqueue(pull_of(&connection), world.now()).await?;
    let lease = world.claim().await?;
    world.store.cancel_jobs(&connection.id, "test", world.now()).await?;
    let late = Renormalized {
        lease: Some(lease.fence()),
        document: id,
        outcome: Outcome::normalized(vec![ride("1", 10.0)]),
        version: V2.to_owned(),
        precedence: Vec::new(),
        now: world.now(),
    };
    assert_eq!(world.store.commit_renormalized(late).await.unwrap_err().code(), "fenced");
    assert!(world.told().await?.is_empty());
    assert_eq!(world.again(id + 1, V2, Outcome::default()).await.unwrap_err().code(), "not-found");
    Ok(())
}
