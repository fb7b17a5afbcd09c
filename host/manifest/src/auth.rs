//! How a user is signed in, as far as a declaration can say it.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use crate::route::Credential;
use crate::scalar;
use crate::template::Template;

/// `[auth]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Auth {
    /// Names this way of signing in; a credential remembers which one made it. Kebab-case.
    pub id: String,
    /// Whose credentials this version serves: its own id and those of earlier ways that still work.
    pub accepts: Vec<String>,
    /// The way itself.
    pub scheme: Scheme,
    /// What of the token answer and of the callback `identify` is shown.
    pub facts: BTreeMap<String, Fact>,
    /// How a credential is put on a request. For OAuth 2 without a word here: `authorization: Bearer {{token}}`.
    pub carry: Vec<Carry>,
}

/// The ways of signing in. Those without content are known names that this version of the host does not carry out: `connect`
/// says so when somebody would use them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "one a version, and a box would be in the way of every match")]
pub enum Scheme {
    /// Authorization code, with what of OAuth 2 the provider honours.
    Oauth2(OAuth2),
    /// Three-legged OAuth 1.0a.
    Oauth1,
    /// The user fills a form, the adapter makes the requests, the host keeps cookies and tokens.
    Session(Session),
    /// The user or the operator pastes a key.
    Key,
    /// OAuth 2's device grant.
    Device,
    /// Nobody signs in.
    None,
}

impl Scheme {
    /// As the manifest writes it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Scheme::Oauth2(_) => "oauth2",
            Scheme::Oauth1 => "oauth1",
            Scheme::Session(_) => "session",
            Scheme::Key => "key",
            Scheme::Device => "device",
            Scheme::None => "none",
        }
    }
}

/// OAuth 2 with a provider's dialect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OAuth2 {
    /// Where the user is sent.
    pub authorize: Url,
    /// Where a code or a refresh token is exchanged.
    pub token: Url,
    /// Where a token is given back.
    pub revoke: Option<Revoke>,
    /// How the client proves itself at `token`. Default: body.
    pub client: ClientAuth,
    /// Whether the provider takes a PKCE challenge (S256). Default: true.
    pub pkce: bool,
    /// What is asked for.
    pub scopes: Scopes,
    /// Further parameters of the authorize URL.
    pub extra: BTreeMap<String, String>,
    /// How tokens are renewed; none where they are not.
    pub refresh: Option<Refresh>,
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
}

impl ClientAuth {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ClientAuth::Body => "body",
            ClientAuth::Basic => "basic",
            ClientAuth::None => "none",
        }
    }
}

/// RFC 7009, as far as the provider keeps to it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Revoke {
    /// Where; by POST with a form.
    #[serde(deserialize_with = "scalar::endpoint")]
    pub url: Url,
    /// How the client proves itself there. Default: body.
    #[serde(default)]
    pub client: ClientAuth,
    /// Which token is sent. Default: access.
    #[serde(default)]
    pub token: RevokedToken,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
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
}

fn yes() -> bool {
    true
}

/// A form, and a session that the adapter opens with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the user fills in.
    pub form: Vec<Field>,
}

/// One field of a sign-in form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Field {
    /// Kebab-case name. A fill rule takes the value by it; one that is not secret stands in `subject.settings` under it.
    #[serde(deserialize_with = "scalar::kebab")]
    pub name: String,
    /// For people.
    #[serde(deserialize_with = "scalar::text")]
    pub label: String,
    /// Never shown to the adapter. Default: false.
    #[serde(default)]
    pub secret: bool,
    /// May be left empty. Default: false.
    #[serde(default)]
    pub optional: bool,
    /// A word of help under the field.
    #[serde(default, deserialize_with = "scalar::optional_text")]
    pub help: Option<String>,
}

/// Where a fact comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact {
    /// An RFC 6901 pointer into the token answer, to a single value. Never to a token itself.
    Token(String),
    /// A query parameter of the callback. Never the code or the state.
    Callback(String),
}

/// How a credential is put on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carry {
    /// Whose credential. Default: the user's.
    pub credential: Credential,
    /// Where it goes.
    pub place: CarryPlace,
    /// What goes there. Holes: `token` for OAuth 2, the names of captures and secret form fields for a session; `client-id` and
    /// `client-secret` for the client's credential.
    pub value: Template,
}

/// Where a credential goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryPlace {
    /// A header, in lower case.
    Header(String),
    /// A query parameter. Its value is secret in every log and archive.
    Query(String),
}
