//! A client that proves itself by signatures, so that its secret is never sent.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::rules::DigestKind;
use crate::scalar;
use crate::template::Template;

/// How a request of the client is signed with its secret.
///
/// Where there is a `nonce`, it is asked for first. The request then carries `client_id`, the nonce and the signature among its
/// form fields.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Signed {
    /// The form field that the signature goes into, in lower-case hex.
    #[serde(deserialize_with = "scalar::text")]
    pub field: String,
    /// How it is made.
    pub digest: DigestKind,
    /// Over what: holes are form fields of the request; `client-id` is the client's id.
    #[serde(deserialize_with = "scalar::signed_text")]
    pub message: Template,
    /// What makes each request another one.
    #[serde(default)]
    pub nonce: Option<Nonce>,
}

/// A word of the provider's that is good for one request.
///
/// It is asked for by POST with a form: `fields`, `client_id`, `timestamp` (Unix seconds) and a signature as [`Signed`] makes
/// it, over this `message`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Nonce {
    /// Where it is asked for.
    #[serde(deserialize_with = "scalar::endpoint")]
    pub url: Url,
    /// The form field that it goes into.
    #[serde(deserialize_with = "scalar::text")]
    pub field: String,
    /// Where it stands in the answer, an RFC 6901 pointer.
    #[serde(deserialize_with = "scalar::pointer")]
    pub at: String,
    /// Further form fields of the asking.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// What is signed when it is asked for: holes are `fields`, `client-id` and `timestamp`.
    #[serde(deserialize_with = "scalar::signed_text")]
    pub message: Template,
}
