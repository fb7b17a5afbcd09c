//! The tables in `wit/registry`, read as they stand. A misspelt key is an error, not a default.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// All tables, each sorted by id.
pub(crate) struct Source {
    pub(crate) kinds: BTreeMap<String, Kind>,
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) metrics: BTreeMap<String, Metric>,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    pub(crate) doc: String,
    pub(crate) time: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Role {
    pub(crate) doc: String,
    pub(crate) kinds: Vec<String>,
    #[serde(default)]
    pub(crate) parents: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Metric {
    pub(crate) unit: String,
    pub(crate) min: f64,
    pub(crate) max: f64,
    pub(crate) aggregate: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) doc: String,
    pub(crate) loinc: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attribute {
    pub(crate) doc: String,
    pub(crate) kinds: Vec<String>,
    pub(crate) value: String,
    #[serde(default)]
    pub(crate) words: Vec<String>,
    pub(crate) max: Option<usize>,
    #[serde(default)]
    pub(crate) lines: bool,
    #[serde(default)]
    pub(crate) many: bool,
}

impl Source {
    pub(crate) fn read(root: &Path) -> Result<Source, Box<dyn Error>> {
        Ok(Source {
            kinds: table(&root.join("kinds.toml"))?,
            roles: table(&root.join("roles.toml"))?,
            metrics: table(&root.join("metrics.toml"))?,
            attributes: table(&root.join("attributes.toml"))?,
        })
    }
}

/// One file of the registry.
pub(crate) fn table<T: DeserializeOwned>(path: &Path) -> Result<T, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(toml::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))?)
}

/// `wit/registry`.
pub(crate) fn root() -> PathBuf {
    workspace().join("wit/registry")
}

/// The host's generated tables.
pub(crate) fn host_file() -> PathBuf {
    workspace().join("host/model/src/registry/generated.rs")
}

/// The SDK's generated constants.
pub(crate) fn sdk_file() -> PathBuf {
    workspace().join("sdk/src/registry.rs")
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
