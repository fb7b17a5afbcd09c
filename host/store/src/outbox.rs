//! Events, and their way to destinations.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Connection, ConnectionStatus, Format, Listed, StoreError};

/// The names of events.
pub mod event_type {
    /// A record is new, or back after it was deleted.
    pub const RECORD_CREATED: &str = "record.created";
    /// A record's content is another.
    pub const RECORD_UPDATED: &str = "record.updated";
    /// A record is gone, or has become one with the record that `merged_into` names.
    pub const RECORD_DELETED: &str = "record.deleted";
    /// A connection's status, or the reason for it, is another.
    pub const CONNECTION_CHANGED: &str = "connection.changed";
    /// A connection's user has signed in, for the first time or again.
    pub const CONNECTION_CONNECTED: &str = "connection.connected";
    /// A connection that was connected before has other scopes.
    pub const CONNECTION_SCOPES: &str = "connection.scopes";
    /// A connection has ended, since its account is that of another one.
    pub const CONNECTION_MERGED: &str = "connection.merged";
    /// A sign-in has failed, and with it the connection that it was to become.
    pub const CONNECTION_FAILED: &str = "connection.failed";
    /// A connection has ended, and all of it was erased.
    pub const CONNECTION_ENDED: &str = "connection.ended";
}

/// Something that happened. Written in the transaction that made it happen, once, and never changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Orders all events.
    pub seq: i64,
    /// "evt_…": what a receiver knows a repetition by.
    pub id: String,
    /// To whom it is told.
    pub project: String,
    /// The connection that it is about.
    pub connection: String,
    /// The record that it is about.
    pub record: Option<String>,
    /// The record's kind.
    pub kind: Option<String>,
    /// The record's revision. A record and revision have one event and no other.
    pub revision: Option<i64>,
    /// One of [`event_type`].
    #[serde(rename = "type")]
    pub event_type: String,
    /// The JSON to be sent, the same bytes each time:
    /// `{"id","type","created","project","provider","connection","reference",` and for records
    /// `"record":{"id","kind","key","revision","deleted","merged_into","data"}}`, for connections `"status","reason"`,
    /// and beside those `"again":bool` (connected), `"scopes":{"granted":[],"lost":[],"gained":[]}` (scopes),
    /// `"into":id` (merged), `"erased":{}` as [`crate::Erased`] has it (merged, ended, failed).
    pub body: String,
    /// The connection as it stood then, and after it the one that it has become a part of. Events of releases that did not
    /// keep it have none.
    #[serde(skip)]
    pub about: Vec<Snapshot>,
    /// Unix milliseconds.
    pub created: i64,
}

/// How a connection stood when an event was written: what it takes to tell of it in other words than ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// See [`Connection::id`].
    pub id: String,
    /// See [`Connection::provider`].
    pub provider: String,
    /// See [`Connection::reference`].
    pub reference: Option<String>,
    /// See [`Connection::status`].
    pub status: ConnectionStatus,
    /// See [`Connection::scopes`].
    pub scopes: Vec<String>,
    /// See [`Connection::created`].
    pub created: i64,
    /// See [`Connection::delivered`].
    pub delivered: Option<i64>,
}

impl From<&Connection> for Snapshot {
    fn from(connection: &Connection) -> Self {
        Self {
            id: connection.id.clone(),
            provider: connection.provider.clone(),
            reference: connection.reference.clone(),
            status: connection.status,
            scopes: connection.scopes.clone(),
            created: connection.created,
            delivered: connection.delivered,
        }
    }
}

/// Where events go.
#[derive(Clone, PartialEq, Eq)]
pub struct Destination {
    /// The operator's or the project's name for it, unique.
    pub id: String,
    /// Whose events it gets.
    pub project: String,
    /// Where they go.
    pub url: String,
    /// The signing secret, sealed by the vault.
    pub secret_sealed: Vec<u8>,
    /// In whose words it is told.
    pub format: Format,
    /// Whether it gets anything. What happens while it does not is not sent later.
    pub enabled: bool,
    /// Unix milliseconds.
    pub created: i64,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Destination")
            .field("id", &self.id)
            .field("project", &self.project)
            .field("url", &self.url)
            .field("format", &self.format)
            .field("enabled", &self.enabled)
            .finish_non_exhaustive()
    }
}

