//! Records as the world sees them, and where they come from.

use async_trait::async_trait;
use gearshift_model::Record;
use serde::{Deserialize, Serialize};

use crate::{Listed, StoreError};

/// A record with its identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredRecord {
    /// "rec_…": stays, whatever keys the provider gives it.
    pub id: String,
    /// Whose it is.
    pub connection: String,
    /// The provider's enum.
    pub provider: String,
    /// The record's kind.
    pub kind: String,
    /// The key that the present composition has; all of its keys lead here.
    pub key: String,
    /// Counts from 1, and grows with each change of content.
    pub revision: i64,
    /// sha256 of the canonical content.
    pub hash: String,
    /// Orders all changes of all records: that of the event that told the last one.
    pub seq: i64,
    /// The content; of a deleted record, the last that it had.
    pub record: Record,
    /// The version of the adapter that composed it last.
    pub version: String,
    /// It is gone at the provider, or has become one with another record.
    pub deleted: bool,
    /// The record that it has become one with.
    pub merged_into: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub changed: i64,
}

/// Which records; what is none does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordQuery {
    /// Of a connection.
    pub connection: String,
    /// Of a kind.
    pub kind: Option<String>,
    /// Tombstones too.
    pub deleted: bool,
    /// Changed after this sequence number.
    pub after: Option<i64>,
    /// At most so many; 0 is read as 100.
    pub limit: u32,
}

/// Where a part of a record comes from: one of its facets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The endpoint that gave it.
    pub endpoint: String,
    /// The key by which it came.
    pub key: String,
    /// The document.
    pub document: i64,
    /// The document's exchanges. After their retention the ids remain and the bodies are gone.
    pub exchanges: Vec<i64>,
    /// The version that normalized it.
    pub version: String,
    /// When the provider says that it last changed.
    pub updated: Option<i64>,
    /// When the document was fetched.
    pub fetched_at: i64,
}

/// Records. They are written by [`crate::Pages`].
#[async_trait]
pub trait Records {
    /// One record.
    async fn record(&self, id: &str) -> Result<Option<StoredRecord>, StoreError>;

    /// The record that a key leads to, former keys included.
    async fn record_by_key(&self, connection: &str, kind: &str, key: &str) -> Result<Option<StoredRecord>, StoreError>;

    /// Records by the order of their last change.
    async fn records(&self, query: &RecordQuery) -> Result<Listed<StoredRecord, i64>, StoreError>;

    /// Where a record comes from, one entry a facet. Empty for an unknown or deleted record.
    async fn provenance(&self, id: &str) -> Result<Vec<Origin>, StoreError>;

    /// All keys that lead to a record.
    async fn keys(&self, id: &str) -> Result<Vec<String>, StoreError>;

    /// How many live records there are, by kind.
    async fn record_counts(&self) -> Result<Vec<(String, u64)>, StoreError>;
}
