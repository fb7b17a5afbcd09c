//! Connections.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};
use uuid::Uuid;

use super::emit::{self, Scopes, Standing, Subject};
use super::erase::Ending;
use super::rows::{self, count, json, limit, listed, word};
use super::{Sqlite, Tx};
use crate::codec::to_json;
use crate::{
    Connection, ConnectionChange, ConnectionCount, ConnectionStatus, Connections, Erased, Listed, NewConnection,
    Settings, StoreError, event_type,
};

impl FromRow<'_, SqliteRow> for Connection {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            project: row.try_get("project")?,
            provider: row.try_get("provider")?,
            auth_id: row.try_get("auth_id")?,
            account: row.try_get("account")?,
            name: row.try_get("name")?,
            status: word(row, "status")?,
            reason: row.try_get("reason")?,
            zone: row.try_get("zone")?,
            settings: json(row, "settings")?,
            scopes: json(row, "scopes")?,
            reference: row.try_get("reference")?,
            created: row.try_get("created")?,
            changed: row.try_get("changed")?,
            delivered: row.try_get("delivered")?,
        })
    }
}

/// The connection is there and has not ended: what was erased must not come back, and a husk's row would let it.
pub(super) async fn exists(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let there: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM connections WHERE id = ? AND ended IS NULL")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    there.map(|_| ()).ok_or_else(|| StoreError::not_found("connection", id))
}

/// The connection, within a transaction.
pub(super) async fn load(tx: &mut Tx, id: &str) -> Result<Connection, StoreError> {
    sqlx::query_as("SELECT * FROM connections WHERE id = ? AND ended IS NULL")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or_else(|| StoreError::not_found("connection", id))
}

/// Begins a connection.
pub(super) async fn insert(tx: &mut Tx, new: NewConnection, now: i64) -> Result<Connection, StoreError> {
    let connection = Connection {
        id: format!("conn_{}", Uuid::now_v7().simple()),
        project: new.project,
        provider: new.provider,
        auth_id: new.auth_id,
        account: None,
        name: None,
        status: ConnectionStatus::Connecting,
        reason: None,
        zone: new.zone,
        settings: new.settings,
        scopes: Vec::new(),
        reference: new.reference,
        created: now,
        changed: now,
        delivered: None,
    };
    sqlx::query(
        "INSERT INTO connections (id, project, provider, auth_id, status, zone, settings, scopes, reference, \
         created, \
         changed) VALUES (?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?)",
    )
    .bind(&connection.id)
    .bind(&connection.project)
    .bind(&connection.provider)
    .bind(&connection.auth_id)
    .bind(connection.status.as_str())
    .bind(&connection.zone)
    .bind(to_json(&connection.settings)?)
    .bind(&connection.reference)
    .bind(now)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(connection)
}

fn apply(connection: &mut Connection, change: ConnectionChange, now: i64) {
    let keep = |old: &mut Option<String>, new: Option<String>| {
        if new.is_some() {
            *old = new;
        }
    };
    if let Some((status, reason)) = change.status {
        connection.status = status;
        connection.reason = reason;
    }
    keep(&mut connection.account, change.account);
    keep(&mut connection.name, change.name);
    keep(&mut connection.zone, change.zone);
    keep(&mut connection.reference, change.reference);
    if let Some(auth_id) = change.auth_id {
        connection.auth_id = auth_id;
    }
    if let Some(scopes) = change.scopes {
        connection.scopes = scopes;
    }
    for (name, value) in change.settings {
        match connection.settings.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => connection.settings.push((name, value)),
        }
    }
    connection.changed = now;
}

async fn save(tx: &mut Tx, connection: &Connection) -> Result<(), StoreError> {
    let written = sqlx::query(
        "UPDATE connections SET auth_id = ?, account = ?, name = ?, status = ?, reason = ?, zone = ?, settings = ?, \
         scopes = ?, reference = ?, changed = ? WHERE id = ?",
    )
    .bind(&connection.auth_id)
    .bind(&connection.account)
    .bind(&connection.name)
    .bind(connection.status.as_str())
    .bind(&connection.reason)
    .bind(&connection.zone)
    .bind(to_json(&connection.settings)?)
    .bind(to_json(&connection.scopes)?)
    .bind(&connection.reference)
    .bind(connection.changed)
    .bind(&connection.id)
    .execute(&mut **tx)
    .await;
    match written {
        Err(error) if rows::taken(&error) => Err(StoreError::Conflict(format!(
            "this {} account already has a connection with the same reference: use that one, and erase {}",
            connection.provider, connection.id
        ))),
        other => Ok(other.map(drop)?),
    }
}

fn without<'a>(these: &'a [String], those: &[String]) -> Vec<&'a str> {
    these.iter().filter(|scope| !those.contains(scope)).map(String::as_str).collect()
}

/// What is told of a change, in this order.
fn told<'a>(
    before: &'a Connection,
    after: &'a Connection,
    connected: Option<bool>,
) -> Vec<(&'static str, Standing<'a>)> {
    let standing = || Standing::of(after.status, after.reason.as_deref());
    let mut events = Vec::new();
    if (before.status, &before.reason) != (after.status, &after.reason) {
        events.push((event_type::CONNECTION_CHANGED, standing()));
    }
    if connected.is_some() {
        events.push((event_type::CONNECTION_CONNECTED, Standing { again: connected, ..standing() }));
    }
    let scopes = Scopes {
        granted: &after.scopes,
        lost: without(&before.scopes, &after.scopes),
        gained: without(&after.scopes, &before.scopes),
    };
    let differ = !scopes.lost.is_empty() || !scopes.gained.is_empty();
    if differ && before.status != ConnectionStatus::Connecting {
        events.push((event_type::CONNECTION_SCOPES, Standing { scopes: Some(scopes), ..standing() }));
    }
    events
}

