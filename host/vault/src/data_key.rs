//! Data keys: made, wrapped, unwrapped.

use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::error::VaultError;
use crate::service::{DATA_KEY_BYTES, KeyService, WrappedKey};

/// A data key in use, beside the form in which blobs carry it.
pub(crate) struct DataKey {
    pub(crate) cipher: Cipher,
    pub(crate) wrapped: WrappedKey,
}

impl DataKey {
    /// A new key for a tenant.
    pub(crate) async fn generate(service: &dyn KeyService, tenant: &str) -> Result<DataKey, VaultError> {
        let mut bytes = Zeroizing::new([0; DATA_KEY_BYTES]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Crypto)?;
        let wrapped = service.wrap(&owner(tenant), &bytes).await?;
        Ok(DataKey { cipher: Cipher::new(&bytes)?, wrapped })
    }

    /// The key that a blob carries, if it is that tenant's.
    pub(crate) async fn unwrap(
        service: &dyn KeyService,
        tenant: &str,
        wrapped: WrappedKey,
    ) -> Result<DataKey, VaultError> {
        let bytes = service.unwrap(wrapped.key, &owner(tenant), &wrapped.bytes).await?;
        Ok(DataKey { cipher: Cipher::new(&bytes)?, wrapped })
    }

    /// The same key wrapped under the current one.
    pub(crate) async fn rewrap(
        service: &dyn KeyService,
        tenant: &str,
        wrapped: &WrappedKey,
    ) -> Result<WrappedKey, VaultError> {
        let about = owner(tenant);
        let bytes = service.unwrap(wrapped.key, &about, &wrapped.bytes).await?;
        service.wrap(&about, &bytes).await
    }
}

/// Additional data of a wrapped key: one tenant's key does not unwrap for another.
fn owner(tenant: &str) -> Vec<u8> {
    [b"gearshift data key 1".as_slice(), tenant.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{KeyEncryptionKey, LocalKeys};

    #[tokio::test]
    async fn a_wrapped_key_is_its_tenants_alone() {
        let keys = LocalKeys::new(KeyEncryptionKey::generate().unwrap(), Vec::new());
        let key = DataKey::generate(&keys, "acme").await.unwrap();
        assert!(DataKey::unwrap(&keys, "acme", key.wrapped.clone()).await.is_ok());
        assert!(matches!(DataKey::unwrap(&keys, "other", key.wrapped).await, Err(VaultError::Tampered)));
    }
}
