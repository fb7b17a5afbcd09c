//! Taking everything of a connection away, with or without word of it.

use super::emit::{self, Standing, Subject};
use super::{Sqlite, Tx, connections};
use crate::{Connection, ConnectionStatus, Erased, StoreError, event_type};

/// How many rows a sweep takes at a time: others wait for the writer meanwhile.
const BATCH: i64 = 50;

/// What is deleted for a connection, children before parents, each with the count that it adds to. The statements bind
/// the connection as `?1`.
const STEPS: [(&str, Count); 16] = [
    ("DELETE FROM deliveries WHERE seq IN (SELECT seq FROM events WHERE connection = ?1)", Count::None),
    ("DELETE FROM events WHERE connection = ?1", Count::Events),
    ("DELETE FROM facets WHERE record IN (SELECT id FROM records WHERE connection = ?1)", Count::None),
    ("DELETE FROM record_keys WHERE connection = ?1", Count::None),
    ("UPDATE records SET merged_into = NULL WHERE connection = ?1 AND merged_into IS NOT NULL", Count::None),
    ("DELETE FROM records WHERE connection = ?1", Count::Records),
    ("DELETE FROM tombstones WHERE connection = ?1", Count::None),
    ("DELETE FROM documents WHERE connection = ?1", Count::Documents),
    ("DELETE FROM streams WHERE connection = ?1", Count::None),
    ("DELETE FROM jobs WHERE connection = ?1", Count::Jobs),
    ("DELETE FROM logins WHERE connection = ?1", Count::Secrets),
    ("DELETE FROM sessions WHERE connection = ?1", Count::None),
    ("DELETE FROM renewals WHERE connection = ?1", Count::None),
    ("DELETE FROM secrets WHERE connection = ?1", Count::Secrets),
    ("DELETE FROM devices WHERE connection = ?1", Count::Secrets),
    ("DELETE FROM exchanges WHERE connection = ?1", Count::Exchanges),
];

#[derive(Clone, Copy)]
enum Count {
    None,
    Secrets,
    Exchanges,
    Documents,
    Records,
    Jobs,
    Events,
}

fn add(erased: &mut Erased, to: Count, rows: u64) {
    let place = match to {
        Count::None => return,
        Count::Secrets => &mut erased.secrets,
        Count::Exchanges => &mut erased.exchanges,
        Count::Documents => &mut erased.documents,
        Count::Records => &mut erased.records,
        Count::Jobs => &mut erased.jobs,
        Count::Events => &mut erased.events,
    };
    *place += rows;
}

