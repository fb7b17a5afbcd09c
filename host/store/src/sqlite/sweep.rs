//! Retention, and the collection of bodies that no row names.

use super::rows::count;
use super::{Sqlite, Tx};
use crate::codec::to_json;
use crate::{Collected, Retention, StoreError};

/// How many rows a transaction deletes: others wait for the writer meanwhile. 500 take about 10 ms.
const BATCH: i64 = 500;

impl Sqlite {
    pub(super) async fn sweep(&self, now: i64, retention: &Retention) -> Result<Collected, StoreError> {
        let mut collected = Collected::default();
        let providers: Vec<String> = sqlx::query_scalar(
            "SELECT provider FROM exchanges UNION SELECT provider FROM documents UNION SELECT provider FROM inbound",
        )
        .fetch_all(&self.readers)
        .await?;
        for provider in providers {
            let own = retention.providers.iter().find(|(name, _)| *name == provider);
            let before = now.saturating_sub(own.map_or(retention.default, |(_, time)| *time));
            collected.exchanges += self.sweep_exchanges(&provider, before).await?;
            collected.documents += self.sweep_documents(&provider, before).await?;
            collected.inbound += self.sweep_inbound(&provider, before).await?;
        }
        self.sweep_bodies(&mut collected).await?;
        self.sweep_files(&mut collected).await?;
        Ok(collected)
    }

    async fn sweep_exchanges(&self, provider: &str, before: i64) -> Result<u64, StoreError> {
        self.in_batches(
            "DELETE FROM exchanges WHERE id IN (SELECT id FROM exchanges WHERE provider = ?1 AND fetched_at < ?2 \
             AND NOT EXISTS (SELECT 1 FROM document_parts JOIN documents ON documents.id = document_parts.document \
                 WHERE document_parts.exchange = exchanges.id AND documents.state = 'quarantined') \
             AND NOT EXISTS (SELECT 1 FROM pushes WHERE pushes.exchange = exchanges.id AND NOT EXISTS \
                 (SELECT 1 FROM document_parts WHERE document_parts.exchange = exchanges.id)) \
             AND id NOT IN (SELECT value FROM jobs, json_each(jobs.evidence) WHERE jobs.state = 'held') LIMIT ?3)",
            provider,
            before,
        )
        .await
    }

    /// A document may go when nothing can be read from it any more and no record is made of it.
    async fn sweep_documents(&self, provider: &str, before: i64) -> Result<u64, StoreError> {
        self.in_batches(
            "DELETE FROM documents WHERE id IN (SELECT id FROM documents WHERE provider = ?1 AND state = 'normalized' \
             AND created < ?2 AND NOT EXISTS (SELECT 1 FROM facets WHERE facets.document = documents.id) \
             AND NOT EXISTS (SELECT 1 FROM document_parts JOIN exchanges ON exchanges.id = document_parts.exchange \
                 WHERE document_parts.document = documents.id) LIMIT ?3)",
            provider,
            before,
        )
        .await
    }

    async fn sweep_inbound(&self, provider: &str, before: i64) -> Result<u64, StoreError> {
        self.in_batches(
            "DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE provider = ?1 AND received < ?2 \
             AND state <> 'quarantined' LIMIT ?3)",
            provider,
            before,
        )
        .await
    }

    async fn in_batches(&self, statement: &'static str, provider: &str, before: i64) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let done = sqlx::query(statement).bind(provider).bind(before).bind(BATCH).execute(&self.writer).await?;
            if done.rows_affected() == 0 {
                return Ok(total);
            }
            total += done.rows_affected();
        }
    }

    async fn sweep_bodies(&self, collected: &mut Collected) -> Result<(), StoreError> {
        loop {
            let _alone = self.bodies.write().await;
            let mut tx = self.write().await?;
            let gone = Self::drop_body_rows(&mut tx, None).await?;
            tx.commit().await?;
            if gone.is_empty() {
                return Ok(());
            }
            collected.bodies += gone.len() as u64;
            collected.bytes += gone.iter().map(|(_, stored)| count(*stored)).sum::<u64>();
            self.archive.remove(gone.into_iter().map(|(hash, _)| hash).collect()).await?;
        }
    }

    /// Deletes rows of bodies that no exchange and no call names: of these hashes, or of all as many as a batch takes.
    /// The caller holds `bodies` alone, and removes the files once this is committed.
    pub(super) async fn drop_body_rows(
        tx: &mut Tx,
        hashes: Option<&[String]>,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let unnamed = match hashes {
            Some(hashes) => sqlx::query_as(
                "DELETE FROM bodies WHERE hash IN (SELECT value FROM json_each(?)) \
                 AND NOT EXISTS (SELECT 1 FROM exchanges WHERE body_hash = hash) \
                 AND NOT EXISTS (SELECT 1 FROM inbound WHERE body_hash = hash) RETURNING hash, stored",
            )
            .bind(to_json(hashes)?),
            None => sqlx::query_as(
                "DELETE FROM bodies WHERE hash IN (SELECT hash FROM bodies \
                 WHERE NOT EXISTS (SELECT 1 FROM exchanges WHERE body_hash = hash) \
                 AND NOT EXISTS (SELECT 1 FROM inbound WHERE body_hash = hash) LIMIT ?) RETURNING hash, stored",
            )
            .bind(BATCH),
        };
        Ok(unnamed.fetch_all(&mut **tx).await?)
    }

    /// Removes files that have no row: what a crash left between the one and the other.
    async fn sweep_files(&self, collected: &mut Collected) -> Result<(), StoreError> {
        for folder in self.archive.folders().await? {
            let _alone = self.bodies.write().await;
            let old = self.archive.older_than(folder.clone(), self.settings.orphan_grace).await?;
            let hashes: Vec<&String> = old.iter().map(|(hash, _)| hash).collect();
            let orphans: Vec<String> =
                sqlx::query_scalar("SELECT value FROM json_each(?) WHERE value NOT IN (SELECT hash FROM bodies)")
                    .bind(to_json(&hashes)?)
                    .fetch_all(&self.readers)
                    .await?;
            collected.bodies += orphans.len() as u64;
            collected.bytes += old.iter().filter(|(hash, _)| orphans.contains(hash)).map(|(_, size)| size).sum::<u64>();
            self.archive.remove(orphans).await?;
        }
        Ok(())
    }
}
