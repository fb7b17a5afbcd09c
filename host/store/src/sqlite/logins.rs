//! Sign-ins under way.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::taken;
use super::{Sqlite, connections};
use crate::{Login, Logins, StoreError};

impl FromRow<'_, SqliteRow> for Login {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            state_hash: row.try_get("state_hash")?,
            session_hash: row.try_get("session_hash")?,
            project: row.try_get("project")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            auth_id: row.try_get("auth_id")?,
            version: row.try_get("version")?,
            verifier_sealed: row.try_get("verifier_sealed")?,
            authorize_sealed: row.try_get("authorize_sealed")?,
            redirect_uri: row.try_get("redirect_uri")?,
            cookie_hash: row.try_get("cookie_hash")?,
            created: row.try_get("created")?,
            expires: row.try_get("expires")?,
        })
    }
}

#[async_trait]
impl Logins for Sqlite {
    async fn save_login(&self, login: &Login) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        connections::exists(&mut tx, &login.connection).await?;
        sqlx::query("DELETE FROM logins WHERE session_hash = ? AND used IS NULL AND expires <= ?")
            .bind(&login.session_hash)
            .bind(login.created)
            .execute(&mut *tx)
            .await?;
        let written = sqlx::query(
            "INSERT INTO logins (state_hash, session_hash, project, connection, provider, auth_id, version, \
             verifier_sealed, authorize_sealed, redirect_uri, cookie_hash, created, expires) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&login.state_hash)
        .bind(&login.session_hash)
        .bind(&login.project)
        .bind(&login.connection)
        .bind(&login.provider)
        .bind(&login.auth_id)
        .bind(&login.version)
        .bind(&login.verifier_sealed)
        .bind(&login.authorize_sealed)
        .bind(&login.redirect_uri)
        .bind(&login.cookie_hash)
        .bind(login.created)
        .bind(login.expires)
        .execute(&mut *tx)
        .await;
        match written {
            Ok(_) => Ok(tx.commit().await?),
            Err(error) if taken(&error) => {
                Err(StoreError::Conflict("this state was given out before, or a sign-in is under way".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn live_login(&self, session_hash: &str, provider: &str, now: i64) -> Result<Option<Login>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM logins WHERE session_hash = ? AND provider = ? AND used IS NULL AND expires > ?",
        )
        .bind(session_hash)
        .bind(provider)
        .bind(now)
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn take_login(
        &self,
        state_hash: &str,
        cookie_hash: Option<&str>,
        now: i64,
    ) -> Result<Option<Login>, StoreError> {
        // `=` is never true of NULL: no cookie is no browser.
        Ok(sqlx::query_as(
            "UPDATE logins SET used = ?1 WHERE state_hash = ?2 AND cookie_hash = ?3 AND used IS NULL AND expires > ?1 \
             RETURNING *",
        )
        .bind(now)
        .bind(state_hash)
        .bind(cookie_hash)
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
