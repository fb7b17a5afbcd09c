//! Records as the world sees them.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::Sqlite;
use super::rows::{count, json, limit, listed, packed};
use crate::{Listed, Origin, RecordQuery, Records, StoreError, StoredRecord};

impl FromRow<'_, SqliteRow> for StoredRecord {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            kind: row.try_get("kind")?,
            key: row.try_get("key")?,
            revision: row.try_get("revision")?,
            hash: row.try_get("hash")?,
            seq: row.try_get("seq")?,
            record: packed(row, "body")?,
            version: row.try_get("version")?,
            deleted: row.try_get("deleted")?,
            merged_into: row.try_get("merged_into")?,
            created: row.try_get("created")?,
            changed: row.try_get("changed")?,
        })
    }
}

impl FromRow<'_, SqliteRow> for Origin {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            endpoint: row.try_get("endpoint")?,
            key: row.try_get("key")?,
            document: row.try_get("document")?,
            exchanges: json(row, "exchanges")?,
            version: row.try_get("version")?,
            updated: row.try_get("updated")?,
            fetched_at: row.try_get("fetched_at")?,
        })
    }
}

#[async_trait]
impl Records for Sqlite {
    async fn record(&self, id: &str) -> Result<Option<StoredRecord>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM composed WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn record_by_key(&self, connection: &str, kind: &str, key: &str) -> Result<Option<StoredRecord>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT * FROM composed \
             WHERE id = (SELECT record FROM record_keys WHERE connection = ? AND kind = ? AND key = ?)",
        )
        .bind(connection)
        .bind(kind)
        .bind(key)
        .fetch_optional(&self.readers)
        .await?)
    }

    async fn records(&self, query: &RecordQuery) -> Result<Listed<StoredRecord, i64>, StoreError> {
        let limit = limit(query.limit);
        let mut sql = QueryBuilder::new("SELECT * FROM composed WHERE connection = ");
        sql.push_bind(query.connection.clone()).push(" AND seq > ").push_bind(query.after.unwrap_or_default());
        if let Some(kind) = &query.kind {
            sql.push(" AND kind = ").push_bind(kind.clone());
        }
        if !query.deleted {
            sql.push(" AND deleted = 0");
        }
        sql.push(" ORDER BY seq LIMIT ").push_bind(limit + 1);
        let items = sql.build_query_as::<StoredRecord>().fetch_all(&self.readers).await?;
        Ok(listed(items, limit, |record| record.seq))
    }

    async fn provenance(&self, id: &str) -> Result<Vec<Origin>, StoreError> {
        Ok(sqlx::query_as(
            "SELECT facets.endpoint, facets.key, facets.document, facets.version, facets.updated, \
             documents.fetched_at, \
             (SELECT json_group_array(exchange) FROM \
                 (SELECT exchange FROM document_parts WHERE document = facets.document ORDER BY ordinal)) AS exchanges \
             FROM facets JOIN documents ON documents.id = facets.document WHERE facets.record = ? ORDER BY \
             facets.endpoint",
        )
        .bind(id)
        .fetch_all(&self.readers)
        .await?)
    }

    async fn keys(&self, id: &str) -> Result<Vec<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT key FROM record_keys WHERE record = ? ORDER BY key")
            .bind(id)
            .fetch_all(&self.readers)
            .await?)
    }

    async fn record_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let rows: Vec<(String, i64)> =
            sqlx::query_as("SELECT kind, count(*) FROM records WHERE deleted = 0 GROUP BY kind ORDER BY kind")
                .fetch_all(&self.readers)
                .await?;
        Ok(rows.into_iter().map(|(kind, n)| (kind, count(n))).collect())
    }
}
