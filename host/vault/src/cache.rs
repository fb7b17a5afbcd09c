//! Data keys that are remembered, so that not every secret costs a call to the key service.

use std::collections::HashMap;
use std::sync::Arc;

use crate::data_key::DataKey;
use crate::key_id::KeyId;
use crate::limits::{CACHED_DATA_KEYS, SEALS_PER_DATA_KEY};
use crate::service::WrappedKey;

/// The tenant is part of the name, so that what is remembered is no less strict than unwrapping.
pub(crate) type Name = (String, WrappedKey);

#[derive(Default)]
pub(crate) struct Cache {
    /// By tenant: the key that seals now, and how often it did.
    sealing: HashMap<String, (Arc<DataKey>, u32)>,
    /// Keys that were unwrapped.
    opened: HashMap<Name, Arc<DataKey>>,
    /// What a wrapped key became. Blobs that shared a data key go on sharing its wrapped form, so that after a rotation one
    /// unwrapping still serves all of them.
    rewrapped: HashMap<Name, WrappedKey>,
}

impl Cache {
    /// The key that seals for a tenant, if it is not worn and still under the current key; counts the seal.
    pub(crate) fn sealing(&mut self, tenant: &str, current: KeyId) -> Option<Arc<DataKey>> {
        let (key, seals) = self.sealing.get_mut(tenant)?;
        if key.wrapped.key != current || *seals >= SEALS_PER_DATA_KEY {
            return None;
        }
        *seals += 1;
        Some(Arc::clone(key))
    }

    /// A new key has sealed once.
    pub(crate) fn seals(&mut self, tenant: &str, key: &Arc<DataKey>) {
        make_room(&mut self.sealing);
        self.sealing.insert(tenant.to_owned(), (Arc::clone(key), 1));
        self.opens((tenant.to_owned(), key.wrapped.clone()), key);
    }

    pub(crate) fn opened(&self, name: &Name) -> Option<Arc<DataKey>> {
        self.opened.get(name).cloned()
    }

    pub(crate) fn opens(&mut self, name: Name, key: &Arc<DataKey>) {
        make_room(&mut self.opened);
        self.opened.insert(name, Arc::clone(key));
    }

    pub(crate) fn rewrapped(&self, name: &Name, current: KeyId) -> Option<WrappedKey> {
        self.rewrapped.get(name).filter(|wrapped| wrapped.key == current).cloned()
    }

    pub(crate) fn rewraps(&mut self, name: Name, wrapped: &WrappedKey) {
        make_room(&mut self.rewrapped);
        self.rewrapped.insert(name, wrapped.clone());
    }
}

fn make_room<K, V>(map: &mut HashMap<K, V>) {
    if map.len() >= CACHED_DATA_KEYS {
        map.clear();
    }
}
