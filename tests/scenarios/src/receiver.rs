//! The platform's webhook: verifies each delivery as Standard Webhooks has it, writes it down, and is as well as it is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

/// What the daemon signs with; base64 of 32 bytes.
pub(crate) const SECRET: &str = "whsec_c2NlbmFyaW9zIGFyZSBwbGF5ZWQgaW4gYSB0b3duIQ==";

/// How a receiver takes a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// 204.
    Well,
    /// This status.
    Answers(u16),
    /// The connection closes without an answer.
    BreaksOff,
    /// No answer, for so many milliseconds; then the connection closes.
    Hangs(u64),
}

/// One delivery as it arrived.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// `webhook-id`.
    pub id: String,
    /// The event.
    pub event: Value,
    /// How often it had arrived before.
    pub before: usize,
    /// Whether its signature and time hold.
    pub genuine: bool,
    /// How it was taken.
    pub mood: Mood,
}

impl Attempt {
    /// Record and revision, where it is about a record.
    #[must_use]
    pub fn revision(&self) -> Option<(String, i64)> {
        let record = self.event.get("record")?;
        Some((record["id"].as_str()?.to_owned(), record["revision"].as_i64()?))
    }

    /// The event's type.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.event["type"].as_str().unwrap_or_default()
    }
}

type Temper = Box<dyn Fn(&Attempt) -> Mood + Send>;

struct State {
    attempts: Mutex<Vec<Attempt>>,
    seen: Mutex<HashMap<String, usize>>,
    temper: Mutex<Temper>,
    /// One reference more for each request that hangs.
    hanging: Arc<()>,
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running receiver. Gone when dropped.
pub struct Receiver {
    state: Arc<State>,
    url: String,
    task: JoinHandle<()>,
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events", listener.local_addr().unwrap());
        let state = Arc::new(State {
            attempts: Mutex::default(),
            seen: Mutex::default(),
            temper: Mutex::new(Box::new(|_| Mood::Well)),
            hanging: Arc::default(),
        });
        let task = tokio::spawn(serve(listener, state.clone()));
        Self { state, url, task }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on it takes deliveries like this.
    pub fn is(&self, temper: impl Fn(&Attempt) -> Mood + Send + 'static) {
        *locked(&self.state.temper) = Box::new(temper);
    }

    /// Everything that arrived, in its order.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        locked(&self.state.attempts).clone()
    }

    /// Requests that hang now.
    #[must_use]
    pub fn hanging(&self) -> usize {
        Arc::strong_count(&self.state.hanging) - 1
    }

    /// What it answered well to, in its order.
    #[must_use]
    pub fn taken(&self) -> Vec<Attempt> {
        self.attempts().into_iter().filter(|attempt| attempt.mood == Mood::Well).collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    // They end with this task, and so with the receiver.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let state = state.clone();
        connections.spawn(async move {
            let service = service_fn(move |request| take(state.clone(), request));
            // An error is a mood, or a daemon that was killed.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// Breaking off is an error, which closes the connection.
async fn take(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Empty<Bytes>>, std::io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let genuine = Webhook::new(SECRET).unwrap().verify(&body, &head.headers).is_ok();
    let id = head.headers.get("webhook-id").map_or("", |id| id.to_str().unwrap_or_default()).to_owned();
    let event = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let before = {
        let mut seen = locked(&state.seen);
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        *count - 1
    };
    let mut attempt = Attempt { id, event, before, genuine, mood: Mood::Well };
    attempt.mood = locked(&state.temper)(&attempt);
    let mood = attempt.mood;
    locked(&state.attempts).push(attempt);
    let status = match mood {
        Mood::Well => 204,
        Mood::Answers(status) => status,
        Mood::BreaksOff => return Err(std::io::ErrorKind::ConnectionAborted.into()),
        Mood::Hangs(ms) => {
            let _hanging = state.hanging.clone();
            tokio::time::sleep(Duration::from_millis(ms)).await;
            return Err(std::io::ErrorKind::ConnectionAborted.into());
        }
    };
    let answer = Response::builder().status(status).body(Empty::new());
    answer.map_err(std::io::Error::other)
}
