//! OAuth 2 as a provider speaks it.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::answer::Answer;
use crate::route::Method;
use crate::scalar;
use crate::signed::Signed;

/// OAuth 2 with a provider's dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    /// Where the user is sent.
    pub authorize: Url,
    /// Where a code or a refresh token is exchanged.
    pub token: Url,
    /// Where a token is given back; none: the adapter's own `revoke` is called.
    pub revoke: Option<Revoke>,
    /// How the client proves itself at `token`. Default: body.
    pub client: ClientAuth,
    /// How requests are signed where a client proves itself by that.
    pub signed: Option<Signed>,
    /// Whether the provider takes a PKCE challenge (S256). Default: true.
    pub pkce: bool,
    /// What `iss` in the callback must be (RFC 9207), letter by letter. None: an `iss` must be of `authorize`'s origin.
    pub issuer: Option<String>,
    /// What is asked for.
    pub scopes: Scopes,
    /// Further parameters of the authorize URL.
    pub extra: BTreeMap<String, String>,
    /// Further form fields where a code is exchanged.
    pub exchange: BTreeMap<String, String>,
    /// How tokens are renewed; none where they are not.
    pub refresh: Option<Refresh>,
    /// Where in a token answer each value stands.
    pub answer: Answer,
}

/// How a client proves itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClientAuth {
    /// Id and secret in the form body.
    #[default]
    Body,
    /// Id and secret by HTTP Basic.
    Basic,
    /// A public client: the id in the body, no secret.
    None,
    /// The id in the body and a signature, as `signed` says; the secret stays here.
    Signed,
}

impl ClientAuth {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ClientAuth::Body => "body",
            ClientAuth::Basic => "basic",
            ClientAuth::None => "none",
            ClientAuth::Signed => "signed",
        }
    }
}

/// How a token is given back: RFC 7009, as far as the provider keeps to it, or a request that the token itself is on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revoke {
    /// Where.
    #[serde(deserialize_with = "scalar::endpoint")]
    pub url: Url,
    /// POST or DELETE. Default: POST; a form goes by nothing else.
    #[serde(default = "Revoke::post")]
    pub method: Method,
    /// What is sent. Default: a form. In the file: `as`.
    #[serde(default, rename = "as")]
    pub sends: RevokeAs,
    /// How the client proves itself beside a form. Default: body.
    #[serde(default)]
    pub client: ClientAuth,
    /// Which token is sent in a form. Default: access.
    #[serde(default)]
    pub token: RevokedToken,
    /// Further form fields.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

impl Revoke {
    fn post() -> Method {
        Method::Post
    }
}

/// What a request that gives a token back consists of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevokeAs {
    /// `token` and `token_type_hint` in a form, beside which the client proves itself.
    #[default]
    Form,
    /// No body; the access token as `Authorization: Bearer`, which is proof enough.
    Bearer,
}

/// Which token is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RevokedToken {
    /// The access token.
    #[default]
    Access,
    /// The refresh token.
    Refresh,
}

/// The scopes that are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scopes {
    /// What stands between two of them. Default: a space.
    #[serde(default = "Scopes::space")]
    pub separator: String,
    /// Always asked for.
    #[serde(default)]
    pub default: Vec<String>,
    /// Asked for where an operator wants them.
    #[serde(default)]
    pub optional: Vec<String>,
}

impl Scopes {
    fn space() -> String {
        " ".to_owned()
    }
}

impl Default for Scopes {
    fn default() -> Self {
        Scopes { separator: Scopes::space(), default: Vec::new(), optional: Vec::new() }
    }
}

/// How tokens are renewed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Refresh {
    /// Whether a renewal may bring a new refresh token, after which the old one is dead. Default: true, which is harmless
    /// where it does not.
    #[serde(default = "yes")]
    pub rotates: bool,
    /// How long an access token lives where the answer does not say, in milliseconds (the file: a span of time, or a number of
    /// seconds).
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub lifetime: Option<i64>,
    /// How long before its end an access token is renewed, in milliseconds (the file: a span of time). None: the host's habit.
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub ahead: Option<i64>,
    /// How long the former refresh token still works after a rotation, in milliseconds (the file: a span of time). None: it is
    /// dead at once.
    #[serde(default, deserialize_with = "scalar::optional_millis")]
    pub grace: Option<i64>,
    /// Further form fields of a renewal.
    #[serde(default)]
    pub extra: BTreeMap<String, String>,
}

fn yes() -> bool {
    true
}
