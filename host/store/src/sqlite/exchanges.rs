//! Exchanges and their bodies.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::{json, limit, number, taken};
use super::{Sqlite, Tx, connections};
use crate::archive::Stored;
use crate::codec::to_json;
use crate::{Collected, Exchange, Exchanges, NewExchange, Retention, StoreError};

impl FromRow<'_, SqliteRow> for Exchange {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            endpoint_hint: row.try_get("endpoint_hint")?,
            method: row.try_get("method")?,
            url: row.try_get("url")?,
            status: number(row, "status")?,
            headers: json(row, "headers")?,
            request_body_hash: row.try_get("request_body_hash")?,
            body_hash: row.try_get("body_hash")?,
            size: number(row, "size")?,
            media_type: row.try_get("media_type")?,
            fetched_at: row.try_get("fetched_at")?,
            version: row.try_get("version")?,
            once_key: row.try_get("once_key")?,
        })
    }
}

/// Writes a body's row, unless it is there.
pub(super) async fn insert_body(tx: &mut Tx, body: &Stored) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO bodies (hash, size, stored) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(&body.hash)
        .bind(i64::try_from(body.size).unwrap_or(i64::MAX))
        .bind(i64::try_from(body.stored).unwrap_or(i64::MAX))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes an exchange's row, and its body's.
pub(super) async fn insert(tx: &mut Tx, exchange: &NewExchange, body: &Stored) -> Result<i64, StoreError> {
    connections::exists(tx, &exchange.connection).await?;
    insert_body(tx, body).await?;
    let written = sqlx::query(
        "INSERT INTO exchanges (connection, provider, endpoint_hint, method, url, status, headers, \
         request_body_hash, \
         body_hash, media_type, fetched_at, version, once_key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&exchange.connection)
    .bind(&exchange.provider)
    .bind(&exchange.endpoint_hint)
    .bind(&exchange.method)
    .bind(&exchange.url)
    .bind(i64::from(exchange.status))
    .bind(to_json(&exchange.headers)?)
    .bind(&exchange.request_body_hash)
    .bind(&body.hash)
    .bind(&exchange.media_type)
    .bind(exchange.fetched_at)
    .bind(&exchange.version)
    .bind(&exchange.once_key)
    .execute(&mut **tx)
    .await;
    match written {
        Ok(done) => Ok(done.last_insert_rowid()),
        Err(error) if taken(&error) => {
            Err(StoreError::Conflict("an answer that can be had once is already here: read that one".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

impl Sqlite {
    /// Puts a body's file where it belongs. The caller holds `bodies` until the body's row is committed.
    pub(super) async fn put_body(&self, body: &[u8]) -> Result<Stored, StoreError> {
        if body.len() > self.settings.body_limit {
            return Err(StoreError::Invalid(format!(
                "a body of {} bytes is more than the {} that the archive takes (setting body_limit)",
                body.len(),
                self.settings.body_limit
            )));
        }
        self.archive.put(body).await
    }
}

#[async_trait]
impl Exchanges for Sqlite {
    async fn archive(&self, exchange: NewExchange, body: &[u8]) -> Result<i64, StoreError> {
        let _shared = self.bodies.read().await;
        let stored = self.put_body(body).await?;
        let mut tx = self.write().await?;
        let id = insert(&mut tx, &exchange, &stored).await?;
        tx.commit().await?;
        Ok(id)
    }

    async fn exchange(&self, id: i64) -> Result<Option<Exchange>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM archived WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn exchanges(&self, connection: &str, before: Option<i64>, asked: u32) -> Result<Vec<Exchange>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM archived WHERE connection = ? AND id < ? ORDER BY id DESC LIMIT ?")
            .bind(connection)
            .bind(before.unwrap_or(i64::MAX))
            .bind(limit(asked))
            .fetch_all(&self.readers)
            .await?)
    }

    async fn once(&self, connection: &str, once_key: &str) -> Result<Option<Exchange>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM archived WHERE connection = ? AND once_key = ?")
            .bind(connection)
            .bind(once_key)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn body(&self, exchange: i64) -> Result<Vec<u8>, StoreError> {
        let row = self.exchange(exchange).await?.ok_or_else(|| StoreError::not_found("exchange", exchange))?;
        self.archive.get(&row.body_hash, row.size).await
    }

    async fn collect(&self, now: i64, retention: &Retention) -> Result<Collected, StoreError> {
        self.sweep(now, retention).await
    }
}
