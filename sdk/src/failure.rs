//! What went wrong, in the terms in which the host reacts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The contract's words for what went wrong.
pub mod code {
    /// The credential was refused: the host renews it once, then asks the user to reconnect.
    pub const UNAUTHORIZED: &str = "unauthorized";
    /// The user or the provider has not granted this.
    pub const FORBIDDEN: &str = "forbidden";
    /// Come back later.
    pub const RATE_LIMITED: &str = "rate-limited";
    /// A passing fault: the host retries with back-off.
    pub const UNAVAILABLE: &str = "unavailable";
    /// The provider works on it: ask again with `detail` as the cursor.
    pub const PENDING: &str = "pending";
    /// The provider no longer answers as this version expects: the answer is kept for the next one.
    pub const CHANGED: &str = "changed";
    /// The endpoint is gone, or its generation was shut down.
    pub const GONE: &str = "gone";
    /// Only the user can go on.
    pub const ACTION_REQUIRED: &str = "action-required";
    /// The operator has not set the provider up.
    pub const NOT_CONFIGURED: &str = "not-configured";
    /// The provider refuses this client's version.
    pub const UPGRADE_REQUIRED: &str = "upgrade-required";
    /// The provider has no such data.
    pub const UNSUPPORTED: &str = "unsupported";
    /// The request itself is wrong.
    pub const INVALID: &str = "invalid";
}

/// What went wrong. Build it by the constructor that bears the code's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    /// One of [`code`].
    pub code: String,
    /// For people; never with a secret in it.
    pub message: String,
    /// Seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// For `changed`: endpoint, a space, and an RFC 6901 pointer. For `pending`: a cursor. For `upgrade-required`: a version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl Failure {
    /// Any code, for those that a later registry adds.
    pub fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), retry_after: None, detail: None }
    }

    /// The credential was refused.
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::new(code::UNAUTHORIZED, message)
    }

    /// The user or the provider has not granted this.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(code::FORBIDDEN, message)
    }

    /// Come back after so many seconds, where the provider says.
    pub fn rate_limited(message: impl Into<String>, retry_after: Option<u32>) -> Self {
        Self { retry_after, ..Self::new(code::RATE_LIMITED, message) }
    }

    /// A passing fault.
    pub fn unavailable(message: impl Into<String>, retry_after: Option<u32>) -> Self {
        Self { retry_after, ..Self::new(code::UNAVAILABLE, message) }
    }

    /// The provider works on it: `cursor` asks for it again.
    pub fn pending(message: impl Into<String>, cursor: impl Into<String>, retry_after: Option<u32>) -> Self {
        Self { retry_after, detail: Some(cursor.into()), ..Self::new(code::PENDING, message) }
    }

    /// An answer is not as this version expects: where, and what was expected. `pointer` is RFC 6901, empty for the whole.
    pub fn changed(endpoint: &str, pointer: &str, message: impl Into<String>) -> Self {
        let detail = if pointer.is_empty() { endpoint.to_owned() } else { format!("{endpoint} {pointer}") };
        Self { detail: Some(detail), ..Self::new(code::CHANGED, message) }
    }

    /// An endpoint is gone.
    pub fn gone(endpoint: &str, message: impl Into<String>) -> Self {
        Self { detail: Some(endpoint.to_owned()), ..Self::new(code::GONE, message) }
    }

    /// Only the user can go on.
    pub fn action_required(message: impl Into<String>) -> Self {
        Self::new(code::ACTION_REQUIRED, message)
    }

    /// The operator has not set the provider up.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self::new(code::NOT_CONFIGURED, message)
    }

    /// The provider refuses clients older than `least`.
    pub fn upgrade_required(message: impl Into<String>, least: impl Into<String>) -> Self {
        Self { detail: Some(least.into()), ..Self::new(code::UPGRADE_REQUIRED, message) }
    }

    /// The provider has no such data.
    pub fn unsupported(message: impl Into<String>) -> Self {
        Self::new(code::UNSUPPORTED, message)
    }

    /// The request itself is wrong.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(code::INVALID, message)
    }

    /// What an HTTP status says of an endpoint that is known to be good; none for success.
    ///
    /// 404 and 410 are `gone`: right for collections, and for one thing of many the adapter looks at the status itself. A
    /// redirect and the other 4xx are `changed`: the request was right when this version was written.
    pub fn of_status(endpoint: &str, status: u16, retry_after: Option<u32>) -> Option<Self> {
        let said = format!("{endpoint} answered {status}");
        Some(match status {
            200..=299 => return None,
            401 => Self::unauthorized(said),
            403 => Self::forbidden(said),
            404 | 410 => Self::gone(endpoint, said),
            429 => Self::rate_limited(said, retry_after),
            408 | 425 | 500..=599 => Self::unavailable(said, retry_after),
            _ => Self::changed(endpoint, "", said),
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        match &self.detail {
            Some(detail) => write!(f, " ({detail})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_becomes_what_the_host_reacts_to() {
        let code = |status| Failure::of_status("rides", status, Some(30)).map(|failure| failure.code);
        assert_eq!(code(204), None);
        let expected = [
            (401, "unauthorized"),
            (403, "forbidden"),
            (404, "gone"),
            (410, "gone"),
            (429, "rate-limited"),
            (503, "unavailable"),
            (408, "unavailable"),
            (302, "changed"),
            (400, "changed"),
            (405, "changed"),
        ];
        for (status, word) in expected {
            assert_eq!(code(status).as_deref(), Some(word), "{status}");
        }
    }

    #[test]
    fn only_waiting_makes_sense_of_retry_after() {
        let after = |status| Failure::of_status("rides", status, Some(30)).and_then(|failure| failure.retry_after);
        assert_eq!(after(429), Some(30));
        assert_eq!(after(503), Some(30));
        assert_eq!(after(401), None);
    }

    #[test]
    fn a_change_names_the_place() {
        assert_eq!(Failure::changed("rides", "/0/id", "no id").detail.as_deref(), Some("rides /0/id"));
        assert_eq!(Failure::changed("rides", "", "no list").detail.as_deref(), Some("rides"));
    }
}
