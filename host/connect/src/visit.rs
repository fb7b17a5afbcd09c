//! A browser visits a session: it looks, goes on to a provider or fills in a form, and is led back to the platform.

use gearshift_store::{Connection, ConnectionStatus, NewConnection, Session};
use subtle::ConstantTimeEq as _;

use crate::callback::SignedIn;
use crate::connect::Connect;
use crate::form::HandedIn;
use crate::oauth::{fingerprint, random_text};
use crate::offer::SignInBy;
use crate::unfinished::{Amiss, Unfinished};
use crate::{ConnectError, Language, landing};

/// What a browser sees of a session, and what it is given.
pub struct Visit {
    /// The project, as its users know it.
    pub project: String,
    /// In which language the session speaks; none: in the browser's.
    pub language: Option<Language>,
    /// How the session stands.
    pub standing: Standing,
    /// What the browser is to show from now on. It is the one that it showed, where that was ours.
    pub cookie: String,
    /// What the page's form has to bring back, which nobody has who was not shown the page.
    pub proof: String,
    pub(crate) session: Session,
    /// What came of it.
    connected: Option<Connection>,
}

/// How a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its user can go on.
    Open,
    /// Its user is connected.
    Connected,
    /// Its time is over.
    Expired,
}

impl Visit {
    /// The only provider that the session names, if it is one.
    #[must_use]
    pub fn only(&self) -> Option<&str> {
        only(&self.session)
    }

    /// Where a connected user goes on; none where the platform has said nothing.
    #[must_use]
    pub fn onward(&self) -> Option<String> {
        landing::succeeded(&self.session, self.connected.as_ref()?)
    }

    /// Where a user goes back who is not connected; none where the platform has said nothing.
    #[must_use]
    pub fn back(&self, reason: &str) -> Option<String> {
        landing::failed(&self.session, reason)
    }
}

/// What a browser brings along.
#[derive(Debug)]
pub struct Browser<'a> {
    /// The cookie that it was given.
    pub cookie: Option<&'a str>,
    /// What stood in the page's form.
    pub proof: &'a str,
}

/// How a user goes on who has agreed.
#[derive(Debug)]
pub enum Onward {
    /// To this address of the provider.
    Provider(String),
    /// To a form of ours.
    Form,
}

impl Connect {
    /// What a session is about. Nothing is taken up yet: a preview, a scanner or a second look changes nothing. `cookie` is what
    /// the browser showed, if anything: one browser may have several sessions.
    ///
    /// # Errors
    /// `stale-login` where it is unknown, or another browser's.
    pub async fn visit(&self, id: &str, cookie: Option<&str>, now: i64) -> Result<Visit, ConnectError> {
        let session = self.store.session(&fingerprint(id)).await?.ok_or(ConnectError::StaleLogin)?;
        let cookie = cookie.filter(|cookie| cookie.len() >= SHORTEST_COOKIE);
        let foreign = |own: &String| cookie.map(fingerprint).as_ref() != Some(own);
        if session.cookie_hash.as_ref().is_some_and(foreign) {
            return Err(ConnectError::StaleLogin);
        }
        let cookie = match cookie {
            Some(known) => known.to_owned(),
            None => random_text().ok_or(ConnectError::NoRandomness)?,
        };
        let project = self.store.project(&session.project).await?;
        let connected = match &session.connection {
            Some(id) => self.store.connection(id).await?,
            None => None,
        };
        Ok(Visit {
            proof: proof(id, &cookie),
            cookie,
            project: project.map_or_else(|| session.project.clone(), |project| project.name),
            language: session.language.as_deref().and_then(Language::of),
            standing: match session.ended {
                Some(_) => Standing::Connected,
                None if session.expires <= now => Standing::Expired,
                None => Standing::Open,
            },
            session,
            connected,
        })
    }

    /// The user agrees, and the session belongs to this browser from then on. Another site cannot do that in its place, for it has
    /// neither cookie nor proof. Without `provider` it is the only one that the session names.
    ///
    /// # Errors
    /// `stale-login` where the session is unknown, over, or another browser's; `not-shown` where the page was not;
    /// `unknown-provider` and the like where it cannot be connected (any more).
    pub async fn agree(
        &self,
        id: &str,
        browser: &Browser<'_>,
        provider: Option<&str>,
        now: i64,
    ) -> Result<Onward, ConnectError> {
        let (session, cookie) = self.take_up(id, browser, now).await?;
        let provider = provider.or_else(|| only(&session)).ok_or(ConnectError::UnknownProvider(String::new()))?;
        match self.offer_within(&session, provider).await?.by {
            SignInBy::Provider => self.leave(id, &session, provider, cookie, now).await.map(Onward::Provider),
            SignInBy::Password(_) | SignInBy::Key(_) => {
                self.unfinished.forget(&session);
                Ok(Onward::Form)
            }
        }
    }

