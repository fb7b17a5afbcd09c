//! Renewals, and the lease under which one is carried out.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::limit;
use super::{Sqlite, Tx, connections, secrets};
use crate::{Renewal, RenewalRow, Renewals, StoreError};

impl FromRow<'_, SqliteRow> for RenewalRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            connection: row.try_get("connection")?,
            token: row.try_get("token")?,
            owner: row.try_get("owner")?,
            until: row.try_get("until")?,
            tried: row.try_get("tried")?,
            renewed: row.try_get("renewed")?,
        })
    }
}

/// The lease is the newest one. It need not be live: as long as nobody took it, nobody else renews.
async fn check(tx: &mut Tx, connection: &str, token: i64) -> Result<(), StoreError> {
    let newest: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM renewals WHERE connection = ? AND token = ?")
        .bind(connection)
        .bind(token)
        .fetch_optional(&mut **tx)
        .await?;
    newest.map(|_| ()).ok_or_else(|| StoreError::Superseded { connection: connection.to_owned() })
}

#[async_trait]
impl Renewals for Sqlite {
    async fn take_renewal(
        &self,
        connection: &str,
        owner: &str,
        now: i64,
        lease_ms: i64,
    ) -> Result<Option<Renewal>, StoreError> {
        let mut tx = self.write().await?;
        connections::exists(&mut tx, connection).await?;
        let taken: Option<(i64, i64)> = sqlx::query_as(
            "INSERT INTO renewals (connection, token, owner, until) VALUES (?1, 1, ?2, ?3) \
             ON CONFLICT (connection) DO UPDATE SET token = renewals.token + 1, owner = ?2, until = ?3 \
             WHERE renewals.owner IS NULL OR renewals.owner = ?2 OR renewals.until <= ?4 RETURNING token, until",
        )
        .bind(connection)
        .bind(owner)
        .bind(now.saturating_add(lease_ms))
        .bind(now)
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(taken.map(|(token, until)| Renewal { token, until }))
    }

    async fn end_renewal(&self, connection: &str, token: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE renewals SET owner = NULL, until = NULL WHERE connection = ? AND token = ?")
            .bind(connection)
            .bind(token)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn note_renewal_sent(&self, connection: &str, token: i64, now: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        check(&mut tx, connection, token).await?;
        sqlx::query("UPDATE renewals SET tried = ifnull(tried, ?) WHERE connection = ?")
            .bind(now)
            .bind(connection)
            .execute(&mut *tx)
            .await?;
        Ok(tx.commit().await?)
    }

    async fn note_renewal_refused(&self, connection: &str, token: i64) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        check(&mut tx, connection, token).await?;
        settled(&mut tx, connection).await?;
        Ok(tx.commit().await?)
    }

    async fn put_renewed(
        &self,
        connection: &str,
        token: i64,
        name: &str,
        sealed: &[u8],
        expected: i64,
        expires: Option<i64>,
        now: i64,
    ) -> Result<i64, StoreError> {
        let mut tx = self.write().await?;
        check(&mut tx, connection, token).await?;
        let generation = secrets::write(&mut tx, connection, name, sealed, Some(expected), expires).await?;
        sqlx::query("UPDATE renewals SET tried = NULL, renewed = ? WHERE connection = ?")
            .bind(now)
            .bind(connection)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(generation)
    }

    async fn renewal(&self, connection: &str) -> Result<Option<RenewalRow>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM renewals WHERE connection = ?")
            .bind(connection)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn due_renewals(
        &self,
        before: i64,
        after: Option<(i64, String)>,
        asked: u32,
    ) -> Result<Vec<(String, i64)>, StoreError> {
        let (expires, connection) = after.unwrap_or((i64::MIN, String::new()));
        Ok(sqlx::query_as(
            "SELECT secrets.connection, secrets.expires FROM secrets \
             JOIN connections ON connections.id = secrets.connection \
             WHERE secrets.expires <= ? AND (secrets.expires, secrets.connection) > (?, ?) \
             AND connections.status IN ('connected', 'degraded') \
             AND NOT EXISTS (SELECT 1 FROM secrets AS sooner WHERE sooner.connection = secrets.connection \
                 AND (sooner.expires, sooner.name) < (secrets.expires, secrets.name)) \
             ORDER BY secrets.expires, secrets.connection LIMIT ?",
        )
        .bind(before)
        .bind(expires)
        .bind(connection)
        .bind(limit(asked))
        .fetch_all(&self.readers)
        .await?)
    }

    async fn postpone_renewal(
        &self,
        connection: &str,
        name: &str,
        generation: i64,
        expires: i64,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE secrets SET expires = ? WHERE connection = ? AND name = ? AND generation = ? \
             AND expires IS NOT NULL",
        )
        .bind(expires)
        .bind(connection)
        .bind(name)
        .bind(generation)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

/// No request with the present refresh token is in doubt any more.
pub(super) async fn settled(tx: &mut Tx, connection: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE renewals SET tried = NULL WHERE connection = ?").bind(connection).execute(&mut **tx).await?;
    Ok(())
}
