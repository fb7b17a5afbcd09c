//! Events, destinations, deliveries.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::Sqlite;
use super::rows::{count, json, limit, listed, number, packed_text, word};
use crate::codec::to_json;
use crate::{Delivery, DeliveryCount, Destination, DueDelivery, Event, Listed, Outbox, StoreError};

impl FromRow<'_, SqliteRow> for Event {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            seq: row.try_get("seq")?,
            id: row.try_get("id")?,
            project: row.try_get("project")?,
            connection: row.try_get("connection")?,
            record: row.try_get("record")?,
            kind: row.try_get("kind")?,
            revision: row.try_get("revision")?,
            event_type: row.try_get("type")?,
            body: packed_text(row, "body")?,
            about: json(row, "about")?,
            created: row.try_get("created")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Destination {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            project: row.try_get("project")?,
            url: row.try_get("url")?,
            secret_sealed: row.try_get("secret_sealed")?,
            format: word(row, "format")?,
            enabled: row.try_get("enabled")?,
            created: row.try_get("created")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Delivery {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let status: Option<i64> = row.try_get("last_status")?;
        Ok(Self {
            id: row.try_get("id")?,
            seq: row.try_get("seq")?,
            event: row.try_get("event")?,
            destination: row.try_get("destination")?,
            state: word(row, "state")?,
            attempts: number(row, "attempts")?,
            next_at: row.try_get("next_at")?,
            last_status: status.and_then(|status| u16::try_from(status).ok()),
            last_error: row.try_get("last_error")?,
            delivered_at: row.try_get("delivered_at")?,
        })
    }
}

/// A due delivery's row, before event and destination are put beside it.
type Due = (i64, i64, i64, String);

impl Sqlite {
    /// Puts event and destination beside what was taken. What was erased meanwhile is left out.
    async fn assemble(&self, due: Vec<Due>) -> Result<Vec<DueDelivery>, StoreError> {
        let mut deliveries = Vec::with_capacity(due.len());
        for (id, attempts, seq, destination) in due {
            let event: Option<Event> =
                sqlx::query_as("SELECT * FROM events WHERE seq = ?").bind(seq).fetch_optional(&self.readers).await?;
            let destination: Option<Destination> = sqlx::query_as("SELECT * FROM destinations WHERE id = ?")
                .bind(destination)
                .fetch_optional(&self.readers)
                .await?;
            let attempts = u32::try_from(attempts).unwrap_or(u32::MAX);
            deliveries.extend(event.zip(destination).map(|(event, destination)| DueDelivery {
                id,
                attempts,
                event,
                destination,
            }));
        }
        deliveries.sort_by_key(|delivery| delivery.event.seq);
        Ok(deliveries)
    }
}

#[async_trait]
impl Outbox for Sqlite {
    async fn put_destination(&self, destination: &Destination) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO destinations (id, project, url, secret_sealed, format, enabled, created) \
             VALUES (?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET project = excluded.project, url = excluded.url, \
             secret_sealed = excluded.secret_sealed, format = excluded.format, enabled = excluded.enabled",
        )
        .bind(&destination.id)
        .bind(&destination.project)
        .bind(&destination.url)
        .bind(&destination.secret_sealed)
        .bind(destination.format.as_str())
        .bind(destination.enabled)
        .bind(destination.created)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn destinations(&self, project: Option<&str>) -> Result<Vec<Destination>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM destinations WHERE ?1 IS NULL OR project = ?1 ORDER BY id")
            .bind(project)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn erase_destination(&self, id: &str) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM destinations WHERE id = ?").bind(id).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }

