//! One key of the operator, and the list of them.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::cipher::Cipher;
use crate::error::VaultError;
use crate::key_id::KeyId;
use crate::service::{DATA_KEY_BYTES, WrappedKey};

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// Characters of a key in base64.
const BASE64_CHARACTERS: usize = 44;

/// A key under which data keys are wrapped. It is wiped from memory when dropped and never shown.
pub struct KeyEncryptionKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
    id: KeyId,
}

impl KeyEncryptionKey {
    /// A new random key.
    ///
    /// # Errors
    /// `crypto` where the system has no randomness.
    pub fn generate() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Crypto)?;
        Ok(Self::new(bytes))
    }

    fn new(bytes: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let labelled = Zeroizing::new([b"gearshift key id 1".as_slice(), bytes.as_slice()].concat());
        Self { id: KeyId::hashed(&labelled), bytes }
    }

    /// 32 bytes in base64 or hex; none where the text is something else.
    pub(crate) fn from_text(text: &str) -> Option<Self> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        match text.len() {
            length if length == KEY_BYTES * 2 => hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?,
            BASE64_CHARACTERS => {
                // The decoder wants room for whole groups of three.
                let mut decoded = Zeroizing::new([0; KEY_BYTES + 1]);
                let length = STANDARD.decode_slice(text, decoded.as_mut_slice()).ok()?;
                bytes.copy_from_slice(decoded.get(..length).filter(|decoded| decoded.len() == KEY_BYTES)?);
            }
            _ => return None,
        }
        Some(Self::new(bytes))
    }

    /// The key in base64, to be kept where [`crate::LocalKeys`] or a secret manager finds it.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_slice()))
    }

    /// Tells keys apart without telling anything of them.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.id
    }

    fn wrap(&self, about: &[u8], data_key: &[u8; DATA_KEY_BYTES]) -> Result<WrappedKey, VaultError> {
        let bytes = Cipher::new(&self.bytes)?.seal(about, data_key)?;
        Ok(WrappedKey { key: self.id, bytes })
    }

    pub(crate) fn unwrap(&self, about: &[u8], wrapped: &[u8]) -> Result<Zeroizing<[u8; DATA_KEY_BYTES]>, VaultError> {
        let plain = Cipher::new(&self.bytes)?.open(about, wrapped)?;
        let mut data_key = Zeroizing::new([0; DATA_KEY_BYTES]);
        if plain.len() != DATA_KEY_BYTES {
            return Err(VaultError::Unreadable);
        }
        data_key.copy_from_slice(&plain);
        Ok(data_key)
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(..)")
    }
}

/// Keys in their order: the first wraps, all unwrap.
pub(crate) struct Ring {
    first: KeyEncryptionKey,
    others: Vec<KeyEncryptionKey>,
}

impl Ring {
    pub(crate) fn new(first: KeyEncryptionKey, others: Vec<KeyEncryptionKey>) -> Self {
        Self { first, others }
    }

    /// The keys of a list, each on its own; what stands behind a `#` does not count. `place` says where the list stands, in
    /// words that fit behind "no key in".
    pub(crate) fn from_text(text: &str, separator: char, place: &str) -> Result<Self, VaultError> {
        let mut keys = Vec::new();
        for (before, part) in text.split(separator).enumerate() {
            let text = key_text(part);
            if text.is_empty() {
                continue;
            }
            let key = KeyEncryptionKey::from_text(text);
            keys.push(key.ok_or_else(|| VaultError::KeyMalformed { place: place.to_owned(), number: before + 1 })?);
        }
        let mut keys = keys.into_iter();
        let first = keys.next().ok_or_else(|| VaultError::KeyMissing { place: place.to_owned() })?;
        Ok(Self { first, others: keys.collect() })
    }

    pub(crate) fn first(&self) -> KeyId {
        self.first.id
    }

    pub(crate) fn ids(&self) -> Vec<KeyId> {
        let mut ids = vec![self.first.id];
        for key in &self.others {
            if !ids.contains(&key.id) {
                ids.push(key.id);
            }
        }
        ids
    }

    pub(crate) fn find(&self, id: KeyId) -> Option<&KeyEncryptionKey> {
        std::iter::once(&self.first).chain(&self.others).find(|key| key.id == id)
    }

    pub(crate) fn wrap(&self, about: &[u8], data_key: &[u8; DATA_KEY_BYTES]) -> Result<WrappedKey, VaultError> {
        self.first.wrap(about, data_key)
    }
}

/// What of a line is meant to be a key.
pub(crate) fn key_text(line: &str) -> &str {
    line.split_once('#').map_or(line, |(before, _)| before).trim()
}
