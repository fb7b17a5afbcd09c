//! The two commits that make records.

use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::documents::{self, Place};
use super::weave::{Incoming, Weaver};
use super::{Sqlite, Tx, connections, queue, streams};
use crate::{Committed, Outcome, PageCommit, Pages, Renormalized, StoreError};

/// Facets are hashed and packed before the transaction begins: others wait for the writer.
fn incoming(outcomes: &[&Outcome], store: &Sqlite) -> Result<Vec<Vec<Incoming>>, StoreError> {
    let of = |outcome: &&Outcome| outcome.records.iter().map(|record| Incoming::new(record, &store.settings)).collect();
    outcomes.iter().map(of).collect()
}

async fn place_of(tx: &mut Tx, id: i64) -> Result<(Place, String), StoreError> {
    let row: Option<SqliteRow> = sqlx::query("SELECT endpoint, exchange, connection FROM documents WHERE id = ?")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    let row = row.ok_or_else(|| StoreError::not_found("document", id))?;
    let place = Place { id, endpoint: row.try_get("endpoint")?, exchange: row.try_get("exchange")? };
    Ok((place, row.try_get("connection")?))
}

#[async_trait]
impl Pages for Sqlite {
    async fn commit_page(&self, page: PageCommit) -> Result<Committed, StoreError> {
        let outcomes: Vec<&Outcome> = page.documents.iter().map(|document| &document.outcome).collect();
        let facets = incoming(&outcomes, self)?;
        let mut tx = self.write().await?;
        let pages = queue::advance(&mut tx, &page).await?;
        let connection = connections::load(&mut tx, &page.connection).await?;
        let tried = (page.version.as_str(), page.now);
        let mut committed = Committed::default();
        let mut weaver = Weaver::new(&connection, tried, &page.precedence, &self.settings);
        for (document, facets) in page.documents.iter().zip(facets) {
            let outcome = &document.outcome;
            let place =
                documents::insert(&mut tx, &connection, &page.stream, &document.document, outcome, tried).await?;
            for facet in facets {
                weaver.put(&mut tx, facet, &place).await?;
            }
            weaver.bury(&mut tx, &outcome.deleted, &place).await?;
            committed.quarantined += u64::from(outcome.failure.is_some());
            committed.documents.push(place.id);
        }
        committed.changes = weaver.finish(&mut tx).await?;
        streams::advance(&mut tx, &page, pages == 1).await?;
        tx.commit().await?;
        Ok(committed)
    }

    async fn commit_renormalized(&self, again: Renormalized) -> Result<Committed, StoreError> {
        let facets = incoming(&[&again.outcome], self)?;
        let mut tx = self.write().await?;
        if let Some(lease) = again.lease {
            queue::check(&mut tx, lease).await?;
        }
        let (place, connection) = place_of(&mut tx, again.document).await?;
        let connection = connections::load(&mut tx, &connection).await?;
        let tried = (again.version.as_str(), again.now);
        let mut weaver = Weaver::new(&connection, tried, &again.precedence, &self.settings);
        for facet in facets.into_iter().flatten() {
            weaver.put(&mut tx, facet, &place).await?;
        }
        if again.outcome.failure.is_none() {
            weaver.withdraw(&mut tx, &place).await?;
        }
        weaver.bury(&mut tx, &again.outcome.deleted, &place).await?;
        let changes = weaver.finish(&mut tx).await?;
        documents::retried(&mut tx, place.id, &again.outcome, tried).await?;
        tx.commit().await?;
        let quarantined = u64::from(again.outcome.failure.is_some());
        Ok(Committed { documents: vec![place.id], quarantined, changes })
    }
}
