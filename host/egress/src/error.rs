//! What a request can fail with, in the words of the contract's `http-error`.

use std::time::Duration;

/// Why a request did not come to an answer. An answer of any status, 500 included, is no error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EgressError {
    /// Policy forbids it: no route, no such credential there, a special-purpose address, a secret in the wrong place.
    #[error("{0}")]
    Denied(String),
    /// The request is not one: malformed URL, header, method or body.
    #[error("{0}")]
    Invalid(String),
    /// No complete answer within the time that one request has.
    #[error(
        "no complete answer from {host} within {} s (egress.request_timeout); ask for less at once, or raise the limit",
        after.as_secs_f32()
    )]
    Timeout {
        /// The name that was asked for.
        host: String,
        /// The limit that was reached.
        after: Duration,
    },
    /// The name did not resolve, or nobody answered at its addresses, or the answer broke off.
    #[error("{0}")]
    Connect(String),
    /// Request or answer is larger than its limit.
    #[error("{what} is larger than {limit} bytes ({setting}); ask for less at once, or raise the limit")]
    TooLarge {
        /// What was too large.
        what: &'static str,
        /// Limit in bytes.
        limit: usize,
        /// Name of the setting that holds the limit.
        setting: &'static str,
    },
    /// The call made all the requests that it may make.
    #[error("{0}")]
    BudgetSpent(String),
    /// The host could not do its own part: read a credential, archive the answer.
    #[error("the host could not {what}: {source}")]
    Internal {
        /// What was attempted, without secrets.
        what: &'static str,
        /// The cause.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl EgressError {
    /// Stable name of the kind of failure, as the contract lists them.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Denied(_) => "denied",
            Self::Invalid(_) => "invalid",
            Self::Timeout { .. } => "timeout",
            Self::Connect(_) => "connect",
            Self::TooLarge { .. } => "too-large",
            Self::BudgetSpent(_) => "budget-spent",
            Self::Internal { .. } => "internal",
        }
    }

    /// Wraps the failure of something that the host does for a request, for implementors of [`crate::Credentials`].
    pub fn internal(what: &'static str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal { what, source: source.into() }
    }

    pub(crate) fn denied(message: impl Into<String>) -> Self {
        Self::Denied(message.into())
    }

    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid(message.into())
    }
}
