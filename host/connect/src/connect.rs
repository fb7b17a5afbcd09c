//! Connections from beginning to end: begin, sign in, renew, disconnect.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gearshift_adapters::contract::{Pair, Subject};
use gearshift_adapters::{Adapters, Lease};
use gearshift_egress::{Egress, Purpose};
use gearshift_manifest::{Access, Field, Scheme};
use gearshift_store::{Connection, Login, NewConnection, Store};
use gearshift_vault::Vault;
use serde::Serialize;

use crate::bound::Bound;
use crate::keyring::Keyring;
use crate::oauth2::{authorize_url, fingerprint, random_text};
use crate::safe::Safe;
use crate::{ConnectError, ConnectSettings};

/// Makes, renews and ends connections.
pub struct Connect {
    pub(crate) adapters: Arc<Adapters>,
    pub(crate) egress: Arc<Egress>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) safe: Safe,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) settings: ConnectSettings,
    /// One renewal at a time for a connection.
    pub(crate) renewing: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

/// Who wants to connect what.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The project.
    pub project: String,
    /// The provider's enum.
    pub provider: String,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// Where the user goes afterwards; empty for a page of ours.
    pub redirect: String,
}

/// What the user does next.
#[derive(Debug, Serialize)]
#[serde(tag = "next", rename_all = "kebab-case")]
pub enum Begun {
    /// Goes to the provider.
    Authorize {
        /// The new connection.
        connection: String,
        /// Where to.
        url: String,
    },
    /// Fills in a form.
    Form {
        /// The new connection.
        connection: String,
        /// Its fields.
        fields: Vec<FormField>,
    },
}

/// One field of a form.
#[derive(Debug, Serialize)]
pub struct FormField {
    /// To be given back under this name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Show it as dots; it goes to the provider and nowhere else.
    pub secret: bool,
    /// It may be left out.
    pub optional: bool,
}

impl From<&Field> for FormField {
    fn from(field: &Field) -> Self {
        Self { name: field.name.clone(), label: field.label.clone(), secret: field.secret, optional: field.optional }
    }
}

impl Connect {
    /// The keyring for the door out, to be made before the door is.
    #[must_use]
    pub fn keyring(store: Arc<dyn Store>, vault: Arc<Vault>, settings: &ConnectSettings) -> Arc<Keyring> {
        Arc::new(Keyring::new(Safe::new(store, vault), settings.clients.clone()))
    }

    /// Puts the room together.
    #[must_use]
    pub fn new(
        adapters: Arc<Adapters>,
        egress: Arc<Egress>,
        store: Arc<dyn Store>,
        keyring: Arc<Keyring>,
        settings: ConnectSettings,
    ) -> Self {
        let safe = keyring.safe.clone();
        Self { adapters, egress, store, safe, keyring, settings, renewing: Mutex::default() }
    }

    /// Begins a connection.
    ///
    /// # Errors
    /// `unknown-provider`, `not-accepted`, `not-configured`, `unsupported`.
    pub async fn begin(&self, wish: Wish, now: i64) -> Result<Begun, ConnectError> {
        let lease = self.lease_for_sign_in(&wish.provider).await?;
        let auth = &lease.manifest().auth;
        let client = match &auth.scheme {
            Scheme::Oauth2(_) => Some(
                self.keyring
                    .client_of(&wish.provider)
                    .ok_or_else(|| ConnectError::NotConfigured(wish.provider.clone()))?,
            ),
            Scheme::Session(_) | Scheme::None => None,
            other => return Err(ConnectError::Unsupported(other.as_str())),
        };
        let new = NewConnection {
            project: wish.project.clone(),
            provider: wish.provider.clone(),
            auth_id: auth.id.clone(),
            reference: wish.reference.clone(),
            ..NewConnection::default()
        };
        let connection = self.store.create_connection(new, now).await?;
        match (&auth.scheme, client) {
            (Scheme::Oauth2(dialect), Some(client)) => {
                let state = random_text()?;
                let verifier = if dialect.pkce { Some(random_text()?) } else { None };
                let redirect = self.settings.callback(&wish.provider);
                let url = authorize_url(dialect, client, &redirect, &state, verifier.as_deref());
                let sealed = verifier
                    .map(|verifier| self.safe.seal_verifier(&connection.project, &connection.id, &verifier))
                    .transpose()?;
                self.store.save_login(&self.login(&connection, &lease, &state, sealed, wish.redirect, now)).await?;
                Ok(Begun::Authorize { connection: connection.id, url })
            }
            (Scheme::Session(session), _) => Ok(Begun::Form {
                connection: connection.id,
                fields: session.form.iter().map(FormField::from).collect(),
            }),
            _ => Ok(Begun::Form { connection: connection.id, fields: Vec::new() }),
        }
    }

