//! The user leaves for the provider: a sign-in begins.

use gearshift_adapters::Lease;
use gearshift_manifest::OAuth2;
use gearshift_store::{Connection, Login, Session, StoreError};

use crate::ConnectError;
use crate::clients::Application;
use crate::connect::{Connect, dialect, manifest_of};
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
        let dialect = dialect(&manifest).ok_or(ConnectError::StaleLogin)?;
        let scopes = asked_for(dialect, session.scopes.as_ref().unwrap_or(&application.scopes))?;
        let state = random_text().ok_or(ConnectError::NoRandomness)?;
        let redirect_uri = self.settings.callback(&attempt.provider, &attempt.project);
        let beginning = self.at(dialect, application).begin(&redirect_uri, &state, &scopes)?;
        let (project, connection) = (&attempt.project, &attempt.id);
        let verifier_sealed = match &beginning.verifier {
            Some(verifier) => self.safe.seal_of_login(project, connection, "verifier", verifier).await?,
            None => Vec::new(),
        };
        // What the operator rewrites goes elsewhere for browsers too.
        let address = self.egress.rewritten(&beginning.url);
        let origin = format!("{id}\n{address}");
        let lifetime = i64::try_from(self.settings.login_lifetime.as_millis()).unwrap_or(i64::MAX);
        let login = Login {
            state_hash: fingerprint(&state),
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

/// Where a sign-in began.
pub(crate) struct Origin {
    /// The session's id.
    pub(crate) session: String,
    /// The address at the provider to which it led.
    address: String,
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
