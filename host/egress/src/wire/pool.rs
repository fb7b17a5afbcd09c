//! Connections that wait for the next request.
//!
//! A kept connection is found by name and address together, and the name is looked up and judged before each request: so a kept
//! connection is never a way around the judgement.

use std::collections::HashMap;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use tokio::task::AbortHandle;
use tokio::time::Instant;

use crate::destination::Destination;

/// Who is at the other end.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Line {
    tls: bool,
    host: String,
    address: SocketAddr,
}

impl Line {
    pub(super) fn new(to: &Destination, address: SocketAddr) -> Self {
        Self { tls: to.tls, host: to.host.to_string(), address }
    }
}

/// One connection. Dropping it closes it, also in the middle of an answer.
pub(super) struct Link {
    sender: SendRequest<Full<Bytes>>,
    task: AbortHandle,
}

/// A failure, and the request where it was not sent.
pub(super) type Unsent = (hyper::Error, Option<http::Request<Full<Bytes>>>);

impl Link {
    pub(super) fn new<C>(sender: SendRequest<Full<Bytes>>, connection: C) -> Self
    where
        C: Future<Output = hyper::Result<()>> + Send + 'static,
    {
        let task = tokio::spawn(async move {
            // What goes wrong here is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Self { sender, task: task.abort_handle() }
    }

    pub(super) async fn send(
        &mut self,
        request: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Incoming>, Unsent> {
        self.sender.try_send_request(request).await.map_err(|mut error| {
            let unsent = error.take_message();
            (error.into_error(), unsent)
        })
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Idle {
    link: Link,
    since: Instant,
}

pub(super) struct Pool {
    idle: Mutex<HashMap<Line, Vec<Idle>>>,
    keep: Duration,
    most: usize,
}

impl Pool {
    pub(super) fn new(keep: Duration, most: usize) -> Self {
        Self { idle: Mutex::default(), keep, most }
    }

    /// The connection that was used last, if it is still good.
    pub(super) async fn take(&self, line: &Line) -> Option<Link> {
        loop {
            let mut idle = self.pop(line)?;
            if idle.since.elapsed() < self.keep && idle.link.sender.ready().await.is_ok() {
                return Some(idle.link);
            }
        }
    }

    pub(super) fn give_back(&self, line: Line, link: Link) {
        if link.sender.is_closed() {
            return;
        }
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|_, links| {
            links.retain(|each| each.since.elapsed() < self.keep);
            !links.is_empty()
        });
        let links = idle.entry(line).or_default();
        if links.len() < self.most {
            links.push(Idle { link, since: Instant::now() });
        }
    }

    fn pop(&self, line: &Line) -> Option<Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).get_mut(line)?.pop()
    }
}
