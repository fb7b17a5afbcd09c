//! Rows in SQLite and raw exchanges in a folder.
//!
//! [`Store`] is the sum of small traits, one a file: what a room needs, it names (`Arc<dyn Store>` serves them all). A
//! trait's file says what a call means; `sqlite/` has the same files again and says how. The suite in `tests/` is
//! written against `Arc<dyn Store>` alone, so that another database passes the same one.
//!
//! Two rules hold everywhere:
//! - **What belongs together is one transaction.** A page is its documents, records, cursor and events, or nothing of
//!   it.
//! - **Time is handed in.** Instants are Unix milliseconds and come from the caller, so that a test needs no clock.

mod archive;
mod codec;
mod connections;
mod devices;
mod documents;
mod error;
mod exchanges;
mod format;
mod inbound;
mod jobs;
mod logins;
mod outbox;
mod pages;
mod projects;
mod pushes;
mod records;
mod renewals;
mod sealed;
mod secrets;
mod sessions;
mod settings;
mod sqlite;
mod streams;
mod versions;
mod words;

pub use connections::{
    Connection, ConnectionChange, ConnectionCount, ConnectionStatus, Connections, Erased, NewConnection,
};
pub use devices::{Devices, Ticket};
pub use documents::{
    Document, DocumentCount, DocumentPart, DocumentQuery, DocumentState, Documents, Failure, NewDocument, Note,
};
pub use error::StoreError;
pub use exchanges::{Collected, Exchange, Exchanges, NewExchange, Retention};
pub use format::Format;
pub use inbound::{Inbound, InboundQuery, InboundState, Inbounds, NewInbound};
pub use jobs::{Enqueued, Fence, Job, JobCount, JobEnd, JobLease, JobQuery, JobState, Jobs, NewJob};
pub use logins::{Login, Logins};
pub use outbox::{
    Delivery, DeliveryCount, DeliveryState, Destination, DueDelivery, Event, Outbox, Snapshot, event_type,
};
pub use pages::{Change, ChangeKind, Committed, Outcome, PageCommit, PageDocument, Pages, Renormalized, Tombstone};
pub use projects::{ApiKey, Project, Projects, ProviderKeys};
pub use pushes::{NewPush, Piece, Push, Pushes, ReadUpTo};
pub use records::{Origin, RecordQuery, Records, StoredRecord};
pub use renewals::{Renewal, RenewalRow, Renewals};
pub use sealed::{SealedColumn, SealedPlace, SealedRow, SealedRows};
pub use secrets::{Secret, Secrets};
pub use sessions::{Session, Sessions};
pub use settings::{Durability, Settings};
pub use sqlite::Sqlite;
pub use streams::{StreamState, Streams};
pub use versions::{Acceptance, Activated, Activation, Head, Version, VersionState, Versions};

/// A part of a longer list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T, C> {
    /// What was found, in the order that the query names.
    pub items: Vec<T>,
    /// To be given as `after` for what follows; none at the end.
    pub next: Option<C>,
}

/// Everything that the rooms above ask of a database.
#[async_trait::async_trait]
pub trait Store:
    Projects
    + Connections
    + Secrets
    + SealedRows
    + Renewals
    + Logins
    + Devices
    + Sessions
    + Exchanges
    + Pushes
    + Inbounds
    + Documents
    + Pages
    + Records
    + Streams
    + Jobs
    + Outbox
    + Versions
    + Send
    + Sync
    + 'static
{
    /// Ends all work and closes the files. What was committed needs no close: this only spares the next start the
    /// recovery.
    async fn close(&self);
}
