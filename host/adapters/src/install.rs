//! From an upload to traffic: receive, verify, compile, link, activate. And back again.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use gearshift_manifest::Grants;
use gearshift_store::{Activation, Version as StoredVersion, VersionState};
use serde::Serialize;

use crate::adapters::Adapters;
use crate::digest::Digest;
use crate::gate::{Candidate, Rejected, Stage, StageTime, Timings};
use crate::live::HeadKey;
use crate::version::Version;

/// How an upload is to be treated.
#[derive(Clone, Debug, Default)]
pub struct InstallOptions {
    /// Digest of the grants that the operator gives in the same breath.
    pub grant: Option<String>,
    /// Stop before activation.
    pub hold: bool,
}

/// Where an upload or an activation ended.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Installed {
    /// It serves.
    Active(Change),
    /// It is installed and waits to be activated.
    Linked(Change),
    /// It asks for what the operator has not given.
    NeedsGrant(Asked),
}

/// What was installed or activated.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// The adapter's name.
    pub name: String,
    /// The version's digest.
    pub digest: Digest,
    /// The version that served before, where there was one.
    pub previous: Option<Digest>,
    /// What each stage took.
    pub timings: Vec<StageTime>,
}

/// The difference between what a version asks for and what it has been given.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Asked {
    /// The adapter's name.
    pub name: String,
    /// The version's digest.
    pub digest: Digest,
    /// Pass this as `?grant=` to give all of it.
    pub grant: String,
    /// What it asks for, a line each.
    pub missing: Vec<String>,
    /// What each stage took.
    pub timings: Vec<StageTime>,
}

/// Milliseconds since 1970.
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn store_error(stage: Stage) -> impl Fn(gearshift_store::StoreError) -> Rejected {
    move |error| Rejected::at(stage, "store", error)
}

impl Adapters {
    /// Takes a component through the gates under `name` and, unless told to hold, gives it the traffic.
    ///
    /// # Errors
    /// The stage that it did not reach, and why. Whatever served before goes on serving.
    pub async fn install(&self, name: &str, component: Bytes, options: InstallOptions) -> Result<Installed, Rejected> {
        let mut timings = Timings::default();
        let start = Instant::now();
        let limit = self.loader.runtime().limits().component_bytes;
        if component.len() > limit {
            let message = format!(
                "the component has {} bytes, and {limit} is the limit (setting `limits.component-bytes`)",
                component.len()
            );
            return Err(Rejected::at(Stage::Verified, "too-large", message));
        }
        let candidate = Candidate::read(&component)?.named(name)?;
        timings.passed(Stage::Verified, start);

        let start = Instant::now();
        let code = self.code(&candidate.component, component.clone()).await?;
        timings.passed(Stage::Compiled, start);

        let _turn = self.changing.lock().await;
        let start = Instant::now();
        self.free_heads(name, &candidate).await?;
        let row = row(&candidate);
        let given: Grants = self.store.grants(name).await.map_err(store_error(Stage::Linked))?.into_iter().collect();
        let missing = candidate.missing(&given);
        let digest = candidate.digest.clone();
        self.depot
            .keep(&candidate.component, &component)
            .map_err(|error| Rejected::at(Stage::Linked, "disk", error))?;
        let version = self.link(candidate, &code).await?;
        timings.passed(Stage::Linked, start);
        self.keep_row(row, &missing, &timings).await?;

        if let Some(asked) = self.settle_grants(name, &digest, &missing, options.grant.as_deref(), &timings).await? {
            return Ok(Installed::NeedsGrant(asked));
        }
        if options.hold {
            let change = Change { name: name.into(), digest, previous: None, timings: timings.get() };
            return Ok(Installed::Linked(change));
        }
        self.move_heads(name, version, timings).await
    }

    /// Gives the traffic to a version that is installed already; going back is no different.
    ///
    /// # Errors
    /// When it is not installed, damaged, or belongs to another adapter.
    pub async fn activate(&self, name: &str, digest: &Digest, grant: Option<&str>) -> Result<Installed, Rejected> {
        let _turn = self.changing.lock().await;
        let mut timings = Timings::default();
        let start = Instant::now();
        let version = self.load(digest).await?;
        timings.passed(Stage::Linked, start);
        if version.manifest().name != name {
            let message = format!("{digest} is a version of `{}`, not of `{name}`", version.manifest().name);
            return Err(Rejected::at(Stage::Active, "name-differs", message));
        }
        let given: Grants = self.store.grants(name).await.map_err(store_error(Stage::Active))?.into_iter().collect();
        let missing = version.manifest().grants().difference(&given);
        if let Some(asked) = self.settle_grants(name, digest, &missing, grant, &timings).await? {
            return Ok(Installed::NeedsGrant(asked));
        }
        self.move_heads(name, version, timings).await
    }

