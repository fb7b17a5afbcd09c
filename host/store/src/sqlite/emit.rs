//! Writing an event with its deliveries, in the transaction of what it tells.

use gearshift_model::Record;
use serde::{Serialize, Serializer};
use uuid::Uuid;

use super::Tx;
use crate::codec::{pack, to_json};
use crate::{Connection, ConnectionStatus, Erased, Settings, Snapshot, StoreError};

/// What an event is about.
pub(super) enum Subject<'a> {
    Connection(Standing<'a>),
    Record(Told<'a>),
}

/// A connection as an event tells it.
#[derive(Serialize)]
pub(super) struct Standing<'a> {
    pub(super) status: ConnectionStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'a str>,
    /// It was connected before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) again: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scopes: Option<Scopes<'a>>,
    /// The connection that goes on in its place.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "its_id")]
    pub(super) into: Option<&'a Connection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) erased: Option<&'a Erased>,
}

fn its_id<S: Serializer>(connection: &Option<&Connection>, serializer: S) -> Result<S::Ok, S::Error> {
    connection.map(|connection| &connection.id).serialize(serializer)
}

impl<'a> Standing<'a> {
    pub(super) fn of(status: ConnectionStatus, reason: Option<&'a str>) -> Self {
        Self { status, reason, again: None, scopes: None, into: None, erased: None }
    }
}

/// What became of a connection's scopes.
#[derive(Serialize)]
pub(super) struct Scopes<'a> {
    /// All that hold now.
    pub(super) granted: &'a [String],
    /// Those that did and do no more.
    pub(super) lost: Vec<&'a str>,
    /// Those that do and did not.
    pub(super) gained: Vec<&'a str>,
}

/// A record as an event tells it.
#[derive(Serialize)]
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) kind: &'a str,
    pub(super) key: &'a str,
    pub(super) revision: i64,
    pub(super) deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) merged_into: Option<&'a str>,
    /// None where it was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) data: Option<&'a Record>,
}

#[derive(Serialize)]
struct Body<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    created: i64,
    project: &'a str,
    provider: &'a str,
    connection: &'a str,
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a Told<'a>>,
    #[serde(flatten)]
    standing: Option<&'a Standing<'a>>,
}

/// Writes an event and one delivery for each enabled destination of its project. Says its sequence number.
pub(super) async fn emit(
    tx: &mut Tx,
    connection: &Connection,
    event_type: &str,
    subject: Subject<'_>,
    now: i64,
    settings: &Settings,
) -> Result<i64, StoreError> {
    let id = format!("evt_{}", Uuid::now_v7().simple());
    let (record, standing) = match &subject {
        Subject::Connection(standing) => (None, Some(standing)),
        Subject::Record(told) => (Some(told), None),
    };
    let body = to_json(&Body {
        id: &id,
        event_type,
        created: now,
        project: &connection.project,
        provider: &connection.provider,
        connection: &connection.id,
        reference: connection.reference.as_deref(),
        record,
        standing,
    })?;
    let into = standing.and_then(|standing| standing.into);
    let about: Vec<Snapshot> = [Some(connection), into].into_iter().flatten().map(Snapshot::from).collect();
    let (seq,): (i64,) = sqlx::query_as(
        "INSERT INTO events (id, project, connection, record, kind, revision, type, body, about, created) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
    )
    .bind(&id)
    .bind(&connection.project)
    .bind(&connection.id)
    .bind(record.map(|told| told.id))
    .bind(record.map(|told| told.kind))
    .bind(record.map(|told| told.revision))
    .bind(event_type)
    .bind(pack(body, settings)?)
    .bind(to_json(&about)?)
    .bind(now)
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO deliveries (seq, destination, lane, state, next_at) \
         SELECT ?, id, ?, 'pending', ? FROM destinations WHERE project = ? AND enabled = 1",
    )
    .bind(seq)
    .bind(record.map_or(connection.id.as_str(), |told| told.id))
    .bind(now)
    .bind(&connection.project)
    .execute(&mut **tx)
    .await?;
    Ok(seq)
}