    fn login(
        &self,
        connection: &Connection,
        lease: &Lease,
        state: &str,
        verifier: Option<Vec<u8>>,
        redirect: String,
        now: i64,
    ) -> Login {
        let lifetime = i64::try_from(self.settings.login_lifetime.as_millis()).unwrap_or(i64::MAX);
        Login {
            state_hash: fingerprint(state),
            connection: connection.id.clone(),
            provider: connection.provider.clone(),
            auth_id: connection.auth_id.clone(),
            version: lease.digest().to_string(),
            verifier_sealed: verifier.unwrap_or_default(),
            redirect,
            cookie_hash: None,
            created: now,
            expires: now.saturating_add(lifetime),
        }
    }

    /// The version under which a sign-in begins, if the operator lets anybody sign in there.
    pub(crate) async fn lease_for_sign_in(&self, provider: &str) -> Result<Lease, ConnectError> {
        let lease = self
            .adapters
            .lease_for_sign_in(provider)
            .ok_or_else(|| ConnectError::UnknownProvider(provider.to_owned()))?;
        let unofficial =
            lease.manifest().provider(provider).is_some_and(|provider| provider.access == Access::Unofficial);
        if unofficial && !self.store.acceptances().await?.iter().any(|yes| yes.provider == provider) {
            return Err(ConnectError::NotAccepted(provider.to_owned()));
        }
        Ok(lease)
    }

    /// What an adapter may know of a connection.
    #[must_use]
    pub fn subject(&self, connection: &Connection, lease: &Lease) -> Subject {
        let defaults = lease
            .manifest()
            .settings
            .iter()
            .filter_map(|setting| Some((setting.name.clone(), setting.default.clone()?)));
        let operator = self.settings.provider_settings.get(&connection.provider).into_iter().flatten().cloned();
        let own = connection.settings.iter().cloned();
        Subject {
            provider: connection.provider.clone(),
            account: connection.account.clone(),
            zone: connection.zone.clone(),
            settings: overlay(defaults.chain(operator).chain(own)),
        }
    }

    /// The outside of one call for a connection.
    #[must_use]
    pub fn bind(&self, lease: &Lease, connection: &Connection, purpose: Purpose, requests: u32) -> Arc<Bound> {
        Arc::new(Bound::new(self.egress.clone(), lease, connection, purpose, requests))
    }

    pub(crate) async fn connection(&self, id: &str) -> Result<Connection, ConnectError> {
        self.store.connection(id).await?.ok_or_else(|| ConnectError::NoConnection(id.to_owned()))
    }

    /// The lock of a connection's renewals.
    pub(crate) fn renewal(&self, connection: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut renewing = self.renewing.lock().unwrap_or_else(PoisonError::into_inner);
        renewing.retain(|_, lock| Arc::strong_count(lock) > 1);
        renewing.entry(connection.to_owned()).or_default().clone()
    }
}

impl std::fmt::Debug for Connect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connect").finish_non_exhaustive()
    }
}

/// Later ones of a name take the place of earlier ones.
pub(crate) fn overlay(pairs: impl Iterator<Item = Pair>) -> Vec<Pair> {
    let mut out: Vec<Pair> = Vec::new();
    for (name, value) in pairs {
        match out.iter_mut().find(|(known, _)| *known == name) {
            Some(known) => known.1 = value,
            None => out.push((name, value)),
        }
    }
    out
}
