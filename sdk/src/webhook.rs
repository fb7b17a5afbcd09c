//! Calls that a provider makes to us.

use crate::json;
use crate::{Failure, Pair, PullRequest};

/// A call as it came in. The host has stored it, and looked at its signature, before an adapter sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inbound {
    /// Whose hook it was, by its enum.
    pub provider: String,
    /// In upper case.
    pub method: String,
    /// Below the hook's own path; empty where the provider calls that itself.
    pub path: String,
    /// Parameters, decoded.
    pub query: Vec<Pair>,
    /// Names in lower case.
    pub headers: Vec<Pair>,
    /// As it came.
    pub body: Vec<u8>,
    /// The `[[verify]]` rules that held.
    pub verified: Vec<String>,
}

impl Inbound {
    /// A parameter of the address.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A header, by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a `[[verify]]` rule held.
    #[must_use]
    pub fn is_verified(&self, rule: &str) -> bool {
        self.verified.iter().any(|held| held == rule)
    }

    /// Reads the body.
    ///
    /// # Errors
    /// `changed`, with the place where it is not what was expected.
    pub fn json<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        json::read(&self.body).map_err(|wrong| wrong.at("hook", ""))
    }
}

/// One thing that a call says.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The user's id at the provider.
    pub account: Option<String>,
    /// What happened to them.
    pub what: What,
}

/// What a [`Notice`] is about.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// There is something to fetch.
    Changed(PullRequest),
    /// The thing with this key is gone.
    Deleted(String),
    /// The user has disconnected at the provider.
    Revoked,
    /// These scopes are what is granted from now on.
    Scopes(Vec<String>),
}

impl Notice {
    /// Something about a user.
    #[must_use]
    pub fn of(account: impl Into<String>, what: What) -> Self {
        Self { account: Some(account.into()), what }
    }
}

/// What the provider is answered, and what its call meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// HTTP status.
    pub status: u16,
    /// Headers beside those that the host sets.
    pub headers: Vec<Pair>,
    /// The answer.
    pub body: Vec<u8>,
    /// What was said.
    pub notices: Vec<Notice>,
}

impl Receipt {
    /// An acknowledgement.
    #[must_use]
    pub fn ok(notices: Vec<Notice>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Vec::new(), notices }
    }

    /// An answer in JSON that means nothing else, such as one to a handshake.
    #[must_use]
    pub fn answer(value: &serde_json::Value) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status: 200, headers, body: value.to_string().into_bytes(), notices: Vec::new() }
    }

    /// A refusal.
    #[must_use]
    pub fn refuse(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), notices: Vec::new() }
    }
}
