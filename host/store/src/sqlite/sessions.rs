//! Sessions of users' browsers.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::Sqlite;
use super::rows::{json_or_none, taken, word};
use crate::codec::to_json;
use crate::{Session, Sessions, StoreError};

impl FromRow<'_, SqliteRow> for Session {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id_hash: row.try_get("id_hash")?,
            project: row.try_get("project")?,
            providers: json_or_none(row, "providers")?,
            scopes: json_or_none(row, "scopes")?,
            reference: row.try_get("reference")?,
            success: row.try_get("success")?,
            failure: row.try_get("failure")?,
            language: row.try_get("language")?,
            format: word(row, "format")?,
            attempt: row.try_get("attempt")?,
            cookie_hash: row.try_get("cookie_hash")?,
            connection: row.try_get("connection")?,
            created: row.try_get("created")?,
            ended: row.try_get("ended")?,
            expires: row.try_get("expires")?,
        })
    }
}

#[async_trait]
impl Sessions for Sqlite {
    async fn save_session(&self, session: &Session) -> Result<(), StoreError> {
        let written = sqlx::query(
            "INSERT INTO sessions (id_hash, project, providers, scopes, reference, success, failure, language, format, \
             attempt, cookie_hash, connection, created, ended, expires) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&session.id_hash)
        .bind(&session.project)
        .bind(session.providers.as_ref().map(to_json).transpose()?)
        .bind(session.scopes.as_ref().map(to_json).transpose()?)
        .bind(&session.reference)
        .bind(&session.success)
        .bind(&session.failure)
        .bind(&session.language)
        .bind(session.format.as_str())
        .bind(&session.attempt)
        .bind(&session.cookie_hash)
        .bind(&session.connection)
        .bind(session.created)
        .bind(session.ended)
        .bind(session.expires)
        .execute(&self.writer)
        .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) if taken(&error) => {
                Err(StoreError::Conflict("this session was given out before: make a new one".to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn session(&self, id_hash: &str) -> Result<Option<Session>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM sessions WHERE id_hash = ?")
            .bind(id_hash)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn open_session(&self, id_hash: &str, cookie_hash: &str, now: i64) -> Result<Option<Session>, StoreError> {
        Ok(sqlx::query_as(
            "UPDATE sessions SET cookie_hash = ?2 \
             WHERE id_hash = ?1 AND ended IS NULL AND expires > ?3 AND ifnull(cookie_hash, ?2) = ?2 RETURNING *",
        )
        .bind(id_hash)
        .bind(cookie_hash)
        .bind(now)
        .fetch_optional(&self.writer)
        .await?)
    }

    async fn end_session(&self, id_hash: &str, connection: &str, now: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE sessions SET ended = ?3, connection = ?2 WHERE id_hash = ?1 AND ended IS NULL")
            .bind(id_hash)
            .bind(connection)
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn sweep_sessions(&self, before: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM sessions WHERE expires < ?").bind(before).execute(&self.writer).await?;
        Ok(done.rows_affected())
    }
}
