//! The host's side of one call: what the imports `http`, `sign` and `log` do.

use std::sync::Arc;

use gearshift_runtime::Call;

use crate::bindings::gearshift::adapter::{http, log, sign, types};
use crate::outside::{Nothing, Outside};

/// Bytes of log messages that a call may write; the rest is counted and dropped, so that a talkative guest costs itself alone.
pub const LOG_BYTES: usize = 64 << 10;

/// What one call owns beside the sandbox. Dropped with its store.
pub(crate) struct Guest {
    outside: Arc<dyn Outside>,
    /// Adapter and short digest, for log lines.
    name: Arc<str>,
    log_left: usize,
    log_dropped: u64,
}

impl Guest {
    /// A call that reaches `outside`.
    pub(crate) fn new(name: Arc<str>, outside: Arc<dyn Outside>) -> Self {
        Self { outside, name, log_left: LOG_BYTES, log_dropped: 0 }
    }

    /// A call that reaches nothing.
    pub(crate) fn pure(name: Arc<str>) -> Self {
        Self::new(name, Arc::new(Nothing))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if self.log_dropped > 0 {
            tracing::warn!(adapter = %self.name, bytes = self.log_dropped, cap = LOG_BYTES, "log lines beyond the cap of a call were dropped");
        }
    }
}

impl std::fmt::Debug for Guest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guest").field("name", &self.name).finish_non_exhaustive()
    }
}

impl types::Host for Call<Guest> {}

impl http::Host for Call<Guest> {
    async fn send(&mut self, request: http::Request) -> wasmtime::Result<Result<http::Response, http::HttpError>> {
        let outside = self.guest.outside.clone();
        Ok(self.outside(async move { outside.send(request).await }).await)
    }
}

impl sign::Host for Call<Guest> {
    async fn sign(&mut self, rule: String, fields: Vec<String>) -> wasmtime::Result<Result<String, String>> {
        let outside = self.guest.outside.clone();
        Ok(self.outside(async move { outside.sign(&rule, &fields).await }).await)
    }
}

impl log::Host for Call<Guest> {
    async fn write(&mut self, level: String, message: String) -> wasmtime::Result<()> {
        let guest = &mut self.guest;
        if message.len() > guest.log_left {
            guest.log_dropped += message.len() as u64;
            return Ok(());
        }
        guest.log_left -= message.len();
        let name = &guest.name;
        match level.as_str() {
            "error" => tracing::error!(target: "guest", adapter = %name, "{message:?}"),
            "warn" => tracing::warn!(target: "guest", adapter = %name, "{message:?}"),
            "info" => tracing::info!(target: "guest", adapter = %name, "{message:?}"),
            _ => tracing::debug!(target: "guest", adapter = %name, "{message:?}"),
        }
        Ok(())
    }
}
