//! Versions, heads, grants, acceptances.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::{json, word};
use super::{Sqlite, Tx};
use crate::codec::to_json;
use crate::{Acceptance, Activated, Activation, Head, StoreError, Version, VersionState, Versions};

impl FromRow<'_, SqliteRow> for Version {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            digest: row.try_get("digest")?,
            name: row.try_get("name")?,
            component_digest: row.try_get("component_digest")?,
            manifest_digest: row.try_get("manifest_digest")?,
            manifest: row.try_get("manifest")?,
            semver: row.try_get("semver")?,
            contract: row.try_get("contract")?,
            state: word(row, "state")?,
            reason: row.try_get("reason")?,
            timings: json(row, "timings")?,
            signer: row.try_get("signer")?,
            created: row.try_get("created")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Head {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            provider: row.try_get("provider")?,
            auth_id: row.try_get("auth_id")?,
            name: row.try_get("name")?,
            digest: row.try_get("digest")?,
            previous: row.try_get("previous")?,
            changed: row.try_get("changed")?,
        })
    }
}

/// Moves one head, and returns it as it was.
async fn move_head(tx: &mut Tx, to: &Activation, provider: &str, auth_id: &str) -> Result<Option<Head>, StoreError> {
    let before: Option<Head> = sqlx::query_as("SELECT * FROM heads WHERE provider = ? AND auth_id = ?")
        .bind(provider)
        .bind(auth_id)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(head) = before.as_ref().filter(|head| head.name != to.name) {
        return Err(StoreError::Conflict(format!(
            "{provider} with {auth_id} is served by adapter {:?}: send this one under that name, or take its head \
             away first",
            head.name
        )));
    }
    if before.as_ref().is_some_and(|head| head.digest == to.digest) {
        return Ok(before);
    }
    sqlx::query(
        "INSERT INTO heads (provider, auth_id, name, digest, changed) VALUES (?, ?, ?, ?, ?) \
         ON CONFLICT (provider, auth_id) DO UPDATE SET previous = digest, digest = excluded.digest, changed = \
         excluded.changed",
    )
    .bind(provider)
    .bind(auth_id)
    .bind(&to.name)
    .bind(&to.digest)
    .bind(to.now)
    .execute(&mut **tx)
    .await?;
    Ok(before)
}

#[async_trait]
impl Versions for Sqlite {
    async fn put_version(&self, version: &Version) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO versions (digest, name, component_digest, manifest_digest, manifest, semver, contract, state, \
             reason, timings, signer, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (digest) DO UPDATE SET name = excluded.name, semver = excluded.semver, state = \
             excluded.state, \
             contract = excluded.contract, reason = excluded.reason, timings = excluded.timings, signer = \
             excluded.signer",
        )
        .bind(&version.digest)
        .bind(&version.name)
        .bind(&version.component_digest)
        .bind(&version.manifest_digest)
        .bind(&version.manifest)
        .bind(&version.semver)
        .bind(&version.contract)
        .bind(version.state.as_str())
        .bind(&version.reason)
        .bind(to_json(&version.timings)?)
        .bind(&version.signer)
        .bind(version.created)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn version(&self, digest: &str) -> Result<Option<Version>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM versions WHERE digest = ?").bind(digest).fetch_optional(&self.readers).await?)
    }

    async fn versions(&self, name: Option<&str>) -> Result<Vec<Version>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM versions WHERE ?1 IS NULL OR name = ?1 ORDER BY created DESC, rowid DESC")
            .bind(name)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn set_version_state(
        &self,
        digest: &str,
        state: VersionState,
        reason: Option<&str>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE versions SET state = ?, reason = ? WHERE digest = ?")
            .bind(state.as_str())
            .bind(reason)
            .bind(digest)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::not_found("version", digest)) } else { Ok(()) }
    }

    async fn activate(&self, activation: Activation) -> Result<Activated, StoreError> {
        let mut tx = self.write().await?;
        let known = sqlx::query("UPDATE versions SET state = 'active', reason = NULL WHERE digest = ? AND name = ?")
            .bind(&activation.digest)
            .bind(&activation.name)
            .execute(&mut *tx)
            .await?;
        if known.rows_affected() == 0 {
            return Err(StoreError::not_found("version", &activation.digest));
        }
        let mut before = Vec::new();
        for (provider, auth_id) in &activation.heads {
            before.extend(move_head(&mut tx, &activation, provider, auth_id).await?);
        }
        let retired = sqlx::query_scalar(
            "UPDATE versions SET state = 'retired' WHERE name = ? AND digest <> ? \
             AND state IN ('active', 'canary', 'draining') \
             AND digest NOT IN (SELECT digest FROM heads) RETURNING digest",
        )
        .bind(&activation.name)
        .bind(&activation.digest)
        .fetch_all(&mut *tx)
        .await?;
        let seq = sqlx::query("INSERT INTO activations (name, digest, at) VALUES (?, ?, ?)")
            .bind(&activation.name)
            .bind(&activation.digest)
            .bind(activation.now)
            .execute(&mut *tx)
            .await?
            .last_insert_rowid();
        tx.commit().await?;
        Ok(Activated { seq, before, retired })
    }

    async fn heads(&self) -> Result<Vec<Head>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM heads ORDER BY provider, auth_id").fetch_all(&self.readers).await?)
    }

    async fn head(&self, provider: &str, auth_id: &str) -> Result<Option<Head>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM heads WHERE provider = ? AND auth_id = ?")
            .bind(provider)
            .bind(auth_id)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn grants(&self, name: &str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT line FROM grants WHERE name = ? ORDER BY line")
            .bind(name)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn give_grants(&self, name: &str, lines: &[String], now: i64) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO grants (name, line, created) SELECT ?, value, ? FROM json_each(?) WHERE true \
             ON CONFLICT (name, line) DO NOTHING",
        )
        .bind(name)
        .bind(now)
        .bind(to_json(lines)?)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn withdraw_grants(&self, name: &str, lines: &[String]) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM grants WHERE name = ? AND line IN (SELECT value FROM json_each(?))")
            .bind(name)
            .bind(to_json(lines)?)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }

    async fn accept_provider(&self, provider: &str, now: i64) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO acceptances (provider, created) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .bind(provider)
            .bind(now)
            .execute(&self.writer)
            .await?;
        Ok(())
    }

    async fn withdraw_acceptance(&self, provider: &str) -> Result<bool, StoreError> {
        let done =
            sqlx::query("DELETE FROM acceptances WHERE provider = ?").bind(provider).execute(&self.writer).await?;
        Ok(done.rows_affected() > 0)
    }

    async fn acceptances(&self) -> Result<Vec<Acceptance>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT provider, created FROM acceptances ORDER BY provider")
            .fetch_all(&self.readers)
            .await?;
        Ok(rows.into_iter().map(|(provider, created)| Acceptance { provider, created }).collect())
    }

    async fn set_provider_settings(&self, provider: &str, settings: &[(String, String)]) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM provider_settings WHERE provider = ?").bind(provider).execute(&mut *tx).await?;
        for (name, value) in settings {
            sqlx::query("INSERT INTO provider_settings (provider, name, value) VALUES (?, ?, ?)")
                .bind(provider)
                .bind(name)
                .bind(value)
                .execute(&mut *tx)
                .await?;
        }
        Ok(tx.commit().await?)
    }

    async fn provider_settings(&self, provider: &str) -> Result<Vec<(String, String)>, StoreError> {
        Ok(sqlx::query_as("SELECT name, value FROM provider_settings WHERE provider = ? ORDER BY name")
            .bind(provider)
            .fetch_all(&self.readers)
            .await?)
    }
}