/// How a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// On its way.
    Pending,
    /// The receiver has it.
    Delivered,
    /// Given up.
    Dead,
}

words!(DeliveryState {
    Pending = "pending",
    Delivered = "delivered",
    Dead = "dead",
});

/// One event on its way to one destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The delivery.
    pub id: i64,
    /// The event's sequence number.
    pub seq: i64,
    /// The event's id.
    pub event: String,
    /// The destination.
    pub destination: String,
    /// How it stands.
    pub state: DeliveryState,
    /// How often it was tried and failed.
    pub attempts: u32,
    /// When it is tried next, in Unix milliseconds.
    pub next_at: i64,
    /// What the receiver last answered.
    pub last_status: Option<u16>,
    /// Why the last try failed.
    pub last_error: Option<String>,
    /// Unix milliseconds.
    pub delivered_at: Option<i64>,
}

/// A delivery that is due, with all that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DueDelivery {
    /// The delivery.
    pub id: i64,
    /// How often it was tried and failed.
    pub attempts: u32,
    /// What to send.
    pub event: Event,
    /// Where to.
    pub destination: Destination,
}

/// How many deliveries to a destination are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeliveryCount {
    /// The destination.
    pub destination: String,
    /// The state.
    pub state: DeliveryState,
    /// How many.
    pub count: u64,
}

/// Events, destinations and deliveries.
#[async_trait]
pub trait Outbox {
    /// Writes a destination, over the one of the same id if there is one.
    async fn put_destination(&self, destination: &Destination) -> Result<(), StoreError>;

    /// Destinations, of a project or of all.
    async fn destinations(&self, project: Option<&str>) -> Result<Vec<Destination>, StoreError>;

    /// Takes a destination away, with what was on its way there.
    async fn erase_destination(&self, id: &str) -> Result<bool, StoreError>;

    /// Deliveries that are due, by event. Of one record (or one connection's own events) and one destination only the
    /// earliest that is on its way is ever due, so that revisions arrive in order.
    ///
    /// What is returned is not due again for `lease_ms`: two workers never send the same one, and after a crash it
    /// comes back.
    async fn due_deliveries(&self, now: i64, lease_ms: i64, limit: u32) -> Result<Vec<DueDelivery>, StoreError>;

    /// Makes due at once what was being sent: at the start of a process, by what a dead one left behind. What another
    /// process sends at the moment then arrives twice, under one id.
    async fn reclaim_deliveries(&self, now: i64) -> Result<u64, StoreError>;

    /// The receiver has it; so the connection has been told of.
    async fn delivered(&self, delivery: i64, status: u16, now: i64) -> Result<(), StoreError>;

    /// Takes a delivery back: the destination's format has no word for its event.
    async fn withdraw_delivery(&self, delivery: i64) -> Result<(), StoreError>;

    /// It failed: once more at `next_at`, or given up where that is none. One that was given up holds back nothing.
    async fn failed(
        &self,
        delivery: i64,
        status: Option<u16>,
        error: &str,
        next_at: Option<i64>,
    ) -> Result<(), StoreError>;

    /// When the next delivery that waits for no other is due: until then a worker may sleep.
    async fn next_delivery(&self) -> Result<Option<i64>, StoreError>;

    /// Events by sequence number, `after` one.
    async fn events(
        &self,
        project: Option<&str>,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Listed<Event, i64>, StoreError>;

    /// One event by its id.
    async fn event(&self, id: &str) -> Result<Option<Event>, StoreError>;

    /// All deliveries of an event.
    async fn deliveries(&self, event: &str) -> Result<Vec<Delivery>, StoreError>;

    /// How many are in which state.
    async fn delivery_counts(&self) -> Result<Vec<DeliveryCount>, StoreError>;
}
