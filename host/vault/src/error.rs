//! What can go wrong with keys and ciphertext. No message holds a secret.

use std::io;
use std::path::PathBuf;

use crate::key_id::KeyId;

/// Why a key could not be had, or a secret not be sealed or opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No key where one was expected.
    #[error("no key in {place}: make one with `openssl rand -base64 32` and put it there")]
    KeyMissing {
        /// The variable or the file.
        place: String,
    },
    /// The key file cannot be read or written.
    #[error("the key file {} cannot be read or written ({source}): check its path and owner", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The key file is not for its owner alone.
    #[error("the key file {} can be read by others (mode {mode:o}): run `chmod 600` on it", path.display())]
    KeyExposed {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not 32 bytes in base64 or hex.
    #[error(
        "key {number} in {place} is not 32 bytes in base64 or hex: write one key a line (in a variable: with commas between \
         them), made with `openssl rand -base64 32`"
    )]
    KeyMalformed {
        /// The variable or the file.
        place: String,
        /// The line of the file, or the place in the list, from 1.
        number: usize,
    },
    /// The file is far larger than keys are.
    #[error("the file {} is too large for a key file: check its path", path.display())]
    KeyFileTooLarge {
        /// The file.
        path: PathBuf,
    },
    /// Another key came before this one in the meantime.
    #[error("key {key} is not the first one in the file {}: another rotation has begun, wait for its end", path.display())]
    KeyNotCurrent {
        /// The file.
        path: PathBuf,
        /// The key that was to be the only one.
        key: KeyId,
    },
    /// Whoever holds the keys did not do as asked. The words are the service's, and never hold a key.
    #[error("the key service failed ({0}): secrets cannot be sealed or opened until it answers")]
    KeyService(String),
    /// Sealed under another key-encryption key.
    #[error(
        "sealed under key {sealed_with}, which is not among the keys in use ({in_use}): add the key that sealed it"
    )]
    OtherKey {
        /// The key that sealed it.
        sealed_with: KeyId,
        /// The keys in use, with commas between them.
        in_use: String,
    },
    /// Changed since it was sealed, or moved from its place.
    #[error("the secret was changed or moved since it was sealed: treat it as lost and ask the user to reconnect")]
    Tampered,
    /// Not a sealed secret, or sealed by a newer version.
    #[error("this is no secret that this version can read: it was cut short, or a newer version wrote it")]
    Unreadable,
    /// The system has no randomness or refuses a key.
    #[error("the cryptographic library failed: the system may be out of entropy or memory; try again")]
    Crypto,
}

impl VaultError {
    /// Stable name of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            VaultError::KeyMissing { .. } => "key-missing",
            VaultError::KeyFile { .. } => "key-file",
            VaultError::KeyExposed { .. } => "key-exposed",
            VaultError::KeyMalformed { .. } => "key-malformed",
            VaultError::KeyFileTooLarge { .. } => "key-file-too-large",
            VaultError::KeyNotCurrent { .. } => "key-not-current",
            VaultError::KeyService(_) => "key-service",
            VaultError::OtherKey { .. } => "other-key",
            VaultError::Tampered => "tampered",
            VaultError::Unreadable => "unreadable",
            VaultError::Crypto => "crypto",
        }
    }
}
