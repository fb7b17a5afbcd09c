//! From bytes to a version that can be called, without a store: what installing, `gearshift check` and `gearshift test` share.

use std::sync::Arc;

use bytes::Bytes;
use gearshift_runtime::{Call, Runtime, RuntimeError, Trusted};
use serde::Serialize;
use wasmtime::component::{HasSelf, Linker};

use crate::bindings::WebhookAdapter;
use crate::digest::Digest;
use crate::gate::{Candidate, Rejected, Stage};
use crate::guest::Guest;
use crate::limits::CallLimits;
use crate::version::{Identity, Lease, Version};

/// The contract's own imports; what else a component may import is the sandbox's to say.
const CONTRACT_IMPORTS: &[&str] = &[
    "gearshift:adapter/types@0.1",
    "gearshift:adapter/http@0.1",
    "gearshift:adapter/sign@0.1",
    "gearshift:adapter/log@0.1",
];

/// Links components against sandbox and contract.
pub struct Loader {
    runtime: Arc<Runtime>,
    limits: Arc<CallLimits>,
    linker: Linker<Call<Guest>>,
}

/// The contract cannot be linked: a fault of this build.
#[derive(Debug, thiserror::Error)]
pub enum LoaderError {
    /// The sandbox.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The contract's imports.
    #[error("the contract cannot be linked: {0}")]
    Contract(wasmtime::Error),
}

/// What `gearshift check` says of a component.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Report {
    /// The version's digest, where the manifest can be read.
    pub digest: Option<Digest>,
    /// The manifest's name.
    pub name: Option<String>,
    /// The manifest's semantic version.
    pub version: Option<String>,
    /// The contract that it was built for.
    pub contract: Option<String>,
    /// What it imports.
    pub imports: Vec<Import>,
    /// What it exports.
    pub exports: Vec<String>,
    /// What the operator would be asked to grant.
    pub grants: Vec<String>,
    /// Why it would be refused; none where it would serve.
    pub refused: Option<String>,
}

/// One import of a component.
#[derive(Clone, Debug, Serialize)]
pub struct Import {
    /// The interface's name.
    pub name: String,
    /// Whether the sandbox or the contract has it.
    pub offered: bool,
}

impl Loader {
    /// Links the contract.
    ///
    /// # Errors
    /// A fault of this build.
    pub fn new(runtime: Arc<Runtime>, limits: CallLimits) -> Result<Self, LoaderError> {
        let mut linker = runtime.linker::<Guest>()?;
        WebhookAdapter::add_to_linker::<_, HasSelf<_>>(&mut linker, |call: &mut Call<Guest>| call)
            .map_err(LoaderError::Contract)?;
        Ok(Self { runtime, limits: Arc::new(limits), linker })
    }

    /// The sandbox.
    #[must_use]
    pub fn runtime(&self) -> &Arc<Runtime> {
        &self.runtime
    }

    /// What calls may cost.
    #[must_use]
    pub fn limits(&self) -> &CallLimits {
        &self.limits
    }

    /// Takes a component through every gate that needs no store, and returns the right to call it.
    ///
    /// # Errors
    /// The stage that it did not reach.
    pub async fn open(&self, component: Bytes) -> Result<Lease, Rejected> {
        let candidate = Candidate::read(&component)?;
        let code = self
            .runtime
            .compile(component)
            .await
            .map_err(|error| Rejected::at(Stage::Compiled, error.code(), error))?;
        self.link(candidate, &code).await.map(Lease::new)
    }

    /// Everything that can be said of a component, whether it would serve or not.
    pub async fn report(&self, component: Bytes) -> Report {
        let mut report = Report::default();
        let candidate = Candidate::read(&component);
        if let Ok(candidate) = &candidate {
            report.digest = Some(candidate.digest.clone());
            report.name = Some(candidate.manifest.name.clone());
            report.version = Some(candidate.manifest.version.to_string());
            report.contract = Some(candidate.manifest.contract.clone());
            report.grants = candidate.manifest.grants().iter().map(str::to_owned).collect();
        }
        let compiled =
            self.runtime.compile(component).await.map_err(|error| Rejected::at(Stage::Compiled, error.code(), error));
        if let Ok(code) = &compiled {
            self.describe(code, &mut report);
        }
        let linked = match (candidate, compiled) {
            (Ok(candidate), Ok(code)) => self.link(candidate, &code).await.map(drop),
            (Err(rejected), _) | (_, Err(rejected)) => Err(rejected),
        };
        report.refused = linked.err().map(|rejected| rejected.to_string());
        report
    }

    fn describe(&self, code: &[u8], report: &mut Report) {
        let Ok(component) = self.runtime.load(Trusted::vouch(code)) else { return };
        let description = self.runtime.describe(&component);
        let foreign = description.foreign(CONTRACT_IMPORTS);
        let offered =
            |name: &str| !foreign.iter().any(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(": ")));
        report.imports = description
            .imports
            .iter()
            .map(|import| Import { offered: offered(&import.name), name: import.name.clone() })
            .collect();
        report.exports = description.exports.into_iter().map(|export| export.name).collect();
    }

    /// Checks imports and exports and makes the version callable.
    pub(crate) async fn link(&self, candidate: Candidate, code: &[u8]) -> Result<Arc<Version>, Rejected> {
        let refuse = |code, message: String| Rejected::at(Stage::Linked, code, message);
        let code = self.runtime.load(Trusted::vouch(code)).map_err(|error| refuse(error.code(), error.to_string()))?;
        let foreign = self.runtime.describe(&code).foreign(CONTRACT_IMPORTS);
        if !foreign.is_empty() {
            return Err(refuse("import-outside", foreign.join("; ")));
        }
        let identity = Identity {
            digest: candidate.digest,
            component: candidate.component,
            manifest: Arc::new(candidate.manifest),
        };
        let version = Version::link(identity, self.runtime.clone(), self.limits.clone(), &self.linker, &code);
        let version = version.map_err(|error| refuse("contract-mismatch", format!("{error:#}")))?;
        version.prove_types().await.map_err(|fault| refuse("contract-mismatch", fault.to_string()))?;
        Ok(Arc::new(version))
    }
}

impl std::fmt::Debug for Loader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loader").field("limits", &self.limits).finish_non_exhaustive()
    }
}