/// Why a connection ends.
pub(super) enum Ending<'a> {
    /// Somebody wanted it so.
    Wanted { reason: &'a str },
    /// It never came about: its sign-in failed.
    Failed { reason: &'a str },
    /// Its account is another connection's.
    Merged { into: &'a str },
}

impl Ending<'_> {
    fn reason(&self) -> &str {
        match self {
            Self::Wanted { reason } | Self::Failed { reason } => reason,
            Self::Merged { .. } => "its account is connected under another id",
        }
    }
}

/// Takes away everything but the connection's own row. Says what, and which files of bodies are to be removed once this
/// is committed. The caller holds `bodies` alone.
async fn strip(tx: &mut Tx, id: &str) -> Result<(Erased, Vec<String>), StoreError> {
    let mut erased = Erased::default();
    let hashes: Vec<String> = sqlx::query_scalar("SELECT DISTINCT body_hash FROM exchanges WHERE connection = ?")
        .bind(id)
        .fetch_all(&mut **tx)
        .await?;
    for (statement, to) in STEPS {
        let done = sqlx::query(statement).bind(id).execute(&mut **tx).await?;
        add(&mut erased, to, done.rows_affected());
    }
    let gone = Sqlite::drop_body_rows(tx, Some(&hashes)).await?;
    erased.bodies = gone.len() as u64;
    Ok((erased, gone.into_iter().map(|(hash, _)| hash).collect()))
}

async fn drop_row(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM connections WHERE id = ?").bind(id).execute(&mut **tx).await?;
    Ok(())
}

/// Leaves of a connection's row what its last event needs, and nothing of its user.
async fn make_husk(tx: &mut Tx, id: &str, reason: &str, now: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE connections SET ended = ?1, changed = ?1, status = ?2, reason = ?3, account = NULL, name = NULL, \
         zone = NULL, settings = '[]', scopes = '[]' WHERE id = ?4",
    )
    .bind(now)
    .bind(ConnectionStatus::Revoked.as_str())
    .bind(reason)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Only a connection of the same project at the same provider can be what another becomes.
async fn check_merge(tx: &mut Tx, from: &Connection, into: &str) -> Result<Connection, StoreError> {
    let into = connections::load(tx, into).await?;
    if from.id == into.id || from.project != into.project || from.provider != into.provider {
        return Err(StoreError::Invalid(format!(
            "{} cannot be merged into {}: they have to be two connections of one project at one provider",
            from.id, into.id
        )));
    }
    Ok(into)
}

impl Sqlite {
    pub(super) async fn erase(&self, id: &str) -> Result<Erased, StoreError> {
        let alone = self.bodies.write().await;
        let mut tx = self.write().await?;
        connections::exists(&mut tx, id).await?;
        let (erased, files) = strip(&mut tx, id).await?;
        drop_row(&mut tx, id).await?;
        tx.commit().await?;
        // A crash here leaves files that no row names; the next collection finds them.
        self.archive.remove(files).await?;
        drop(alone);
        Ok(erased)
    }

    pub(super) async fn end(&self, id: &str, ending: Ending<'_>, now: i64) -> Result<Erased, StoreError> {
        let alone = self.bodies.write().await;
        let mut tx = self.write().await?;
        let connection = connections::load(&mut tx, id).await?;
        let (event, into) = match ending {
            Ending::Wanted { .. } => (event_type::CONNECTION_ENDED, None),
            Ending::Failed { .. } if connection.status != ConnectionStatus::Connecting => {
                return Err(StoreError::Invalid(format!("{id} has come about: end it, if that is meant")));
            }
            Ending::Failed { .. } => (event_type::CONNECTION_FAILED, None),
            Ending::Merged { into } => {
                (event_type::CONNECTION_MERGED, Some(check_merge(&mut tx, &connection, into).await?))
            }
        };
        let (erased, files) = strip(&mut tx, id).await?;
        make_husk(&mut tx, id, ending.reason(), now).await?;
        // As the husk has it: its scopes are erased too.
        let husk = Connection { status: ConnectionStatus::Revoked, scopes: Vec::new(), ..connection };
        let standing =
            Standing { into: into.as_ref(), erased: Some(&erased), ..Standing::of(husk.status, Some(ending.reason())) };
        emit::emit(&mut tx, &husk, event, Subject::Connection(standing), now, &self.settings).await?;
        tx.commit().await?;
        self.archive.remove(files).await?;
        drop(alone);
        Ok(erased)
    }

    pub(super) async fn erase_attempts(&self, before: i64) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let alone = self.bodies.write().await;
            let mut tx = self.write().await?;
            let ids: Vec<String> = sqlx::query_scalar(
                "SELECT id FROM connections WHERE status = 'connecting' AND created < ?1 AND NOT EXISTS \
                 (SELECT 1 FROM logins WHERE logins.connection = connections.id AND logins.expires > ?1) LIMIT ?2",
            )
            .bind(before)
            .bind(BATCH)
            .fetch_all(&mut *tx)
            .await?;
            if ids.is_empty() {
                return Ok(total);
            }
            let mut files = Vec::new();
            for id in &ids {
                files.extend(strip(&mut tx, id).await?.1);
                drop_row(&mut tx, id).await?;
            }
            tx.commit().await?;
            self.archive.remove(files).await?;
            drop(alone);
            total += ids.len() as u64;
        }
    }

    pub(super) async fn forget_ended(&self, before: i64) -> Result<u64, StoreError> {
        let mut total = 0;
        loop {
            let mut tx = self.write().await?;
            let ids: Vec<String> = sqlx::query_scalar("SELECT id FROM connections WHERE ended < ? LIMIT ?")
                .bind(before)
                .bind(BATCH)
                .fetch_all(&mut *tx)
                .await?;
            if ids.is_empty() {
                return Ok(total);
            }
            for id in &ids {
                strip(&mut tx, id).await?;
                drop_row(&mut tx, id).await?;
            }
            tx.commit().await?;
            total += ids.len() as u64;
        }
    }
}
