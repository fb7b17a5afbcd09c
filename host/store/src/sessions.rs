//! Sessions: what a user's browser is led through, from the choice of a provider to the way back.
//!
//! The first browser that goes on has the session from then on. It ends well once.

use async_trait::async_trait;

use crate::{Format, StoreError};

/// A session.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Session {
    /// sha256 of its id, which opens it. The id itself is nowhere.
    pub id_hash: String,
    /// For whom it is.
    pub project: String,
    /// The providers among which the user chooses, by their enums; none: all that there are.
    pub providers: Option<Vec<String>>,
    /// Optional scopes that are asked for; none: those that the project has set.
    pub scopes: Option<Vec<String>>,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// Where the user goes once connected; empty for a page of ours.
    pub success: String,
    /// Where the user goes otherwise; empty for nowhere.
    pub failure: String,
    /// In which language the user is spoken to; none: in the browser's.
    pub language: Option<String>,
    /// In whose words the platform is told how it ended.
    pub format: Format,
    /// The connection that was promised when it began, if one was.
    pub attempt: Option<String>,
    /// sha256 of the cookie of the browser that went on.
    pub cookie_hash: Option<String>,
    /// What came of it.
    pub connection: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
    /// When it ended well, in Unix milliseconds.
    pub ended: Option<i64>,
    /// Unix milliseconds; from then on nobody goes on in it.
    pub expires: i64,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("project", &self.project)
            .field("providers", &self.providers)
            .field("connection", &self.connection)
            .field("ended", &self.ended)
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

/// Sessions of users' browsers.
#[async_trait]
pub trait Sessions {
    /// Keeps a session.
    ///
    /// # Errors
    /// `conflict` where the id was given out before.
    async fn save_session(&self, session: &Session) -> Result<(), StoreError>;

    /// A session as it stands, expired and ended ones too, without opening it.
    async fn session(&self, id_hash: &str) -> Result<Option<Session>, StoreError>;

    /// Opens a session: the first time it is tied to this browser's cookie, and from then on it opens for that cookie
    /// only. None where it is unknown, expired, ended, or another browser's.
    async fn open_session(&self, id_hash: &str, cookie_hash: &str, now: i64) -> Result<Option<Session>, StoreError>;

    /// Ends a session well. Only the first time counts; says whether this was it.
    async fn end_session(&self, id_hash: &str, connection: &str, now: i64) -> Result<bool, StoreError>;

    /// Forgets what expired before an instant.
    async fn sweep_sessions(&self, before: i64) -> Result<u64, StoreError>;
}
