//! Calls of providers to us: kept, byte for byte, before anybody looks into them.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Failure, Listed, StoreError};

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InboundState {
    /// Kept, and to be looked into.
    Received,
    /// What it said is done.
    Handled,
    /// It said nothing for us: an account that nobody here has connected, a kind of message that we do not need.
    Ignored,
    /// Kept, with the reason, until a version can read it.
    Quarantined,
}

words!(InboundState {
    Received = "received",
    Handled = "handled",
    Ignored = "ignored",
    Quarantined = "quarantined",
});

/// A call about to be kept. Nothing in it may be secret: path, query and headers come redacted, the unguessable part of
/// the path among them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInbound {
    /// Whose application was called.
    pub project: String,
    /// The provider's enum.
    pub provider: String,
    /// The call's method.
    pub method: String,
    /// What follows the hook's own address.
    pub path: String,
    /// The call's query.
    pub query: Vec<(String, String)>,
    /// The call's headers.
    pub headers: Vec<(String, String)>,
    /// The names of the manifest's `verify` rules that it fulfilled.
    pub verified: Vec<String>,
    /// When it was complete, in Unix milliseconds.
    pub received: i64,
}

/// A call of a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inbound {
    /// The order of arrival over all providers. Never used again, not even after collection.
    pub id: i64,
    /// The call.
    #[serde(flatten)]
    pub call: NewInbound,
    /// sha256 of the body: its name in the archive.
    pub body_hash: String,
    /// The body's length in bytes.
    pub size: u64,
    /// What became of it.
    pub state: InboundState,
    /// Why it is in quarantine.
    pub failure: Option<Failure>,
    /// The version that looked into it last.
    pub version: Option<String>,
}

/// Which calls; what is none does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InboundQuery {
    /// Of a project's application.
    pub project: Option<String>,
    /// Of a provider.
    pub provider: Option<String>,
    /// In a state.
    pub state: Option<InboundState>,
    /// Beyond this id.
    pub after: Option<i64>,
    /// At most so many; 0 is read as 100.
    pub limit: u32,
}

/// Calls of providers. They are kept as long as exchanges are ([`crate::Exchanges::collect`]), those in quarantine
/// until they are finished otherwise. A call may speak of many accounts, so that the erasure of a connection does not
/// take it away: its retention does.
#[async_trait]
pub trait Inbounds {
    /// Keeps a call and says its id. Durable when this returns: then the provider may be told that we have it.
    async fn receive_inbound(&self, call: NewInbound, body: &[u8]) -> Result<i64, StoreError>;

    /// Writes what became of a call, and under which version.
    ///
    /// # Errors
    /// `not-found` where it is unknown or past its retention.
    async fn finish_inbound(
        &self,
        id: i64,
        state: InboundState,
        failure: Option<Failure>,
        version: Option<&str>,
    ) -> Result<(), StoreError>;

    /// One call.
    async fn inbound(&self, id: i64) -> Result<Option<Inbound>, StoreError>;

    /// A call's body, checked against its hash.
    ///
    /// # Errors
    /// `not-found` where the call is unknown or past its retention; `corrupt` where the bytes are not those that came.
    async fn inbound_body(&self, id: i64) -> Result<Vec<u8>, StoreError>;

    /// Calls in the order of their arrival.
    async fn inbounds(&self, query: &InboundQuery) -> Result<Listed<Inbound, i64>, StoreError>;
}
