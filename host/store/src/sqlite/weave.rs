//! Facets in, records and events out, within one transaction.
//!
//! The weaver takes what documents give, finds the record of each by its keys, and notes which records it touched. At
//! the end, and only once a record, each touched one is composed anew (compose.rs) and compared with what the world saw
//! last.

use std::collections::{BTreeSet, HashSet};

use gearshift_model::Record;
use uuid::Uuid;

use super::Tx;
use super::documents::Place;
use crate::codec::{pack, sha256, to_json};
use crate::{Change, Connection, Settings, StoreError, Tombstone};

/// A record that normalize returned, ready to be written.
pub(super) struct Incoming {
    kind: String,
    key: String,
    same_as: Vec<String>,
    updated: Option<i64>,
    hash: String,
    body: Vec<u8>,
}

impl Incoming {
    pub(super) fn new(record: &Record, settings: &Settings) -> Result<Self, StoreError> {
        let json = to_json(record)?;
        Ok(Self {
            kind: record.kind.clone(),
            key: record.key.clone(),
            same_as: record.same_as.clone(),
            updated: record.updated,
            hash: sha256(json.as_bytes()),
            body: pack(json, settings)?,
        })
    }
}

/// What decides which of two facets is the later one.
#[derive(Clone, Copy)]
pub(super) struct Age {
    pub(super) updated: Option<i64>,
    pub(super) exchange: i64,
    pub(super) document: i64,
}

impl Age {
    /// By the provider's own word where both have it, else by arrival; a document always takes its own place.
    pub(super) fn replaces(self, old: Age) -> bool {
        if self.document == old.document {
            return true;
        }
        match (self.updated, old.updated) {
            (Some(new), Some(old)) if new != old => new > old,
            _ => self.exchange >= old.exchange,
        }
    }
}

/// Collects what a transaction does to the records of one connection.
pub(super) struct Weaver<'a> {
    pub(super) connection: &'a Connection,
    pub(super) version: &'a str,
    pub(super) now: i64,
    pub(super) precedence: &'a [String],
    pub(super) settings: &'a Settings,
    /// In the order of ids, so that the same page always makes the same events in the same order.
    pub(super) touched: BTreeSet<String>,
    /// Records that the documents of this transaction gave something to.
    pub(super) given: HashSet<String>,
    pub(super) changes: Vec<Change>,
}

