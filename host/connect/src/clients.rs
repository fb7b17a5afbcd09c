//! Applications at providers: a project's own where it has one, else the one that the operator shares.

use std::collections::BTreeMap;
use std::sync::Arc;

use gearshift_egress::Client;
use gearshift_store::{ProviderKeys, Store};
use gearshift_vault::{Place, Vault};
use secrecy::{ExposeSecret as _, SecretString};

use crate::catalogue::{Catalogue, Sharing};
use crate::oauth::random_text;
use crate::{ConnectError, ConnectSettings};

/// One application at one provider, as a project uses it.
#[derive(Clone, Debug)]
pub struct Application {
    /// Its id and secret.
    pub client: Client,
    /// What its hooks are signed with, where that is not the client's secret.
    pub hook_secret: Option<SecretString>,
    /// Optional scopes that are asked for beside those that always are.
    pub scopes: Vec<String>,
    /// Non-secret settings for adapters.
    pub settings: Vec<(String, String)>,
    /// The unguessable part of its hook's address; none for an application that is shared.
    pub hook: Option<String>,
}

/// What a project sets of its application; what is none stays as it is.
#[derive(Debug, Default)]
pub struct NewApplication {
    /// The id that the provider gave.
    pub client_id: String,
    /// The secret that it gave.
    pub client_secret: Option<SecretString>,
    /// See [`Application::hook_secret`].
    pub hook_secret: Option<SecretString>,
    /// See [`Application::scopes`].
    pub scopes: Vec<String>,
    /// See [`Application::settings`].
    pub settings: Vec<(String, String)>,
}

/// The keeper of applications.
#[derive(Clone)]
pub struct Clients {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
    shared: Arc<BTreeMap<String, Client>>,
    owner: Arc<str>,
}

impl Clients {
    pub(crate) fn new(store: Arc<dyn Store>, vault: Arc<Vault>, settings: &ConnectSettings) -> Self {
        Self { store, vault, shared: Arc::new(settings.clients.clone()), owner: settings.owner.as_str().into() }
    }

    /// The application by which `project` is known at `provider`. The operator's own, from the configuration, belongs to the
    /// operator's project; others may use it where the provider's terms let keys be shared.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn find(&self, project: &str, provider: &str) -> Result<Option<Application>, ConnectError> {
        if let Some(keys) = self.store.provider_keys(project, provider).await? {
            return self.open(keys).await.map(Some);
        }
        let sharing = Catalogue::get().provider(provider).map_or(Sharing::Possible, |entry| entry.shared_keys);
        if project != &*self.owner && sharing == Sharing::Never {
            return Ok(None);
        }
        Ok(self.shared.get(provider).map(|client| Application {
            client: client.clone(),
            hook_secret: None,
            scopes: Vec::new(),
            settings: Vec::new(),
            hook: None,
        }))
    }

    /// The application whose hook this is, with its project.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn of_hook(&self, hook: &str) -> Result<Option<(String, String, Application)>, ConnectError> {
        let Some(keys) = self.store.provider_keys_by_hook(hook).await? else { return Ok(None) };
        let (project, provider) = (keys.project.clone(), keys.provider.clone());
        Ok(Some((project, provider, self.open(keys).await?)))
    }

    /// Keeps a project's application. Its hook's address stays the same when keys are changed.
    ///
    /// # Errors
    /// `form` where a first application comes without its secret; when the store or the vault fails.
    pub async fn keep(&self, project: &str, provider: &str, new: NewApplication, now: i64) -> Result<(), ConnectError> {
        let before = self.store.provider_keys(project, provider).await?;
        let sealed = match (&new.client_secret, &before) {
            (Some(secret), _) => self.seal(project, &secret_name(provider), secret).await?,
            (None, Some(before)) => before.sealed.clone(),
            (None, None) => return Err(ConnectError::Form("the client's secret is missing: give it".into())),
        };
        let hook_sealed = match &new.hook_secret {
            Some(secret) => Some(self.seal(project, &hook_name(provider), secret).await?),
            None => before.as_ref().and_then(|before| before.hook_sealed.clone()),
        };
        let hook = match before {
            Some(before) => before.hook,
            None => random_text().ok_or(ConnectError::NoRandomness)?,
        };
        let keys = ProviderKeys {
            project: project.to_owned(),
            provider: provider.to_owned(),
            client_id: new.client_id,
            sealed,
            hook_sealed,
            scopes: new.scopes,
            settings: new.settings,
            hook,
            changed: now,
        };
        Ok(self.store.put_provider_keys(&keys).await?)
    }

    async fn open(&self, keys: ProviderKeys) -> Result<Application, ConnectError> {
        let secret = self.unseal(&keys.project, &secret_name(&keys.provider), &keys.sealed).await?;
        let hook_secret = match &keys.hook_sealed {
            Some(sealed) => Some(self.unseal(&keys.project, &hook_name(&keys.provider), sealed).await?),
            None => None,
        };
        Ok(Application {
            client: Client { id: keys.client_id, secret },
            hook_secret,
            scopes: keys.scopes,
            settings: keys.settings,
            hook: Some(keys.hook),
        })
    }

    async fn seal(&self, project: &str, name: &str, secret: &SecretString) -> Result<Vec<u8>, ConnectError> {
        let place = Place { tenant: project, connection: "", name };
        Ok(self.vault.seal(&place, secret.expose_secret().as_bytes()).await?)
    }

    async fn unseal(&self, project: &str, name: &str, sealed: &[u8]) -> Result<SecretString, ConnectError> {
        let plain = self.vault.open(&Place { tenant: project, connection: "", name }, sealed).await?;
        let text = std::str::from_utf8(&plain).map_err(|_| ConnectError::Unreadable("client secret"))?;
        Ok(SecretString::from(text))
    }
}

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clients").finish_non_exhaustive()
    }
}

fn secret_name(provider: &str) -> String {
    format!("client:{provider}")
}

fn hook_name(provider: &str) -> String {
    format!("hook:{provider}")
}
