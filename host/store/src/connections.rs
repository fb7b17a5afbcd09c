//! Connections: one user's account at one provider.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Listed, StoreError};

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionStatus {
    /// The user has not come back from the provider yet.
    Connecting,
    /// Data flows.
    Connected,
    /// Data flows in part; `reason` says what does not.
    Degraded,
    /// The credential is spent and cannot be renewed: the user has to sign in again.
    NeedsReconnect,
    /// Only the user can go on, at the provider: accept terms, verify an address.
    ActionRequired,
    /// The user or the provider has ended it.
    Revoked,
}

words!(ConnectionStatus {
    Connecting = "connecting",
    Connected = "connected",
    Degraded = "degraded",
    NeedsReconnect = "needs-reconnect",
    ActionRequired = "action-required",
    Revoked = "revoked",
});

/// One user's account at one provider. The id never changes, whatever becomes of the credential or the provider's API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// "conn_…", made by the store; later ones sort after earlier ones.
    pub id: String,
    /// To whom it belongs.
    pub project: String,
    /// The provider's enum, for example "STRAVA".
    pub provider: String,
    /// The authentication scheme that made the credential (`auth.id` of a manifest).
    pub auth_id: String,
    /// The provider's id of the user, once known.
    pub account: Option<String>,
    /// What lets the user tell accounts apart.
    pub name: Option<String>,
    /// How it stands.
    pub status: ConnectionStatus,
    /// Why it stands so, in words for people.
    pub reason: Option<String>,
    /// IANA time zone, once known.
    pub zone: Option<String>,
    /// What is not secret in the settings of this connection.
    pub settings: Vec<(String, String)>,
    /// Scopes as the provider names them.
    pub scopes: Vec<String>,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub changed: i64,
    /// When an event of it last reached a destination, in Unix milliseconds.
    #[serde(default)]
    pub delivered: Option<i64>,
}

/// What is known when a connection begins. Its status is `connecting`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewConnection {
    /// See [`Connection::project`].
    pub project: String,
    /// See [`Connection::provider`].
    pub provider: String,
    /// See [`Connection::auth_id`].
    pub auth_id: String,
    /// See [`Connection::zone`].
    pub zone: Option<String>,
    /// See [`Connection::settings`].
    pub settings: Vec<(String, String)>,
    /// See [`Connection::reference`].
    pub reference: Option<String>,
}

/// What is to change; what is none stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConnectionChange {
    /// The new status with its reason (or none). Where one of the two differs, that makes a `connection.changed` event.
    pub status: Option<(ConnectionStatus, Option<String>)>,
    /// The scheme of a new credential.
    pub auth_id: Option<String>,
    /// The provider's id of the user.
    pub account: Option<String>,
    /// What lets the user tell accounts apart.
    pub name: Option<String>,
    /// IANA time zone.
    pub zone: Option<String>,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// All scopes that now hold. Where they differ, on a connection that is not `connecting`, that makes a
    /// `connection.scopes` event.
    pub scopes: Option<Vec<String>>,
    /// Put over those of the same name; others stay.
    pub settings: Vec<(String, String)>,
    /// Its user has signed in, for the first time or `again`: makes a `connection.connected` event.
    pub connected: Option<bool>,
}

/// How many connections of a provider have a status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConnectionCount {
    /// The provider's enum.
    pub provider: String,
    /// The status.
    pub status: ConnectionStatus,
    /// How many.
    pub count: u64,
}

/// What an erasure took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Erased {
    /// Secrets and sign-ins under way.
    pub secrets: u64,
    /// Rows of exchanges.
    pub exchanges: u64,
    /// Bodies that no other row needs.
    pub bodies: u64,
    /// Documents.
    pub documents: u64,
    /// Records, tombstones among them.
    pub records: u64,
    /// Jobs.
    pub jobs: u64,
    /// Events, delivered or not.
    pub events: u64,
}

/// Connections.
#[async_trait]
pub trait Connections {
    /// Begins a connection and makes its id.
    async fn create_connection(&self, new: NewConnection, now: i64) -> Result<Connection, StoreError>;

    /// One connection.
    async fn connection(&self, id: &str) -> Result<Option<Connection>, StoreError>;

    /// The connection of a project to an account, so that a re-connect finds the one that was.
    async fn find_account(
        &self,
        project: &str,
        provider: &str,
        account: &str,
        reference: Option<&str>,
    ) -> Result<Option<Connection>, StoreError>;

    /// All connections of a project to an account, whatever their reference.
    async fn find_accounts(&self, project: &str, provider: &str, account: &str) -> Result<Vec<Connection>, StoreError>;

    /// Connections in the order in which they were made, `after` an id. None: of all projects, or all providers.
    async fn connections(
        &self,
        project: Option<&str>,
        provider: Option<&str>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Listed<Connection, String>, StoreError>;

    /// Connections of a project that came about, in the order in which they were made: `limit` of them after so many, and how
    /// many there are in all. With a reference: those alone that have it.
    async fn established(
        &self,
        project: &str,
        reference: Option<&str>,
        skip: u64,
        limit: u32,
    ) -> Result<(Vec<Connection>, u64), StoreError>;

    /// Changes a connection and says how it stands now.
    ///
    /// # Errors
    /// `not-found`; `conflict` where the account already has a connection of this project and reference: use that one
    /// ([`Connections::find_account`]), and erase this.
    async fn change_connection(&self, id: &str, change: ConnectionChange, now: i64) -> Result<Connection, StoreError>;

    /// How many connections stand how.
    async fn connection_counts(&self) -> Result<Vec<ConnectionCount>, StoreError>;

    /// Takes everything of a connection away: secrets, exchanges with the bodies that nobody else needs, documents,
    /// records, jobs, events. A worker that still has one of its jobs finds itself fenced. Nobody is told: this is for
    /// what never came about.
    async fn erase_connection(&self, id: &str) -> Result<Erased, StoreError>;

    /// Ends a connection: takes everything of it away, as [`Connections::erase_connection`] does, and tells so in a
    /// `connection.ended` event. From now on the connection is not found any more; the event and its deliveries stay
    /// until [`Connections::sweep_ended`].
    async fn end_connection(&self, id: &str, reason: &str, now: i64) -> Result<Erased, StoreError>;

    /// Ends a connection, since its account is that of another one of its project. As [`Connections::end_connection`],
    /// but the event is `connection.merged`, and names the one that stays.
    ///
    /// # Errors
    /// `not-found` for either; `invalid` where they are one, or of different projects or providers.
    async fn merge_connection(&self, from: &str, into: &str, now: i64) -> Result<Erased, StoreError>;

    /// Ends a connection that never came about, since its sign-in failed. As [`Connections::end_connection`], but the event
    /// is `connection.failed`.
    ///
    /// # Errors
    /// `not-found`; `invalid` where it has come about.
    async fn fail_connection(&self, id: &str, reason: &str, now: i64) -> Result<Erased, StoreError>;

    /// Erases connections that never came about: still `connecting`, made before an instant, and without a sign-in that
    /// expires after it. Says how many.
    async fn sweep_attempts(&self, before: i64) -> Result<u64, StoreError>;

    /// Forgets connections that ended before an instant, with the events that told it, delivered or not. Says how many.
    async fn sweep_ended(&self, before: i64) -> Result<u64, StoreError>;
}
