//! Listing and counting documents.

use anyhow::Result;
use gearshift_store::{DocumentQuery, DocumentState};

use crate::world::{Doc, World};

crate::behaviours![documents_are_counted_by_state, documents_of_a_connection_are_paged];

async fn documents_are_counted_by_state(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let documents = vec![Doc::of("list", exchange), Doc::of("list", exchange), Doc::of("list", exchange).fails("trap")];
    world.commit(&connection, documents).await?;
    let counts = world.store.document_counts().await?;
    let counts: Vec<_> = counts.iter().map(|count| (count.state, count.count)).collect();
    assert_eq!(counts, [(DocumentState::Normalized, 2), (DocumentState::Quarantined, 1)]);
    Ok(())
}

async fn documents_of_a_connection_are_paged(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    for connection in [&ours, &other] {
        let exchange = world.exchange(connection, "a").await?;
        let documents = (0..5).map(|_| Doc::of("list", exchange)).collect();
        world.commit(connection, documents).await?;
    }
    let mut query =
        DocumentQuery { connection: Some(ours.id.clone()), newest_first: true, limit: 2, ..DocumentQuery::default() };
    let mut found = Vec::new();
    loop {
        let page = world.store.documents(&query).await?;
        found.extend(page.items.into_iter().map(|document| (document.id, document.parts.len())));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(found.len(), 5);
    assert!(found.windows(2).all(|pair| pair[0].0 > pair[1].0));
    assert!(found.iter().all(|(_, parts)| *parts == 1));
    Ok(())
}
