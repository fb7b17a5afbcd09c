//! How far the pulls of a stream have come.

use async_trait::async_trait;
use gearshift_model::Window;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The state of one stream of one connection. It is written by [`crate::Pages::commit_page`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StreamState {
    /// Whose it is.
    pub connection: String,
    /// The manifest's name of the stream.
    pub stream: String,
    /// Where the last pull stopped; none: it was complete. A pull under way goes on from its job's cursor, not from
    /// here.
    pub cursor: Option<String>,
    /// What the last complete pull returned, to be given as `since`.
    pub watermark: Option<String>,
    /// The schema that wrote the two.
    pub schema: i64,
    /// The last window that a page called complete. Nothing acts on it yet.
    pub complete: Option<Window>,
    /// When a pull was last complete, in Unix milliseconds.
    pub completed: Option<i64>,
    /// Unix milliseconds.
    pub changed: i64,
}

/// States of streams.
#[async_trait]
pub trait Streams {
    /// The state of one stream; none where no page has been committed.
    async fn stream_state(&self, connection: &str, stream: &str) -> Result<Option<StreamState>, StoreError>;

    /// The states of all streams of a connection.
    async fn stream_states(&self, connection: &str) -> Result<Vec<StreamState>, StoreError>;

    /// Forgets how far a stream has come, so that its window starts again. Keys make that harmless.
    async fn reset_stream(&self, connection: &str, stream: &str) -> Result<(), StoreError>;
}