    /// Activates the version that served before this one.
    ///
    /// # Errors
    /// When there is none, or as for [`Adapters::activate`].
    pub async fn rollback(&self, name: &str) -> Result<Installed, Rejected> {
        let heads = self.store.heads().await.map_err(store_error(Stage::Active))?;
        let previous = heads.into_iter().filter(|head| head.name == name).find_map(|head| head.previous);
        let previous = previous.ok_or_else(|| {
            Rejected::at(Stage::Active, "no-previous", format!("`{name}` has no earlier version to go back to"))
        })?;
        let digest = previous.parse().map_err(|error| Rejected::at(Stage::Active, "damaged", error))?;
        self.activate(name, &digest, None).await
    }

    /// A head belongs to one adapter.
    async fn free_heads(&self, name: &str, candidate: &Candidate) -> Result<(), Rejected> {
        let heads = self.store.heads().await.map_err(store_error(Stage::Linked))?;
        let wanted = head_keys(&candidate.manifest);
        let taken = heads.iter().find(|head| {
            head.name != name && wanted.iter().any(|key| key.provider == head.provider && key.auth == head.auth_id)
        });
        match taken {
            None => Ok(()),
            Some(head) => {
                let message = format!(
                    "{}/{} is served by `{}`: remove that provider from one of the manifests",
                    head.provider, head.auth_id, head.name
                );
                Err(Rejected::at(Stage::Linked, "head-taken", message))
            }
        }
    }

    /// Gives what is missing if the operator named exactly that; otherwise says what is asked for.
    async fn settle_grants(
        &self,
        name: &str,
        digest: &Digest,
        missing: &Grants,
        grant: Option<&str>,
        timings: &Timings,
    ) -> Result<Option<Asked>, Rejected> {
        if missing.is_empty() {
            return Ok(None);
        }
        let lines: Vec<String> = missing.iter().map(str::to_owned).collect();
        if grant == Some(missing.digest().as_str()) {
            self.store.give_grants(name, &lines, now()).await.map_err(store_error(Stage::Linked))?;
            return Ok(None);
        }
        Ok(Some(Asked {
            name: name.into(),
            digest: digest.clone(),
            grant: missing.digest(),
            missing: lines,
            timings: timings.get(),
        }))
    }

    /// What is installed already keeps its state: sending a version again does not undo its activation.
    async fn keep_row(&self, mut row: StoredVersion, missing: &Grants, timings: &Timings) -> Result<(), Rejected> {
        let known = self.store.version(&row.digest).await.map_err(store_error(Stage::Linked))?;
        if let Some(known) = known {
            row.state = known.state;
            row.created = known.created;
        }
        row.reason = (!missing.is_empty()).then(|| "needs-grant".to_owned());
        row.timings = serde_json::json!(timings.get());
        self.store.put_version(&row).await.map_err(store_error(Stage::Linked))
    }

    /// One transaction moves the heads, one store moves the traffic.
    async fn move_heads(&self, name: &str, version: Arc<Version>, mut timings: Timings) -> Result<Installed, Rejected> {
        let start = Instant::now();
        let keys = head_keys(version.manifest());
        let heads = keys.iter().map(|key| (key.provider.clone(), key.auth.clone())).collect();
        let before = self.live.heads();
        let gone: Vec<HeadKey> = before
            .iter()
            .filter(|(key, digest)| {
                !keys.contains(key) && self.live.find(digest).is_some_and(|old| old.manifest().name == name)
            })
            .map(|(key, _)| key.clone())
            .collect();
        let activation = Activation { name: name.into(), digest: version.digest().to_string(), heads, now: now() };
        self.store.activate(activation).await.map_err(store_error(Stage::Active))?;
        self.live.publish(&version, &keys);
        self.live.withdraw(&gone);
        self.activations.send_modify(|count| *count += 1);
        timings.passed(Stage::Active, start);
        let previous = before.into_iter().find(|(key, _)| keys.contains(key)).map(|(_, digest)| digest);
        tracing::info!(adapter = name, digest = %version.digest().short(), "activated");
        Ok(Installed::Active(Change {
            name: name.into(),
            digest: version.digest().clone(),
            previous,
            timings: timings.get(),
        }))
    }
}

/// A version takes every head that its manifest serves: each provider with each scheme whose credentials it accepts.
fn head_keys(manifest: &gearshift_manifest::Manifest) -> Vec<HeadKey> {
    let schemes: BTreeSet<&String> = manifest.auth.accepts.iter().chain([&manifest.auth.id]).collect();
    let of = |provider: &gearshift_manifest::Provider| {
        let id = provider.id.clone();
        schemes.iter().map(move |auth| HeadKey { provider: id.clone(), auth: (*auth).clone() }).collect::<Vec<_>>()
    };
    manifest.providers.iter().flat_map(of).collect()
}

fn row(candidate: &Candidate) -> StoredVersion {
    StoredVersion {
        digest: candidate.digest.to_string(),
        name: candidate.manifest.name.clone(),
        component_digest: candidate.component.to_string(),
        manifest_digest: candidate.manifest_digest.to_string(),
        manifest: candidate.text.clone(),
        semver: candidate.manifest.version.to_string(),
        contract: candidate.manifest.contract.clone(),
        state: VersionState::Linked,
        reason: None,
        timings: serde_json::Value::Null,
        signer: None,
        created: now(),
    }
}
