//! The operator's key, and where it comes from.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use crate::error::VaultError;

/// Bytes of a key.
pub(crate) const KEY_BYTES: usize = 32;

/// A file longer than this is no key; a key in hex has 64 characters.
const LONGEST_KEY_FILE: u64 = 256;

/// The key under which data keys are wrapped. It is wiped from memory when dropped and never shown.
pub struct KeyEncryptionKey {
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl KeyEncryptionKey {
    /// A new random key.
    ///
    /// # Errors
    /// `crypto` where the system has no randomness.
    pub fn generate() -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        aws_lc_rs::rand::fill(bytes.as_mut_slice()).map_err(|_| VaultError::Crypto)?;
        Ok(KeyEncryptionKey { bytes })
    }

    /// The key in an environment variable: 32 bytes in base64 or hex.
    ///
    /// # Errors
    /// `key-missing`, `key-malformed`.
    pub fn from_env(variable: &str) -> Result<Self, VaultError> {
        let place = || format!("the environment variable {variable}");
        let text = std::env::var_os(variable).ok_or_else(|| VaultError::KeyMissing { place: place() })?;
        let text = text.into_string().map_err(|_| VaultError::KeyMalformed { place: place() })?;
        KeyEncryptionKey::from_text(&Zeroizing::new(text), place)
    }

    /// The key in a file that only its owner can read: 32 bytes in base64 or hex.
    ///
    /// # Errors
    /// `key-missing`, `key-file`, `key-exposed`, `key-malformed`.
    pub fn from_file(path: &Path) -> Result<Self, VaultError> {
        let file = File::open(path).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => VaultError::KeyMissing { place: format!("the file {}", path.display()) },
            _ => VaultError::KeyFile { path: path.to_owned(), source },
        })?;
        check_mode(path, &file)?;
        let mut text = Zeroizing::new(String::with_capacity(LONGEST_KEY_FILE as usize));
        file.take(LONGEST_KEY_FILE)
            .read_to_string(&mut text)
            .map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
        KeyEncryptionKey::from_text(&text, || format!("the file {}", path.display()))
    }

    /// The key in a file, which is made with a new key where there is none: for a first start without set-up.
    ///
    /// # Errors
    /// As [`KeyEncryptionKey::from_file`].
    pub fn from_file_or_new(path: &Path) -> Result<Self, VaultError> {
        match KeyEncryptionKey::from_file(path) {
            Err(VaultError::KeyMissing { .. }) => {}
            known => return known,
        }
        let key = KeyEncryptionKey::generate()?;
        match key.write_new(path) {
            Ok(()) => Ok(key),
            // Another process was faster: its key is the one.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => KeyEncryptionKey::from_file(path),
            Err(source) => Err(VaultError::KeyFile { path: path.to_owned(), source }),
        }
    }

    /// Writes the key beside its place and links it there, so that nobody ever reads half of it.
    fn write_new(&self, path: &Path) -> io::Result<()> {
        let draft = path.with_extension(format!("{}.new", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let text = Zeroizing::new(format!("{}\n", *self.text()));
        let mut file = options.open(&draft)?;
        let placed = file
            .write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .and_then(|()| std::fs::hard_link(&draft, path));
        std::fs::remove_file(&draft)?;
        placed
    }

    fn from_text(text: &str, place: impl Fn() -> String) -> Result<Self, VaultError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(VaultError::KeyMissing { place: place() });
        }
        let decoded = if text.len() == KEY_BYTES * 2 { hex::decode(text).ok() } else { STANDARD.decode(text).ok() };
        let decoded = Zeroizing::new(decoded.unwrap_or_default());
        let mut bytes = Zeroizing::new([0; KEY_BYTES]);
        if decoded.len() != KEY_BYTES {
            return Err(VaultError::KeyMalformed { place: place() });
        }
        bytes.copy_from_slice(&decoded);
        Ok(KeyEncryptionKey { bytes })
    }

    /// The key in base64, to be kept where [`KeyEncryptionKey::from_env`] or a secret manager finds it.
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(STANDARD.encode(self.bytes.as_slice()))
    }

    /// Tells keys apart without telling anything of them.
    pub(crate) fn id(&self) -> [u8; 8] {
        let labelled = Zeroizing::new([b"gearshift key id 1".as_slice(), self.bytes.as_slice()].concat());
        let mut id = [0; 8];
        for (to, from) in id.iter_mut().zip(digest(&SHA256, &labelled).as_ref()) {
            *to = *from;
        }
        id
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }
}

impl fmt::Debug for KeyEncryptionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyEncryptionKey(..)")
    }
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), VaultError> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = file.metadata().map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::KeyExposed { path: path.to_owned(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_path: &Path, _file: &File) -> Result<(), VaultError> {
    Ok(())
}
