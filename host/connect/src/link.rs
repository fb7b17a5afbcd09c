//! The link between a platform and a provider: opened once, it ties the sign-in to the browser that opened it.

use gearshift_store::{Login, Project};

use crate::ConnectError;
use crate::connect::Connect;
use crate::oauth::{fingerprint, random_text};

/// What the page behind a link tells its user.
#[derive(Debug)]
pub struct Invitation {
    /// The project, as its users know it.
    pub project: String,
    /// The provider, as people know it.
    pub provider: String,
    /// Where the platform wants its user back, for who does not want to go on.
    pub redirect: String,
}

/// A sign-in that a browser has taken up.
#[derive(Debug)]
pub struct Opened {
    /// Where the browser goes.
    pub url: String,
    /// What it has to show when it is back, if it has nothing yet.
    pub cookie: String,
}

impl Connect {
    /// What a link is about. Nothing is taken up yet: a preview, a scanner or a second look changes nothing.
    ///
    /// # Errors
    /// `stale-login`.
    pub async fn look_at_link(&self, link: &str, now: i64) -> Result<Invitation, ConnectError> {
        let login = self.store.peek_login(&fingerprint(link), now).await?.ok_or(ConnectError::StaleLogin)?;
        let project = self.store.project(&login.project).await?;
        Ok(Invitation {
            project: project.map_or_else(|| login.project.clone(), |project: Project| project.name),
            provider: self.name_of(&login.provider),
            redirect: login.redirect,
        })
    }

    /// A browser takes a sign-in up. `cookie` is what it showed, if anything: one browser may have several sign-ins under way.
    ///
    /// # Errors
    /// `stale-login` where it is unknown, used, expired, or another browser's.
    pub async fn open_link(&self, link: &str, cookie: Option<&str>, now: i64) -> Result<Opened, ConnectError> {
        let cookie = match cookie.filter(|cookie| cookie.len() >= SHORTEST_COOKIE) {
            Some(known) => known.to_owned(),
            None => random_text().ok_or(ConnectError::NoRandomness)?,
        };
        let opened = self.store.open_login(&fingerprint(link), &fingerprint(&cookie), now).await?;
        let login: Login = opened.ok_or(ConnectError::StaleLogin)?;
        let url =
            self.safe.open_of_login(&login.project, &login.connection, "authorize", &login.authorize_sealed).await?;
        Ok(Opened { url: url.to_string(), cookie })
    }

    fn name_of(&self, provider: &str) -> String {
        let lease = self.adapters.lease_for_sign_in(provider);
        let name = lease.as_ref().and_then(|lease| lease.manifest().provider(provider)).map(|known| known.name.clone());
        name.unwrap_or_else(|| provider.to_owned())
    }
}

/// A value of this length may be ours; a shorter one somebody could guess.
const SHORTEST_COOKIE: usize = 40;
