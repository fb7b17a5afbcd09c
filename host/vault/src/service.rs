//! Whoever holds the key-encryption keys.

use std::fmt;

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::key_id::KeyId;

/// Bytes of a data key: AES-256's.
pub const DATA_KEY_BYTES: usize = 32;

/// A data key as it may be kept: wrapped under a key-encryption key.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WrappedKey {
    /// The key-encryption key.
    pub key: KeyId,
    /// The wrapped data key, in whichever form the service has: at most 65,535 bytes.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappedKey").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Wraps data keys and unwraps them. The key-encryption keys stay with the service: [`crate::LocalKeys`] has them in memory, a
/// key management service never lets them out.
#[async_trait]
pub trait KeyService: Send + Sync {
    /// The key that wraps now. It is asked for at every seal, so a service that is far away answers from memory and looks again
    /// now and then.
    ///
    /// # Errors
    /// `key-service` or one of the key file's.
    async fn current(&self) -> Result<KeyId, VaultError>;

    /// Wraps a data key under the current key. `about` is authenticated with it and not kept: KMSs call it encryption context
    /// or additional data.
    ///
    /// # Errors
    /// `key-service`, `crypto`.
    async fn wrap(&self, about: &[u8], data_key: &[u8; DATA_KEY_BYTES]) -> Result<WrappedKey, VaultError>;

    /// The data key, where it was wrapped under that key and about the same.
    ///
    /// # Errors
    /// `other-key` for a key that the service does not have, `tampered` for another `about` or changed bytes, `key-service`
    /// where the service cannot say.
    async fn unwrap(
        &self,
        key: KeyId,
        about: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; DATA_KEY_BYTES]>, VaultError>;
}
