//! Phones: they enrol with a ticket, and push.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::{Body as RawBody, Bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use flate2::write::GzDecoder;
use gearshift_connect::{Enrolment, PhoneTicket};
use gearshift_sync::{PushError, Pushed};
use http_body_util::BodyExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{now, problem};
use crate::extract::{Body, without_values};
use crate::house::House;
use crate::keys;
use crate::problem::Problem;
use crate::tenant::Tenant;

/// Largest batch of a phone when it is unpacked, in bytes. 32 MiB: as large as an answer that an adapter may be given, and some
/// fifty thousand records of Health Connect.
const BATCH_BYTES: usize = 32 << 20;

/// Memory of all batches that are on their way in, in KiB. 256 MiB: eight of the largest, or thousands as phones have them.
const ALL_BATCHES_KIB: u32 = 256 << 10;

/// How long a batch may take to come in. 120 s: a MiB in that time is what the slowest network of a phone carries.
const BATCH_TIME: Duration = Duration::from_secs(120);

/// Longest name that a phone gives a batch, in bytes. 255, as long as an identifier ever is.
const KEY_BYTES: usize = 255;

/// Seconds after which a phone that was turned away may try again. 30: by then others' batches are read.
const RETRY_AFTER: u32 = 30;

/// Memory that batches on their way in may take.
pub(crate) fn room() -> Arc<Semaphore> {
    Arc::new(Semaphore::new(ALL_BATCHES_KIB as usize))
}

/// Whose phone it is to be, where the server says so.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewTicket {
    reference: Option<String>,
}

pub(super) async fn ticket(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    body: Bytes,
) -> Result<(StatusCode, Json<PhoneTicket>), Problem> {
    let new: NewTicket = match body.is_empty() {
        true => NewTicket::default(),
        false => {
            serde_json::from_slice(&body).map_err(|error| Problem::bad("body", without_values(&error.to_string())))?
        }
    };
    let ticket = house.connect.phone_ticket_for(&project, new.reference, now()).await.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(ticket)))
}

/// What a phone has enrolled as.
#[derive(Serialize)]
pub(super) struct Enrolled {
    connection: String,
    token: String,
}

pub(super) async fn enrol(
    State(house): State<Arc<House>>,
    Path(provider): Path<String>,
    headers: HeaderMap,
    Body(enrolment): Body<Enrolment>,
) -> Result<(StatusCode, Json<Enrolled>), Problem> {
    let ticket = keys::bearer(&headers).unwrap_or_default();
    let provider = provider.to_ascii_uppercase();
    let enrolled = house.connect.enrol(ticket, &provider, enrolment, now()).await.map_err(problem)?;
    house.sync.pull_now(&enrolled.connection).await.map_err(Problem::internal)?;
    Ok((StatusCode::CREATED, Json(Enrolled { connection: enrolled.connection.id, token: enrolled.token })))
}

/// A batch that is on disk.
#[derive(Serialize)]
pub(super) struct Kept {
    /// Its number: the order of arrival.
    batch: i64,
}

