//! What the door asks of whoever keeps the keys.

use async_trait::async_trait;
use secrecy::SecretString;

use crate::{Caller, EgressError, Jar};

/// The keeper of credentials. Which connection is meant stands in the caller, which the host made.
///
/// All but `save_jar` and `captured` are asked before every request of an adapter, also where the request names no credential: a
/// secret that is known can be refused in the wrong place. Implementors cache.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The connection's own credential; none where there is none yet, as during sign-in, or where cookies are all there is.
    async fn user(&self, caller: &Caller) -> Result<Option<Carried>, EgressError>;

    /// The project's credential at the provider.
    async fn client(&self, caller: &Caller) -> Result<Option<Client>, EgressError>;

    /// The secret fields of the sign-in form by name, while they are kept.
    async fn fields(&self, caller: &Caller) -> Result<Vec<(String, SecretString)>, EgressError>;

    /// The connection's cookies.
    async fn jar(&self, caller: &Caller) -> Result<Jar, EgressError>;

    /// Keeps the connection's cookies in the place of those that were read. Durable before this returns; false, and nothing is
    /// kept, where another call of the connection was faster: then they are read again.
    async fn save_jar(&self, caller: &Caller, before: &Jar, jar: &Jar) -> Result<bool, EgressError>;

    /// Keeps what a `[[capture]]` rule took out of an answer. `expires` is an instant in Unix milliseconds. It is durable before
    /// this returns.
    async fn captured(
        &self,
        caller: &Caller,
        name: &str,
        value: SecretString,
        expires: Option<i64>,
    ) -> Result<(), EgressError>;
}

/// What the names in the manifest's `carry` stand for.
#[derive(Debug, Clone, Default)]
pub struct Carried {
    /// `token` for OAuth 2, with `token-secret` beside it for OAuth 1.0a, `key` for a key; for a session whatever its capture rules are called.
    pub values: Vec<(String, SecretString)>,
}

impl Carried {
    /// An access token, carried as `{{token}}`.
    pub fn token(token: impl Into<SecretString>) -> Self {
        Self::default().with("token", token)
    }

    /// Adds a value, carried as `{{name}}`.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        self.values.push((name.into(), value.into()));
        self
    }
}

/// A project's registration at a provider.
#[derive(Debug, Clone)]
pub struct Client {
    /// Public.
    pub id: String,
    /// Not public.
    pub secret: SecretString,
}
