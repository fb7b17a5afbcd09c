//! Sealing, opening, and wrapping anew.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use zeroize::Zeroizing;

use crate::cache::{Cache, Name};
use crate::data_key::DataKey;
use crate::error::VaultError;
use crate::place::Place;
use crate::sealed::Sealed;
use crate::service::KeyService;

/// Seals secrets and opens them. Cheap to share behind an `Arc`; all methods take `&self`, and wait for nothing but the key
/// service.
pub struct Vault {
    service: Arc<dyn KeyService>,
    cache: Mutex<Cache>,
}

impl Vault {
    /// A vault under somebody's keys. Data keys are made when a tenant seals for the first time.
    #[must_use]
    pub fn new(service: Arc<dyn KeyService>) -> Vault {
        Vault { service, cache: Mutex::default() }
    }

    /// Seals a secret for a place, under the key that is current now. Twice the same secret gives two different blobs.
    ///
    /// # Errors
    /// `crypto`, `key-service`.
    pub async fn seal(&self, place: &Place<'_>, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        let key = self.sealing_key(place.tenant).await?;
        let body = key.cipher.seal(&place.bytes(), plain)?;
        Sealed::write(&key.wrapped, &body)
    }

    /// Opens what was sealed for the very same place.
    ///
    /// # Errors
    /// `other-key`, `tampered` (also for another place), `unreadable`, `crypto`, `key-service`; where the key is not known and
    /// the key file cannot be read, what is wrong with the file.
    pub async fn open(&self, place: &Place<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let sealed = Sealed::read(sealed)?;
        let key = self.opening_key((place.tenant.to_owned(), sealed.wrapped)).await?;
        key.cipher.open(&place.bytes(), sealed.body)
    }

    /// The same blob with its data key wrapped under the current key; none where it already is. What was sealed is not touched,
    /// so that it opens at the same place as before and nowhere else.
    ///
    /// # Errors
    /// `other-key`, `tampered` (also for another tenant's blob), `unreadable`, `crypto`, `key-service`.
    pub async fn rewrap(&self, tenant: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, VaultError> {
        let sealed = Sealed::read(sealed)?;
        let current = self.service.current().await?;
        if sealed.wrapped.key == current {
            return Ok(None);
        }
        let name = (tenant.to_owned(), sealed.wrapped);
        let known = self.lock().rewrapped(&name, current);
        let wrapped = match known {
            Some(wrapped) => wrapped,
            None => {
                let wrapped = DataKey::rewrap(&*self.service, tenant, &name.1).await?;
                self.lock().rewraps(name, &wrapped);
                wrapped
            }
        };
        Sealed::write(&wrapped, sealed.body).map(Some)
    }

    async fn sealing_key(&self, tenant: &str) -> Result<Arc<DataKey>, VaultError> {
        let current = self.service.current().await?;
        let known = self.lock().sealing(tenant, current);
        if let Some(key) = known {
            return Ok(key);
        }
        // Two that come at once make a key each; both are good, and one of them is kept.
        let key = Arc::new(DataKey::generate(&*self.service, tenant).await?);
        self.lock().seals(tenant, &key);
        Ok(key)
    }

    async fn opening_key(&self, name: Name) -> Result<Arc<DataKey>, VaultError> {
        let known = self.lock().opened(&name);
        if let Some(key) = known {
            return Ok(key);
        }
        let key = Arc::new(DataKey::unwrap(&*self.service, &name.0, name.1.clone()).await?);
        self.lock().opens(name, &key);
        Ok(key)
    }

    /// A panic while the lock was held leaves at worst a missing cache entry.
    fn lock(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(..)")
    }
}