pub(super) async fn push(
    State(house): State<Arc<House>>,
    Path((provider, stream)): Path<(String, String)>,
    request: Request,
) -> Response {
    match take_in(house, &provider, stream, request).await {
        Ok(kept) => (StatusCode::ACCEPTED, Json(kept)).into_response(),
        Err(problem) if problem.status() == StatusCode::TOO_MANY_REQUESTS => {
            ([(header::RETRY_AFTER, RETRY_AFTER.to_string())], problem).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn take_in(house: Arc<House>, provider: &str, stream: String, request: Request) -> Result<Kept, Problem> {
    let (head, body) = request.into_parts();
    let token = keys::bearer(&head.headers).unwrap_or_default();
    let phone = house.connect.phone(token, &provider.to_ascii_uppercase()).await.map_err(problem)?;
    let key = key(&head.headers)?;
    let packed = is_packed(&head.headers)?;
    let reading = read(body, packed, Unpacked::within(house.room.clone()));
    let Ok(unpacked) = tokio::time::timeout(BATCH_TIME, reading).await else {
        let detail = "the batch did not come in time: push it in smaller parts";
        return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", detail));
    };
    let Unpacked { bytes: body, held, .. } = unpacked?;
    // To its end, whether or not the phone waits for it.
    let pushing = tokio::spawn(async move {
        let batch = house.sync.push(&phone, Pushed { stream, key, body }).await;
        drop(held);
        batch
    });
    let batch = pushing.await.map_err(Problem::internal)?.map_err(refused)?;
    Ok(Kept { batch })
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    match key.to_str() {
        Ok(key) if (1..=KEY_BYTES).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => {
            Err(Problem::bad("idempotency-key", format!("`Idempotency-Key` has 1 to {KEY_BYTES} characters of ASCII")))
        }
    }
}

fn is_packed(headers: &HeaderMap) -> Result<bool, Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING).map_or(b"identity".as_slice(), |value| value.as_bytes());
    match encoding {
        encoding if encoding.eq_ignore_ascii_case(b"identity") => Ok(false),
        encoding if encoding.eq_ignore_ascii_case(b"gzip") => Ok(true),
        _ => {
            let detail = "send the batch as it is, or with `content-encoding: gzip`";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-encoding", detail))
        }
    }
}

/// What has been unpacked of a batch so far. It takes room for what it holds, and no byte more than a batch may have.
struct Unpacked {
    bytes: Vec<u8>,
    room: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
    /// Why it takes no more.
    full: Option<Full>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Full {
    /// The batch is too large.
    Batch,
    /// All batches together are.
    House,
}

impl Unpacked {
    fn within(room: Arc<Semaphore>) -> Self {
        Self { bytes: Vec::new(), room, held: None, full: None }
    }

    /// Room for what there is and so many bytes more.
    fn take_room(&mut self, more: usize) -> Result<(), Full> {
        let wanted = self.bytes.len() + more;
        if wanted > BATCH_BYTES {
            return Err(Full::Batch);
        }
        let held = self.held.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let Some(lacking) = wanted.div_ceil(1 << 10).checked_sub(held).filter(|lacking| *lacking > 0) else {
            return Ok(());
        };
        let lacking = u32::try_from(lacking).map_err(|_| Full::House)?;
        let room = self.room.clone().try_acquire_many_owned(lacking).map_err(|_| Full::House)?;
        match &mut self.held {
            Some(held) => held.merge(room),
            None => self.held = Some(room),
        }
        Ok(())
    }
}

impl Write for Unpacked {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if let Err(full) = self.take_room(bytes.len()) {
            self.full = Some(full);
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a body frame by frame; what is packed is never held.
async fn read(mut body: RawBody, packed: bool, sink: Unpacked) -> Result<Unpacked, Problem> {
    let mut sink = if packed { Sink::Packed(Box::new(GzDecoder::new(sink))) } else { Sink::Plain(sink) };
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Problem::bad("body", "the batch broke off on its way: push it again"))?;
        if let Some(bytes) = frame.data_ref() {
            sink.write(bytes)?;
        }
    }
    sink.end()
}

enum Sink {
    Plain(Unpacked),
    Packed(Box<GzDecoder<Unpacked>>),
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let (written, full) = match self {
            Self::Plain(sink) => (sink.write_all(bytes), sink.full),
            Self::Packed(unpacking) => (unpacking.write_all(bytes), unpacking.get_ref().full),
        };
        written.map_err(|_| unwritten(full))
    }

    fn end(self) -> Result<Unpacked, Problem> {
        match self {
            Self::Plain(sink) => Ok(sink),
            Self::Packed(mut unpacking) => {
                let ended = unpacking.try_finish();
                let full = unpacking.get_ref().full;
                ended.and_then(|()| unpacking.finish()).map_err(|_| unwritten(full))
            }
        }
    }
}

fn unwritten(full: Option<Full>) -> Problem {
    match full {
        Some(Full::Batch) => {
            let detail = format!("the batch has more than {BATCH_BYTES} bytes unpacked: push it in parts");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", detail)
        }
        Some(Full::House) => busy("too many batches come in at this moment: push again later"),
        None => Problem::bad("gzip", "the body is no whole gzip, as `content-encoding` says it is"),
    }
}

fn busy(detail: &str) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "busy", detail)
}

fn refused(error: PushError) -> Problem {
    let told = error.to_string();
    match error {
        PushError::NoAdapter => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", told),
        PushError::UnknownStream(_) => Problem::missing(told),
        PushError::Malformed(_) => Problem::bad("batch", without_values(&told)),
        PushError::TooMany => Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", told),
        PushError::Backlog(_) => busy(&told),
        PushError::Sync(error) => Problem::internal(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_takes_the_room_that_it_needs_and_gives_it_back() {
        let room = Arc::new(Semaphore::new(5));
        let mut first = Unpacked::within(room.clone());
        first.write_all(&[0; 1_000]).unwrap();
        first.write_all(&[0; 1_000]).unwrap();
        assert_eq!(room.available_permits(), 3);
        let mut second = Unpacked::within(room.clone());
        second.write_all(&[0; 3_073]).unwrap_err();
        assert_eq!((second.full, second.bytes.len(), room.available_permits()), (Some(Full::House), 0, 3));
        drop(first);
        assert_eq!(room.available_permits(), 5);
    }

    #[test]
    fn a_batch_never_grows_beyond_its_limit() {
        let mut batch = Unpacked::within(room());
        let mut bomb = GzDecoder::new(&mut batch);
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..40 {
            packed.write_all(&[b' '; 1 << 20]).unwrap();
        }
        let packed = packed.finish().unwrap();
        assert!(packed.len() < 64 << 10, "{}", packed.len());
        bomb.write_all(&packed).unwrap_err();
        drop(bomb);
        assert_eq!(batch.full, Some(Full::Batch));
        assert!(batch.bytes.len() <= BATCH_BYTES && batch.bytes.capacity() <= 2 * BATCH_BYTES);
    }
}