impl<'a> Weaver<'a> {
    pub(super) fn new(
        connection: &'a Connection,
        (version, now): (&'a str, i64),
        precedence: &'a [String],
        settings: &'a Settings,
    ) -> Self {
        Self {
            connection,
            version,
            now,
            precedence,
            settings,
            touched: BTreeSet::new(),
            given: HashSet::new(),
            changes: Vec::new(),
        }
    }

    /// Puts a facet in its place, unless a later one is there or the thing was deleted after it.
    pub(super) async fn put(&mut self, tx: &mut Tx, facet: Incoming, place: &Place) -> Result<(), StoreError> {
        let record = self.resolve(tx, &facet).await?;
        self.given.insert(record.clone());
        if self.buried_after(tx, &record).await?.is_some_and(|exchange| exchange >= place.exchange) {
            self.touched.insert(record);
            return Ok(());
        }
        let present: Option<(Option<i64>, i64, i64, String, String)> = sqlx::query_as(
            "SELECT updated, exchange, document, hash, version FROM facets WHERE record = ? AND endpoint = ?",
        )
        .bind(&record)
        .bind(&place.endpoint)
        .fetch_optional(&mut **tx)
        .await?;
        let new = Age { updated: facet.updated, exchange: place.exchange, document: place.id };
        if let Some((updated, exchange, document, hash, version)) = present {
            if !new.replaces(Age { updated, exchange, document }) {
                return Ok(());
            }
            if hash == facet.hash {
                // The same content, known to hold until later: nothing older may take its place from now on.
                if version != self.version {
                    self.touched.insert(record.clone());
                }
                return self.renew(tx, &record, place).await;
            }
        }
        self.write_facet(tx, &record, facet, place).await?;
        self.touched.insert(record);
        Ok(())
    }

    /// Takes away what has been deleted, as far as nothing later is known of it.
    pub(super) async fn bury(&mut self, tx: &mut Tx, deleted: &[Tombstone], place: &Place) -> Result<(), StoreError> {
        for tombstone in deleted {
            let kind = tombstone.kind.as_deref().unwrap_or_default();
            sqlx::query(
                "INSERT INTO tombstones (connection, key, kind, exchange) VALUES (?, ?, ?, ?) \
                 ON CONFLICT (connection, key, kind) DO UPDATE SET exchange = max(exchange, excluded.exchange)",
            )
            .bind(&self.connection.id)
            .bind(&tombstone.key)
            .bind(kind)
            .bind(place.exchange)
            .execute(&mut **tx)
            .await?;
            let records: Vec<String> = sqlx::query_scalar(
                "SELECT DISTINCT record FROM record_keys INDEXED BY record_keys_by_key \
                 WHERE connection = ?1 AND key = ?2 AND (?3 = '' OR kind = ?3)",
            )
            .bind(&self.connection.id)
            .bind(&tombstone.key)
            .bind(kind)
            .fetch_all(&mut **tx)
            .await?;
            for record in records {
                sqlx::query("DELETE FROM facets WHERE record = ? AND exchange <= ?")
                    .bind(&record)
                    .bind(place.exchange)
                    .execute(&mut **tx)
                    .await?;
                self.touched.insert(record);
            }
        }
        Ok(())
    }

    /// Takes away the facets that the document gave once and does not give any more.
    pub(super) async fn withdraw(&mut self, tx: &mut Tx, place: &Place) -> Result<(), StoreError> {
        let records: Vec<String> = sqlx::query_scalar("SELECT record FROM facets WHERE document = ?")
            .bind(place.id)
            .fetch_all(&mut **tx)
            .await?;
        for record in records {
            if self.given.contains(&record) {
                continue;
            }
            sqlx::query("DELETE FROM facets WHERE record = ? AND document = ?")
                .bind(&record)
                .bind(place.id)
                .execute(&mut **tx)
                .await?;
            self.touched.insert(record);
        }
        Ok(())
    }

    /// Composes what was touched, writes what changed, and says it.
    pub(super) async fn finish(mut self, tx: &mut Tx) -> Result<Vec<Change>, StoreError> {
        for record in std::mem::take(&mut self.touched) {
            self.compose(tx, &record).await?;
        }
        Ok(self.changes)
    }

    /// The record that a facet belongs to: the one that any of its keys leads to, or a new one. Two become one.
    async fn resolve(&mut self, tx: &mut Tx, facet: &Incoming) -> Result<String, StoreError> {
        let keys: BTreeSet<&String> = std::iter::once(&facet.key).chain(&facet.same_as).collect();
        let found: Vec<(String, String)> = sqlx::query_as(
            "SELECT record_keys.record, record_keys.key FROM record_keys LEFT JOIN records ON records.id = \
             record_keys.record \
             WHERE record_keys.connection = ? AND record_keys.kind = ? \
             AND record_keys.key IN (SELECT value FROM json_each(?)) \
             ORDER BY ifnull(records.created, 9223372036854775807), record_keys.record",
        )
        .bind(&self.connection.id)
        .bind(&facet.kind)
        .bind(to_json(&keys)?)
        .fetch_all(&mut **tx)
        .await?;
        let record = match found.first() {
            Some((first, _)) => first.clone(),
            None => format!("rec_{}", Uuid::now_v7().simple()),
        };
        let others: BTreeSet<&String> =
            found.iter().map(|(other, _)| other).filter(|other| **other != record).collect();
        for other in others {
            self.join(tx, other, &record).await?;
        }
        for key in keys.into_iter().filter(|key| !found.iter().any(|(_, known)| known == *key)) {
            sqlx::query("INSERT INTO record_keys (connection, kind, key, record) VALUES (?, ?, ?, ?)")
                .bind(&self.connection.id)
                .bind(&facet.kind)
                .bind(key)
                .bind(&record)
                .execute(&mut **tx)
                .await?;
        }
        Ok(record)
    }

    /// When, in the order of arrival, any key of the record was last said to be deleted.
    async fn buried_after(&self, tx: &mut Tx, record: &str) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT max(tombstones.exchange) FROM tombstones JOIN record_keys \
             ON record_keys.connection = tombstones.connection AND record_keys.key = tombstones.key \
             WHERE record_keys.record = ? AND tombstones.kind IN ('', record_keys.kind)",
        )
        .bind(record)
        .fetch_one(&mut **tx)
        .await?)
    }

    async fn renew(&self, tx: &mut Tx, record: &str, place: &Place) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE facets SET exchange = max(exchange, ?), document = ?, version = ? \
             WHERE record = ? AND endpoint = ?",
        )
        .bind(place.exchange)
        .bind(place.id)
        .bind(self.version)
        .bind(record)
        .bind(&place.endpoint)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }

    async fn write_facet(&self, tx: &mut Tx, record: &str, facet: Incoming, place: &Place) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT OR REPLACE INTO facets (record, endpoint, key, updated, exchange, document, version, hash, body) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(record)
        .bind(&place.endpoint)
        .bind(facet.key)
        .bind(facet.updated)
        .bind(place.exchange)
        .bind(place.id)
        .bind(self.version)
        .bind(facet.hash)
        .bind(facet.body)
        .execute(&mut **tx)
        .await?;
        Ok(())
    }
}
