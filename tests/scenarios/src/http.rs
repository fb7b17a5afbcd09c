//! A client small enough to be sure of: one connection a request, and no redirect is followed.

#![expect(clippy::disallowed_methods, reason = "a client of the tests' own, on loopback")]

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{HeaderMap, Request, Uri};
use hyper_util::rt::TokioIo;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    /// A header's value; empty where it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    #[must_use]
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {} {}", self.status, self.text()))
    }

    /// Fails unless it went well.
    #[track_caller]
    #[must_use]
    pub fn ok(self) -> Self {
        assert!((200..300).contains(&self.status), "{} {}", self.status, self.text());
        self
    }

    /// Fails unless it is an error as RFC 9457 has it, with this status and code, that says what is wrong.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) {
        let text = self.text();
        assert_eq!((self.status, self.header("content-type")), (status, "application/problem+json"), "{text}");
        let body: Value = self.json();
        assert_eq!((body["status"].as_u64(), body["code"].as_str()), (Some(status.into()), Some(code)), "{text}");
        assert!(body["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{text}");
    }
}

/// A request on its way to be sent.
#[derive(Debug)]
pub struct Ask {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Bytes,
}

impl Ask {
    /// A request of this method for this address.
    #[must_use]
    pub fn new(method: &str, url: impl Into<String>) -> Self {
        Self { method: method.into(), url: url.into(), headers: Vec::new(), body: Bytes::new() }
    }

    /// The address that it is for.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// With this header, over one of the same name.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// With this bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// With this body.
    #[must_use]
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// With this body as JSON.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header(CONTENT_TYPE.as_str(), "application/json").body(body.to_string())
    }

    /// Sends it.
    ///
    /// # Errors
    /// Whatever keeps it from an answer.
    pub async fn try_send(self) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
        let uri: Uri = self.url.parse()?;
        let authority = uri.authority().ok_or("no authority")?.as_str().to_owned();
        let stream = tokio::net::TcpStream::connect(&authority).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        let mut request = Request::builder().method(self.method.as_str()).uri(target);
        if !self.headers.iter().any(|(name, _)| name == HOST.as_str()) {
            request = request.header(HOST, authority);
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let answer = sender.send_request(request.body(Full::new(self.body))?).await?;
        let (head, body) = answer.into_parts();
        let body = body.collect().await?.to_bytes();
        connection.abort();
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Sends it, and fails where there is no answer.
    pub async fn send(self) -> Answer {
        let what = format!("{} {}", self.method, self.url);
        self.try_send().await.unwrap_or_else(|error| panic!("{what}: {error}"))
    }
}
