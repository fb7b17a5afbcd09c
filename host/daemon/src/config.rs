//! Every setting of the daemon: one TOML file, each key with a default, so that an empty file serves.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use gearshift_adapters::CallLimits;
use gearshift_runtime::Limits;
use gearshift_store::Format;
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// The file, as written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    /// Where everything durable lives: database, archive, adapters, keys. Default: `gearshift-data` in the working directory.
    pub(crate) data: PathBuf,
    /// Listener of `/v1` and the OAuth callback. Default 127.0.0.1:8080: a proxy with TLS stands before it.
    pub(crate) public: SocketAddr,
    /// File with the key-encryption keys, the first of which wraps. Default: `data/key-encryption-key`, made at the first start;
    /// where the environment has GEARSHIFT_KEY_ENCRYPTION_KEY, that counts.
    pub(crate) key_file: Option<PathBuf>,
    /// Listener of `/admin`. Default 127.0.0.1:8081: never on the public one.
    pub(crate) admin: SocketAddr,
    /// The public listener's address as users' browsers and providers see it. Default: `http://<public>`.
    pub(crate) base_url: Option<Url>,
    /// Bearer token of `/admin`. Default: the environment's GEARSHIFT_ADMIN_TOKEN, else made once and kept in `data/admin-token`.
    pub(crate) admin_token: Option<SecretString>,
    /// API key of `/v1` for the operator's own project. Default: the environment's GEARSHIFT_API_KEY, else made once and kept in `data/api-key`.
    pub(crate) api_key: Option<SecretString>,
    /// Origins that go elsewhere, such as `"https://www.strava.com" = "http://127.0.0.1:9100/strava"` for a simulator.
    pub(crate) rewrites: BTreeMap<String, String>,
    /// The operator's own project, whose API key is the one above.
    pub(crate) project: ProjectSettings,
    /// The operator's applications, by provider.
    pub(crate) clients: BTreeMap<String, ClientKeys>,
    /// Where events go; none keeps them until there is one.
    pub(crate) destination: Option<Destination>,
    /// Jobs that run at once. Default 8: two cores are kept busy while most of them wait for providers.
    pub(crate) workers: usize,
    /// Days that a provider's raw answers are kept. Default 90: as far back as streams are pulled again.
    pub(crate) archive_days: u32,
    /// What a sandbox and a call may cost.
    pub(crate) limits: LimitSettings,
}

/// `[project]`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct ProjectSettings {
    /// What its users are shown. Default: Gearshift.
    pub(crate) name: String,
    /// Where users may be sent after a sign-in: whole addresses, or what they begin with, ending in `/`. Default: none.
    pub(crate) redirects: Vec<String>,
}

impl Default for ProjectSettings {
    fn default() -> Self {
        Self { name: "Gearshift".into(), redirects: Vec::new() }
    }
}

/// A client id and secret at one provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientKeys {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}

/// A webhook.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Destination {
    /// Where events are posted.
    pub(crate) url: Url,
    /// Standard Webhooks' secret, `whsec_...`.
    pub(crate) secret: SecretString,
    /// In whose words it is told: `gearshift` or `terra`. Default: gearshift.
    #[serde(default)]
    pub(crate) format: Format,
    /// The address may be private and plain http: a receiver in the operator's own network.
    #[serde(default)]
    pub(crate) private: bool,
}

/// `[limits]` and `[limits.calls]`.
#[derive(Debug, Default, Deserialize)]
#[serde(try_from = "toml::Table")]
pub(crate) struct LimitSettings {
    pub(crate) sandbox: Limits,
    pub(crate) calls: CallLimits,
}

impl TryFrom<toml::Table> for LimitSettings {
    type Error = toml::de::Error;

    fn try_from(mut table: toml::Table) -> Result<Self, Self::Error> {
        let calls = table.remove("calls").map_or_else(|| Ok(CallLimits::default()), toml::Value::try_into)?;
        Ok(Self { sandbox: table.try_into()?, calls })
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "gearshift-data".into(),
            public: SocketAddr::from(([127, 0, 0, 1], 8080)),
            admin: SocketAddr::from(([127, 0, 0, 1], 8081)),
            base_url: None,
            key_file: None,
            admin_token: None,
            api_key: None,
            rewrites: BTreeMap::new(),
            project: ProjectSettings::default(),
            clients: BTreeMap::new(),
            destination: None,
            workers: 8,
            archive_days: 90,
            limits: LimitSettings::default(),
        }
    }
}

impl Config {
    /// The file with the key-encryption keys.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.key_file.clone().unwrap_or_else(|| self.data.join("key-encryption-key"))
    }

    /// Reads `file`, or takes the defaults where none is given.
    pub(crate) fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a configuration", file.display()))
    }
}
