//! Sealed blobs of all kinds.

use async_trait::async_trait;

use super::Sqlite;
use super::rows::limit;
use crate::{SealedColumn, SealedPlace, SealedRow, SealedRows, StoreError};

/// How a column is read and written.
struct Column {
    name: SealedColumn,
    /// Key, tenant and blob beyond the key `?1`, `?2`, at most `?3` rows, by key.
    read: &'static str,
    /// Puts `?4` in the place of `?3` under the key `?1`, `?2`.
    replace: &'static str,
}

/// In the order of [`SealedColumn`].
const COLUMNS: [Column; 6] = [
    Column {
        name: SealedColumn::Secret,
        read: "SELECT connection, secrets.name, connections.project, sealed FROM secrets \
               JOIN connections ON connections.id = secrets.connection \
               WHERE (connection, secrets.name) > (?1, ?2) AND sealed IS NOT NULL \
               ORDER BY connection, secrets.name LIMIT ?3",
        replace: "UPDATE secrets SET sealed = ?4 WHERE connection = ?1 AND name = ?2 AND sealed = ?3",
    },
    Column {
        name: SealedColumn::LoginVerifier,
        read: "SELECT state_hash, '', project, verifier_sealed FROM logins \
               WHERE (state_hash, '') > (?1, ?2) AND length(verifier_sealed) > 0 ORDER BY state_hash LIMIT ?3",
        replace: "UPDATE logins SET verifier_sealed = ?4 WHERE state_hash = ?1 AND ?2 = '' AND verifier_sealed = ?3",
    },
    Column {
        name: SealedColumn::LoginAuthorize,
        read: "SELECT state_hash, '', project, authorize_sealed FROM logins \
               WHERE (state_hash, '') > (?1, ?2) AND length(authorize_sealed) > 0 ORDER BY state_hash LIMIT ?3",
        replace: "UPDATE logins SET authorize_sealed = ?4 WHERE state_hash = ?1 AND ?2 = '' AND authorize_sealed = ?3",
    },
    Column {
        name: SealedColumn::Destination,
        read: "SELECT id, '', project, secret_sealed FROM destinations \
               WHERE (id, '') > (?1, ?2) AND length(secret_sealed) > 0 ORDER BY id LIMIT ?3",
        replace: "UPDATE destinations SET secret_sealed = ?4 WHERE id = ?1 AND ?2 = '' AND secret_sealed = ?3",
    },
    Column {
        name: SealedColumn::ProviderKeys,
        read: "SELECT project, provider, project, sealed FROM provider_keys \
               WHERE (project, provider) > (?1, ?2) AND length(sealed) > 0 ORDER BY project, provider LIMIT ?3",
        replace: "UPDATE provider_keys SET sealed = ?4 WHERE project = ?1 AND provider = ?2 AND sealed = ?3",
    },
    Column {
        name: SealedColumn::ProviderHook,
        read: "SELECT project, provider, project, hook_sealed FROM provider_keys \
               WHERE (project, provider) > (?1, ?2) AND hook_sealed IS NOT NULL ORDER BY project, provider LIMIT ?3",
        replace: "UPDATE provider_keys SET hook_sealed = ?4 WHERE project = ?1 AND provider = ?2 AND hook_sealed = ?3",
    },
];

/// A blob's row: the two parts of its key, its tenant, and itself.
type Row = (String, String, String, Vec<u8>);

#[async_trait]
impl SealedRows for Sqlite {
    async fn sealed_rows(&self, after: Option<&SealedPlace>, asked: u32) -> Result<Vec<SealedRow>, StoreError> {
        let limit = limit(asked);
        let mut found: Vec<SealedRow> = Vec::new();
        for column in COLUMNS.iter().filter(|column| after.is_none_or(|after| column.name >= after.column)) {
            let left = limit.saturating_sub(i64::try_from(found.len()).unwrap_or(i64::MAX));
            if left <= 0 {
                break;
            }
            let from = after.filter(|after| after.column == column.name).map(|after| &after.key);
            let (first, second) = from.map_or(("", ""), |(first, second)| (first.as_str(), second.as_str()));
            let rows: Vec<Row> =
                sqlx::query_as(column.read).bind(first).bind(second).bind(left).fetch_all(&self.readers).await?;
            found.extend(rows.into_iter().map(|(first, second, tenant, sealed)| SealedRow {
                place: SealedPlace { column: column.name, key: (first, second) },
                tenant,
                sealed,
            }));
        }
        Ok(found)
    }

    async fn replace_sealed(&self, row: &SealedRow, with: &[u8]) -> Result<bool, StoreError> {
        let Some(column) = COLUMNS.iter().find(|column| column.name == row.place.column) else {
            return Ok(false);
        };
        let done = sqlx::query(column.replace)
            .bind(&row.place.key.0)
            .bind(&row.place.key.1)
            .bind(&row.sealed)
            .bind(with)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
