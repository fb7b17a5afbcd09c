//! The names of key-encryption keys.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};

/// Tells key-encryption keys apart without telling anything of them. Every blob carries the id of the key that it is under.
/// Shown in hex.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; 8]);

impl KeyId {
    /// The id for a key that has a name somewhere else, such as an ARN or a resource path: the beginning of the name's hash.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        Self::hashed(&[b"gearshift key name 1".as_slice(), name.as_bytes()].concat())
    }

    /// The first bytes of SHA-256.
    pub(crate) fn hashed(bytes: &[u8]) -> Self {
        let mut id = [0; 8];
        for (to, from) in id.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
            *to = *from;
        }
        Self(id)
    }

    pub(crate) fn bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl From<[u8; 8]> for KeyId {
    fn from(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}
