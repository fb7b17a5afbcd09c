//! A host's adapters in a temporary folder, and the components that are measured.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use bytes::Bytes;
use gearshift_adapters::{Adapters, CallLimits, Change, InstallOptions, Installed, Loader};
use gearshift_runtime::{Limits, Runtime};
use gearshift_store::{Sqlite, Store};
use tempfile::TempDir;

/// Where ./dev adapters puts components.
pub(crate) const COMPONENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../plugins/target/wasm32-wasip2/release");

/// A host without listeners.
pub(crate) struct House {
    pub(crate) runtime: Arc<Runtime>,
    /// Opens components without a store.
    pub(crate) loader: Loader,
    pub(crate) adapters: Arc<Adapters>,
    components: PathBuf,
    /// Goes with the house.
    _folder: TempDir,
}

impl House {
    pub(crate) async fn new(components: PathBuf) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store: Arc<dyn Store> = Sqlite::open(folder.path().join("db"), folder.path().join("archive")).await?;
        let runtime = Runtime::new(Limits::default())?;
        let dir = folder.path().join("adapters");
        std::fs::create_dir(&dir)?;
        let dir = cap_std::fs::Dir::open_ambient_dir(&dir, cap_std::ambient_authority())?;
        let adapters = Adapters::open(runtime.clone(), store, &dir, CallLimits::default()).await?;
        let loader = Loader::new(runtime.clone(), CallLimits::default())?;
        Ok(Self { runtime, loader, adapters, components, _folder: folder })
    }

    /// A component as it was built.
    pub(crate) fn component(&self, name: &str) -> anyhow::Result<Bytes> {
        let path = self.components.join(name).with_extension("wasm");
        let bytes =
            std::fs::read(&path).with_context(|| format!("{}: build it with ./dev adapters", path.display()))?;
        Ok(bytes.into())
    }

    /// Installs as an operator who grants everything.
    pub(crate) async fn install(&self, name: &str, component: Bytes) -> anyhow::Result<Change> {
        let asked = self.adapters.install(name, component.clone(), InstallOptions::default()).await?;
        let Installed::NeedsGrant(asked) = asked else { return change(asked) };
        change(self.adapters.install(name, component, InstallOptions { grant: Some(asked.grant), hold: false }).await?)
    }
}

/// What an installation or activation has changed.
pub(crate) fn change(installed: Installed) -> anyhow::Result<Change> {
    match installed {
        Installed::Active(change) | Installed::Linked(change) => Ok(change),
        Installed::NeedsGrant(asked) => bail!("grants are missing: {:?}", asked.missing),
    }
}

/// The same code as another build: with a number in a custom section, and so with another digest.
pub(crate) fn build(component: &Bytes, number: u32) -> Bytes {
    // Id zero, ten bytes: the name's length, the name, the number.
    let section = [&[0, 10, 5][..], b"build", &number.to_be_bytes()].concat();
    [&component[..], &section].concat().into()
}
