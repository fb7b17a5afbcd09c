//! Keys in this process's memory, from a file or the environment.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::key::{KeyEncryptionKey, Ring};
use crate::key_file::{self, KeyFile, Stamp};
use crate::key_id::KeyId;
use crate::limits::LOOK_AGAIN;
use crate::service::{DATA_KEY_BYTES, KeyService, WrappedKey};

/// A list of key-encryption keys: the first wraps, all unwrap.
///
/// A file is looked at again now and then, and at once when a blob names a key that is not known: a key that another process
/// adds is learnt without a restart. Where the file has become unreadable, the keys that were known stay, and the log says so.
pub struct LocalKeys {
    file: Option<PathBuf>,
    look_again: Duration,
    state: Mutex<State>,
}

struct State {
    ring: Arc<Ring>,
    /// The file as it was when the keys were read.
    stamp: Option<Stamp>,
    looked: Instant,
    /// What was wrong with the file at the last look, so that it is said once.
    complaint: Option<String>,
}

impl LocalKeys {
    /// How long a file is believed not to have changed, unless [`LocalKeys::look_again`] says otherwise. 1 s.
    pub const LOOK_AGAIN: Duration = LOOK_AGAIN;

    /// Keys at hand. They never change.
    #[must_use]
    pub fn new(first: KeyEncryptionKey, others: Vec<KeyEncryptionKey>) -> Self {
        Self::with(None, Ring::new(first, others), None)
    }

    /// The keys in an environment variable: each 32 bytes in base64 or hex, with commas between them. They never change; a new
    /// one takes a restart.
    ///
    /// # Errors
    /// `key-missing`, `key-malformed`.
    pub fn from_env(variable: &str) -> Result<Self, VaultError> {
        let place = format!("the environment variable {variable}");
        let Some(text) = std::env::var_os(variable) else { return Err(VaultError::KeyMissing { place }) };
        let text = Zeroizing::new(text.into_encoded_bytes());
        // What is not text is no key either.
        let text = std::str::from_utf8(&text).unwrap_or("?");
        Ok(Self::with(None, Ring::from_text(text, ',', &place)?, None))
    }

    /// The keys in a file that only its owner can read: each 32 bytes in base64 or hex on a line of its own; what stands behind
    /// a `#` does not count.
    ///
    /// # Errors
    /// `key-missing`, `key-file`, `key-file-too-large`, `key-exposed`, `key-malformed`.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, VaultError> {
        let path = path.as_ref();
        let (ring, stamp) = key_file::read(path)?;
        Ok(Self::with(Some(path.to_owned()), ring, Some(stamp)))
    }

    /// The keys in a file, which is made with a new key where there is none: for a first start without set-up.
    ///
    /// # Errors
    /// As [`LocalKeys::from_file`].
    pub fn from_file_or_new(path: impl AsRef<Path>) -> Result<Self, VaultError> {
        KeyFile::new(path.as_ref()).make_if_missing()?;
        Self::from_file(path)
    }

    /// Looks at the file again when the last look is longer ago than this.
    #[must_use]
    pub fn look_again(self, after: Duration) -> Self {
        Self { look_again: after, ..self }
    }

    /// The keys, the one that wraps first.
    #[must_use]
    pub fn ids(&self) -> Vec<KeyId> {
        self.ring().ids()
    }

    fn with(file: Option<PathBuf>, ring: Ring, stamp: Option<Stamp>) -> Self {
        let state = State { ring: Arc::new(ring), stamp, looked: Instant::now(), complaint: None };
        Self { file, look_again: LOOK_AGAIN, state: Mutex::new(state) }
    }

    /// The keys that are known, looked up again when it is time. A look takes some microseconds and happens under the lock, so
    /// that one does it for all who wait.
    fn ring(&self) -> Arc<Ring> {
        let mut state = self.lock();
        if state.looked.elapsed() >= self.look_again
            && let Err(error) = self.look(&mut state)
        {
            complain(&mut state, &error);
        }
        Arc::clone(&state.ring)
    }

    /// The keys as they are now.
    fn ring_now(&self) -> Result<Arc<Ring>, VaultError> {
        let mut state = self.lock();
        self.look(&mut state)?;
        Ok(Arc::clone(&state.ring))
    }

    fn look(&self, state: &mut State) -> Result<(), VaultError> {
        let Some(path) = &self.file else { return Ok(()) };
        state.looked = Instant::now();
        if Some(key_file::stamp(path)?) != state.stamp {
            let (ring, stamp) = key_file::read(path)?;
            state.ring = Arc::new(ring);
            state.stamp = Some(stamp);
            tracing::info!(current = %state.ring.first(), keys = state.ring.ids().len(), "the key file was read again");
        }
        state.complaint = None;
        Ok(())
    }

    /// A panic while the lock was held leaves the keys that were known.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn complain(state: &mut State, error: &VaultError) {
    let complaint = error.to_string();
    if state.complaint.as_ref() != Some(&complaint) {
        tracing::warn!(%error, code = error.code(), "the key file cannot be read again: the keys that are known stay in use");
        state.complaint = Some(complaint);
    }
}

#[async_trait]
impl KeyService for LocalKeys {
    async fn current(&self) -> Result<KeyId, VaultError> {
        Ok(self.ring().first())
    }

    async fn wrap(&self, about: &[u8], data_key: &[u8; DATA_KEY_BYTES]) -> Result<WrappedKey, VaultError> {
        self.ring().wrap(about, data_key)
    }

    async fn unwrap(
        &self,
        key: KeyId,
        about: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; DATA_KEY_BYTES]>, VaultError> {
        let mut ring = self.ring();
        if ring.find(key).is_none() {
            ring = self.ring_now()?;
        }
        let Some(found) = ring.find(key) else {
            let in_use: Vec<String> = ring.ids().iter().map(KeyId::to_string).collect();
            return Err(VaultError::OtherKey { sealed_with: key, in_use: in_use.join(", ") });
        };
        found.unwrap(about, wrapped)
    }
}

impl fmt::Debug for LocalKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalKeys(..)")
    }
}
