//! AES-256-GCM with random nonces: `nonce (12) · ciphertext · tag (16)`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::service::DATA_KEY_BYTES;

/// Bytes that AES-GCM adds: the tag.
const TAG_BYTES: usize = 16;

/// Bytes of a data key that was wrapped here: nonce, key, tag.
pub(crate) const WRAPPED_BYTES: usize = NONCE_LEN + DATA_KEY_BYTES + TAG_BYTES;

/// A key that is ready to be used. The library wipes it when it is dropped.
pub(crate) struct Cipher(RandomizedNonceKey);

impl Cipher {
    pub(crate) fn new(key: &[u8; DATA_KEY_BYTES]) -> Result<Cipher, VaultError> {
        RandomizedNonceKey::new(&AES_256_GCM, key).map(Cipher).map_err(|_| VaultError::Crypto)
    }

    pub(crate) fn seal(&self, about: &[u8], plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        // With room for the tag from the start: growing would leave a copy of the plain text behind.
        let mut buffer = Zeroizing::new(Vec::with_capacity(plain.len() + TAG_BYTES));
        buffer.extend_from_slice(plain);
        let nonce = self.0.seal_in_place_append_tag(Aad::from(about), &mut *buffer).map_err(|_| VaultError::Crypto)?;
        Ok([nonce.as_ref().as_slice(), &buffer].concat())
    }

    pub(crate) fn open(&self, about: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Unreadable)?;
        if ciphertext.len() < TAG_BYTES {
            return Err(VaultError::Unreadable);
        }
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let opened = self.0.open_in_place(Nonce::from(nonce), Aad::from(about), &mut buffer);
        let length = opened.map_err(|_| VaultError::Tampered)?.len();
        buffer.truncate(length);
        Ok(buffer)
    }
}
