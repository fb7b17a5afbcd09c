//! Sign-ins that wait for their user to come back.
//!
//! A sign-in begins in a session, when its user goes on to a provider. The provider's answer is taken from the browser that
//! went on and no other, so that nobody can let another user's account be connected as their own.

use async_trait::async_trait;

use crate::StoreError;

/// A sign-in under way. It can be taken once.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// sha256 of the `state` that the user comes back with, or of what stands for it in OAuth 1.0a. The state itself is nowhere.
    pub state_hash: String,
    /// The session that it belongs to, by the hash of its id.
    pub session_hash: String,
    /// For whom it is.
    pub project: String,
    /// The connection that it is for.
    pub connection: String,
    /// The provider's enum.
    pub provider: String,
    /// The scheme.
    pub auth_id: String,
    /// The version that began it, and that ends it.
    pub version: String,
    /// PKCE's verifier, or OAuth 1.0a's request token with its secret, sealed; empty where the provider has none.
    pub verifier_sealed: Vec<u8>,
    /// The session's id and the provider's address to which it leads, sealed, since the state is in it.
    pub authorize_sealed: Vec<u8>,
    /// The redirect URI that the provider was given: where the user has to come back, to the letter.
    pub redirect_uri: String,
    /// sha256 of the cookie of the browser that went on.
    pub cookie_hash: String,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds; from then on it is not taken.
    pub expires: i64,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("connection", &self.connection)
            .field("provider", &self.provider)
            .field("version", &self.version)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Sign-ins under way.
#[async_trait]
pub trait Logins {
    /// Keeps a sign-in.
    ///
    /// # Errors
    /// `conflict` where the state was given out before, or its session has a live sign-in at this provider;
    /// `not-found` where the connection does not exist.
    async fn save_login(&self, login: &Login) -> Result<(), StoreError>;

    /// The sign-in that is under way in a session at a provider. None where it is expired or taken, or there is none.
    async fn live_login(&self, session_hash: &str, provider: &str, now: i64) -> Result<Option<Login>, StoreError>;

    /// Takes a sign-in, once, for the browser that went on with it. None where it is unknown, expired, already taken or
    /// another browser's: they look alike to who comes back, and the last leaves it to its own browser.
    async fn take_login(
        &self,
        state_hash: &str,
        cookie_hash: Option<&str>,
        now: i64,
    ) -> Result<Option<Login>, StoreError>;

    /// Versions that a live sign-in waits for, and which therefore must stay loadable.
    async fn login_versions(&self, now: i64) -> Result<Vec<String>, StoreError>;

    /// Forgets what is expired or taken.
    async fn sweep_logins(&self, now: i64) -> Result<u64, StoreError>;
}
