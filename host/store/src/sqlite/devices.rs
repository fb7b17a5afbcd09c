//! Phones: tickets and tokens.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Sqlite, Tx, connections};
use crate::{Connection, Devices, NewConnection, StoreError, Ticket};

impl FromRow<'_, SqliteRow> for Ticket {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            hash: row.try_get("hash")?,
            project: row.try_get("project")?,
            reference: row.try_get("reference")?,
            expires: row.try_get("expires")?,
        })
    }
}

async fn by_reference(tx: &mut Tx, new: &NewConnection) -> Result<Option<Connection>, StoreError> {
    // `=` is never true of NULL: without a reference there is nobody to find.
    Ok(sqlx::query_as(
        "SELECT * FROM connections WHERE project = ? AND provider = ? AND reference = ? AND ended IS NULL \
         ORDER BY created, id LIMIT 1",
    )
    .bind(&new.project)
    .bind(&new.provider)
    .bind(&new.reference)
    .fetch_optional(&mut **tx)
    .await?)
}

#[async_trait]
impl Devices for Sqlite {
    async fn save_ticket(&self, ticket: &Ticket, now: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM tickets WHERE expires <= ?").bind(now).execute(&mut *tx).await?;
        sqlx::query("INSERT INTO tickets (hash, project, reference, expires) VALUES (?, ?, ?, ?)")
            .bind(&ticket.hash)
            .bind(&ticket.project)
            .bind(&ticket.reference)
            .bind(ticket.expires)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn take_ticket(&self, hash: &str, now: i64) -> Result<Option<Ticket>, StoreError> {
        Ok(sqlx::query_as("DELETE FROM tickets WHERE hash = ? AND expires > ? RETURNING *")
            .bind(hash)
            .bind(now)
            .fetch_optional(&self.writer)
            .await?)
    }

    async fn enrol_device(&self, new: NewConnection, hash: &str, now: i64) -> Result<Connection, StoreError> {
        let mut tx = self.write().await?;
        let connection = match by_reference(&mut tx, &new).await? {
            Some(known) => known,
            None => connections::insert(&mut tx, new, now).await?,
        };
        sqlx::query("INSERT OR REPLACE INTO devices (connection, hash, enrolled) VALUES (?, ?, ?)")
            .bind(&connection.id)
            .bind(hash)
            .bind(now)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(connection)
    }

    async fn device(&self, hash: &str) -> Result<Option<Connection>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT connections.* FROM devices JOIN connections ON connections.id = devices.connection \
             WHERE devices.hash = ? AND connections.ended IS NULL",
        )
        .bind(hash)
        .fetch_optional(&self.readers)
        .await?)
    }
}
