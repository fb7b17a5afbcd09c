//! A wire between the daemon and the providers that remembers what went over it, so that a test knows the secrets that only
//! those two should.

#![expect(clippy::disallowed_methods, reason = "a wire of the tests' own, on loopback")]

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

type Stretch = Arc<Mutex<Vec<u8>>>;

/// Shortest value that is looked for: a shorter one would be found by chance.
const SHORTEST: usize = 12;

/// A running tap. Gone when dropped.
pub struct Tap {
    address: SocketAddr,
    stretches: Arc<Mutex<Vec<Stretch>>>,
    task: JoinHandle<()>,
}

impl Tap {
    pub(crate) async fn before(providers: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stretches = Arc::new(Mutex::default());
        let task = tokio::spawn(serve(listener, providers, Arc::clone(&stretches)));
        Self { address, stretches, task }
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn heard(&self) -> String {
        let stretches = self.stretches.lock().unwrap_or_else(PoisonError::into_inner);
        let texts = stretches.iter().map(|stretch| {
            let bytes = stretch.lock().unwrap_or_else(PoisonError::into_inner);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// Every value that stands behind `before` and ends with one of `ends`.
    #[must_use]
    pub fn values(&self, before: &str, ends: &[char]) -> BTreeSet<String> {
        let heard = self.heard();
        let places = heard.split(before).skip(1);
        let values = places.filter_map(|rest| rest.split(ends).next()).map(str::to_owned);
        values.filter(|value| value.len() >= SHORTEST).collect()
    }

    /// Tokens, cookies and codes that went over the wire, each with what it is.
    #[must_use]
    pub fn secrets(&self) -> Vec<(String, String)> {
        let mut secrets = Vec::new();
        let mut add = |what: &str, values: BTreeSet<String>| {
            assert!(!values.is_empty(), "no {what} went over the wire");
            secrets.extend(values.into_iter().map(|value| (what.to_owned(), value)));
        };
        add("access token", self.values("\"access_token\":\"", &['"']));
        add("refresh token", self.values("\"refresh_token\":\"", &['"']));
        add("authorization code", self.values("&code=", &['&', '\r', '\n', '\u{fffd}']));
        let cookies = self.values("set-cookie: ", &[';']);
        add("cookie", cookies.iter().filter_map(|cookie| Some(cookie.split_once('=')?.1.to_owned())).collect());
        secrets
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: TcpListener, providers: SocketAddr, stretches: Arc<Mutex<Vec<Stretch>>>) {
    let mut wires = JoinSet::new();
    while let Ok((near, _)) = listener.accept().await {
        let Ok(far) = TcpStream::connect(providers).await else { return };
        let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
        for (from, to) in [(near_in, far_out), (far_in, near_out)] {
            let stretch = Stretch::default();
            stretches.lock().unwrap_or_else(PoisonError::into_inner).push(stretch.clone());
            wires.spawn(carry(from, to, stretch));
        }
    }
}

async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, stretch: Stretch) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        stretch.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&buffer[..read]);
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
