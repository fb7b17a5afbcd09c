//! Projects and their keys.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};

use super::rows::{json, missing, taken};
use super::{Sqlite, Tx};
use crate::codec::to_json;
use crate::{ApiKey, Project, Projects, ProviderKeys, StoreError};

impl FromRow<'_, SqliteRow> for Project {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            redirects: json(row, "redirects")?,
            created: row.try_get("created")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for ApiKey {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            project: row.try_get("project")?,
            name: row.try_get("name")?,
            hash: row.try_get("hash")?,
            created: row.try_get("created")?,
            revoked: row.try_get("revoked")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for ProviderKeys {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            project: row.try_get("project")?,
            provider: row.try_get("provider")?,
            client_id: row.try_get("client_id")?,
            sealed: row.try_get("sealed")?,
            hook_sealed: row.try_get("hook_sealed")?,
            scopes: json(row, "scopes")?,
            settings: json(row, "settings")?,
            hook: row.try_get("hook")?,
            changed: row.try_get("changed")?,
        })
    }
}

/// What has to go before a project can, and the project; the statements bind it as `?1`.
const ERASURE: [&str; 5] = [
    "DELETE FROM tickets WHERE project = ?1",
    "DELETE FROM sessions WHERE project = ?1",
    "DELETE FROM api_keys WHERE project = ?1",
    "DELETE FROM provider_keys WHERE project = ?1",
    "DELETE FROM projects WHERE id = ?1",
];

/// The hook that an application is to have: the one that is given, else the one that it has.
async fn hook_of(tx: &mut Tx, keys: &ProviderKeys) -> Result<String, StoreError> {
    if !keys.hook.is_empty() {
        return Ok(keys.hook.clone());
    }
    let present: Option<String> =
        sqlx::query_scalar("SELECT hook FROM provider_keys WHERE project = ? AND provider = ?")
            .bind(&keys.project)
            .bind(&keys.provider)
            .fetch_optional(&mut **tx)
            .await?;
    present.ok_or_else(|| {
        StoreError::Invalid(format!("{} has no application at {} yet: give it a hook", keys.project, keys.provider))
    })
}

async fn save_keys(tx: &mut Tx, keys: &ProviderKeys, hook: &str) -> Result<(), StoreError> {
    let written = sqlx::query(
        "INSERT INTO provider_keys (project, provider, client_id, sealed, hook_sealed, scopes, settings, hook, \
         changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (project, provider) DO UPDATE SET \
         client_id = excluded.client_id, sealed = excluded.sealed, hook_sealed = excluded.hook_sealed, \
         scopes = excluded.scopes, settings = excluded.settings, hook = excluded.hook, changed = excluded.changed",
    )
    .bind(&keys.project)
    .bind(&keys.provider)
    .bind(&keys.client_id)
    .bind(&keys.sealed)
    .bind(&keys.hook_sealed)
    .bind(to_json(&keys.scopes)?)
    .bind(to_json(&keys.settings)?)
    .bind(hook)
    .bind(keys.changed)
    .execute(&mut **tx)
    .await;
    match written {
        Ok(_) => Ok(()),
        Err(error) if taken(&error) => {
            Err(StoreError::Conflict("this hook is another application's: make a new one".to_owned()))
        }
        Err(error) => Err(missing(error, "project", &keys.project)),
    }
}

#[async_trait]
impl Projects for Sqlite {
    async fn put_project(&self, project: &Project) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO projects (id, name, redirects, created) VALUES (?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, redirects = excluded.redirects",
        )
        .bind(&project.id)
        .bind(&project.name)
        .bind(to_json(&project.redirects)?)
        .bind(project.created)
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    async fn project(&self, id: &str) -> Result<Option<Project>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM projects WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn projects(&self) -> Result<Vec<Project>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM projects ORDER BY id").fetch_all(&self.readers).await?)
    }

    async fn erase_project(&self, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.write().await?;
        let connections: i64 =
            sqlx::query_scalar("SELECT count(*) FROM connections WHERE project = ? AND ended IS NULL")
                .bind(id)
                .fetch_one(&mut *tx)
                .await?;
        if connections > 0 {
            return Err(StoreError::Conflict(format!(
                "project {id} still has {connections} connections: end those first"
            )));
        }
        let mut there = false;
        for statement in ERASURE {
            there = sqlx::query(statement).bind(id).execute(&mut *tx).await?.rows_affected() > 0;
        }
        tx.commit().await?;
        Ok(there)
    }

    async fn add_api_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let written =
            sqlx::query("INSERT INTO api_keys (id, project, name, hash, created, revoked) VALUES (?, ?, ?, ?, ?, ?)")
                .bind(&key.id)
                .bind(&key.project)
                .bind(&key.name)
                .bind(&key.hash)
                .bind(key.created)
                .bind(key.revoked)
                .execute(&self.writer)
                .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) if taken(&error) => {
                Err(StoreError::Conflict("this key was given out before: make a new one".to_owned()))
            }
            Err(error) => Err(missing(error, "project", &key.project)),
        }
    }

    async fn api_keys(&self, project: &str) -> Result<Vec<ApiKey>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM api_keys WHERE project = ? ORDER BY id")
            .bind(project)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn api_key(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM api_keys WHERE hash = ? AND revoked IS NULL")
            .bind(hash)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn revoke_api_key(&self, project: &str, id: &str, now: i64) -> Result<bool, StoreError> {
        let done = sqlx::query("UPDATE api_keys SET revoked = ? WHERE project = ? AND id = ? AND revoked IS NULL")
            .bind(now)
            .bind(project)
            .bind(id)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn put_provider_keys(&self, keys: &ProviderKeys) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        let hook = hook_of(&mut tx, keys).await?;
        save_keys(&mut tx, keys, &hook).await?;
        Ok(tx.commit().await?)
    }

    async fn provider_keys(&self, project: &str, provider: &str) -> Result<Option<ProviderKeys>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM provider_keys WHERE project = ? AND provider = ?")
            .bind(project)
            .bind(provider)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn all_provider_keys(&self, project: Option<&str>) -> Result<Vec<ProviderKeys>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM provider_keys WHERE ?1 IS NULL OR project = ?1 ORDER BY project, provider")
            .bind(project)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn provider_keys_by_hook(&self, hook: &str) -> Result<Option<ProviderKeys>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM provider_keys WHERE hook = ?")
            .bind(hook)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn erase_provider_keys(&self, project: &str, provider: &str) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM provider_keys WHERE project = ? AND provider = ?")
            .bind(project)
            .bind(provider)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
