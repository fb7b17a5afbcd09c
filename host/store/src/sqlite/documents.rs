//! Documents.

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::rows::{count, json, json_or_none, limit, listed, word};
use super::{Sqlite, Tx};
use crate::codec::to_json;
use crate::{
    Connection, Document, DocumentCount, DocumentPart, DocumentQuery, DocumentState, Documents, Listed, NewDocument,
    Outcome, StoreError,
};

impl FromRow<'_, SqliteRow> for Document {
    /// Without its parts: they are rows of their own.
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            stream: row.try_get("stream")?,
            endpoint: row.try_get("endpoint")?,
            provider_id: row.try_get("provider_id")?,
            parts: Vec::new(),
            subject: json(row, "subject")?,
            context: json(row, "context")?,
            fetched_at: row.try_get("fetched_at")?,
            version: row.try_get("version")?,
            state: word(row, "state")?,
            failure: json_or_none(row, "failure")?,
            notes: json(row, "notes")?,
            normalized_by: row.try_get("normalized_by")?,
            tried_by: row.try_get("tried_by")?,
            created: row.try_get("created")?,
            changed: row.try_get("changed")?,
        })
    }
}

/// A document as the commit of its records needs it.
pub(super) struct Place {
    pub(super) id: i64,
    pub(super) endpoint: String,
    /// The latest exchange of its parts: its place in the order of arrival.
    pub(super) exchange: i64,
}

fn state_of(outcome: &Outcome) -> DocumentState {
    if outcome.failure.is_some() { DocumentState::Quarantined } else { DocumentState::Normalized }
}

fn part_bounds(part: &DocumentPart) -> Result<(Option<i64>, Option<i64>), StoreError> {
    let Some((first, last)) = part.range else {
        return Ok((None, None));
    };
    let bound = |value: u64| {
        i64::try_from(value).map_err(|_| StoreError::Invalid(format!("part {:?} ends beyond any body", part.name)))
    };
    Ok((Some(bound(first)?), Some(bound(last)?)))
}

/// Writes a document with its parts.
pub(super) async fn insert(
    tx: &mut Tx,
    connection: &Connection,
    stream: &str,
    document: &NewDocument,
    outcome: &Outcome,
    (version, now): (&str, i64),
) -> Result<Place, StoreError> {
    let exchange = document.parts.iter().map(|part| part.exchange).max().unwrap_or_default();
    let failure = outcome.failure.as_ref().map(to_json).transpose()?;
    let normalized_by = outcome.failure.is_none().then_some(version);
    let id = sqlx::query(
        "INSERT INTO documents (connection, provider, stream, endpoint, provider_id, subject, context, fetched_at, \
         exchange, version, state, failure, notes, normalized_by, tried_by, created, changed) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&connection.id)
    .bind(&connection.provider)
    .bind(stream)
    .bind(&document.endpoint)
    .bind(&document.provider_id)
    .bind(to_json(&document.subject)?)
    .bind(to_json(&document.context)?)
    .bind(document.fetched_at)
    .bind(exchange)
    .bind(version)
    .bind(state_of(outcome).as_str())
    .bind(failure)
    .bind(to_json(&outcome.notes)?)
    .bind(normalized_by)
    .bind(version)
    .bind(now)
    .bind(now)
    .execute(&mut **tx)
    .await?
    .last_insert_rowid();
    for (ordinal, part) in (0_i64..).zip(&document.parts) {
        insert_part(tx, id, ordinal, part, &connection.id).await?;
    }
    Ok(Place { id, endpoint: document.endpoint.clone(), exchange })
}

/// The part is written only where the exchange is the connection's own: a document never shows another user's answer.
async fn insert_part(
    tx: &mut Tx,
    document: i64,
    ordinal: i64,
    part: &DocumentPart,
    connection: &str,
) -> Result<(), StoreError> {
    let (first, last) = part_bounds(part)?;
    let written = sqlx::query(
        "INSERT INTO document_parts (document, ordinal, name, exchange, first, last) \
         SELECT ?, ?, ?, id, ?, ? FROM exchanges WHERE id = ? AND connection = ?",
    )
    .bind(document)
    .bind(ordinal)
    .bind(&part.name)
    .bind(first)
    .bind(last)
    .bind(part.exchange)
    .bind(connection)
    .execute(&mut **tx)
    .await?;
    if written.rows_affected() == 0 {
        return Err(StoreError::not_found("exchange", part.exchange));
    }
    Ok(())
}

/// Writes what became of a document that was tried again.
pub(super) async fn retried(
    tx: &mut Tx,
    id: i64,
    outcome: &Outcome,
    (version, now): (&str, i64),
) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE documents SET state = ?1, failure = ?2, notes = ?3, tried_by = ?4, changed = ?5, \
         normalized_by = iif(?2 IS NULL, ?4, normalized_by) WHERE id = ?6",
    )
    .bind(state_of(outcome).as_str())
    .bind(outcome.failure.as_ref().map(to_json).transpose()?)
    .bind(to_json(&outcome.notes)?)
    .bind(version)
    .bind(now)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A part's row: document, name, exchange, and the bounds of its range.
