//! OAuth 1.0a (RFC 5849) as a provider speaks it.

use serde::Deserialize;
use url::Url;

use crate::rules::DigestKind;

/// Three-legged OAuth 1.0a. Every request of the user's or the client's is signed by the host as it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth1 {
    /// Where a request token is asked for.
    pub request_token: Url,
    /// Where the user is sent with it.
    pub authorize: Url,
    /// Where it is exchanged for a token that lasts.
    pub token: Url,
    /// What a signature is made with. Default: HMAC with SHA-1.
    pub digest: DigestKind,
    /// Where the parameters of a signature go. Default: the header.
    pub place: SignedPlace,
    /// The realm in the header; none: it is left out.
    pub realm: Option<String>,
}

/// Where the parameters of a signature go (RFC 5849, 3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignedPlace {
    /// Into `authorization`.
    #[default]
    Header,
    /// Into the query.
    Query,
}

impl SignedPlace {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            SignedPlace::Header => "header",
            SignedPlace::Query => "query",
        }
    }
}
