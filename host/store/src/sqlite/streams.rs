//! States of streams.

use async_trait::async_trait;
use gearshift_model::Window;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Sqlite, Tx};
use crate::{PageCommit, StoreError, StreamState, Streams};

impl FromRow<'_, SqliteRow> for StreamState {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let (start, end): (Option<i64>, Option<i64>) = (row.try_get("complete_start")?, row.try_get("complete_end")?);
        Ok(Self {
            connection: row.try_get("connection")?,
            stream: row.try_get("stream")?,
            cursor: row.try_get("cursor")?,
            watermark: row.try_get("watermark")?,
            schema: row.try_get("state_schema")?,
            complete: start.zip(end).map(|(start, end)| Window { start, end }),
            completed: row.try_get("completed")?,
            changed: row.try_get("changed")?,
        })
    }
}

/// Writes how far a page has brought its stream. A watermark waits in `next_watermark` until the pull is complete; what
/// an earlier pull left there is no part of this one, so that its `first` page forgets it.
pub(super) async fn advance(tx: &mut Tx, page: &PageCommit, first: bool) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO streams (connection, stream, cursor, next_watermark, state_schema, complete_start, complete_end, \
         changed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (connection, stream) DO UPDATE SET cursor = ?3, \
         next_watermark = iif(?9, ?4, coalesce(?4, next_watermark)), \
         state_schema = ?5, complete_start = coalesce(?6, complete_start), complete_end = coalesce(?7, complete_end), \
         changed = ?8",
    )
    .bind(&page.connection)
    .bind(&page.stream)
    .bind(&page.cursor)
    .bind(&page.watermark)
    .bind(page.schema)
    .bind(page.complete.as_ref().map(|window| window.start))
    .bind(page.complete.as_ref().map(|window| window.end))
    .bind(page.now)
    .bind(first)
    .execute(&mut **tx)
    .await?;
    if page.cursor.is_none() {
        sqlx::query(
            "UPDATE streams SET watermark = coalesce(next_watermark, watermark), next_watermark = NULL, completed = ? \
             WHERE connection = ? AND stream = ?",
        )
        .bind(page.now)
        .bind(&page.connection)
        .bind(&page.stream)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

#[async_trait]
impl Streams for Sqlite {
    async fn stream_state(&self, connection: &str, stream: &str) -> Result<Option<StreamState>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM streams WHERE connection = ? AND stream = ?")
            .bind(connection)
            .bind(stream)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn stream_states(&self, connection: &str) -> Result<Vec<StreamState>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM streams WHERE connection = ? ORDER BY stream")
            .bind(connection)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn reset_stream(&self, connection: &str, stream: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM streams WHERE connection = ? AND stream = ?")
            .bind(connection)
            .bind(stream)
            .execute(&self.writer)
            .await?;
        Ok(())
    }
}
