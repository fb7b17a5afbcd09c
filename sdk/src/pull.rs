//! What pull is asked, and what it answers.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Failure, Pair, Response, Window};

/// What pull is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PullRequest {
    /// A `[[stream]]` of the manifest.
    pub stream: String,
    /// The time that is asked for. None: all there is.
    pub window: Option<Window>,
    /// What the last page returned as `next`.
    pub cursor: Option<String>,
    /// What the last complete pull returned as its watermark.
    pub since: Option<String>,
    /// One thing by its provider id, after a notice named it.
    pub id: Option<String>,
    /// How many requests this call may make.
    pub requests: u32,
    /// Room for what a later minor of the contract adds.
    pub extra: Vec<Pair>,
}

impl PullRequest {
    /// The cursor, which an earlier page wrote as JSON with [`Page::next`]. None on the first page.
    ///
    /// # Errors
    /// `invalid` where it is not what this version writes: see `[state]` in the manifest.
    pub fn cursor<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        self.cursor.as_deref().map(|text| read_state("cursor", text)).transpose()
    }

    /// The watermark, which the last complete pull wrote as JSON with [`Page::watermark`].
    ///
    /// # Errors
    /// As [`cursor`](Self::cursor).
    pub fn since<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        self.since.as_deref().map(|text| read_state("watermark", text)).transpose()
    }

    /// For a stream that the manifest has and `pull` does not.
    pub fn unknown_stream(&self) -> Failure {
        Failure::unsupported(format!("this version does not pull the stream `{}`", self.stream))
    }
}

fn read_state<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::invalid(format!("the {what} is not one of this version's: {error}")))
}

/// An answer that the host holds, or a range of its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// By which [`normalize`](crate::Adapter::normalize) finds it.
    pub name: String,
    /// [`Response::exchange`] of this very call.
    pub exchange: u32,
    /// First byte and the byte after the last. None: the whole body.
    pub range: Option<(u64, u64)>,
}

/// What belongs together, untouched: a ride's detail, streams and laps are parts of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// Names the shape: one of the `facets` of the manifest's stream.
    pub endpoint: String,
    /// The provider's id of what it is about, where it is about one thing.
    pub id: Option<String>,
    /// The answers.
    pub parts: Vec<Part>,
    /// What normalize needs beside the bytes.
    pub context: Vec<Pair>,
}

impl Document {
    /// A document of this shape, still without parts.
    pub fn new(endpoint: impl Into<String>) -> Self {
        Self { endpoint: endpoint.into(), ..Self::default() }
    }

    /// Says what it is about.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// Adds an answer.
    #[must_use]
    pub fn part(mut self, name: impl Into<String>, response: &Response) -> Self {
        self.parts.push(Part { name: name.into(), exchange: response.exchange, range: None });
        self
    }

    /// Adds an answer where there is one.
    #[must_use]
    pub fn maybe_part(self, name: impl Into<String>, response: Option<&Response>) -> Self {
        match response {
            Some(response) => self.part(name, response),
            None => self,
        }
    }

    /// Adds a word for normalize.
    #[must_use]
    pub fn context(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.context.push((name.into(), value.into()));
        self
    }
}

/// One page of a pull.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What came.
    pub documents: Vec<Document>,
    /// Where the next page begins. None: this pull is complete.
    pub next: Option<String>,
    /// Why it ends here although there is more: what came is kept, then the host reacts to this.
    pub stop: Option<Failure>,
    /// Given as `since` to the next pull of this stream, once this one is complete.
    pub watermark: Option<String>,
    /// All that lies within is here: what the host has and did not see has been deleted.
    pub complete: Option<Window>,
}

impl Page {
    /// An empty last page.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a document.
    #[must_use]
    pub fn document(mut self, document: Document) -> Self {
        self.documents.push(document);
        self
    }

    /// There is more: `cursor` is kept as JSON and read with [`PullRequest::cursor`].
    #[must_use]
    pub fn next<T: Serialize>(mut self, cursor: &T) -> Self {
        self.next = serde_json::to_string(cursor).ok();
        self
    }

    /// What the next pull goes on from, kept as JSON and read with [`PullRequest::since`].
    #[must_use]
    pub fn watermark<T: Serialize>(mut self, watermark: &T) -> Self {
        self.watermark = serde_json::to_string(watermark).ok();
        self
    }

    /// All that lies within this time is here.
    #[must_use]
    pub fn complete(mut self, window: Window) -> Self {
        self.complete = Some(window);
        self
    }

    /// Ends early with what there is; the pull goes on from `cursor`.
    ///
    /// # Errors
    /// The failure itself where nothing was gained yet.
    pub fn stop<T: Serialize>(self, failure: Failure, cursor: &T) -> Result<Self, Failure> {
        if self.documents.is_empty() {
            return Err(failure);
        }
        let mut page = self.next(cursor);
        page.stop = Some(failure);
        Ok(page)
    }
}
