//! Versions of adapters, which of them are active, and what the operator granted.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::words::words;

/// Where a version stands in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum VersionState {
    /// It arrived.
    Received,
    /// Size, digest, manifest and policy hold.
    Verified,
    /// Its code is compiled.
    Compiled,
    /// It was instantiated once and asks for nothing that it may not have.
    Linked,
    /// It read the newest documents as the present version does.
    Proved,
    /// It serves a share of the connections.
    Canary,
    /// It serves.
    Active,
    /// Its last calls end.
    Draining,
    /// It served once.
    Retired,
    /// It was refused; `reason` says why.
    Rejected,
}

words!(VersionState {
    Received = "received",
    Verified = "verified",
    Compiled = "compiled",
    Linked = "linked",
    Proved = "proved",
    Canary = "canary",
    Active = "active",
    Draining = "draining",
    Retired = "retired",
    Rejected = "rejected",
});

/// One build of an adapter with its manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// sha256 of component digest and manifest digest.
    pub digest: String,
    /// The adapter's name.
    pub name: String,
    /// sha256 of the component.
    pub component_digest: String,
    /// sha256 of the manifest.
    pub manifest_digest: String,
    /// The manifest's text.
    pub manifest: String,
    /// The version that the manifest names.
    pub semver: String,
    /// The contract that it was built for.
    pub contract: String,
    /// Where it stands.
    pub state: VersionState,
    /// Why it was refused, with the stage.
    pub reason: Option<String>,
    /// How long each stage took, in milliseconds, by name.
    pub timings: serde_json::Value,
    /// Who signed it.
    pub signer: Option<String>,
    /// Unix milliseconds.
    pub created: i64,
}

/// Which version serves a provider and scheme.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The provider's enum.
    pub provider: String,
    /// The scheme (`auth.id`).
    pub auth_id: String,
    /// The adapter's name.
    pub name: String,
    /// The version that serves.
    pub digest: String,
    /// The version that served before, to which a rollback goes.
    pub previous: Option<String>,
    /// When it moved, in Unix milliseconds.
    pub changed: i64,
}

/// A version that is to take its heads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activation {
    /// The adapter's name.
    pub name: String,
    /// The version.
    pub digest: String,
    /// Provider and scheme of each head.
    pub heads: Vec<(String, String)>,
    /// Unix milliseconds.
    pub now: i64,
}

/// What an activation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// Counts all activations.
    pub seq: i64,
    /// The heads as they were before, where there were any.
    pub before: Vec<Head>,
    /// Digests that lost their last head by this and are retired.
    pub retired: Vec<String>,
}

/// The operator's yes to a provider that has no official API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    /// The provider's enum.
    pub provider: String,
    /// When, in Unix milliseconds.
    pub created: i64,
}

/// Versions, heads, grants, acceptances, and what operators set.
#[async_trait]
pub trait Versions {
    /// Keeps a version, over the one of the same digest if there is one.
    async fn put_version(&self, version: &Version) -> Result<(), StoreError>;

    /// One version.
    async fn version(&self, digest: &str) -> Result<Option<Version>, StoreError>;

    /// Versions, newest first, of one name or of all.
    async fn versions(&self, name: Option<&str>) -> Result<Vec<Version>, StoreError>;

    /// Says where a version stands now.
    async fn set_version_state(
        &self,
        digest: &str,
        state: VersionState,
        reason: Option<&str>,
    ) -> Result<(), StoreError>;

    /// Moves heads to a version, makes it active, and retires those that serve nothing any more: one transaction.
    /// Activating what is active already changes no `previous`.
    ///
    /// # Errors
    /// `conflict` where another name holds one of the heads; `not-found` where the version is unknown.
    async fn activate(&self, activation: Activation) -> Result<Activated, StoreError>;

    /// All heads.
    async fn heads(&self) -> Result<Vec<Head>, StoreError>;

    /// One head.
    async fn head(&self, provider: &str, auth_id: &str) -> Result<Option<Head>, StoreError>;

    /// What the operator granted to an adapter, by its canonical lines, sorted.
    async fn grants(&self, name: &str) -> Result<Vec<String>, StoreError>;

    /// Grants more.
    async fn give_grants(&self, name: &str, lines: &[String], now: i64) -> Result<(), StoreError>;

    /// Takes grants back.
    async fn withdraw_grants(&self, name: &str, lines: &[String]) -> Result<u64, StoreError>;

    /// Accepts an unofficial provider.
    async fn accept_provider(&self, provider: &str, now: i64) -> Result<(), StoreError>;

    /// Takes the acceptance back, and says whether there was one.
    async fn withdraw_acceptance(&self, provider: &str) -> Result<bool, StoreError>;

    /// Accepted providers.
    async fn acceptances(&self) -> Result<Vec<Acceptance>, StoreError>;

    /// Sets what the operator says of a provider, by name: all of it, so that what is not among these is set no more.
    async fn set_provider_settings(&self, provider: &str, settings: &[(String, String)]) -> Result<(), StoreError>;

    /// What the operator has set of a provider, in the order of names.
    async fn provider_settings(&self, provider: &str) -> Result<Vec<(String, String)>, StoreError>;
}