    /// The user hands in the form of a provider. Whoever only chooses an account hands in no fields: see [`crate::Unfinished`].
    ///
    /// # Errors
    /// As [`Connect::agree`] and [`Connect::submit_form`].
    pub async fn hand_in(
        &self,
        id: &str,
        browser: &Browser<'_>,
        provider: &str,
        form: HandedIn,
        now: i64,
    ) -> Result<SignedIn, ConnectError> {
        // Of two clicks the second waits, and finds what the first has done.
        let turn = self.renewal(&fingerprint(id));
        let _turn = turn.lock().await;
        let session = self.take_up(id, browser, now).await?.0;
        self.offer_within(&session, provider).await?;
        let form = self.unfinished.complete(&session, provider, form, now);
        let attempt = self.attempt_of(&session, provider, now).await?;
        let kept = HandedIn { fields: form.fields.clone(), keep: form.keep, account: None };
        match self.submit_form(&attempt.id, form, now).await {
            Ok(signed_in) => self.end_well(id, &session, signed_in.connection, now).await,
            Err(error) => {
                self.forget_attempt(&attempt.id).await?;
                if let Some(amiss) = Amiss::of(&error) {
                    let lease = self.lease_for_sign_in(provider).await?;
                    self.unfinished.keep(&session, lease.manifest(), provider, kept, amiss);
                }
                Err(error)
            }
        }
    }

    /// The provider that a visitor's session has connected, for people.
    #[must_use]
    pub fn connected_at(&self, visit: &Visit) -> Option<String> {
        let provider = &visit.connected.as_ref()?.provider;
        let lease = self.adapters.lease_for_sign_in(provider);
        let known = lease.as_ref().and_then(|lease| lease.manifest().provider(provider));
        Some(known.map_or_else(|| provider.clone(), |known| known.name.clone()))
    }

    /// The session of a browser that was shown its page, which it has from now on.
    async fn take_up<'b>(&self, id: &str, browser: &Browser<'b>, now: i64) -> Result<(Session, &'b str), ConnectError> {
        let cookie = browser.cookie.filter(|cookie| cookie.len() >= SHORTEST_COOKIE).ok_or(ConnectError::NotShown)?;
        if !bool::from(proof(id, cookie).as_bytes().ct_eq(browser.proof.as_bytes())) {
            return Err(ConnectError::NotShown);
        }
        let opened = self.store.open_session(&fingerprint(id), &fingerprint(cookie), now).await?;
        Ok((opened.ok_or(ConnectError::StaleLogin)?, cookie))
    }

    /// The connection for a sign-in in a session: the one that was promised, while it waits for one.
    pub(crate) async fn attempt_of(
        &self,
        session: &Session,
        provider: &str,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        if let Some(promised) = &session.attempt {
            let row = self.store.connection(promised).await?;
            if let Some(row) = row.filter(|row| row.status == ConnectionStatus::Connecting) {
                return Ok(row);
            }
        }
        let new = NewConnection {
            project: session.project.clone(),
            provider: provider.to_owned(),
            reference: session.reference.clone(),
            ..NewConnection::default()
        };
        let lease = self.lease_for_sign_in(provider).await?;
        self.attempt(&lease, new, now).await
    }

    pub(crate) async fn end_well(
        &self,
        id: &str,
        session: &Session,
        connection: Connection,
        now: i64,
    ) -> Result<SignedIn, ConnectError> {
        self.store.end_session(&session.id_hash, &connection.id, now).await?;
        Ok(SignedIn {
            redirect: landing::succeeded(session, &connection).unwrap_or_default(),
            connection,
            session: id.to_owned(),
        })
    }

    /// What a visitor has begun to hand in at a provider, and what was amiss with it.
    #[must_use]
    pub fn unfinished(&self, visit: &Visit, provider: &str) -> Option<Unfinished> {
        self.unfinished.look(&visit.session, provider)
    }
}

pub(crate) fn only(session: &Session) -> Option<&str> {
    match session.providers.as_deref() {
        Some([only]) => Some(only),
        _ => None,
    }
}

/// Says of a form that it was on a page of this session, in the browser with this cookie.
fn proof(id: &str, cookie: &str) -> String {
    fingerprint(&format!("gearshift session 1 {id} {cookie}"))
}

/// A value of this length may be ours; a shorter one somebody could guess.
const SHORTEST_COOKIE: usize = 40;
