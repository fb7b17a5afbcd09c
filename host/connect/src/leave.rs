//! The user leaves for the provider: a sign-in begins.

use gearshift_adapters::Lease;
use gearshift_manifest::{OAuth1, OAuth2, Scheme};
use gearshift_store::{Connection, Login, Session, StoreError};

use crate::ConnectError;
use crate::clients::Application;
use crate::connect::{Connect, manifest_of};
use crate::oauth::{fingerprint, printable, random_text};

impl Connect {
    /// Where the user goes. However often the user goes on in a session, it is one sign-in, until that has ended.
    pub(crate) async fn leave(
        &self,
        id: &str,
        session: &Session,
        provider: &str,
        cookie: &str,
        now: i64,
    ) -> Result<String, ConnectError> {
        // Of two clicks the second waits, and goes where the first went.
        let turn = self.renewal(&session.id_hash);
        let _turn = turn.lock().await;
        if let Some(login) = self.store.live_login(&session.id_hash, provider, now).await? {
            return Ok(self.origin_of(&login).await?.address);
        }
        let lease = self.lease_for_sign_in(provider).await?;
        let application = self.application(&session.project, provider).await?;
        let attempt = self.attempt_of(session, provider, now).await?;
        let leaving = Leaving { id, session, lease: &lease, application: &application, cookie };
        match self.begin_login(&leaving, &attempt, now).await {
            // Another process was quicker.
            Err(ConnectError::Store(StoreError::Conflict(_))) => {
                let login = self.store.live_login(&session.id_hash, provider, now).await?;
                Ok(self.origin_of(&login.ok_or(ConnectError::StaleLogin)?).await?.address)
            }
            begun => begun,
        }
    }

    async fn begin_login(&self, leaving: &Leaving<'_>, attempt: &Connection, now: i64) -> Result<String, ConnectError> {
        let Leaving { id, session, lease, application, cookie } = leaving;
        let manifest = manifest_of(lease, &attempt.provider);
        let redirect_uri = self.settings.callback(&attempt.provider, &attempt.project);
        let departure = match &manifest.auth.scheme {
            Scheme::Oauth2(dialect) => self.depart(dialect, session, application, &redirect_uri)?,
            Scheme::Oauth1(how) => self.depart_signed(how, session, application, &redirect_uri).await?,
            _ => return Err(ConnectError::StaleLogin),
        };
        let (project, connection) = (&attempt.project, &attempt.id);
        let verifier_sealed = match &departure.kept {
            Some(kept) => self.safe.seal_of_login(project, connection, "verifier", kept).await?,
            None => Vec::new(),
        };
        // What the operator rewrites goes elsewhere for browsers too.
        let address = self.egress.rewritten(&departure.url);
        let origin = format!("{id}\n{address}");
        let lifetime = i64::try_from(self.settings.login_lifetime.as_millis()).unwrap_or(i64::MAX);
        let login = Login {
            state_hash: departure.mark,
            session_hash: session.id_hash.clone(),
            project: project.clone(),
            connection: connection.clone(),
            provider: attempt.provider.clone(),
            auth_id: attempt.auth_id.clone(),
            version: lease.digest().to_string(),
            verifier_sealed,
            authorize_sealed: self.safe.seal_of_login(project, connection, "authorize", &origin).await?,
            redirect_uri,
            cookie_hash: fingerprint(cookie),
            created: now,
            expires: now.saturating_add(lifetime),
        };
        self.store.save_login(&login).await?;
        Ok(address)
    }

    fn depart(
        &self,
        dialect: &OAuth2,
        session: &Session,
        application: &Application,
        redirect_uri: &str,
    ) -> Result<Departure, ConnectError> {
        let scopes = asked_for(dialect, session.scopes.as_ref().unwrap_or(&application.scopes))?;
        let state = random_text().ok_or(ConnectError::NoRandomness)?;
        let beginning = self.at(dialect, application).begin(redirect_uri, &state, &scopes)?;
        Ok(Departure { mark: fingerprint(&state), url: beginning.url, kept: beginning.verifier })
    }

    /// The provider is asked for a request token before anybody is sent there.
    async fn depart_signed(
        &self,
        how: &OAuth1,
        session: &Session,
        application: &Application,
        redirect_uri: &str,
    ) -> Result<Departure, ConnectError> {
        no_scopes(session.scopes.as_deref())?;
        let provider = self.signing_at(how, application);
        let request = provider.request_token(redirect_uri).await?;
        let kept = serde_json::to_string(&request).map_err(|_| ConnectError::Unreadable("request token"))?;
        Ok(Departure { mark: request.mark(redirect_uri), url: provider.authorize(&request), kept: Some(kept) })
    }

    /// Where a sign-in began.
    pub(crate) async fn origin_of(&self, login: &Login) -> Result<Origin, ConnectError> {
        let sealed = &login.authorize_sealed;
        let plain = self.safe.open_of_login(&login.project, &login.connection, "authorize", sealed).await?;
        let (session, address) = plain.split_once('\n').ok_or(ConnectError::Unreadable("authorize"))?;
        Ok(Origin { session: session.to_owned(), address: address.to_owned() })
    }
}

/// Whose sign-in begins, and how.
struct Leaving<'a> {
    id: &'a str,
    session: &'a Session,
    lease: &'a Lease,
    application: &'a Application,
    cookie: &'a str,
}

/// A user who is about to be sent to a provider.
struct Departure {
    /// By what the sign-in is found when the user is back.
    mark: String,
    /// Where to.
    url: String,
    /// What only we know of it: PKCE's verifier, or a request token with its secret.
    kept: Option<String>,
}

/// Where a sign-in began.
pub(crate) struct Origin {
    /// The session's id.
    pub(crate) session: String,
    /// The address at the provider to which it led.
    address: String,
}

/// Where a provider has no scopes, nobody can ask for one.
pub(crate) fn no_scopes(wanted: Option<&[String]>) -> Result<(), ConnectError> {
    match wanted.and_then(<[String]>::first) {
        None => Ok(()),
        Some(unknown) => Err(ConnectError::UnknownScope { scope: printable(unknown), known: "none".into() }),
    }
}

/// The scopes that always are, and those of the optional ones.
pub(crate) fn asked_for(dialect: &OAuth2, optional: &[String]) -> Result<Vec<String>, ConnectError> {
    match optional.iter().find(|scope| !dialect.scopes.optional.contains(scope)) {
        None => Ok(dialect.scopes.default.iter().chain(optional).cloned().collect()),
        Some(unknown) => {
            Err(ConnectError::UnknownScope { scope: printable(unknown), known: dialect.scopes.optional.join(", ") })
        }
    }
}
