//! Sealing and opening.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::data_key::{DataKey, WRAPPED_BYTES};
use crate::error::VaultError;
use crate::key::KeyEncryptionKey;
use crate::limits::{CACHED_DATA_KEYS, SEALS_PER_DATA_KEY};
use crate::place::Place;
use crate::sealed::Sealed;

/// Seals secrets and opens them. Cheap to share behind an `Arc`; all methods take `&self` and do not wait for anything.
pub struct Vault {
    kek: KeyEncryptionKey,
    kek_id: [u8; 8],
    keys: Mutex<Keys>,
}

#[derive(Default)]
struct Keys {
    /// By tenant: the key that seals now, and how often it did.
    sealing: HashMap<String, (Arc<DataKey>, u32)>,
    /// By tenant and wrapped form: keys that were unwrapped. The tenant is part of the name, so that what is remembered is no
    /// less strict than unwrapping.
    opened: HashMap<(String, [u8; WRAPPED_BYTES]), Arc<DataKey>>,
}

impl Vault {
    /// A vault under a key. Data keys are made when a tenant seals for the first time.
    pub fn new(key: KeyEncryptionKey) -> Vault {
        let kek_id = key.id();
        Vault { kek: key, kek_id, keys: Mutex::default() }
    }

    /// Seals a secret for a place. Twice the same secret gives two different blobs.
    ///
    /// # Errors
    /// `crypto`.
    pub fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.sealing_key(place.tenant)?;
        let body = key.seal(&place.bytes(), plain)?;
        Ok(Sealed { key_id: self.kek_id, wrapped: key.wrapped, body: &body }.write())
    }

    /// Opens what was sealed for the very same place under the same key.
    ///
    /// # Errors
    /// `other-key`, `tampered` (also for another place), `unreadable`, `crypto`.
    pub fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let sealed = Sealed::read(sealed)?;
        if sealed.key_id != self.kek_id {
            return Err(VaultError::OtherKey {
                sealed_with: hex::encode(sealed.key_id),
                in_use: hex::encode(self.kek_id),
            });
        }
        self.opening_key(place.tenant, sealed.wrapped)?.open(&place.bytes(), sealed.body)
    }

    fn sealing_key(&self, tenant: &str) -> Result<Arc<DataKey>, VaultError> {
        let mut keys = self.lock();
        if let Some((key, seals)) = keys.sealing.get_mut(tenant)
            && *seals < SEALS_PER_DATA_KEY
        {
            *seals += 1;
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(DataKey::generate(&self.kek, tenant)?);
        if keys.sealing.len() >= CACHED_DATA_KEYS {
            keys.sealing.clear();
        }
        keys.sealing.insert(tenant.to_owned(), (Arc::clone(&key), 1));
        Ok(key)
    }

    fn opening_key(&self, tenant: &str, wrapped: [u8; WRAPPED_BYTES]) -> Result<Arc<DataKey>, VaultError> {
        let name = (tenant.to_owned(), wrapped);
        if let Some(key) = self.lock().opened.get(&name) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(DataKey::unwrap(&self.kek, tenant, wrapped)?);
        let mut keys = self.lock();
        if keys.opened.len() >= CACHED_DATA_KEYS {
            keys.opened.clear();
        }
        keys.opened.insert(name, Arc::clone(&key));
        Ok(key)
    }

    /// A panic while the lock was held leaves at worst a missing cache entry.
    fn lock(&self) -> MutexGuard<'_, Keys> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}
