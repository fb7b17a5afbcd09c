//! Requests and answers.

use std::fmt;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::host::Host;
use crate::subject::Pair;
use crate::{Failure, json, time, url};

/// Whose credential the host puts on a request. The route in the manifest has to say the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credential {
    /// Nobody's.
    #[default]
    None,
    /// The connection's own.
    User,
    /// The project's client id and secret, or its API key.
    Client,
    /// A session that the operator owns.
    Operator,
}

impl Credential {
    /// The contract's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Credential::None => "none",
            Credential::User => "user",
            Credential::Client => "client",
            Credential::Operator => "operator",
        }
    }
}

/// A request as it leaves the sandbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// In capitals.
    pub method: String,
    /// With its query.
    pub url: String,
    /// Neither `authorization` nor `cookie` nor `host`: those are the host's.
    pub headers: Vec<Pair>,
    /// None: no body.
    pub body: Option<Vec<u8>>,
    /// Whose credential goes with it.
    pub credential: Credential,
    /// The group of `[[fill]]` rules that put secret fields in.
    pub fill: Option<String>,
    /// The answer can be had only once.
    pub once: bool,
    /// False: the body goes to the archive and is not handed back.
    pub read: bool,
}

/// An answer as it comes into the sandbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Raw {
    /// Names the exchange within this call.
    pub exchange: u32,
    /// HTTP status. Redirects are not followed.
    pub status: u16,
    /// Without cookies, and without what a `[[capture]]` took.
    pub headers: Vec<Pair>,
    /// Empty where it was not to be read.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpError {
    /// `denied`, `timeout`, `connect`, `too-large`, `budget-spent`, `invalid`.
    pub code: String,
    /// What to do about it.
    pub message: String,
    /// Seconds.
    pub retry_after: Option<u32>,
}

impl From<HttpError> for Failure {
    fn from(error: HttpError) -> Self {
        match error.code.as_str() {
            "budget-spent" => Failure::rate_limited(error.message, error.retry_after),
            "denied" | "invalid" => Failure::invalid(error.message),
            "too-large" => Failure::unsupported(error.message),
            _ => Failure::unavailable(error.message, error.retry_after),
        }
    }
}

/// A request in the making. [`Host::get`] begins one, [`send`](Request::send) ends it.
#[must_use = "a request that is not sent does nothing"]
pub struct Request<'h> {
    host: &'h Host<'h>,
    endpoint: String,
    sent: Sent,
}

impl<'h> Request<'h> {
    pub(crate) fn new(host: &'h Host<'h>, method: &str, endpoint: &str, url: &str) -> Self {
        let sent = Sent {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: None,
            credential: Credential::None,
            fill: None,
            once: false,
            read: true,
        };
        Self { host, endpoint: endpoint.to_owned(), sent }
    }

    /// With the connection's credential.
    pub fn as_user(mut self) -> Self {
        self.sent.credential = Credential::User;
        self
    }

    /// With the project's client id and secret, or its API key.
    pub fn as_client(mut self) -> Self {
        self.sent.credential = Credential::Client;
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.sent.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a parameter to the query.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        url::append(&mut self.sent.url, name, &value.to_string());
        self
    }

    /// Sends a form.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        self.sent.body = Some(url::form(fields).into_bytes());
        self.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sends JSON.
    pub fn json<T: Serialize>(mut self, body: &T) -> Self {
        // What cannot be written as JSON is a map with keys that are no text: the provider then sees an empty body.
        self.sent.body = Some(serde_json::to_vec(body).unwrap_or_default());
        self.header("content-type", "application/json")
    }

    /// Sends these bytes.
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.sent.body = Some(body);
        self
    }

    /// Lets the `[[fill]]` rules of this group put secret fields in.
    pub fn fill(mut self, group: &str) -> Self {
        self.sent.fill = Some(group.to_owned());
        self
    }

    /// The body goes straight to the archive: only status and headers come back.
    pub fn unread(mut self) -> Self {
        self.sent.read = false;
        self
    }

    /// The answer can be had only once.
    pub fn once(mut self) -> Self {
        self.sent.once = true;
        self
    }

    /// Sends it. A redirect, a 401 or a 500 is an answer, which [`Response::ok`] turns into a failure.
    ///
    /// # Errors
    /// Where there is no answer: `unavailable`, `rate-limited` where this call's requests are used up, `invalid` where no
    /// granted route lets it leave.
    pub fn send(self) -> Result<Response, Failure> {
        let raw = self.host.send(&self.sent)?;
        Ok(Response {
            exchange: raw.exchange,
            status: raw.status,
            headers: raw.headers,
            body: raw.body,
            endpoint: self.endpoint,
            arrived: self.host.now(),
        })
    }
}

