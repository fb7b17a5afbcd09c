//! Whom an adapter serves, and how one gets at them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, de};

use crate::host::HostPattern;
use crate::scalar;

/// A `[[provider]]`: one company's API, or one region of it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Provider {
    /// The enum by which the whole platform knows it, `[A-Z0-9_]+`: `STRAVA`, `DEXCOM_EU`.
    #[serde(deserialize_with = "scalar::provider_id")]
    pub id: String,
    /// For people: `Strava`.
    #[serde(deserialize_with = "scalar::text")]
    pub name: String,
    /// Which generation of the provider's API this is, in the provider's own counting: `v3`.
    #[serde(default, deserialize_with = "scalar::optional_text")]
    pub generation: Option<String>,
    /// How often it breaks. Default: stable.
    #[serde(default)]
    pub stability: Stability,
    /// How one is let in.
    pub access: Access,
    /// Whose application credentials are used. Default: the operator's own.
    #[serde(default)]
    pub keys: Keys,
    /// Hosts by name, each one host and no family of them: `{{name}}` anywhere in the manifest stands for this provider's. All
    /// providers of a manifest have the same names.
    #[serde(default, deserialize_with = "hosts")]
    pub hosts: BTreeMap<String, HostPattern>,
}

pub(crate) fn hosts<'de, D: Deserializer<'de>>(d: D) -> Result<BTreeMap<String, HostPattern>, D::Error> {
    let hosts: BTreeMap<String, OneHost> = BTreeMap::deserialize(d)?;
    Ok(hosts.into_iter().map(|(name, host)| (name, host.0)).collect())
}

struct OneHost(HostPattern);

impl<'de> Deserialize<'de> for OneHost {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let host = HostPattern::deserialize(d)?;
        if !host.is_exact() {
            return Err(de::Error::custom(format!("`{host}` is a family of hosts: name one")));
        }
        Ok(OneHost(host))
    }
}

/// How often a provider's API changes without a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stability {
    /// Documented and versioned.
    #[default]
    Stable,
    /// Changes without notice: shown to the operator, watched more closely.
    Volatile,
}

/// How one is let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Anybody may register an application.
    PublicApi,
    /// Each operator brings an application of its own.
    ByoKey,
    /// By contract.
    Partnership,
    /// The provider sends files or calls to its partners.
    PartnerFeed,
    /// Users upload exports.
    FileImport,
    /// A phone pushes.
    DevicePush,
    /// Not meant for us: off until the operator accepts it.
    Unofficial,
}

impl Access {
    /// As the manifest writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Access::PublicApi => "public-api",
            Access::ByoKey => "byo-key",
            Access::Partnership => "partnership",
            Access::PartnerFeed => "partner-feed",
            Access::FileImport => "file-import",
            Access::DevicePush => "device-push",
            Access::Unofficial => "unofficial",
        }
    }
}

/// Whose application credentials are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Keys {
    /// The platform's: nothing to set up.
    Managed,
    /// The platform's, or the operator's own.
    OwnOptional,
    /// Only the operator's own.
    #[default]
    OwnRequired,
}

/// A `[[setting]]`: something not secret that the adapter reads in `subject.settings`, such as a region.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Setting {
    /// Kebab-case name under which the adapter finds it.
    #[serde(deserialize_with = "scalar::kebab")]
    pub name: String,
    /// For people.
    #[serde(deserialize_with = "scalar::text")]
    pub label: String,
    /// Who sets it. Default: the operator, once for a provider.
    #[serde(default)]
    pub scope: SettingScope,
    /// What it may be; empty: any text.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What it is while nobody has set it.
    #[serde(default)]
    pub default: Option<String>,
}

/// Who sets a [`Setting`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SettingScope {
    /// The operator, for all connections of a provider.
    #[default]
    Operator,
    /// Each connection.
    Connection,
}
