//! Batches that phones push.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::{count, json};
use super::{Sqlite, Tx, exchanges};
use crate::codec::to_json;
use crate::{NewPush, Push, Pushes, ReadUpTo, StoreError};

/// What is left of a stream's batches after a place: bound are connection, stream, exchange and pieces.
macro_rules! unread {
    ($select:literal) => {
        concat!(
            "SELECT ",
            $select,
            " FROM pushes JOIN exchanges ON exchanges.id = pushes.exchange WHERE pushes.connection = ?1 \
             AND pushes.stream = ?2 AND pushes.exchange >= ?3 \
             AND (pushes.exchange > ?3 OR json_array_length(pushes.pieces) > ?4)"
        )
    };
}

impl FromRow<'_, SqliteRow> for Push {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            exchange: row.try_get("exchange")?,
            pieces: json(row, "pieces")?,
            received: row.try_get("fetched_at")?,
        })
    }
}

async fn known(tx: &mut Tx, push: &NewPush, hash: &str) -> Result<Option<i64>, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT exchange FROM pushes WHERE connection = ?1 AND stream = ?2 AND (hash = ?3 OR key = ?4) \
         ORDER BY key IS ?4 DESC LIMIT 1",
    )
    .bind(&push.exchange.connection)
    .bind(&push.stream)
    .bind(hash)
    .bind(&push.key)
    .fetch_optional(&mut **tx)
    .await?)
}

#[async_trait]
impl Pushes for Sqlite {
    async fn keep_push(&self, push: NewPush, body: &[u8]) -> Result<i64, StoreError> {
        let _shared = self.bodies.read().await;
        let stored = self.put_body(body).await?;
        let mut tx = self.write().await?;
        if let Some(exchange) = known(&mut tx, &push, &stored.hash).await? {
            return Ok(exchange);
        }
        let exchange = exchanges::insert(&mut tx, &push.exchange, &stored).await?;
        sqlx::query("INSERT INTO pushes (exchange, connection, stream, hash, key, pieces) VALUES (?, ?, ?, ?, ?, ?)")
            .bind(exchange)
            .bind(&push.exchange.connection)
            .bind(&push.stream)
            .bind(&stored.hash)
            .bind(&push.key)
            .bind(to_json(&push.pieces)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(exchange)
    }

    async fn next_push(&self, connection: &str, stream: &str, after: ReadUpTo) -> Result<Option<Push>, StoreError> {
        let sql = concat!(
            unread!("pushes.exchange, pushes.pieces, exchanges.fetched_at"),
            " ORDER BY pushes.exchange LIMIT 1"
        );
        Ok(sqlx::query_as(sql)
            .bind(connection)
            .bind(stream)
            .bind(after.exchange)
            .bind(after.pieces)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn unread_pushes(&self, connection: &str, stream: &str, after: ReadUpTo) -> Result<u64, StoreError> {
        let left: i64 = sqlx::query_scalar(unread!("count(*)"))
            .bind(connection)
            .bind(stream)
            .bind(after.exchange)
            .bind(after.pieces)
            .fetch_one(&self.readers)
            .await?;
        Ok(count(left))
    }
}
