//! Sign-ins that wait for their user to come back.
//!
//! A sign-in begins with a link. The first browser that opens it has the sign-in from then on: the provider's answer is
//! taken from that browser and no other, so that nobody can let another user's account be connected as their own.

use async_trait::async_trait;

use crate::{Format, StoreError};

/// A sign-in under way. It can be taken once.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// sha256 of the `state` that the user comes back with, or of what stands for it in OAuth 1.0a. The state itself is nowhere.
    pub state_hash: String,
    /// sha256 of the link that leads to the sign-in.
    pub link_hash: String,
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
    /// The provider's address to which the link leads, sealed, since the state is in it.
    pub authorize_sealed: Vec<u8>,
    /// The redirect URI that the provider was given: where the user has to come back, to the letter.
    pub redirect_uri: String,
    /// Where the user goes afterwards; empty for a page of ours.
    pub redirect: String,
    /// Where the user goes if it fails; empty for a page of ours.
    pub failure: String,
    /// In whose words the browser is told there how it ended.
    pub format: Format,
    /// In which language the user is spoken to.
    pub language: Option<String>,
    /// sha256 of the cookie that ties the sign-in to the browser that opened its link.
    pub cookie_hash: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// When its link was first opened, in Unix milliseconds.
    pub opened: Option<i64>,
    /// Unix milliseconds; from then on it can neither be opened nor taken.
    pub expires: i64,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login")
            .field("connection", &self.connection)
            .field("provider", &self.provider)
            .field("version", &self.version)
            .field("opened", &self.opened)
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
    /// `conflict` where state or link was given out before; `not-found` where the connection does not exist.
    async fn save_login(&self, login: &Login) -> Result<(), StoreError>;

    /// The sign-in that a link leads to, without opening it. None where it is unknown, expired or taken.
    async fn peek_login(&self, link_hash: &str, now: i64) -> Result<Option<Login>, StoreError>;

    /// Opens a link: the first time the sign-in is tied to this browser's cookie, and from then on it opens for that
    /// cookie only. None where it is unknown, expired, taken, or another browser's: the four look alike.
    async fn open_login(&self, link_hash: &str, cookie_hash: &str, now: i64) -> Result<Option<Login>, StoreError>;

    /// Takes a sign-in, once, for the browser that opened its link. None where it is unknown, expired, already taken,
    /// never opened, or another browser's: they look alike to who comes back, and the last two leave it to its own
    /// browser.
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
