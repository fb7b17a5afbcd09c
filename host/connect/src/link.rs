//! The link between a platform and a provider: opened once, it ties the sign-in to the browser that opened it.

use gearshift_store::{Login, Project};
use subtle::ConstantTimeEq as _;

use crate::ConnectError;
use crate::connect::Connect;
use crate::oauth::{fingerprint, random_text};

/// What the page behind a link tells its user, and what it gives the browser.
pub struct Invitation {
    /// The project, as its users know it.
    pub project: String,
    /// The provider, as people know it.
    pub provider: String,
    /// What the browser is to show from now on. It is the one that it showed, where that was ours.
    pub cookie: String,
    /// What the page's form has to bring back, which nobody has who was not shown the page.
    pub proof: String,
}

/// A sign-in that a browser has taken up.
pub struct Opened {
    /// Where the browser goes.
    pub url: String,
}

impl Connect {
    /// What a link is about. Nothing is taken up yet: a preview, a scanner or a second look changes nothing. `cookie` is what the
    /// browser showed, if anything: one browser may have several sign-ins under way.
    ///
    /// # Errors
    /// `stale-login`.
    pub async fn look_at_link(&self, link: &str, cookie: Option<&str>, now: i64) -> Result<Invitation, ConnectError> {
        let login = self.store.peek_login(&fingerprint(link), now).await?.ok_or(ConnectError::StaleLogin)?;
        let project = self.store.project(&login.project).await?;
        let cookie = match cookie.filter(|cookie| cookie.len() >= SHORTEST_COOKIE) {
            Some(known) => known.to_owned(),
            None => random_text().ok_or(ConnectError::NoRandomness)?,
        };
        Ok(Invitation {
            proof: proof(link, &cookie),
            cookie,
            project: project.map_or_else(|| login.project.clone(), |project: Project| project.name),
            provider: self.name_of(&login.provider),
        })
    }

    /// A browser takes a sign-in up: one that was shown the page, and whose user went on from there. Another site cannot do that
    /// in its place, for it has neither cookie nor proof.
    ///
    /// # Errors
    /// `stale-login` where it is unknown, used, expired, or another browser's; `not-shown` where the page was not.
    pub async fn open_link(
        &self,
        link: &str,
        cookie: Option<&str>,
        given: &str,
        now: i64,
    ) -> Result<Opened, ConnectError> {
        let cookie = cookie.filter(|cookie| cookie.len() >= SHORTEST_COOKIE).ok_or(ConnectError::NotShown)?;
        if !bool::from(proof(link, cookie).as_bytes().ct_eq(given.as_bytes())) {
            return Err(ConnectError::NotShown);
        }
        let opened = self.store.open_login(&fingerprint(link), &fingerprint(cookie), now).await?;
        let login: Login = opened.ok_or(ConnectError::StaleLogin)?;
        let url =
            self.safe.open_of_login(&login.project, &login.connection, "authorize", &login.authorize_sealed).await?;
        Ok(Opened { url: url.to_string() })
    }

    fn name_of(&self, provider: &str) -> String {
        let lease = self.adapters.lease_for_sign_in(provider);
        let name = lease.as_ref().and_then(|lease| lease.manifest().provider(provider)).map(|known| known.name.clone());
        name.unwrap_or_else(|| provider.to_owned())
    }
}

/// Says of a form that it was on the page of this link, in the browser with this cookie.
fn proof(link: &str, cookie: &str) -> String {
    fingerprint(&format!("gearshift link 1 {link} {cookie}"))
}

/// A value of this length may be ours; a shorter one somebody could guess.
const SHORTEST_COOKIE: usize = 40;
