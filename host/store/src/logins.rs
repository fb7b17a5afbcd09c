//! Sign-ins that wait for their user to come back.

use async_trait::async_trait;

use crate::StoreError;

/// A sign-in under way. It can be taken once.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// sha256 of the `state` that the user comes back with. The state itself is nowhere.
    pub state_hash: String,
    /// The connection that it is for.
    pub connection: String,
    /// The provider's enum.
    pub provider: String,
    /// The scheme.
    pub auth_id: String,
    /// The version that began it, and that ends it.
    pub version: String,
    /// PKCE's verifier, sealed; empty where the provider has none.
    pub verifier_sealed: Vec<u8>,
    /// Where the user goes afterwards.
    pub redirect: String,
    /// sha256 of the cookie that ties the sign-in to the browser that began it.
    pub cookie_hash: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds; from then on it cannot be taken.
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
    async fn save_login(&self, login: &Login) -> Result<(), StoreError>;

    /// Takes a sign-in, once. None where it is unknown, expired or already taken: the three look alike to who comes
    /// back.
    async fn take_login(&self, state_hash: &str, now: i64) -> Result<Option<Login>, StoreError>;

    /// Versions that a live sign-in waits for, and which therefore must stay loadable.
    async fn login_versions(&self, now: i64) -> Result<Vec<String>, StoreError>;

    /// Forgets what is expired or taken.
    async fn sweep_logins(&self, now: i64) -> Result<u64, StoreError>;
}
