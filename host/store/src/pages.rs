//! The commit of a page, and of a document that is normalized again: the two ways by which records come about.

use async_trait::async_trait;
use gearshift_model::{Record, Window};
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Failure, Fence, NewDocument, Note, StoreError};

/// What the provider says has been deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// None: whatever kind has this key.
    pub kind: Option<String>,
    /// One of the thing's keys.
    pub key: String,
}

/// What normalize made of a document. With a failure the document is quarantined, and the good parts go on all the
/// same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Valid records. The store does not validate them again.
    pub records: Vec<Record>,
    /// What has been deleted.
    pub deleted: Vec<Tombstone>,
    /// What was remarked.
    pub notes: Vec<Note>,
    /// Why the document, or a part of it, could not be read.
    pub failure: Option<Failure>,
}

impl Outcome {
    /// All of the document was read.
    #[must_use]
    pub fn normalized(records: Vec<Record>) -> Self {
        Self { records, ..Self::default() }
    }

    /// Nothing of it was read.
    #[must_use]
    pub fn quarantined(failure: Failure) -> Self {
        Self { failure: Some(failure), ..Self::default() }
    }
}

/// A document with what normalize made of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PageDocument {
    /// What came.
    pub document: NewDocument,
    /// What became of it.
    pub outcome: Outcome,
}

/// One page, committed as a whole or not at all.
#[derive(Clone, Debug)]
pub struct PageCommit {
    /// The right to write: the job's lease as the worker has it.
    pub lease: Fence,
    /// Whose page it is.
    pub connection: String,
    /// The stream that was pulled.
    pub stream: String,
    /// What came, in the adapter's order.
    pub documents: Vec<PageDocument>,
    /// Where the next page begins; none: the pull is complete.
    pub cursor: Option<String>,
    /// To be given as `since` to the next pull of this stream. It holds from the moment that the pull is complete, on
    /// whichever page it came.
    pub watermark: Option<String>,
    /// The schema that wrote cursor and watermark (`state.writes` of the manifest).
    pub schema: i64,
    /// The version of the adapter.
    pub version: String,
    /// Which endpoint's word counts first (`facets` of the streams). Where two streams give to one record, both
    /// streams' endpoints belong here, in one order for both, or the record changes with each pull.
    pub precedence: Vec<String>,
    /// Everything within is here. Stored, and not acted on yet: that needs the sum over all pages of a pull.
    pub complete: Option<Window>,
    /// Unix milliseconds.
    pub now: i64,
}

/// A document that was normalized again, by the version that is now active or by any other.
#[derive(Clone, Debug)]
pub struct Renormalized {
    /// The lease of the job that does it, where a job does it.
    pub lease: Option<Fence>,
    /// The document.
    pub document: i64,
    /// What this version made of it. Without a failure it takes the place of everything that the document gave before.
    pub outcome: Outcome,
    /// The version of the adapter.
    pub version: String,
    /// Which endpoint's word counts first.
    pub precedence: Vec<String>,
    /// Unix milliseconds.
    pub now: i64,
}

/// How a record changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new, or back after it was deleted.
    Created,
    /// Its content is another.
    Updated,
    /// It is gone, or has become one with an earlier record.
    Deleted,
}

words!(ChangeKind {
    Created = "created",
    Updated = "updated",
    Deleted = "deleted",
});

/// One change of one record. Each has exactly one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The record.
    pub record: String,
    /// Its revision after the change.
    pub revision: i64,
    /// How it changed.
    pub kind: ChangeKind,
}

/// What a commit did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    /// Ids of the documents, in the order in which they were handed in.
    pub documents: Vec<i64>,
    /// How many of them are in quarantine.
    pub quarantined: u64,
    /// What changed in the world's eyes.
    pub changes: Vec<Change>,
}

/// Commits that make records.
#[async_trait]
pub trait Pages {
    /// Commits documents, facets, records, events, the job's cursor and the stream's state in one transaction.
    ///
    /// What normalize returned is a facet of its record, one an endpoint. A facet yields only to a later one: by
    /// `updated` where both say it, else by the order of the exchanges; the same document under any version replaces
    /// its own. The record's revision changes when the composition of its facets does. A page that brings nothing new
    /// adds rows of documents and nothing else.
    ///
    /// `same_as` joins keys: the record keeps its id. Where two records become one, the one made first stays, and the
    /// other gets a tombstone that names it.
    ///
    /// # Errors
    /// `fenced` where the lease is lost, and then nothing is written; `not-found` for an exchange that is not this
    /// connection's.
    async fn commit_page(&self, page: PageCommit) -> Result<Committed, StoreError>;

    /// Commits what another version made of a document. It never buries what is newer.
    ///
    /// With a failure the document stays, or comes, into quarantine, and what it gave before stays. Without, records
    /// that it no longer gives, and nothing else does, are deleted.
    ///
    /// # Errors
    /// As [`Pages::commit_page`]; `not-found` where the document does not exist.
    async fn commit_renormalized(&self, renormalized: Renormalized) -> Result<Committed, StoreError>;
}
