//! OAuth's tokens in the form in which they are sealed.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// What a token answer gave.
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    access: String,
    refresh: Option<String>,
    /// What OAuth 1.0a signs with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// Unix milliseconds; none where neither the answer nor the manifest says.
    pub(crate) expires: Option<i64>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.access.zeroize();
        self.refresh.zeroize();
        self.secret.zeroize();
    }
}

impl Token {
    pub(crate) fn new(access: &str, refresh: Option<&str>, expires: Option<i64>) -> Self {
        Self { access: access.to_owned(), refresh: refresh.map(str::to_owned), secret: None, expires }
    }

    /// A token of OAuth 1.0a, which lasts until it is withdrawn.
    pub(crate) fn signing(access: &str, secret: &str) -> Self {
        Self { access: access.to_owned(), refresh: None, secret: Some(secret.to_owned()), expires: None }
    }

    pub(crate) fn access(&self) -> &str {
        &self.access
    }

    pub(crate) fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }

    pub(crate) fn refresh(&self) -> Option<&str> {
        self.refresh.as_deref()
    }
}
