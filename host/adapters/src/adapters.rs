//! The adapters of this host: opened from the store, leased to calls, listed for operators.

use std::collections::BTreeMap;
use std::sync::Arc;

use cap_std::fs::Dir;
use gearshift_runtime::Runtime;
use gearshift_store::{Store, Version as StoredVersion, VersionState};
use serde::Serialize;
use tokio::sync::{Mutex, watch};

use crate::depot::Depot;
use crate::digest::Digest;
use crate::gate::{Candidate, Rejected, Stage};
use crate::limits::CallLimits;
use crate::live::{HeadKey, Live};
use crate::loader::{Loader, LoaderError};
use crate::version::{Lease, Version};

/// All adapters of this host.
pub struct Adapters {
    pub(crate) loader: Loader,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) depot: Depot,
    pub(crate) live: Live,
    /// One change of the set at a time: gates read what the last change wrote.
    pub(crate) changing: Mutex<()>,
    pub(crate) activations: watch::Sender<u64>,
    damage: std::sync::Mutex<BTreeMap<String, String>>,
}

/// The adapters cannot be opened or changed at all.
#[derive(Debug, thiserror::Error)]
pub enum AdaptersError {
    /// The database.
    #[error(transparent)]
    Store(#[from] gearshift_store::StoreError),
    /// The contract cannot be linked: a fault of this build.
    #[error(transparent)]
    Loader(#[from] LoaderError),
    /// The adapter store.
    #[error("the adapter store cannot be used: {0}")]
    Depot(#[from] std::io::Error),
}

impl Adapters {
    /// Rebuilds the live set from the store: whatever happened in the middle of a swap, each head serves its last good version.
    /// A version that is damaged costs its own head alone, and `listing` tells of it.
    ///
    /// # Errors
    /// When the store or the sandbox cannot be used at all.
    pub async fn open(
        runtime: Arc<Runtime>,
        store: Arc<dyn Store>,
        dir: &Dir,
        limits: CallLimits,
    ) -> Result<Arc<Self>, AdaptersError> {
        let adapters = Arc::new(Self {
            depot: Depot::open(dir, &runtime.compatibility())?,
            loader: Loader::new(runtime, limits)?,
            store,
            live: Live::default(),
            changing: Mutex::new(()),
            activations: watch::Sender::new(0),
            damage: std::sync::Mutex::default(),
        });
        adapters.recover().await?;
        Ok(adapters)
    }

    async fn recover(&self) -> Result<(), AdaptersError> {
        for head in self.store.heads().await? {
            let key = HeadKey { provider: head.provider.clone(), auth: head.auth_id.clone() };
            let mut reason = String::new();
            for digest in std::iter::once(head.digest.clone()).chain(head.previous.clone()) {
                match self.restore(&digest).await {
                    Ok(version) => {
                        self.live.publish(&version, std::slice::from_ref(&key));
                        break;
                    }
                    Err(rejected) => reason = format!("{reason}{digest}: {rejected}; "),
                }
            }
            if !reason.is_empty() {
                tracing::error!(provider = %key.provider, auth = %key.auth, %reason, "a version could not be loaded");
                self.damaged(&head.name, reason);
            }
        }
        Ok(())
    }

    async fn restore(&self, digest: &str) -> Result<Arc<Version>, Rejected> {
        let refuse = |message: String| Rejected::at(Stage::Received, "damaged", message);
        let digest: Digest = digest.parse().map_err(|error| refuse(format!("{error}")))?;
        self.load(&digest).await
    }

    /// A version in memory, loaded from the adapter store where it is not there yet.
    pub(crate) async fn load(&self, digest: &Digest) -> Result<Arc<Version>, Rejected> {
        if let Some(version) = self.live.find(digest) {
            return Ok(version);
        }
        let refuse = |code, message: String| Rejected::at(Stage::Received, code, message);
        let row = self.store.version(&digest.to_string()).await.map_err(|error| refuse("store", error.to_string()))?;
        let row = row.ok_or_else(|| refuse("unknown-version", format!("no version {digest} was installed here")))?;
        let component: Digest = row.component_digest.parse().map_err(|error| refuse("damaged", format!("{error}")))?;
        let bytes = self.depot.component(&component).map_err(|error| refuse("damaged", error.to_string()))?;
        let candidate = Candidate::read(&bytes)?;
        let code = self.code(&component, bytes.into()).await?;
        self.link(candidate, &code).await
    }

    /// Links a candidate, and keeps sight of it.
    pub(crate) async fn link(&self, candidate: Candidate, code: &[u8]) -> Result<Arc<Version>, Rejected> {
        let version = self.loader.link(candidate, code).await?;
        self.live.remember(&version);
        Ok(version)
    }

    /// Compiled code of a component: from the store where it is whole, else made again.
    pub(crate) async fn code(&self, digest: &Digest, component: bytes::Bytes) -> Result<Vec<u8>, Rejected> {
        if let Some(code) = self.depot.code(digest) {
            return Ok(code);
        }
        let refuse = |error: gearshift_runtime::RuntimeError| Rejected::at(Stage::Compiled, error.code(), error);
        let code = self.loader.runtime().compile(component).await.map_err(refuse)?;
        self.depot.keep_code(digest, &code).map_err(|error| Rejected::at(Stage::Compiled, "disk", error))?;
        Ok(code)
    }

    /// The version that serves credentials of `auth` at `provider` now.
    #[must_use]
    pub fn lease(&self, provider: &str, auth: &str) -> Option<Lease> {
        self.live.lease(&HeadKey { provider: provider.into(), auth: auth.into() })
    }

    /// The version under which a new sign-in at `provider` begins.
    #[must_use]
    pub fn lease_for_sign_in(&self, provider: &str) -> Option<Lease> {
        self.live.lease_for_sign_in(provider)
    }

    /// A version by its digest, active or not: a sign-in ends under the version that it began with.
    ///
    /// # Errors
    /// When it was never installed or cannot be loaded.
    pub async fn lease_version(&self, digest: &Digest) -> Result<Lease, Rejected> {
        self.load(digest).await.map(Lease::new)
    }

    /// Counts activations: changes whenever a head has moved.
    #[must_use]
    pub fn activations(&self) -> watch::Receiver<u64> {
        self.activations.subscribe()
    }

    /// The heads, and the digest that each points to.
    #[must_use]
    pub fn heads(&self) -> Vec<(HeadKey, Digest)> {
        self.live.heads()
    }

    /// What calls may cost.
    #[must_use]
    pub fn limits(&self) -> &CallLimits {
        self.loader.limits()
    }

    /// How many versions are in memory.
    #[must_use]
    pub fn loaded(&self) -> usize {
        self.live.loaded().len()
    }

    fn damaged(&self, name: &str, reason: String) {
        self.damage.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(name.into(), reason);
    }

    /// Every installed version, newest first, with what an operator wants to know.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn listing(&self) -> Result<Vec<Listed>, AdaptersError> {
        let heads = self.live.heads();
        let mut adapters: BTreeMap<String, Vec<ListedVersion>> = BTreeMap::new();
        for row in self.store.versions(None).await? {
            adapters.entry(row.name.clone()).or_default().push(self.listed(row, &heads));
        }
        let mut listing = Vec::new();
        for (name, versions) in adapters {
            let granted = self.store.grants(&name).await?.into_iter().collect();
            let damage = self.damage.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(&name).cloned();
            listing.push(Listed { name, granted, damage, versions });
        }
        Ok(listing)
    }

    fn listed(&self, row: StoredVersion, heads: &[(HeadKey, Digest)]) -> ListedVersion {
        let loaded = row.digest.parse().ok().and_then(|digest| self.live.find(&digest));
        let in_flight = loaded.as_ref().map_or(0, |version| version.in_flight());
        let held: Vec<String> = heads
            .iter()
            .filter(|(_, digest)| digest.to_string() == row.digest)
            .map(|(key, _)| format!("{}/{}", key.provider, key.auth))
            .collect();
        let state = match row.state {
            _ if !held.is_empty() => VersionState::Active,
            _ if in_flight > 0 => VersionState::Draining,
            VersionState::Active => VersionState::Retired,
            other => other,
        };
        ListedVersion {
            state,
            reason: row.reason,
            digest: row.digest,
            component: row.component_digest,
            version: row.semver,
            contract: row.contract,
            heads: held,
            in_flight,
            timings: row.timings,
            installed: row.created,
        }
    }
}

impl std::fmt::Debug for Adapters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Adapters").field("live", &self.live).finish_non_exhaustive()
    }
}

/// One adapter as operators see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// What the operator has granted it.
    pub granted: Vec<String>,
    /// Why its head could not be loaded at start, where that happened.
    pub damage: Option<String>,
    /// Its versions, newest first.
    pub versions: Vec<ListedVersion>,
}

/// One version as operators see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ListedVersion {
    /// Where it stands: draining while calls still run on it without a head.
    pub state: VersionState,
    /// Why it does not serve, where there is a reason.
    pub reason: Option<String>,
    /// Component and manifest together.
    pub digest: String,
    /// The component alone.
    pub component: String,
    /// The manifest's semantic version.
    pub version: String,
    /// The contract that it was built for.
    pub contract: String,
    /// The heads that point to it, as PROVIDER/auth-id.
    pub heads: Vec<String>,
    /// Calls that run on it now.
    pub in_flight: usize,
    /// What each stage of its installation took.
    pub timings: serde_json::Value,
    /// When it was installed, in milliseconds since 1970.
    pub installed: i64,
}
