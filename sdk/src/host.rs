//! What is outside of the sandbox.

use std::cell::Cell;

use crate::http::{HttpError, Raw, Request, Sent};
use crate::{Failure, PullRequest};

/// The host's functions. On wasm32 they are imports, in tests a script.
pub trait Outside {
    /// Sends a request.
    ///
    /// # Errors
    /// Where there is no answer.
    fn send(&self, request: &Sent) -> Result<Raw, HttpError>;
    /// A keyed digest by a `[[sign]]` rule of the manifest.
    ///
    /// # Errors
    /// Where the rule is unknown or its fields are wrong.
    fn sign(&self, rule: &str, fields: &[String]) -> Result<String, String>;
    /// Writes to the host's log.
    fn log(&self, level: &str, message: &str);
    /// Unix milliseconds.
    fn now(&self) -> i64;
}

/// What an adapter has of the world: requests, signatures, a log and a clock.
pub struct Host<'o> {
    outside: &'o dyn Outside,
    left: Cell<u32>,
}

impl<'o> Host<'o> {
    /// A host for a call that may make so many requests.
    pub fn new(outside: &'o dyn Outside, requests: u32) -> Self {
        Self { outside, left: Cell::new(requests) }
    }

    /// A host for a call of pull.
    pub fn for_pull(outside: &'o dyn Outside, request: &PullRequest) -> Self {
        Self::new(outside, request.requests)
    }

    /// How many requests this call may still make.
    pub fn left(&self) -> u32 {
        self.left.get()
    }

    /// Begins a GET. `endpoint` is the adapter's own name for what answers there: failures and documents bear it.
    pub fn get(&self, endpoint: &str, url: &str) -> Request<'_> {
        Request::new(self, "GET", endpoint, url)
    }

    /// Begins a POST.
    pub fn post(&self, endpoint: &str, url: &str) -> Request<'_> {
        Request::new(self, "POST", endpoint, url)
    }

    /// Begins a request with another method.
    pub fn request(&self, method: &str, endpoint: &str, url: &str) -> Request<'_> {
        Request::new(self, method, endpoint, url)
    }

    pub(crate) fn send(&self, request: &Sent) -> Result<Raw, HttpError> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(HttpError {
                code: "budget-spent".into(),
                message: "this call has made all the requests that it may make".into(),
                retry_after: None,
            });
        };
        self.left.set(left);
        self.outside.send(request)
    }

    /// A keyed digest by a `[[sign]]` rule of the manifest.
    ///
    /// # Errors
    /// `not-configured`, with what the host says.
    pub fn sign(&self, rule: &str, fields: &[String]) -> Result<String, Failure> {
        self.outside.sign(rule, fields).map_err(Failure::not_configured)
    }

    /// Unix milliseconds, coarse.
    pub fn now(&self) -> i64 {
        self.outside.now()
    }

    /// For the author: what happens, step by step.
    pub fn debug(&self, message: impl AsRef<str>) {
        self.outside.log("debug", message.as_ref());
    }

    /// For the operator: worth knowing.
    pub fn info(&self, message: impl AsRef<str>) {
        self.outside.log("info", message.as_ref());
    }

    /// For the operator: something is not as it should be.
    pub fn warn(&self, message: impl AsRef<str>) {
        self.outside.log("warn", message.as_ref());
    }
}
