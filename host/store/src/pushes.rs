//! Batches that phones push: kept as exchanges, and read in their order.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{NewExchange, StoreError};

/// A stretch of a batch that becomes one document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// The list that it is of, which names the document's part.
    pub name: String,
    /// Half-open range of the batch's bytes.
    pub range: (u64, u64),
}

/// A batch about to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPush {
    /// The stream that it is for.
    pub stream: String,
    /// sha256 of the name that the phone gave it, if it gave one.
    pub key: Option<String>,
    /// How it falls into documents.
    pub pieces: Vec<Piece>,
    /// How it is archived.
    pub exchange: NewExchange,
}

/// A kept batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Its exchange: the order of arrival.
    pub exchange: i64,
    /// How it falls into documents.
    pub pieces: Vec<Piece>,
    /// When it was complete, in Unix milliseconds.
    pub received: i64,
}

/// How far the batches of a stream have been read: `pieces` of this exchange, and all of those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadUpTo {
    /// The exchange.
    pub exchange: i64,
    /// So many of its pieces.
    pub pieces: u32,
}

/// Batches. They go with their exchanges; one that was not read is spared ([`crate::Exchanges::collect`]).
#[async_trait]
pub trait Pushes {
    /// Keeps a batch, and says its exchange. Durable when this returns. One that this stream of the connection has
    /// already, by its bytes or by its key, is not kept again, and has the same exchange.
    ///
    /// # Errors
    /// `not-found` where the connection does not exist (any more).
    async fn keep_push(&self, push: NewPush, body: &[u8]) -> Result<i64, StoreError>;

    /// The batch in which the first unread piece is.
    async fn next_push(&self, connection: &str, stream: &str, after: ReadUpTo) -> Result<Option<Push>, StoreError>;

    /// How many batches have unread pieces.
    async fn unread_pushes(&self, connection: &str, stream: &str, after: ReadUpTo) -> Result<u64, StoreError>;
}
