//! Documents: references to what a provider answered, and what became of them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Listed, StoreError};

/// One part of a document: an exchange, or a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPart {
    /// What the adapter calls it: "detail", "streams".
    pub name: String,
    /// The exchange's id in the store.
    pub exchange: i64,
    /// Half-open range of bytes; none: all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub range: Option<(u64, u64)>,
}

/// A document as a page brings it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewDocument {
    /// Names the shape: "activities.list".
    pub endpoint: String,
    /// The provider's id of the thing.
    pub provider_id: Option<String>,
    /// Its parts. They have to be this connection's exchanges.
    pub parts: Vec<DocumentPart>,
    /// The subject as it was, so that normalize sees the same one again.
    pub subject: serde_json::Value,
    /// What normalize needs beside the bytes.
    pub context: Vec<(String, String)>,
    /// Where normalize's clock stands, in Unix milliseconds.
    pub fetched_at: i64,
}

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentState {
    /// Read.
    Normalized,
    /// Kept, with the reason, until a version can read it.
    Quarantined,
}

words!(DocumentState {
    Normalized = "normalized",
    Quarantined = "quarantined",
});

/// Why a document, or a job, could not be carried out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One of the contract's failure codes, or the host's: "trap", "limit", "invalid-record".
    pub code: String,
    /// In words for people.
    pub message: String,
    /// Where: endpoint and pointer for `changed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A part that was rejected, or what was taken for granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// "rejected" or "assumed".
    pub code: String,
    /// RFC 6901.
    pub pointer: String,
    /// In words for people.
    pub message: String,
}

/// A document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// The order of commit over all connections.
    pub id: i64,
    /// Whose it is.
    pub connection: String,
    /// The provider's enum.
    pub provider: String,
    /// The stream that it was pulled for.
    pub stream: String,
    /// See [`NewDocument::endpoint`].
    pub endpoint: String,
    /// See [`NewDocument::provider_id`].
    pub provider_id: Option<String>,
    /// See [`NewDocument::parts`].
    pub parts: Vec<DocumentPart>,
    /// See [`NewDocument::subject`].
    pub subject: serde_json::Value,
    /// See [`NewDocument::context`].
    pub context: Vec<(String, String)>,
    /// See [`NewDocument::fetched_at`].
    pub fetched_at: i64,
    /// The version that pulled it.
    pub version: String,
    /// What became of it.
    pub state: DocumentState,
    /// Why it is in quarantine.
    pub failure: Option<Failure>,
    /// What normalize remarked.
    pub notes: Vec<Note>,
    /// The version that read it, if one did.
    pub normalized_by: Option<String>,
    /// The version that tried last, whether it read it or not.
    pub tried_by: String,
    /// When the page was committed, in Unix milliseconds.
    pub created: i64,
    /// When it was last tried, in Unix milliseconds.
    pub changed: i64,
}

/// Which documents; what is none does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentQuery {
    /// Of connections of a project.
    pub project: Option<String>,
    /// Of a provider.
    pub provider: Option<String>,
    /// Of connections with a scheme: heads are per provider and scheme.
    pub auth_id: Option<String>,
    /// Of a connection.
    pub connection: Option<String>,
    /// In a state.
    pub state: Option<DocumentState>,
    /// Which another version than this one tried last: what is left for it to heal.
    pub not_tried_by: Option<String>,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// Beyond this id, in the direction of the list.
    pub after: Option<i64>,
    /// At most so many; 0 is read as 100.
    pub limit: u32,
}

/// How many documents of a provider are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentCount {
    /// The provider's enum.
    pub provider: String,
    /// The state.
    pub state: DocumentState,
    /// How many.
    pub count: u64,
}

/// Documents. They are written by [`crate::Pages`].
#[async_trait]
pub trait Documents {
    /// One document.
    async fn document(&self, id: i64) -> Result<Option<Document>, StoreError>;

    /// Documents, oldest first unless asked otherwise.
    async fn documents(&self, query: &DocumentQuery) -> Result<Listed<Document, i64>, StoreError>;

    /// How many are in which state.
    async fn document_counts(&self) -> Result<Vec<DocumentCount>, StoreError>;
}
