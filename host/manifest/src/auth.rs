//! How a user is signed in, as far as a declaration can say it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::oauth1::OAuth1;
use crate::oauth2::OAuth2;
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
    /// How a credential is put on a request. For OAuth 2 without a word here: `authorization: Bearer {{token}}`. With OAuth 1.0a
    /// the user's is nothing but the signature.
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
    Oauth1(OAuth1),
    /// The user fills a form, the adapter makes the requests, the host keeps cookies and tokens.
    Session(Session),
    /// Nobody signs in: requests carry a key, the project's or one that is typed in.
    Key(Key),
    /// Nobody signs in: a phone enrols with a ticket, and pushes. Nothing is pulled.
    Device,
    /// Nobody signs in.
    None,
}

impl Scheme {
    /// As the manifest writes it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Scheme::Oauth2(_) => "oauth2",
            Scheme::Oauth1(_) => "oauth1",
            Scheme::Session(_) => "session",
            Scheme::Key(_) => "key",
            Scheme::Device => "device",
            Scheme::None => "none",
        }
    }

    /// What is filled in to connect; empty where nothing is.
    pub fn form(&self) -> &[Field] {
        match self {
            Scheme::Session(session) => &session.form,
            Scheme::Key(key) => &key.form,
            _ => &[],
        }
    }
}

/// A form, and a session that the adapter opens with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What the user fills in.
    pub form: Vec<Field>,
}

/// A key, and whose data it is to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What is filled in: keys, which are secret and kept, and what tells `identify` whom to look for. In a file without `form`:
    /// the field `key`, where a carry of the user's credential takes it; else none.
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
    /// An RFC 6901 pointer into the token answer, to a single value. Never to a token itself, nor to what holds one.
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
    /// `client-secret` for the client's credential. With a key the user's may have the client's beside it.
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
