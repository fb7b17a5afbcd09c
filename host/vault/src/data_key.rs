//! Data keys: made, wrapped, unwrapped.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::key::{KEY_BYTES, KeyEncryptionKey};

/// Bytes that AES-GCM adds: the tag.
pub(crate) const TAG_BYTES: usize = 16;

/// Bytes of a wrapped data key: nonce, key, tag.
pub(crate) const WRAPPED_BYTES: usize = NONCE_LEN + KEY_BYTES + TAG_BYTES;

/// A data key in use, beside the form in which blobs carry it.
pub(crate) struct DataKey {
    key: RandomizedNonceKey,
    pub(crate) wrapped: [u8; WRAPPED_BYTES],
}

impl DataKey {
    /// A new key for a tenant.
    pub(crate) fn generate(kek: &KeyEncryptionKey, tenant: &str) -> Result<DataKey, VaultError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Crypto)?;
        let sealed = seal(&randomized(kek.bytes())?, &owner(tenant), bytes.as_slice())?;
        let wrapped = sealed.try_into().map_err(|_| VaultError::Crypto)?;
        Ok(DataKey { key: randomized(&bytes)?, wrapped })
    }

    /// The key that a blob carries, if it is that tenant's.
    pub(crate) fn unwrap(
        kek: &KeyEncryptionKey,
        tenant: &str,
        wrapped: [u8; WRAPPED_BYTES],
    ) -> Result<DataKey, VaultError> {
        let plain = open(&randomized(kek.bytes())?, &owner(tenant), &wrapped)?;
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        if plain.len() != KEY_BYTES {
            return Err(VaultError::Unreadable);
        }
        bytes.copy_from_slice(&plain);
        Ok(DataKey { key: randomized(&bytes)?, wrapped })
    }

    /// Nonce, ciphertext and tag.
    pub(crate) fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        seal(&self.key, place, plain)
    }

    pub(crate) fn open(&self, place: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        open(&self.key, place, sealed)
    }
}

fn randomized(bytes: &[u8; KEY_BYTES]) -> Result<RandomizedNonceKey, VaultError> {
    RandomizedNonceKey::new(&AES_256_GCM, bytes).map_err(|_| VaultError::Crypto)
}

/// Additional data of a wrapped key: one tenant's key does not unwrap for another.
fn owner(tenant: &str) -> Vec<u8> {
    [b"gearshift data key 1".as_slice(), tenant.as_bytes()].concat()
}

fn seal(key: &RandomizedNonceKey, about: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
    // With room for the tag from the start: growing would leave a copy of the plain text behind.
    let mut buffer = Vec::with_capacity(plain.len() + TAG_BYTES);
    buffer.extend_from_slice(plain);
    let nonce = key.seal_in_place_append_tag(Aad::from(about), &mut buffer).map_err(|_| VaultError::Crypto)?;
    Ok([nonce.as_ref().as_slice(), &buffer].concat())
}

fn open(key: &RandomizedNonceKey, about: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Unreadable)?;
    if ciphertext.len() < TAG_BYTES {
        return Err(VaultError::Unreadable);
    }
    let mut buffer = Zeroizing::new(ciphertext.to_vec());
    let length =
        key.open_in_place(Nonce::from(nonce), Aad::from(about), &mut buffer).map_err(|_| VaultError::Tampered)?.len();
    buffer.truncate(length);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_key_is_its_tenants_alone() {
        let kek = KeyEncryptionKey::generate().unwrap();
        let key = DataKey::generate(&kek, "acme").unwrap();
        assert!(DataKey::unwrap(&kek, "acme", key.wrapped).is_ok());
        assert!(matches!(DataKey::unwrap(&kek, "other", key.wrapped), Err(VaultError::Tampered)));
    }
}
