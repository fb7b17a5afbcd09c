//! Writing an event with its deliveries, in the transaction of what it tells.

use gearshift_model::Record;
use serde::Serialize;
use uuid::Uuid;

use super::Tx;
use crate::codec::{pack, to_json};
use crate::{Connection, ConnectionStatus, Settings, StoreError};

/// What an event is about.
pub(super) enum Subject<'a> {
    Connection { status: ConnectionStatus, reason: Option<&'a str> },
    Record(Told<'a>),
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
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<ConnectionStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
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
    let (record, status, reason) = match &subject {
        Subject::Connection { status, reason } => (None, Some(*status), *reason),
        Subject::Record(told) => (Some(told), None, None),
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
        status,
        reason,
    })?;
    let (seq,): (i64,) = sqlx::query_as(
        "INSERT INTO events (id, project, connection, record, kind, revision, type, body, created) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
    )
    .bind(&id)
    .bind(&connection.project)
    .bind(&connection.id)
    .bind(record.map(|told| told.id))
    .bind(record.map(|told| told.kind))
    .bind(record.map(|told| told.revision))
    .bind(event_type)
    .bind(pack(body, settings)?)
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
