//! The live set: which version answers for which provider now.
//!
//! A head is a provider and the id of an authentication scheme, so that two generations of a provider's API can be served side by
//! side. Readers take one atomic load; a swap is one atomic store. A version leaves memory with its last lease.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::ArcSwap;

use crate::digest::Digest;
use crate::version::{Lease, Version};

/// A provider, and the authentication scheme of the credentials that are served.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadKey {
    /// The provider's enum, such as `STRAVA`.
    pub provider: String,
    /// The id of an `[auth]` table.
    pub auth: String,
}

/// All heads, and every version that is still in memory.
#[derive(Debug, Default)]
pub(crate) struct Live {
    heads: ArcSwap<BTreeMap<HeadKey, Arc<Version>>>,
    loaded: Mutex<Vec<Weak<Version>>>,
}

impl Live {
    /// The version that answers for `key` now.
    pub(crate) fn lease(&self, key: &HeadKey) -> Option<Lease> {
        self.heads.load().get(key).cloned().map(Lease::new)
    }

    /// Any head of this provider: for starting a connection, when no credential exists yet. The newest scheme wins.
    pub(crate) fn lease_for_sign_in(&self, provider: &str) -> Option<Lease> {
        let heads = self.heads.load();
        let serves = |version: &&Arc<Version>| {
            let manifest = version.manifest();
            heads
                .get(&HeadKey { provider: provider.into(), auth: manifest.auth.id.clone() })
                .is_some_and(|head| head.digest() == version.digest())
        };
        heads
            .iter()
            .filter(|(key, _)| key.provider == provider)
            .map(|(_, version)| version)
            .filter(serves)
            .max_by(|a, b| a.manifest().version.cmp(&b.manifest().version))
            .cloned()
            .map(Lease::new)
    }

    /// Moves the traffic: from here on a new call gets `version`.
    pub(crate) fn publish(&self, version: &Arc<Version>, keys: &[HeadKey]) {
        self.remember(version);
        self.heads.rcu(|heads| {
            let mut heads = BTreeMap::clone(heads);
            heads.extend(keys.iter().map(|key| (key.clone(), version.clone())));
            heads
        });
    }

    /// Takes heads away, where an adapter no longer serves them.
    pub(crate) fn withdraw(&self, keys: &[HeadKey]) {
        self.heads.rcu(|heads| {
            let mut heads = BTreeMap::clone(heads);
            heads.retain(|key, _| !keys.contains(key));
            heads
        });
    }

    /// Keeps sight of a version without keeping it in memory.
    pub(crate) fn remember(&self, version: &Arc<Version>) {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.retain(|known| known.strong_count() > 0);
        if !loaded.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(version))) {
            loaded.push(Arc::downgrade(version));
        }
    }

    /// Every version that is in memory, for a head or for calls that still run.
    pub(crate) fn loaded(&self) -> Vec<Arc<Version>> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.iter().filter_map(Weak::upgrade).collect()
    }

    /// A version that is in memory, by its digest.
    pub(crate) fn find(&self, digest: &Digest) -> Option<Arc<Version>> {
        self.loaded().into_iter().find(|version| version.digest() == digest)
    }

    /// The heads and the digests that they point to.
    pub(crate) fn heads(&self) -> Vec<(HeadKey, Digest)> {
        self.heads.load().iter().map(|(key, version)| (key.clone(), version.digest().clone())).collect()
    }
}
