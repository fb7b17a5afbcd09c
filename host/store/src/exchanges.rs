//! The archive of exchanges: what a provider answered, byte for byte.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// An answer about to be archived. Nothing in it may be secret: URL and headers come redacted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewExchange {
    /// The connection that it was made for. It has to exist.
    pub connection: String,
    /// The provider's enum.
    pub provider: String,
    /// What the route or the caller calls the endpoint, where it is known.
    pub endpoint_hint: Option<String>,
    /// The request's method.
    pub method: String,
    /// The request's URL, redacted.
    pub url: String,
    /// The answer's status.
    pub status: u16,
    /// The answer's headers, redacted.
    pub headers: Vec<(String, String)>,
    /// sha256 of the request's body, where it had one without secrets.
    pub request_body_hash: Option<String>,
    /// The answer's media type.
    pub media_type: Option<String>,
    /// When the answer was complete.
    pub fetched_at: i64,
    /// The version of the adapter that asked.
    pub version: String,
    /// Names an answer that can be had only once, within its connection.
    pub once_key: Option<String>,
}

/// An archived answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The order of arrival over all connections. Never used again, not even after collection.
    pub id: i64,
    /// See [`NewExchange::connection`].
    pub connection: String,
    /// See [`NewExchange::provider`].
    pub provider: String,
    /// See [`NewExchange::endpoint_hint`].
    pub endpoint_hint: Option<String>,
    /// See [`NewExchange::method`].
    pub method: String,
    /// See [`NewExchange::url`].
    pub url: String,
    /// See [`NewExchange::status`].
    pub status: u16,
    /// See [`NewExchange::headers`].
    pub headers: Vec<(String, String)>,
    /// See [`NewExchange::request_body_hash`].
    pub request_body_hash: Option<String>,
    /// sha256 of the body: its name in the archive.
    pub body_hash: String,
    /// The body's length in bytes.
    pub size: u64,
    /// See [`NewExchange::media_type`].
    pub media_type: Option<String>,
    /// See [`NewExchange::fetched_at`].
    pub fetched_at: i64,
    /// See [`NewExchange::version`].
    pub version: String,
    /// See [`NewExchange::once_key`].
    pub once_key: Option<String>,
}

/// How long exchanges are kept, in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// For providers that have no time of their own.
    pub default: i64,
    /// By the provider's enum.
    pub providers: Vec<(String, i64)>,
}

impl Retention {
    /// One time for all providers.
    #[must_use]
    pub fn of(milliseconds: i64) -> Self {
        Self { default: milliseconds, providers: Vec::new() }
    }
}

/// What a collection took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// Rows of exchanges past their time.
    pub exchanges: u64,
    /// Documents all of whose exchanges are gone and from which no record has anything.
    pub documents: u64,
    /// Calls of providers past their time.
    pub inbound: u64,
    /// Bodies that no row names any more.
    pub bodies: u64,
    /// Bytes on disk that they took.
    pub bytes: u64,
}

/// Exchanges and their bodies.
#[async_trait]
pub trait Exchanges {
    /// Keeps an answer and says its id. Durable when this returns. The same body twice is stored once.
    ///
    /// # Errors
    /// `not-found` where the connection does not exist (any more): what was erased must not come back.
    async fn archive(&self, exchange: NewExchange, body: &[u8]) -> Result<i64, StoreError>;

    /// One exchange.
    async fn exchange(&self, id: i64) -> Result<Option<Exchange>, StoreError>;

    /// A connection's exchanges, newest first, `before` an id.
    async fn exchanges(&self, connection: &str, before: Option<i64>, limit: u32) -> Result<Vec<Exchange>, StoreError>;

    /// The answer that can be had only once, if it was had.
    async fn once(&self, connection: &str, once_key: &str) -> Result<Option<Exchange>, StoreError>;

    /// An exchange's body, checked against its hash.
    ///
    /// # Errors
    /// `not-found` where the exchange is unknown or past its retention; `corrupt` where the bytes are not those that
    /// came.
    async fn body(&self, exchange: i64) -> Result<Vec<u8>, StoreError>;

    /// Takes away exchanges and calls of providers past their retention, and bodies that no row names.
    ///
    /// What a quarantined document or a held job still needs is spared, however old: it waits to be healed. A document
    /// from which a record has something keeps its row when its exchanges go, so that the provenance can still be told;
    /// only its bytes can no longer be had. A call in quarantine is spared, too.
    async fn collect(&self, now: i64, retention: &Retention) -> Result<Collected, StoreError>;
}
