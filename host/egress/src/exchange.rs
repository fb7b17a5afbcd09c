//! Requests and answers, as adapters and the host's own rooms see them.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use secrecy::SecretString;

use crate::Purpose;

/// A guest's request, word for word.
#[derive(Clone, Default)]
pub struct Request {
    /// Upper-case method.
    pub method: String,
    /// Absolute https URL.
    pub url: String,
    /// Names and values; the host adds credential, cookies, host and length.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Bytes>,
    /// `none`, `user`, `client` or `operator`.
    pub credential: String,
    /// A group of `[[fill]]` rules.
    pub fill: Option<String>,
    /// The answer can be had only once. Every answer is durable before it is returned; giving the same one again to a retry is
    /// not done yet.
    pub once: bool,
    /// False: the body goes to the archive and not to the guest.
    pub read: bool,
}

/// What the guest is given. Secrets have been taken out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Row of the archived exchange.
    pub exchange: i64,
    /// HTTP status.
    pub status: u16,
    /// Names in lower case, without `set-cookie`.
    pub headers: Vec<(String, String)>,
    /// Empty where the request said `read: false`.
    pub body: Bytes,
}

/// A request that the host makes on its own account: a token, a delivery.
pub struct DirectRequest {
    /// Upper-case method.
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Names and values, credentials included.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<Bytes>,
    /// Why it is made.
    pub purpose: Purpose,
    /// Shorter than the general limit, if wanted: a delivery should not hold its worker for long.
    pub timeout: Option<Duration>,
    /// Taken out of the URL before it reaches a log or an error.
    pub secrets: Vec<SecretString>,
}

impl DirectRequest {
    /// A request without headers, body or secrets.
    pub fn new(purpose: Purpose, method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
            purpose,
            timeout: None,
            secrets: Vec::new(),
        }
    }
}

/// The answer to the host's own request. It may hold tokens: `Debug` shows only status and size.
#[derive(Clone)]
pub struct DirectResponse {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: Bytes,
}

impl DirectResponse {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for DirectResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectResponse").field("status", &self.status).field("bytes", &self.body.len()).finish()
    }
}

impl fmt::Debug for DirectRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirectRequest")
            .field("method", &self.method)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("credential", &self.credential)
            .finish_non_exhaustive()
    }
}
