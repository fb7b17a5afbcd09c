//! The second half of the weaver: composing a record of its facets, making one record of two, and telling the world.

use gearshift_model::{Facet, Record, compose, content_hash};

use super::Tx;
use super::emit::{Subject, Told, emit};
use super::weave::{Age, Weaver};
use crate::codec::{pack, to_json, unpack};
use crate::{Change, ChangeKind, StoreError, event_type};

/// A record's row, as far as a comparison needs it.
struct Seen {
    kind: String,
    key: String,
    revision: i64,
    hash: String,
    deleted: bool,
}

/// A facet's row, as far as a composition needs it: endpoint, updated, exchange, body.
type FacetRow = (String, Option<i64>, i64, Vec<u8>);

fn facet((endpoint, updated, exchange, body): FacetRow) -> Result<Facet, StoreError> {
    Ok(Facet { record: unpack(body, "a facet")?, endpoint, updated, exchange })
}

impl Weaver<'_> {
    /// Composes a record anew and writes it where it is another one than the world saw.
    pub(super) async fn compose(&mut self, tx: &mut Tx, record: &str) -> Result<(), StoreError> {
        let rows: Vec<FacetRow> = sqlx::query_as(
            "SELECT endpoint, updated, exchange, body FROM facets WHERE record = ? ORDER BY exchange, endpoint",
        )
        .bind(record)
        .fetch_all(&mut **tx)
        .await?;
        let facets = rows.into_iter().map(facet).collect::<Result<Vec<_>, _>>()?;
        let seen = self.seen(tx, record).await?;
        match (compose(&facets, self.precedence), seen) {
            (Some(composed), Some(seen)) => self.update(tx, record, &composed, &seen).await,
            (Some(composed), None) => self.create(tx, record, &composed).await,
            (None, Some(seen)) if !seen.deleted => self.delete(tx, record, &seen, None).await,
            (None, Some(_)) => Ok(()),
            (None, None) => {
                // It never came to be, as where it was deleted before an old document was healed.
                sqlx::query("DELETE FROM record_keys WHERE record = ?").bind(record).execute(&mut **tx).await?;
                Ok(())
            }
        }
    }

    async fn create(&mut self, tx: &mut Tx, id: &str, composed: &Record) -> Result<(), StoreError> {
        let seq = self.tell(tx, id, composed, 1, ChangeKind::Created).await?;
        sqlx::query(
            "INSERT INTO records (id, connection, kind, key, revision, hash, seq, body, version, deleted, created, \
             changed) \
             VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, 0, ?, ?)",
        )
        .bind(id)
        .bind(&self.connection.id)
        .bind(&composed.kind)
        .bind(&composed.key)
        .bind(content_hash(composed))
        .bind(seq)
        .bind(pack(to_json(composed)?, self.settings)?)
        .bind(self.version)
        .bind(self.now)
        .bind(self.now)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn update(&mut self, tx: &mut Tx, id: &str, composed: &Record, seen: &Seen) -> Result<(), StoreError> {
        let hash = content_hash(composed);
        let body = pack(to_json(composed)?, self.settings)?;
        if hash == seen.hash && !seen.deleted {
            // What is no content, such as the provider's time of change, may be another; the world need not know.
            sqlx::query("UPDATE records SET key = ?, body = ?, version = ? WHERE id = ?")
                .bind(&composed.key)
                .bind(body)
                .bind(self.version)
                .bind(id)
                .execute(&mut **tx)
                .await?;
            return Ok(());
        }
        let kind = if seen.deleted { ChangeKind::Created } else { ChangeKind::Updated };
        let seq = self.tell(tx, id, composed, seen.revision + 1, kind).await?;
        sqlx::query(
            "UPDATE records SET key = ?, revision = ?, hash = ?, seq = ?, body = ?, version = ?, deleted = 0, \
             merged_into = NULL, changed = ? WHERE id = ?",
        )
        .bind(&composed.key)
        .bind(seen.revision + 1)
        .bind(hash)
        .bind(seq)
        .bind(body)
        .bind(self.version)
        .bind(self.now)
        .bind(id)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    /// Makes a tombstone. The row keeps its last content.
    async fn delete(&mut self, tx: &mut Tx, id: &str, seen: &Seen, into: Option<&str>) -> Result<(), StoreError> {
        let told = Told {
            id,
            kind: &seen.kind,
            key: &seen.key,
            revision: seen.revision + 1,
            deleted: true,
            merged_into: into,
            data: None,
        };
        let seq = self.event(tx, told, ChangeKind::Deleted).await?;
        sqlx::query("UPDATE records SET deleted = 1, revision = ?, seq = ?, merged_into = ?, changed = ? WHERE id = ?")
            .bind(seen.revision + 1)
            .bind(seq)
            .bind(into)
            .bind(self.now)
            .bind(id)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    async fn tell(
        &mut self,
        tx: &mut Tx,
        id: &str,
        record: &Record,
        revision: i64,
        kind: ChangeKind,
    ) -> Result<i64, StoreError> {
        let told = Told {
            id,
            kind: &record.kind,
            key: &record.key,
            revision,
            deleted: false,
            merged_into: None,
            data: Some(record),
        };
        self.event(tx, told, kind).await
    }

    async fn event(&mut self, tx: &mut Tx, told: Told<'_>, kind: ChangeKind) -> Result<i64, StoreError> {
        let event_type = match kind {
            ChangeKind::Created => event_type::RECORD_CREATED,
            ChangeKind::Updated => event_type::RECORD_UPDATED,
            ChangeKind::Deleted => event_type::RECORD_DELETED,
        };
        self.changes.push(Change { record: told.id.to_owned(), revision: told.revision, kind });
        emit(tx, self.connection, event_type, Subject::Record(told), self.now, self.settings).await
    }

    async fn seen(&self, tx: &mut Tx, record: &str) -> Result<Option<Seen>, StoreError> {
        let row: Option<(String, String, i64, String, bool)> =
            sqlx::query_as("SELECT kind, key, revision, hash, deleted FROM records WHERE id = ?")
                .bind(record)
                .fetch_optional(&mut **tx)
                .await?;
        Ok(row.map(|(kind, key, revision, hash, deleted)| Seen { kind, key, revision, hash, deleted }))
    }

    /// Makes one record of two: keys and facets move, the later of two facets of one endpoint stays, and the world is
    /// told.
    pub(super) async fn join(&mut self, tx: &mut Tx, from: &str, into: &str) -> Result<(), StoreError> {
        sqlx::query("UPDATE record_keys SET record = ? WHERE record = ?")
            .bind(into)
            .bind(from)
            .execute(&mut **tx)
            .await?;
        let moving: Vec<(String, Option<i64>, i64, i64)> =
            sqlx::query_as("SELECT endpoint, updated, exchange, document FROM facets WHERE record = ?")
                .bind(from)
                .fetch_all(&mut **tx)
                .await?;
        for (endpoint, updated, exchange, document) in moving {
            let standing: Option<(Option<i64>, i64, i64)> =
                sqlx::query_as("SELECT updated, exchange, document FROM facets WHERE record = ? AND endpoint = ?")
                    .bind(into)
                    .bind(&endpoint)
                    .fetch_optional(&mut **tx)
                    .await?;
            let new = Age { updated, exchange, document };
            let stays = standing
                .is_some_and(|(updated, exchange, document)| !new.replaces(Age { updated, exchange, document }));
            let loser = if stays { from } else { into };
            sqlx::query("DELETE FROM facets WHERE record = ? AND endpoint = ?")
                .bind(loser)
                .bind(&endpoint)
                .execute(&mut **tx)
                .await?;
        }
        sqlx::query("UPDATE facets SET record = ? WHERE record = ?").bind(into).bind(from).execute(&mut **tx).await?;
        if let Some(seen) = self.seen(tx, from).await? {
            // The survivor was made first, so it has a row wherever the other has one.
            if !seen.deleted {
                self.delete(tx, from, &seen, Some(into)).await?;
            }
            sqlx::query("UPDATE records SET merged_into = ?1 WHERE id = ?2 OR merged_into = ?2")
                .bind(into)
                .bind(from)
                .execute(&mut **tx)
                .await?;
        }
        self.touched.remove(from);
        self.touched.insert(into.to_owned());
        if self.given.remove(from) {
            self.given.insert(into.to_owned());
        }
        Ok(())
    }
}
