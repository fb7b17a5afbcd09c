//! Connections from beginning to end. What happens when is told by the files beside this one: `begin`, `session_page`, `visit`,
//! `leave`, `callback`, `form`, `settle`, `renew`, `end`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use gearshift_adapters::contract::{Pair, Subject};
use gearshift_adapters::{Adapters, Lease};
use gearshift_egress::{Egress, Purpose};
use gearshift_manifest::{Access, Manifest, OAuth1, OAuth2, Scheme};
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, Store};
use gearshift_vault::Vault;

use crate::bound::Bound;
use crate::clients::{Application, Clients};
use crate::keyring::Keyring;
use crate::oauth::Provider;
use crate::safe::Safe;
use crate::unfinished::UnfinishedForms;
use crate::{ConnectError, ConnectSettings, oauth1};

/// Makes, renews and ends connections.
pub struct Connect {
    pub(crate) adapters: Arc<Adapters>,
    pub(crate) egress: Arc<Egress>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) safe: Safe,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) settings: ConnectSettings,
    /// Names this process among those that share a store.
    pub(crate) process: String,
    /// One renewal at a time for a connection, within this process.
    pub(crate) renewing: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Forms that were handed in and not taken.
    pub(crate) unfinished: UnfinishedForms,
    /// Turns of renewals at each provider.
    pub(crate) turns: Mutex<HashMap<String, Arc<tokio::sync::Semaphore>>>,
}

impl Connect {
    /// The keyring for the door out, to be made before the door is.
    #[must_use]
    pub fn keyring(store: Arc<dyn Store>, vault: Arc<Vault>, settings: &ConnectSettings) -> Arc<Keyring> {
        let clients = Clients::new(store.clone(), vault.clone(), settings);
        Arc::new(Keyring::new(Safe::new(store, vault), clients))
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
        Self {
            adapters,
            egress,
            store,
            safe: keyring.safe.clone(),
            keyring,
            settings,
            process: crate::oauth::random_text().unwrap_or_else(|| std::process::id().to_string()),
            renewing: Mutex::default(),
            unfinished: UnfinishedForms::default(),
            turns: Mutex::default(),
        }
    }

    /// The applications at providers.
    #[must_use]
    pub fn clients(&self) -> &Clients {
        &self.keyring.clients
    }

    /// Where things of this installation are, for guides.
    #[must_use]
    pub fn settings(&self) -> &ConnectSettings {
        &self.settings
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

    /// The application by which a project is known at a provider.
    pub(crate) async fn application(&self, project: &str, provider: &str) -> Result<Application, ConnectError> {
        let found = self.clients().find(project, provider).await?;
        found.ok_or_else(|| ConnectError::NotConfigured(provider.to_owned()))
    }

    /// A provider as an application speaks to it.
    pub(crate) fn at<'a>(&'a self, dialect: &'a OAuth2, application: &'a Application) -> Provider<'a> {
        Provider { egress: &self.egress, dialect, client: &application.client }
    }

    /// As [`Connect::at`], where it speaks OAuth 1.0a.
    pub(crate) fn signing_at<'a>(&'a self, how: &'a OAuth1, application: &'a Application) -> oauth1::Provider<'a> {
        oauth1::Provider { egress: &self.egress, how, client: &application.client }
    }

    /// What an adapter may know of a connection.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn subject(&self, connection: &Connection, lease: &Lease) -> Result<Subject, ConnectError> {
        let own = self.clients().find(&connection.project, &connection.provider).await?;
        let defaults = lease
            .manifest()
            .settings
            .iter()
            .filter_map(|setting| Some((setting.name.clone(), setting.default.clone()?)));
        let operator = self.store.provider_settings(&connection.provider).await?;
        let project = own.into_iter().flat_map(|application| application.settings);
        let user = connection.settings.iter().cloned();
        Ok(Subject {
            provider: connection.provider.clone(),
            account: connection.account.clone(),
            zone: connection.zone.clone(),
            settings: overlay(defaults.chain(operator).chain(project).chain(user)),
        })
    }

    /// The outside of one call for a connection.
    #[must_use]
    pub fn bind(&self, lease: &Lease, connection: &Connection, purpose: Purpose, requests: u32) -> Arc<Bound> {
        Arc::new(Bound::new(self.egress.clone(), self.keyring.clone(), lease, connection, purpose, requests))
    }

    pub(crate) async fn connection(&self, id: &str) -> Result<Connection, ConnectError> {
        self.store.connection(id).await?.ok_or_else(|| ConnectError::NoConnection(id.to_owned()))
    }

    /// Says how a connection stands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mark(
        &self,
        connection: &str,
        status: ConnectionStatus,
        reason: &str,
        now: i64,
    ) -> Result<(), ConnectError> {
        let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        let change = ConnectionChange { status: Some((status, reason)), ..ConnectionChange::default() };
        self.store.change_connection(connection, change, now).await?;
        Ok(())
    }

    /// The lock of a connection's renewals, or of a session's sign-ins.
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

/// A version's manifest as it reads for one provider of its family.
pub(crate) fn manifest_of(lease: &Lease, provider: &str) -> Arc<Manifest> {
    lease.manifest().of(provider).unwrap_or_else(|| lease.manifest().clone())
}

/// The dialect, where the scheme is OAuth 2.
pub(crate) fn dialect(manifest: &Manifest) -> Option<&OAuth2> {
    match &manifest.auth.scheme {
        Scheme::Oauth2(dialect) => Some(dialect),
        _ => None,
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
