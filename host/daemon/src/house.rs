//! The rooms, put together in the order in which they need each other.

use std::sync::Arc;

use anyhow::Context as _;
use gearshift_adapters::Adapters;
use gearshift_connect::{Connect, ConnectSettings};
use gearshift_deliver::{Deliver, DeliverSettings, seal_secret};
use gearshift_egress::{Client, Egress, EgressSettings, PrivateDestination, Rewrite, SystemResolver};
use gearshift_runtime::Runtime;
use gearshift_store::{Destination, Project, Sqlite, Store};
use gearshift_sync::{Sync, SyncSettings};
use gearshift_vault::{LocalKeys, Vault};
use secrecy::SecretString;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::config::{self, Config};
use crate::keys;

/// The operator's own project, whose API key is made at the first start.
pub(crate) const PROJECT: &str = "default";

/// Everything that serves.
pub(crate) struct House {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) adapters: Arc<Adapters>,
    pub(crate) connect: Arc<Connect>,
    pub(crate) sync: Arc<Sync>,
    pub(crate) deliver: Arc<Deliver>,
    /// Memory for batches on their way in.
    pub(crate) room: Arc<Semaphore>,
    pub(crate) admin_token: SecretString,
    pub(crate) api_key: SecretString,
}

impl House {
    /// Opens everything under the data folder. `stopping` ends the work between two pages.
    pub(crate) async fn open(config: Config, stopping: CancellationToken) -> anyhow::Result<Self> {
        let data = config.data.clone();
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
        let admin_token = keys::find(config.admin_token.clone(), "GEARSHIFT_ADMIN_TOKEN", &data.join("admin-token"))?;
        let api_key = keys::find(config.api_key.clone(), "GEARSHIFT_API_KEY", &data.join("api-key"))?;
        let vault = Arc::new(Vault::new(Arc::new(key_service(&config)?)));
        let store: Arc<dyn Store> = Sqlite::open(&data.join("gearshift.db"), &data.join("archive")).await?;

        settle_project(&*store, &config).await?;

        let base_url = match &config.base_url {
            Some(url) => url.clone(),
            None => Url::parse(&format!("http://{}", config.public))?,
        };
        let mut connecting = ConnectSettings::new(base_url);
        connecting.owner = PROJECT.into();
        connecting.clients = config.clients.iter().map(|(provider, keys)| (provider.clone(), client(keys))).collect();
        let keyring = Connect::keyring(store.clone(), vault.clone(), &connecting);
        let egress =
            Arc::new(Egress::new(egress_settings(&config)?, Arc::new(SystemResolver), store.clone(), keyring.clone()));

        let runtime = Runtime::new(config.limits.sandbox)?;
        std::fs::create_dir_all(data.join("adapters"))?;
        let dir = cap_std::fs::Dir::open_ambient_dir(data.join("adapters"), cap_std::ambient_authority())?;
        let adapters = Adapters::open(runtime, store.clone(), &dir, config.limits.calls).await?;
        let connect = Arc::new(Connect::new(adapters.clone(), egress.clone(), store.clone(), keyring, connecting));

        settle_destination(&*store, &vault, config.destination.as_ref()).await?;
        let changed = Arc::new(Notify::new());
        let settings = SyncSettings {
            workers: config.workers,
            archive: std::time::Duration::from_secs(u64::from(config.archive_days) * 24 * 60 * 60),
            ..SyncSettings::default()
        };
        let sync =
            Sync::new(adapters.clone(), connect.clone(), store.clone(), settings, changed.clone(), stopping.clone());
        let deliver = Deliver::new(store.clone(), egress, vault, DeliverSettings::default(), changed, stopping);
        let room = crate::public::ingest::room();
        Ok(Self { store, adapters, connect, sync, deliver, room, admin_token, api_key })
    }
}

/// Where the key-encryption keys are: in the environment, else in a file.
fn key_service(config: &Config) -> anyhow::Result<LocalKeys> {
    match keys_are_in_environment() {
        true => Ok(LocalKeys::from_env(KEY_VARIABLE)?),
        false => Ok(LocalKeys::from_file_or_new(config.key_file())?),
    }
}

/// Whether the environment's keys count, and not the file's.
pub(crate) fn keys_are_in_environment() -> bool {
    std::env::var_os(KEY_VARIABLE).is_some_and(|keys| !keys.is_empty())
}

/// Holds key-encryption keys, separated by commas; the first wraps.
pub(crate) const KEY_VARIABLE: &str = "GEARSHIFT_KEY_ENCRYPTION_KEY";

/// The operator's own project is as the configuration says; others are managed over the API.
async fn settle_project(store: &dyn Store, config: &Config) -> anyhow::Result<()> {
    let project = Project {
        id: PROJECT.into(),
        name: config.project.name.clone(),
        redirects: config.project.redirects.clone(),
        created: jiff::Timestamp::now().as_millisecond(),
    };
    Ok(store.put_project(&project).await?)
}

fn client(keys: &config::ClientKeys) -> Client {
    Client { id: keys.id.clone(), secret: keys.secret.clone() }
}

fn egress_settings(config: &Config) -> anyhow::Result<EgressSettings> {
    let rewrites: Result<_, _> = config.rewrites.iter().map(|(from, to)| Rewrite::parse(from, to)).collect();
    let private = config.destination.iter().filter(|destination| destination.private);
    let allow_private: Vec<PrivateDestination> = private
        .filter_map(|destination| {
            let port = destination.url.port_or_known_default()?;
            Some(PrivateDestination::Place { host: destination.url.host_str()?.to_owned(), port })
        })
        .collect();
    Ok(EgressSettings { rewrites: rewrites?, allow_private, ..EgressSettings::default() })
}

/// The configuration's destination is the only one until destinations are managed over the API.
async fn settle_destination(
    store: &dyn Store,
    vault: &Vault,
    wanted: Option<&config::Destination>,
) -> anyhow::Result<()> {
    const ID: &str = "configured";
    let Some(wanted) = wanted else {
        store.erase_destination(ID).await?;
        return Ok(());
    };
    let destination = Destination {
        id: ID.into(),
        project: PROJECT.into(),
        url: wanted.url.to_string(),
        secret_sealed: seal_secret(vault, PROJECT, &wanted.secret).await?,
        format: wanted.format,
        enabled: true,
        created: jiff::Timestamp::now().as_millisecond(),
    };
    store.put_destination(&destination).await?;
    Ok(())
}
