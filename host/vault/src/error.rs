//! What can go wrong with keys and ciphertext. No message holds a secret.

use std::io;
use std::path::PathBuf;

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
    #[error("the key in {place} is not 32 bytes in base64 or hex: make one with `openssl rand -base64 32`")]
    KeyMalformed {
        /// The variable or the file.
        place: String,
    },
    /// Sealed under another key-encryption key.
    #[error("sealed under key {sealed_with}, and the key in use is {in_use}: start with the key that sealed it")]
    OtherKey {
        /// Id of the key that sealed it.
        sealed_with: String,
        /// Id of the key in use.
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
            VaultError::OtherKey { .. } => "other-key",
            VaultError::Tampered => "tampered",
            VaultError::Unreadable => "unreadable",
            VaultError::Crypto => "crypto",
        }
    }
}