/// Changes a connection, and tells what differs.
async fn change(
    tx: &mut Tx,
    before: &Connection,
    change: ConnectionChange,
    now: i64,
    settings: &Settings,
) -> Result<Connection, StoreError> {
    let connected = change.connected;
    let mut after = before.clone();
    apply(&mut after, change, now);
    save(tx, &after).await?;
    for (event, standing) in told(before, &after, connected) {
        emit::emit(tx, &after, event, Subject::Connection(standing), now, settings).await?;
    }
    Ok(after)
}

#[async_trait]
impl Connections for Sqlite {
    async fn create_connection(&self, new: NewConnection, now: i64) -> Result<Connection, StoreError> {
        let mut tx = self.write().await?;
        let connection = insert(&mut tx, new, now).await?;
        tx.commit().await?;
        Ok(connection)
    }

    async fn connection(&self, id: &str) -> Result<Option<Connection>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM connections WHERE id = ? AND ended IS NULL")
            .bind(id)
            .fetch_optional(&self.readers)
            .await?)
    }

    async fn find_account(
        &self,
        project: &str,
        provider: &str,
        account: &str,
        reference: Option<&str>,
    ) -> Result<Option<Connection>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM connections WHERE project = ? AND provider = ? AND account = ? AND ifnull(reference, '') = \
             ?",
        )
        .bind(project)
        .bind(provider)
        .bind(account)
        .bind(reference.unwrap_or_default())
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn find_accounts(&self, project: &str, provider: &str, account: &str) -> Result<Vec<Connection>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM connections WHERE project = ? AND provider = ? AND account = ? AND ended IS NULL \
             ORDER BY created, id",
        )
        .bind(project)
        .bind(provider)
        .bind(account)
        .fetch_all(&self.readers)
        .await?)
    }

    async fn connections(
        &self,
        project: Option<&str>,
        provider: Option<&str>,
        after: Option<&str>,
        asked: u32,
    ) -> Result<Listed<Connection, String>, StoreError> {
        let limit = limit(asked);
        let mut query = QueryBuilder::new("SELECT * FROM connections WHERE ended IS NULL AND id > ");
        query.push_bind(after.unwrap_or_default());
        if let Some(project) = project {
            query.push(" AND project = ").push_bind(project);
        }
        if let Some(provider) = provider {
            query.push(" AND provider = ").push_bind(provider);
        }
        query.push(" ORDER BY id LIMIT ").push_bind(limit + 1);
        let items = query.build_query_as::<Connection>().fetch_all(&self.readers).await?;
        Ok(listed(items, limit, |connection| connection.id.clone()))
    }

    async fn established(
        &self,
        project: &str,
        reference: Option<&str>,
        skip: u64,
        asked: u32,
    ) -> Result<(Vec<Connection>, u64), StoreError> {
        let items = sqlx::query_as(
            "SELECT * FROM connections WHERE ended IS NULL AND status <> 'connecting' AND project = ?1 \
             AND (?2 IS NULL OR reference = ?2) ORDER BY id LIMIT ?3 OFFSET ?4",
        )
        .bind(project)
        .bind(reference)
        .bind(limit(asked))
        .bind(i64::try_from(skip).unwrap_or(i64::MAX))
        .fetch_all(&self.readers)
        .await?;
        let all = sqlx::query_scalar(
            "SELECT count(*) FROM connections WHERE ended IS NULL AND status <> 'connecting' AND project = ?1 \
             AND (?2 IS NULL OR reference = ?2)",
        )
        .bind(project)
        .bind(reference)
        .fetch_one(&self.readers)
        .await?;
        Ok((items, count(all)))
    }

    async fn change_connection(&self, id: &str, change: ConnectionChange, now: i64) -> Result<Connection, StoreError> {
        let mut tx = self.write().await?;
        let before = load(&mut tx, id).await?;
        let after = self::change(&mut tx, &before, change, now, &self.settings).await?;
        tx.commit().await?;
        Ok(after)
    }

    async fn connection_counts(&self) -> Result<Vec<ConnectionCount>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT provider, status, count(*) FROM connections WHERE ended IS NULL GROUP BY provider, status \
             ORDER BY provider, status",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(provider, status, n)| {
                let status = status.parse().map_err(|error: String| StoreError::corrupt("column status", error))?;
                Ok(ConnectionCount { provider, status, count: count(n) })
            })
            .collect()
    }

    async fn erase_connection(&self, id: &str) -> Result<Erased, StoreError> {
        self.erase(id).await
    }

    async fn end_connection(&self, id: &str, reason: &str, now: i64) -> Result<Erased, StoreError> {
        self.end(id, Ending::Wanted { reason }, now).await
    }

    async fn merge_connection(&self, from: &str, into: &str, now: i64) -> Result<Erased, StoreError> {
        self.end(from, Ending::Merged { into }, now).await
    }

    async fn fail_connection(&self, id: &str, reason: &str, now: i64) -> Result<Erased, StoreError> {
        self.end(id, Ending::Failed { reason }, now).await
    }

    async fn sweep_attempts(&self, before: i64) -> Result<u64, StoreError> {
        self.erase_attempts(before).await
    }

    async fn sweep_ended(&self, before: i64) -> Result<u64, StoreError> {
        self.forget_ended(before).await
    }
}
