//! The commit of a page.

use anyhow::Result;
use gearshift_model::{Series, Window};
use gearshift_store::{ChangeKind, JobEnd, PageCommit, RecordQuery, event_type};

use crate::world::{Doc, Said, V1, World, ride, value};

crate::behaviours![
    a_page_brings_documents_records_events_and_its_cursor,
    an_unchanged_page_adds_documents_and_nothing_else,
    a_changed_answer_makes_one_more_revision,
    a_summary_after_the_detail_takes_nothing_away,
    the_providers_own_time_of_change_decides_before_arrival,
    one_page_makes_one_revision_of_a_record,
    a_lost_lease_writes_nothing,
    anothers_exchange_is_refused_and_nothing_is_written,
    a_watermark_holds_from_the_end_of_its_pull,
    a_watermark_of_a_pull_that_never_ended_is_forgotten,
    a_page_that_was_called_complete_is_remembered,
    a_record_with_long_series_comes_back_whole,
    records_are_listed_by_their_last_change,
    provenance_names_documents_exchanges_and_versions,
];

async fn a_page_brings_documents_records_events_and_its_cursor(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let exchange = world.exchange(&connection, "page 1").await?;
    let page = PageCommit {
        cursor: Some("page=2".to_owned()),
        ..world.page(&connection, &lease, vec![Doc::of("list", exchange).gives(ride("1", 10.0)).gives(ride("2", 20.0))])
    };
    let committed = world.store.commit_page(page).await?;
    assert_eq!(committed.documents.len(), 1);
    assert_eq!(committed.changes.len(), 2);
    assert!(committed.changes.iter().all(|change| change.kind == ChangeKind::Created && change.revision == 1));
    assert_eq!(world.store.job(lease.job.id).await?.unwrap().cursor.as_deref(), Some("page=2"));
    let state = world.store.stream_state(&connection.id, "rides").await?.unwrap();
    assert_eq!((state.cursor.as_deref(), state.completed), (Some("page=2"), None));
    assert_eq!(world.told().await?, [event_type::RECORD_CREATED; 2]);
    let first = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap();
    assert_eq!(value(&first.record, "distance"), Some(10.0));
    assert_eq!((first.version.as_str(), first.provider.as_str()), (V1, "RIDES"));
    Ok(())
}

async fn an_unchanged_page_adds_documents_and_nothing_else(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for round in 0..3 {
        let exchange = world.exchange(&connection, "the same").await?;
        let committed = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
        assert_eq!(committed.changes.len(), usize::from(round == 0));
    }
    assert_eq!(world.told().await?.len(), 1);
    let record = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap();
    assert_eq!(record.revision, 1);
    assert_eq!(world.store.document_counts().await?[0].count, 3);
    Ok(())
}

async fn a_changed_answer_makes_one_more_revision(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for distance in [10.0, 11.0] {
        let exchange = world.exchange(&connection, &distance.to_string()).await?;
        world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", distance))]).await?;
    }
    let record = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap();
    assert_eq!((record.revision, value(&record.record, "distance")), (2, Some(11.0)));
    assert_eq!(world.told().await?, [event_type::RECORD_CREATED, event_type::RECORD_UPDATED]);
    Ok(())
}

async fn a_summary_after_the_detail_takes_nothing_away(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let detail = world.exchange(&connection, "detail").await?;
    world
        .commit(&connection, vec![Doc::of("detail", detail).gives(ride("1", 10.5).measures("power-average", 200.0))])
        .await?;
    let list = world.exchange(&connection, "list").await?;
    let committed = world.commit(&connection, vec![Doc::of("list", list).gives(ride("1", 10.0))]).await?;
    assert_eq!(committed.changes, []);
    let record = world.store.record_by_key(&connection.id, "activity", "1").await?.unwrap().record;
    assert_eq!((value(&record, "distance"), value(&record, "power-average")), (Some(10.5), Some(200.0)));
    Ok(())
}

async fn the_providers_own_time_of_change_decides_before_arrival(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let give = |exchange, distance, at| vec![Doc::of("list", exchange).gives(ride("1", distance).updated(at))];
    let newer = world.exchange(&connection, "a").await?;
    world.commit(&connection, give(newer, 12.0, 2_000)).await?;
    let stale = world.exchange(&connection, "b").await?;
    let committed = world.commit(&connection, give(stale, 9.0, 1_000)).await?;
    assert_eq!(committed.changes, []);
    let latest = world.exchange(&connection, "c").await?;
    assert_eq!(world.commit(&connection, give(latest, 13.0, 2_000)).await?.changes.len(), 1);
    Ok(())
}

async fn one_page_makes_one_revision_of_a_record(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let list = world.exchange(&connection, "list").await?;
    let detail = world.exchange(&connection, "detail").await?;
    let documents = vec![
        Doc::of("list", list).gives(ride("1", 10.0)),
        Doc::of("detail", detail).gives(ride("1", 10.5).measures("power-average", 200.0)),
    ];
    let committed = world.commit(&connection, documents).await?;
    assert_eq!(committed.changes.len(), 1);
    assert_eq!(committed.changes[0].revision, 1);
    Ok(())
}

async fn a_lost_lease_writes_nothing(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let exchange = world.exchange(&connection, "late").await?;
    let late = world.store.claim(world.now() + 120_000, 60_000, "other").await?.unwrap();
    assert_eq!(late.job.id, lease.job.id);
    let page = world.page(&connection, &lease, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]);
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "fenced");
    assert!(world.told().await?.is_empty());
    assert!(world.store.document_counts().await?.is_empty());
    assert_eq!(world.store.stream_state(&connection.id, "rides").await?, None);
    let page = world.page(&connection, &late, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]);
    assert_eq!(world.store.commit_page(page).await?.changes.len(), 1);
    Ok(())
}