/// An answer. The host has archived it before it came here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// Names the exchange within this call.
    pub exchange: u32,
    /// HTTP status.
    pub status: u16,
    /// In the order in which they came.
    pub headers: Vec<Pair>,
    /// The bytes, unpacked.
    pub body: Vec<u8>,
    /// What the adapter calls the endpoint; failures name it.
    pub endpoint: String,
    /// Unix milliseconds.
    pub arrived: i64,
}

impl Response {
    /// A header by name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Seconds to wait, from `retry-after` as a number or a date.
    pub fn retry_after(&self) -> Option<u32> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse::<f64>() {
            return Some(seconds.ceil().max(0.0) as u32);
        }
        let at = time::parse_http_date(text).ok()?;
        u32::try_from(
            (at - self.arrived).max(0).div_euclid(1_000) + i64::from((at - self.arrived).rem_euclid(1_000) > 0),
        )
        .ok()
    }

    /// Success, or the failure that the status stands for.
    ///
    /// # Errors
    /// See [`Failure::of_status`].
    pub fn ok(self) -> Result<Self, Failure> {
        match Failure::of_status(&self.endpoint, self.status, self.retry_after()) {
            Some(failure) => Err(failure),
            None => Ok(self),
        }
    }

    /// None where the one thing that was asked for is not there (404, 410); otherwise as [`ok`](Self::ok).
    ///
    /// # Errors
    /// See [`Failure::of_status`].
    pub fn found(self) -> Result<Option<Self>, Failure> {
        if matches!(self.status, 404 | 410) { Ok(None) } else { self.ok().map(Some) }
    }

    /// An answer that is JSON to its end: for what only `normalize` will read. One that breaks off, or is a page for people, is
    /// to be asked for again. As a part of a document it would stay in quarantine, since no version can read it.
    ///
    /// # Errors
    /// `unavailable`.
    pub fn whole(self) -> Result<Self, Failure> {
        match json::read::<serde::de::IgnoredAny>(&self.body) {
            Ok(_) => Ok(self),
            Err(wrong) => Err(Failure::unavailable(format!("{} is no JSON: {}", self.endpoint, wrong.message), None)),
        }
    }

    /// Whether this is a page for people.
    pub fn is_html(&self) -> bool {
        self.header("content-type").is_some_and(|kind| kind.to_ascii_lowercase().contains("text/html"))
            || json::is_html(&self.body)
    }

    /// The body as text; what is no UTF-8 is replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Errors
    /// `changed`, with the place where it went wrong; so for a page for people too.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        json::read(&self.body).map_err(|wrong| wrong.at(&self.endpoint, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(name: &str, value: &str) -> Response {
        Response { headers: vec![(name.into(), value.into())], arrived: 1_772_323_200_000, ..Response::default() }
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        assert_eq!(answer("Retry-After", "17").retry_after(), Some(17));
        assert_eq!(answer("retry-after", "0.2").retry_after(), Some(1));
        assert_eq!(answer("retry-after", "Sun, 01 Mar 2026 00:01:30 GMT").retry_after(), Some(90));
        assert_eq!(answer("retry-after", "Sat, 28 Feb 2026 00:00:00 GMT").retry_after(), Some(0));
        assert_eq!(answer("retry-after", "soon").retry_after(), None);
    }

    #[test]
    fn a_page_for_people_is_no_json() {
        let page =
            Response { body: b"\n <!doctype html><p>Sorry".to_vec(), endpoint: "rides".into(), ..Response::default() };
        assert!(page.is_html());
        let failure = page.json::<serde_json::Value>().unwrap_err();
        assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("rides")));
    }

    #[test]
    fn an_answer_that_breaks_off_is_to_be_asked_for_again() {
        let answer = |body: &[u8]| Response { body: body.into(), endpoint: "rides".into(), ..Response::default() };
        assert!(answer(b"[{\"id\": 1}]").whole().is_ok());
        for bad in [b"[{\"id\": 1}, {\"i".as_slice(), b"<p>Sorry", b""] {
            assert_eq!(answer(bad).whole().unwrap_err().code, "unavailable");
        }
    }

    #[test]
    fn a_missing_thing_is_told_from_a_missing_endpoint() {
        let gone = Response { status: 404, endpoint: "ride".into(), ..Response::default() };
        assert_eq!(gone.clone().found().unwrap(), None);
        assert_eq!(gone.ok().unwrap_err().code, "gone");
    }
}
