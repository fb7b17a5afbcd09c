//! Sign-ins under way.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::Sqlite;
use super::rows::{missing, taken};
use crate::{Login, Logins, StoreError};

impl FromRow<'_, SqliteRow> for Login {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            state_hash: row.try_get("state_hash")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            auth_id: row.try_get("auth_id")?,
            version: row.try_get("version")?,
            verifier_sealed: row.try_get("verifier_sealed")?,
            redirect: row.try_get("redirect")?,
            cookie_hash: row.try_get("cookie_hash")?,
            created: row.try_get("created")?,
            expires: row.try_get("expires")?,
        })
    }
}

#[async_trait]
impl Logins for Sqlite {
    async fn save_login(&self, login: &Login) -> Result<(), StoreError> {
        let written = sqlx::query(
            "INSERT INTO logins (state_hash, connection, provider, auth_id, version, verifier_sealed, redirect, \
             cookie_hash, created, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&login.state_hash)
        .bind(&login.connection)
        .bind(&login.provider)
        .bind(&login.auth_id)
        .bind(&login.version)
        .bind(&login.verifier_sealed)
        .bind(&login.redirect)
        .bind(&login.cookie_hash)
        .bind(login.created)
        .bind(login.expires)
        .execute(&self.writer)
        .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) if taken(&error) => {
                Err(StoreError::Conflict("this state was given out before: make a new one".to_owned()))
            }
            Err(error) => Err(missing(error, "connection", &login.connection)),
        }
    }

    async fn take_login(&self, state_hash: &str, now: i64) -> Result<Option<Login>, StoreError> {
        Ok(sqlx::query_as(
            "UPDATE logins SET used = ?1 WHERE state_hash = ?2 AND used IS NULL AND expires > ?1 RETURNING *",
        )
        .bind(now)
        .bind(state_hash)
        .fetch_optional(&self.writer)
        .await?)
    }

    async fn login_versions(&self, now: i64) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT DISTINCT version FROM logins WHERE used IS NULL AND expires > ? ORDER BY version",
        )
        .bind(now)
        .fetch_all(&self.readers)
        .await?)
    }

    async fn sweep_logins(&self, now: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM logins WHERE used IS NOT NULL OR expires <= ?")
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}
