//! OAuth 2 tokens in the form in which they are sealed.

use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

/// What a token answer gave.
#[derive(Serialize, Deserialize)]
pub(crate) struct Token {
    access: String,
    refresh: Option<String>,
    /// Unix milliseconds; none where neither the answer nor the manifest says.
    pub(crate) expires: Option<i64>,
}

impl Drop for Token {
    fn drop(&mut self) {
        self.access.zeroize();
        self.refresh.zeroize();
    }
}

impl Token {
    pub(crate) fn new(access: &str, refresh: Option<&str>, expires: Option<i64>) -> Self {
        Self { access: access.to_owned(), refresh: refresh.map(str::to_owned), expires }
    }

    pub(crate) fn access(&self) -> &str {
        &self.access
    }

    pub(crate) fn refresh(&self) -> Option<&str> {
        self.refresh.as_deref()
    }
}
