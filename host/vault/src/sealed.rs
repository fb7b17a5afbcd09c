//! The form of a sealed secret.
//!
//! `version (1) · id of the key-encryption key (8) · wrapped data key (60) · nonce (12) · ciphertext · tag (16)`

use crate::data_key::WRAPPED_BYTES;
use crate::error::VaultError;

/// The only form so far.
const VERSION: u8 = 1;

pub(crate) struct Sealed<'b> {
    pub(crate) key_id: [u8; 8],
    pub(crate) wrapped: [u8; WRAPPED_BYTES],
    pub(crate) body: &'b [u8],
}

impl<'b> Sealed<'b> {
    pub(crate) fn read(bytes: &'b [u8]) -> Result<Sealed<'b>, VaultError> {
        let (version, rest) = bytes.split_first().ok_or(VaultError::Unreadable)?;
        if *version != VERSION {
            return Err(VaultError::Unreadable);
        }
        let (key_id, rest) = rest.split_first_chunk().ok_or(VaultError::Unreadable)?;
        let (wrapped, body) = rest.split_first_chunk().ok_or(VaultError::Unreadable)?;
        Ok(Sealed { key_id: *key_id, wrapped: *wrapped, body })
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        [&[VERSION], self.key_id.as_slice(), self.wrapped.as_slice(), self.body].concat()
    }
}