type PartRow = (i64, String, i64, Option<i64>, Option<i64>);

impl Sqlite {
    async fn with_parts(&self, mut documents: Vec<Document>) -> Result<Vec<Document>, StoreError> {
        let ids: Vec<i64> = documents.iter().map(|document| document.id).collect();
        let rows: Vec<PartRow> = sqlx::query_as(
            "SELECT document, name, exchange, first, last FROM document_parts \
             WHERE document IN (SELECT value FROM json_each(?)) ORDER BY document, ordinal",
        )
        .bind(to_json(&ids)?)
        .fetch_all(&self.readers)
        .await?;
        let mut parts: HashMap<i64, Vec<DocumentPart>> = HashMap::new();
        for (document, name, exchange, first, last) in rows {
            let range = first.zip(last).map(|(first, last)| (count(first), count(last)));
            parts.entry(document).or_default().push(DocumentPart { name, exchange, range });
        }
        for document in &mut documents {
            document.parts = parts.remove(&document.id).unwrap_or_default();
        }
        Ok(documents)
    }
}

fn narrow(query: &DocumentQuery) -> QueryBuilder<sqlx::Sqlite> {
    let mut sql = QueryBuilder::new("SELECT documents.* FROM documents ");
    if query.project.is_some() || query.auth_id.is_some() {
        sql.push("JOIN connections ON connections.id = documents.connection ");
    }
    sql.push("WHERE 1 = 1");
    let filters = [
        (" AND connections.project = ", &query.project),
        (" AND connections.auth_id = ", &query.auth_id),
        (" AND documents.provider = ", &query.provider),
        (" AND documents.connection = ", &query.connection),
        (" AND documents.tried_by <> ", &query.not_tried_by),
    ];
    for (condition, value) in filters {
        if let Some(value) = value {
            sql.push(condition).push_bind(value.clone());
        }
    }
    if let Some(state) = query.state {
        sql.push(" AND documents.state = ").push_bind(state.as_str());
    }
    if let Some(after) = query.after {
        sql.push(if query.newest_first { " AND documents.id < " } else { " AND documents.id > " }).push_bind(after);
    }
    sql.push(if query.newest_first { " ORDER BY documents.id DESC LIMIT " } else { " ORDER BY documents.id LIMIT " });
    sql.push_bind(limit(query.limit) + 1);
    sql
}

#[async_trait]
impl Documents for Sqlite {
    async fn document(&self, id: i64) -> Result<Option<Document>, StoreError> {
        let found: Option<Document> =
            sqlx::query_as("SELECT * FROM documents WHERE id = ?").bind(id).fetch_optional(&self.readers).await?;
        Ok(self.with_parts(found.into_iter().collect()).await?.pop())
    }

    async fn documents(&self, query: &DocumentQuery) -> Result<Listed<Document, i64>, StoreError> {
        let found = narrow(query).build_query_as::<Document>().fetch_all(&self.readers).await?;
        let list = listed(found, limit(query.limit), |document| document.id);
        Ok(Listed { items: self.with_parts(list.items).await?, next: list.next })
    }

    async fn document_counts(&self) -> Result<Vec<DocumentCount>, StoreError> {
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT provider, state, count(*) FROM documents GROUP BY provider, state ORDER BY provider, state",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(provider, state, n)| {
                let state = state.parse().map_err(|error: String| StoreError::corrupt("column state", error))?;
                Ok(DocumentCount { provider, state, count: count(n) })
            })
            .collect()
    }
}