    async fn due_deliveries(&self, now: i64, lease_ms: i64, asked: u32) -> Result<Vec<DueDelivery>, StoreError> {
        let mut tx = self.write().await?;
        let due: Vec<Due> = sqlx::query_as(
            "SELECT deliveries.id, attempts, seq, destination FROM deliveries \
             JOIN destinations ON destinations.id = deliveries.destination \
             WHERE state = 'pending' AND next_at <= ? AND destinations.enabled = 1 AND NOT EXISTS \
             (SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'pending' \
              AND earlier.destination = deliveries.destination AND earlier.lane = deliveries.lane \
              AND earlier.seq < deliveries.seq) ORDER BY next_at, seq LIMIT ?",
        )
        .bind(now)
        .bind(limit(asked))
        .fetch_all(&mut *tx)
        .await?;
        let ids: Vec<i64> = due.iter().map(|(id, ..)| *id).collect();
        sqlx::query("UPDATE deliveries SET next_at = ?, sending = 1 WHERE id IN (SELECT value FROM json_each(?))")
            .bind(now.saturating_add(lease_ms))
            .bind(to_json(&ids)?)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        // Bodies may be large: they are unpacked when others may write again.
        self.assemble(due).await
    }

    async fn reclaim_deliveries(&self, now: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE deliveries SET next_at = ?, sending = 0 WHERE state = 'pending' AND sending = 1 AND next_at > ?1",
        )
        .bind(now)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected())
    }

    async fn delivered(&self, delivery: i64, status: u16, now: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let seq: Option<i64> = sqlx::query_scalar(
            "UPDATE deliveries SET state = 'delivered', last_status = ?, last_error = NULL, delivered_at = ? WHERE id \
             = ? RETURNING seq",
        )
        .bind(i64::from(status))
        .bind(now)
        .bind(delivery)
        .fetch_optional(&mut *tx)
        .await?;
        sqlx::query(
            "UPDATE connections SET delivered = max(ifnull(delivered, ?1), ?1) WHERE id = (SELECT connection FROM \
             events WHERE seq = ?2)",
        )
        .bind(now)
        .bind(seq)
        .execute(&mut *tx)
        .await?;
        Ok(tx.commit().await?)
    }

    async fn withdraw_delivery(&self, delivery: i64) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM deliveries WHERE id = ? AND state = 'pending'")
            .bind(delivery)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn failed(
        &self,
        delivery: i64,
        status: Option<u16>,
        error: &str,
        next_at: Option<i64>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE deliveries SET attempts = attempts + 1, sending = 0, last_status = ?1, last_error = ?2, \
             state = iif(?3 IS NULL, 'dead', 'pending'), next_at = coalesce(?3, next_at) \
             WHERE id = ?4 AND state = 'pending'",
        )
        .bind(status.map(i64::from))
        .bind(error)
        .bind(next_at)
        .bind(delivery)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn next_delivery(&self) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT next_at FROM deliveries JOIN destinations ON destinations.id = deliveries.destination \
             WHERE state = 'pending' AND destinations.enabled = 1 AND NOT EXISTS \
             (SELECT 1 FROM deliveries AS earlier WHERE earlier.state = 'pending' \
              AND earlier.destination = deliveries.destination AND earlier.lane = deliveries.lane \
              AND earlier.seq < deliveries.seq) ORDER BY next_at LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn events(
        &self,
        project: Option<&str>,
        after: Option<i64>,
        asked: u32,
    ) -> Result<Listed<Event, i64>, StoreError> {
        let limit = limit(asked);
        let mut sql = QueryBuilder::new("SELECT * FROM events WHERE seq > ");
        sql.push_bind(after.unwrap_or_default());
        if let Some(project) = project {
            sql.push(" AND project = ").push_bind(project);
        }
        sql.push(" ORDER BY seq LIMIT ").push_bind(limit + 1);
        let items = sql.build_query_as::<Event>().fetch_all(&self.readers).await?;
        Ok(listed(items, limit, |event| event.seq))
    }

    async fn event(&self, id: &str) -> Result<Option<Event>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM events WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn deliveries(&self, event: &str) -> Result<Vec<Delivery>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT deliveries.*, events.id AS event FROM deliveries JOIN events ON events.seq = deliveries.seq \
             WHERE events.id = ? ORDER BY destination",
        )
        .bind(event)
        .fetch_all(&self.readers)
        .await?)
    }

    async fn delivery_counts(&self) -> Result<Vec<DeliveryCount>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT destination, state, count(*) FROM deliveries GROUP BY destination, state ORDER BY destination, \
             state",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(destination, state, n)| {
                let state = state.parse().map_err(|error: String| StoreError::corrupt("column state", error))?;
                Ok(DeliveryCount { destination, state, count: count(n) })
            })
            .collect()
    }
}
