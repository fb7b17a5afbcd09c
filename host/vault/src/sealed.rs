//! The form of a sealed secret.
//!
//! `2 (1) · id of the key-encryption key (8) · length of the wrapped data key (2, big-endian) · wrapped data key · nonce (12) ·
//! ciphertext · tag (16)`
//!
//! Form 1 had no length, since only keys of this crate wrapped: 60 bytes. It is read and no longer written.

use crate::cipher::WRAPPED_BYTES;
use crate::error::VaultError;
use crate::key_id::KeyId;
use crate::service::WrappedKey;

/// The form without a length.
const FIRST: u8 = 1;

/// The form that is written.
const VERSION: u8 = 2;

pub(crate) struct Sealed<'b> {
    pub(crate) wrapped: WrappedKey,
    pub(crate) body: &'b [u8],
}

impl<'b> Sealed<'b> {
    pub(crate) fn read(bytes: &'b [u8]) -> Result<Sealed<'b>, VaultError> {
        Sealed::parse(bytes).ok_or(VaultError::Unreadable)
    }

    fn parse(bytes: &'b [u8]) -> Option<Sealed<'b>> {
        let (version, rest) = bytes.split_first()?;
        let (key, rest) = rest.split_first_chunk::<8>()?;
        let (length, rest) = match *version {
            FIRST => (WRAPPED_BYTES, rest),
            VERSION => {
                let (length, rest) = rest.split_first_chunk::<2>()?;
                (usize::from(u16::from_be_bytes(*length)), rest)
            }
            _ => return None,
        };
        let (wrapped, body) = rest.split_at_checked(length)?;
        Some(Sealed { wrapped: WrappedKey { key: KeyId::from(*key), bytes: wrapped.to_vec() }, body })
    }

    pub(crate) fn write(wrapped: &WrappedKey, body: &[u8]) -> Result<Vec<u8>, VaultError> {
        let length = u16::try_from(wrapped.bytes.len())
            .map_err(|_| VaultError::KeyService("its wrapped keys are longer than 65,535 bytes".into()))?;
        let parts: [&[u8]; 5] = [&[VERSION], wrapped.key.bytes(), &length.to_be_bytes(), &wrapped.bytes, body];
        Ok(parts.concat())
    }
}
