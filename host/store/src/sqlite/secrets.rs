//! Sealed secrets.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::{Sqlite, Tx, connections, renewals};
use crate::{Secret, Secrets, StoreError};

impl FromRow<'_, SqliteRow> for Secret {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            connection: row.try_get("connection")?,
            name: row.try_get("name")?,
            sealed: row.try_get("sealed")?,
            generation: row.try_get("generation")?,
        })
    }
}

/// Writes a secret under its next generation, if it is at the one that is expected.
pub(super) async fn write(
    tx: &mut Tx,
    connection: &str,
    name: &str,
    sealed: &[u8],
    expected: Option<i64>,
    expires: Option<i64>,
) -> Result<i64, StoreError> {
    connections::exists(tx, connection).await?;
    let present: Option<(i64, bool)> =
        sqlx::query_as("SELECT generation, sealed IS NOT NULL FROM secrets WHERE connection = ? AND name = ?")
            .bind(connection)
            .bind(name)
            .fetch_optional(&mut **tx)
            .await?;
    // An erased secret is as good as none to who compares, and counts on all the same.
    let seen = present.filter(|(_, there)| *there).map_or(0, |(generation, _)| generation);
    if expected.is_some_and(|expected| expected != seen) {
        return Err(StoreError::Conflict(format!(
            "secret {name:?} of {connection} is at generation {seen} by now: read it again"
        )));
    }
    let generation = present.map_or(0, |(generation, _)| generation) + 1;
    sqlx::query(
        "INSERT INTO secrets (connection, name, sealed, generation, expires) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (connection, name) DO UPDATE SET sealed = excluded.sealed, generation = excluded.generation, \
         expires = excluded.expires",
    )
    .bind(connection)
    .bind(name)
    .bind(sealed)
    .bind(generation)
    .bind(expires)
    .execute(&mut **tx)
    .await?;
    Ok(generation)
}

#[async_trait]
impl Secrets for Sqlite {
    async fn put_secret(
        &self,
        connection: &str,
        name: &str,
        sealed: &[u8],
        expected: Option<i64>,
    ) -> Result<i64, StoreError> {
        let mut tx = self.write().await?;
        let generation = write(&mut tx, connection, name, sealed, expected, None).await?;
        tx.commit().await?;
        Ok(generation)
    }

    async fn put_expiring_secret(
        &self,
        connection: &str,
        name: &str,
        sealed: &[u8],
        expected: Option<i64>,
        expires: Option<i64>,
    ) -> Result<i64, StoreError> {
        let mut tx = self.write().await?;
        let generation = write(&mut tx, connection, name, sealed, expected, expires).await?;
        renewals::settled(&mut tx, connection).await?;
        tx.commit().await?;
        Ok(generation)
    }

    async fn secret(&self, connection: &str, name: &str) -> Result<Option<Secret>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM secrets WHERE connection = ? AND name = ? AND sealed IS NOT NULL")
            .bind(connection)
            .bind(name)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn secrets(&self, connection: &str) -> Result<Vec<Secret>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM secrets WHERE connection = ? AND sealed IS NOT NULL ORDER BY name")
            .bind(connection)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn erase_secret(&self, connection: &str, name: &str) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE secrets SET sealed = NULL, expires = NULL, generation = generation + 1 \
             WHERE connection = ? AND name = ? AND sealed IS NOT NULL",
        )
        .bind(connection)
        .bind(name)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn erase_secrets(&self, connection: &str) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE secrets SET sealed = NULL, expires = NULL, generation = generation + 1 \
             WHERE connection = ? AND sealed IS NOT NULL",
        )
        .bind(connection)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected())
    }
}
