//! What a call may reach outside its sandbox. `adapters` defines it, the rooms above implement it.

use async_trait::async_trait;

use crate::contract::{HttpError, HttpRequest, HttpResponse};

/// The outside as one call sees it: already bound to one connection and one version, so that a guest has no say over either.
#[async_trait]
pub trait Outside: Send + Sync {
    /// Sends one request through the door out.
    ///
    /// # Errors
    /// What kept it from being sent or answered, in the contract's terms.
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError>;

    /// A keyed digest by a `[[sign]]` rule of the manifest.
    ///
    /// # Errors
    /// Why it cannot be had, for the adapter to report.
    async fn sign(&self, rule: &str, fields: &[String]) -> Result<String, String>;
}

/// Nothing is outside: normalize is pure, and a candidate is tried without capabilities.
#[derive(Debug, Clone, Copy, Default)]
pub struct Nothing;

#[async_trait]
impl Outside for Nothing {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, HttpError> {
        Err(HttpError {
            code: "denied".into(),
            message: "this call is pure: make requests in `pull`, `sign-in`, `renew`, `identify` or `revoke`".into(),
            retry_after: None,
        })
    }

    async fn sign(&self, rule: &str, _: &[String]) -> Result<String, String> {
        Err(format!("rule `{rule}` cannot sign here: this call is pure"))
    }
}