async fn anothers_exchange_is_refused_and_nothing_is_written(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    let theirs = world.exchange(&other, "private").await?;
    let lease = world.pull(&ours).await?;
    let page = world.page(&ours, &lease, vec![Doc::of("list", theirs).gives(ride("1", 10.0))]);
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "not-found");
    assert!(world.store.document_counts().await?.is_empty());
    let page = world.page(&other, &lease, vec![Doc::of("list", theirs)]);
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "fenced", "the lease is for ours");
    Ok(())
}

async fn a_watermark_holds_from_the_end_of_its_pull(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let first = PageCommit {
        cursor: Some("2".to_owned()),
        watermark: Some("w-1".to_owned()),
        ..world.page(&connection, &lease, Vec::new())
    };
    world.store.commit_page(first).await?;
    assert_eq!(world.store.stream_state(&connection.id, "rides").await?.unwrap().watermark, None);
    world.store.commit_page(world.page(&connection, &lease, Vec::new())).await?;
    let state = world.store.stream_state(&connection.id, "rides").await?.unwrap();
    assert_eq!((state.watermark.as_deref(), state.cursor), (Some("w-1"), None));
    assert!(state.completed.is_some());
    world.store.reset_stream(&connection.id, "rides").await?;
    assert!(world.store.stream_states(&connection.id).await?.is_empty());
    Ok(())
}

async fn a_watermark_of_a_pull_that_never_ended_is_forgotten(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let first = PageCommit {
        cursor: Some("2".to_owned()),
        watermark: Some("never".to_owned()),
        ..world.page(&connection, &lease, Vec::new())
    };
    world.store.commit_page(first).await?;
    world.store.finish(lease.fence(), JobEnd::Dead { reason: "test".to_owned() }, world.now()).await?;
    world.commit(&connection, Vec::new()).await?;
    assert_eq!(world.store.stream_state(&connection.id, "rides").await?.unwrap().watermark, None);
    Ok(())
}

async fn a_page_that_was_called_complete_is_remembered(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let window = Window { start: 1, end: 2 };
    let page = PageCommit { complete: Some(window), ..world.page(&connection, &lease, Vec::new()) };
    world.store.commit_page(page).await?;
    let state = world.store.stream_state(&connection.id, "rides").await?.unwrap();
    assert_eq!((state.complete, state.schema), (Some(window), 1));
    Ok(())
}

async fn a_record_with_long_series_comes_back_whole(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let mut long = ride("1", 10.0);
    long.series.push(Series {
        metric: "power".to_owned(),
        offsets: (0..20_000).map(|second| second * 1_000).collect(),
        spans: Vec::new(),
        values: (0..20_000).map(|second| f64::from(second % 400)).collect(),
    });
    let exchange = world.exchange(&connection, "streams").await?;
    let committed = world.commit(&connection, vec![Doc::of("detail", exchange).gives(long.clone())]).await?;
    let stored = world.store.record(&committed.changes[0].record).await?.unwrap();
    assert_eq!(stored.record.series, long.series);
    let event = world.store.events(None, None, 1).await?.items.remove(0);
    let body: serde_json::Value = serde_json::from_str(&event.body)?;
    assert_eq!(body["record"]["data"]["series"][0]["values"].as_array().map(Vec::len), Some(20_000));
    Ok(())
}

async fn records_are_listed_by_their_last_change(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for (key, distance) in [("1", 10.0), ("2", 20.0), ("3", 30.0), ("1", 11.0)] {
        let exchange = world.exchange(&connection, key).await?;
        world.commit(&connection, vec![Doc::of("list", exchange).gives(ride(key, distance))]).await?;
    }
    let query = RecordQuery { connection: connection.id.clone(), limit: 2, ..RecordQuery::default() };
    let first = world.store.records(&query).await?;
    let rest = world.store.records(&RecordQuery { after: first.next, ..query.clone() }).await?;
    assert_eq!(rest.next, None);
    let keys: Vec<String> = first.items.into_iter().chain(rest.items).map(|record| record.key).collect();
    assert_eq!(keys, ["2", "3", "1"]);
    let none = world.store.records(&RecordQuery { kind: Some("sleep".to_owned()), ..query }).await?;
    assert!(none.items.is_empty());
    assert_eq!(world.store.record_counts().await?, [("activity".to_owned(), 3)]);
    Ok(())
}

async fn provenance_names_documents_exchanges_and_versions(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let list = world.exchange(&connection, "list").await?;
    let (detail, streams) = (world.exchange(&connection, "detail").await?, world.exchange(&connection, "s").await?);
    let documents = vec![
        Doc::of("list", list).gives(ride("1", 10.0)),
        Doc::of("detail", detail).also("streams", streams, Some((3, 9))).gives(ride("1", 10.5).updated(77)),
    ];
    let committed = world.commit(&connection, documents).await?;
    let origins = world.store.provenance(&committed.changes[0].record).await?;
    assert_eq!(origins.len(), 2);
    assert_eq!((origins[0].endpoint.as_str(), &origins[0].exchanges), ("detail", &vec![detail, streams]));
    assert_eq!((origins[0].document, origins[0].updated), (committed.documents[1], Some(77)));
    assert_eq!((origins[1].endpoint.as_str(), origins[1].version.as_str()), ("list", V1));
    let document = world.store.document(committed.documents[1]).await?.unwrap();
    assert_eq!(document.parts[1].range, Some((3, 9)));
    Ok(())
}
