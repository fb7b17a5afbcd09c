//! The gates that an upload passes before it may serve, and what is said when it does not.

use std::time::Instant;

use gearshift_manifest::{Grants, Manifest};
use serde::Serialize;

use crate::digest::{self, Digest};
use crate::section;

/// The contract's minor versions that this host speaks.
pub const CONTRACTS: &[&str] = &["0.1"];

/// How far a version has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The bytes arrived.
    Received,
    /// Size, digest and manifest hold.
    Verified,
    /// This engine made code of it.
    Compiled,
    /// Its imports are within the sandbox, its exports are the contract's, and its grants are given.
    Linked,
    /// It has a head.
    Active,
}

impl Stage {
    /// The word that is stored and shown.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Verified => "verified",
            Self::Compiled => "compiled",
            Self::Linked => "linked",
            Self::Active => "active",
        }
    }
}

/// Why an upload does not serve. `stage` is the one that it did not reach.
#[derive(Debug, thiserror::Error)]
#[error("refused at `{}`: {message}", .stage.word())]
pub struct Rejected {
    /// The stage that it did not reach.
    pub stage: Stage,
    /// Stable, kebab-case.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
}

impl Rejected {
    pub(crate) fn at(stage: Stage, code: &'static str, message: impl ToString) -> Self {
        Self { stage, code, message: message.to_string() }
    }
}

/// Milliseconds that each stage took, in order.
#[derive(Debug, Default)]
pub(crate) struct Timings(Vec<(Stage, f64)>);

impl Timings {
    pub(crate) fn passed(&mut self, stage: Stage, since: Instant) {
        self.0.push((stage, since.elapsed().as_secs_f64() * 1_000.0));
    }

    pub(crate) fn get(&self) -> Vec<StageTime> {
        self.0.iter().map(|(stage, ms)| StageTime { stage: stage.word().into(), ms: *ms }).collect()
    }
}

/// What one stage took.
#[derive(Clone, Debug, PartialEq, Serialize, serde::Deserialize)]
pub struct StageTime {
    /// The stage's word.
    pub stage: String,
    /// Milliseconds.
    pub ms: f64,
}

/// An upload whose manifest holds.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) digest: Digest,
    pub(crate) component: Digest,
    pub(crate) manifest_digest: Digest,
    pub(crate) text: String,
    pub(crate) manifest: Manifest,
}

impl Candidate {
    /// Reads an upload without running anything.
    pub(crate) fn read(component: &[u8]) -> Result<Self, Rejected> {
        let refuse = |code, message: String| Rejected::at(Stage::Verified, code, message);
        let text = section::manifest(component).map_err(|error| refuse("manifest-missing", error.to_string()))?;
        let manifest =
            Manifest::parse(&text).map_err(|error| refuse("manifest-invalid", format!("adapter.toml: {error}")))?;
        if !CONTRACTS.contains(&manifest.contract.as_str()) {
            let speaks = CONTRACTS.join(", ");
            let found = &manifest.contract;
            return Err(refuse(
                "contract-unknown",
                format!(
                    "built for contract {found}, and this host speaks {speaks}: update the host, or build with an SDK of contract {speaks}"
                ),
            ));
        }
        let component = digest::sha256(component);
        let manifest_digest = digest::sha256(text.as_bytes());
        Ok(Self { digest: digest::version(&component, &manifest_digest), component, manifest_digest, text, manifest })
    }

    /// An adapter is installed under its own name.
    pub(crate) fn named(self, name: &str) -> Result<Self, Rejected> {
        if self.manifest.name == name {
            return Ok(self);
        }
        let found = &self.manifest.name;
        Err(Rejected::at(
            Stage::Verified,
            "name-differs",
            format!("the manifest says `name = \"{found}\"`: send it to /admin/adapters/{found}"),
        ))
    }

    /// What it asks for beyond what the operator has given.
    pub(crate) fn missing(&self, given: &Grants) -> Grants {
        self.manifest.grants().difference(given)
    }
}
