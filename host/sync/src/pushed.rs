//! Batches that phones push: durable before they are answered, and read in their order by a job like any other.
//!
//! To the job, batches are pages that the archive holds: it commits document after document, and remembers how far it is as a
//! pull remembers its cursor. So quarantine, healing and provenance are those of pulled documents.

use std::str::FromStr as _;

use gearshift_adapters::Lease;
use gearshift_adapters::contract::{Page, Subject};
use gearshift_connect::fingerprint;
use gearshift_manifest::{Scheme, Stream};
use gearshift_store::{
    Connection, DocumentPart, JobEnd, NewDocument, NewExchange, NewPush, PageDocument, Piece, Push, ReadUpTo,
    StreamState,
};

use crate::batch::{self, Uncut};
use crate::pull::{Pull, Step};
use crate::reading::{self, Request};
use crate::settings::now;
use crate::sync::{Sync, SyncError};

/// A batch as it came.
#[derive(Debug)]
pub struct Pushed {
    /// The stream that it is for.
    pub stream: String,
    /// What the phone calls it, if anything: under the same name it is the same batch.
    pub key: Option<String>,
    /// JSON.
    pub body: Vec<u8>,
}

/// Why a batch was not taken.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// Nobody could read it.
    #[error("no adapter serves this provider now: push again later")]
    NoAdapter,
    /// The manifest has no such stream.
    #[error("this provider has no stream {0:?}")]
    UnknownStream(String),
    /// It is not in the form of a batch.
    #[error("the batch cannot be read: {0}")]
    Malformed(String),
    /// More than one batch may hold.
    #[error("the batch holds more than {} records: push it in parts", batch::ITEMS_MOST)]
    TooMany,
    /// What came before is not read yet.
    #[error("{0} batches of this phone wait to be read: push again later")]
    Backlog(u64),
    /// The store failed.
    #[error(transparent)]
    Sync(#[from] SyncError),
}

impl Sync {
    /// Takes a batch of a phone in, and says its number. It is on disk when this returns, and read soon after. One that came
    /// before, by its bytes or by its key, has the number that it had, and changes nothing.
    ///
    /// # Errors
    /// Where it is none that this provider's phones push, or too much; and when the store fails: the phone is to push again.
    pub async fn push(&self, phone: &Connection, pushed: Pushed) -> Result<i64, PushError> {
        let version = self.adapters.lease(&phone.provider, &phone.auth_id).ok_or(PushError::NoAdapter)?;
        let Pushed { stream, key, body } = pushed;
        if version.manifest().stream(&stream).is_none() {
            return Err(PushError::UnknownStream(stream));
        }
        // Others are answered meanwhile.
        let pieces = tokio::task::block_in_place(|| batch::cut(&body)).map_err(|uncut| match uncut {
            Uncut::Malformed(why) => PushError::Malformed(why),
            Uncut::TooMany => PushError::TooMany,
        })?;
        let waiting = self.unread_batches(phone, &stream).await?;
        if waiting >= self.settings.backlog {
            return Err(PushError::Backlog(waiting));
        }
        let exchange = NewExchange {
            connection: phone.id.clone(),
            provider: phone.provider.clone(),
            endpoint_hint: Some(stream.clone()),
            method: "POST".into(),
            url: format!("/ingest/{}/{stream}", phone.provider.to_ascii_lowercase()),
            status: 202,
            media_type: Some("application/json".into()),
            fetched_at: now(),
            version: version.digest().to_string(),
            ..NewExchange::default()
        };
        let key = key.map(|key| fingerprint(&key));
        let push = NewPush { stream: stream.clone(), key, pieces, exchange };
        let batch = self.store.keep_push(push, &body).await.map_err(SyncError::from)?;
        self.pull_stream(phone, &stream).await?;
        Ok(batch)
    }

    /// How many batches of a stream are not read yet.
    pub(crate) async fn unread_batches(&self, phone: &Connection, stream: &str) -> Result<u64, SyncError> {
        let state = self.store.stream_state(&phone.id, stream).await?;
        Ok(self.store.unread_pushes(&phone.id, stream, read_up_to(state.as_ref())).await?)
    }
}

/// Whether what there is of a connection is pushed, and not pulled.
pub(crate) fn is_pushed(version: &Lease) -> bool {
    matches!(version.manifest().auth.scheme, Scheme::Device)
}

impl Pull<'_> {
    /// The next unread piece under the version that is active now, and its commit.
    pub(crate) async fn read_pushed(&mut self, version: &Lease, stream: &Stream) -> Result<Step, SyncError> {
        let store = &self.sync.store;
        let state = store.stream_state(&self.connection.id, &self.stream).await?;
        let done = read_up_to(state.as_ref());
        let next = store.next_push(&self.connection.id, &self.stream, done).await?;
        let Some((piece, push, done)) = next.and_then(|push| next_piece(push, done)) else {
            if state.is_none_or(|state| state.cursor.is_some() || state.completed.is_none()) {
                self.write(version, stream, Vec::new(), &page(None, Some(written(done)))).await?;
            }
            return Ok(Step::End(JobEnd::Done));
        };
        let subject = self.sync.connect.subject(&self.connection, version).await?;
        let document = document(&subject, &self.stream, &piece, &push)?;
        let request = Request {
            stream: &self.stream,
            endpoint: &document.endpoint,
            id: None,
            parts: &document.parts,
            context: &document.context,
            fetched_at: document.fetched_at,
        };
        let outcome = reading::read_kept(&**store, version, &subject, request).await?;
        let quarantined = outcome.failure.is_some();
        self.write(version, stream, vec![PageDocument { document, outcome }], &page(Some(written(done)), None)).await?;
        if quarantined {
            self.sync.heal_if_stale(version, &self.connection).await?;
        }
        Ok(Step::Next)
    }
}

/// The first unread piece of a batch, and how far its stream is read with it.
fn next_piece(push: Push, done: ReadUpTo) -> Option<(Piece, Push, ReadUpTo)> {
    let read = if push.exchange == done.exchange { done.pieces } else { 0 };
    let piece = push.pieces.get(usize::try_from(read).ok()?)?.clone();
    let done = ReadUpTo { exchange: push.exchange, pieces: read + 1 };
    Some((piece, push, done))
}

fn document(subject: &Subject, stream: &str, piece: &Piece, push: &Push) -> Result<NewDocument, SyncError> {
    let part = DocumentPart { name: piece.name.clone(), exchange: push.exchange, range: Some(piece.range) };
    Ok(NewDocument {
        endpoint: stream.to_owned(),
        provider_id: None,
        parts: vec![part],
        subject: serde_json::to_value(subject).map_err(SyncError::Subject)?,
        context: Vec::new(),
        fetched_at: push.received,
    })
}

fn page(next: Option<String>, watermark: Option<String>) -> Page {
    Page { documents: Vec::new(), next, stop: None, watermark, complete: None, extra: Vec::new() }
}

fn written(done: ReadUpTo) -> String {
    format!("{}/{}", done.exchange, done.pieces)
}

/// A cursor is further than a watermark, which stands where the last reading came to an end.
fn read_up_to(state: Option<&StreamState>) -> ReadUpTo {
    let place = state.and_then(|state| state.cursor.as_deref().or(state.watermark.as_deref()));
    let place = place.and_then(|place| place.split_once('/'));
    let place = place.and_then(|(exchange, pieces)| {
        Some(ReadUpTo { exchange: i64::from_str(exchange).ok()?, pieces: u32::from_str(pieces).ok()? })
    });
    place.unwrap_or_default()
}
