//! All that the vault has sealed, wherever it lies: so that every blob can be brought under another key while the host
//! runs.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::StoreError;
use crate::words::words;

/// A column of sealed blobs. Their order here is the order of [`SealedRows::sealed_rows`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SealedColumn {
    /// [`crate::Secret::sealed`]; its key is connection and name.
    Secret,
    /// [`crate::Login::verifier_sealed`]; its key is the hash of the state, and nothing.
    LoginVerifier,
    /// [`crate::Login::authorize_sealed`]; its key is the hash of the state, and nothing.
    LoginAuthorize,
    /// [`crate::Destination::secret_sealed`]; its key is the id, and nothing.
    Destination,
    /// [`crate::ProviderKeys::sealed`]; its key is project and provider.
    ProviderKeys,
    /// [`crate::ProviderKeys::hook_sealed`]; its key is project and provider.
    ProviderHook,
}

words!(SealedColumn {
    Secret = "secret",
    LoginVerifier = "login-verifier",
    LoginAuthorize = "login-authorize",
    Destination = "destination",
    ProviderKeys = "provider-keys",
    ProviderHook = "provider-hook",
});

/// Where a blob lies.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SealedPlace {
    /// The column.
    pub column: SealedColumn,
    /// The row's key.
    pub key: (String, String),
}

/// A sealed blob in its place.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// Where it lies.
    pub place: SealedPlace,
    /// Under whose data key it is sealed: the project's.
    pub tenant: String,
    /// As the vault made it.
    pub sealed: Vec<u8>,
}

impl std::fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedRow").field("place", &self.place).field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// Sealed blobs of all kinds.
#[async_trait]
pub trait SealedRows {
    /// Blobs by their place, `after` one; at most `limit`, where 0 is read as 100. An empty list is the end.
    async fn sealed_rows(&self, after: Option<&SealedPlace>, limit: u32) -> Result<Vec<SealedRow>, StoreError>;

    /// Puts another blob in the place of this one and says whether it did: not where somebody wrote there since it was
    /// read. Whoever compares a secret's generation does not notice, since the secret is the same.
    async fn replace_sealed(&self, row: &SealedRow, with: &[u8]) -> Result<bool, StoreError>;
}
