//! `adapter.toml`: what a version of an adapter serves, may reach and asks the operator to grant.
//!
//! The text is parsed once, at the edge, into types that cannot hold nonsense: a host pattern has been checked, a duration
//! is a number of milliseconds, a method is one of six. Rooms above match requests against [`Route`], [`Fill`] and
//! [`Capture`] and never look at the text again. [`Manifest::grants`] lists in canonical lines what the operator must allow;
//! [`Grants::difference`] is what a swap would add. Where providers differ in hosts, [`Manifest::of`] is how it reads for one.
//!
//! ```
//! # fn main() -> Result<(), gearshift_manifest::ManifestError> {
//! # let text = include_str!("../tests/manifests/minimal.toml");
//! let manifest = gearshift_manifest::Manifest::parse(text)?;
//! let url = url::Url::parse("https://api.example.com/v1/rides?page=2").unwrap();
//! assert!(manifest.routes.iter().any(|route| route.admits("GET", &url)));
//! # Ok(())
//! # }
//! ```

mod answer;
mod auth;
mod auth_file;
mod digest;
mod error;
mod family;
mod grants;
mod host;
mod limits;
mod lines;
mod locate;
mod manifest;
mod oauth1;
mod oauth2;
mod pattern;
mod plain;
mod problem;
mod provider;
mod redact;
mod route;
mod rules;
mod scalar;
mod signed;
mod stream;
mod suggest;
mod template;
mod validate;
mod validate_auth;
mod validate_oauth1;
mod validate_oauth2;
mod validate_rules;
mod walk;

pub use answer::{Answer, AnswerOk, Scalar};
pub use auth::{Auth, Carry, CarryPlace, Fact, Field, Key, Scheme, Session};
pub use digest::digest;
pub use error::{Code, ManifestError};
pub use grants::Grants;
pub use host::HostPattern;
pub use limits::{CONTRACTS, MAX_BYTES};
pub use manifest::Manifest;
pub use oauth1::{OAuth1, SignedPlace};
pub use oauth2::{ClientAuth, OAuth2, Refresh, Revoke, RevokeAs, RevokedToken, Scopes};
pub use pattern::UrlPattern;
pub use provider::{Access, Keys, Provider, Setting, SettingScope, Stability};
pub use redact::redact;
pub use route::{Credential, Method, Route};
pub use rules::{Capture, DigestKind, Encoding, Fill, KeyName, Place, Sign, Source, Transform, Verify};
pub use signed::{Nonce, Signed};
pub use stream::{History, Quota, QuotaForm, QuotaHeaders, QuotaScope, State, Stream};
pub use template::Template;
