//! Calls of providers and their bodies.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::rows::{json, json_or_none, limit, listed, number, word};
use super::{Sqlite, exchanges};
use crate::codec::to_json;
use crate::{Failure, Inbound, InboundQuery, InboundState, Inbounds, Listed, NewInbound, StoreError};

impl FromRow<'_, SqliteRow> for Inbound {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            call: NewInbound {
                project: row.try_get("project")?,
                provider: row.try_get("provider")?,
                method: row.try_get("method")?,
                path: row.try_get("path")?,
                query: json(row, "query")?,
                headers: json(row, "headers")?,
                verified: json(row, "verified")?,
                received: row.try_get("received")?,
            },
            body_hash: row.try_get("body_hash")?,
            size: number(row, "size")?,
            state: word(row, "state")?,
            failure: json_or_none(row, "failure")?,
            version: row.try_get("version")?,
        })
    }
}

#[async_trait]
impl Inbounds for Sqlite {
    async fn receive_inbound(&self, call: NewInbound, body: &[u8]) -> Result<i64, StoreError> {
        let _shared = self.bodies.read().await;
        let body = self.put_body(body).await?;
        let mut tx = self.write().await?;
        exchanges::insert_body(&mut tx, &body).await?;
        let id = sqlx::query(
            "INSERT INTO inbound (project, provider, method, path, query, headers, verified, body_hash, received, \
             state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&call.project)
        .bind(&call.provider)
        .bind(&call.method)
        .bind(&call.path)
        .bind(to_json(&call.query)?)
        .bind(to_json(&call.headers)?)
        .bind(to_json(&call.verified)?)
        .bind(&body.hash)
        .bind(call.received)
        .bind(InboundState::Received.as_str())
        .execute(&mut *tx)
        .await?
        .last_insert_rowid();
        tx.commit().await?;
        Ok(id)
    }

    async fn finish_inbound(
        &self,
        id: i64,
        state: InboundState,
        failure: Option<Failure>,
        version: Option<&str>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE inbound SET state = ?, failure = ?, version = ? WHERE id = ?")
            .bind(state.as_str())
            .bind(failure.as_ref().map(to_json).transpose()?)
            .bind(version)
            .bind(id)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::not_found("inbound call", id));
        }
        Ok(())
    }

    async fn inbound(&self, id: i64) -> Result<Option<Inbound>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM received WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn inbound_body(&self, id: i64) -> Result<Vec<u8>, StoreError> {
        let row = self.inbound(id).await?.ok_or_else(|| StoreError::not_found("inbound call", id))?;
        self.archive.get(&row.body_hash, row.size).await
    }

    async fn inbounds(&self, query: &InboundQuery) -> Result<Listed<Inbound, i64>, StoreError> {
        let limit = limit(query.limit);
        let mut sql = QueryBuilder::new("SELECT * FROM received WHERE id > ");
        sql.push_bind(query.after.unwrap_or_default());
        for (condition, value) in [(" AND project = ", &query.project), (" AND provider = ", &query.provider)] {
            if let Some(value) = value {
                sql.push(condition).push_bind(value.clone());
            }
        }
        if let Some(state) = query.state {
            sql.push(" AND state = ").push_bind(state.as_str());
        }
        sql.push(" ORDER BY id LIMIT ").push_bind(limit + 1);
        let items = sql.build_query_as::<Inbound>().fetch_all(&self.readers).await?;
        Ok(listed(items, limit, |call| call.id))
    }
}
