//! Sealed secrets. The store sees ciphertext only; keys are the vault's.

use async_trait::async_trait;

use crate::StoreError;

/// One sealed secret of a connection.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Whose it is.
    pub connection: String,
    /// What it is: "token", "password", "jar".
    pub name: String,
    /// As the vault made it.
    pub sealed: Vec<u8>,
    /// Grows with every write, and never starts again while the connection lives.
    pub generation: i64,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secret")
            .field("connection", &self.connection)
            .field("name", &self.name)
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}

/// Secrets of connections.
#[async_trait]
pub trait Secrets {
    /// Writes a secret that does not expire and says its new generation. `expected` makes it a compare-and-swap: the
    /// generation that was read, or 0 where nothing was there; none writes over whatever is there.
    ///
    /// # Errors
    /// `conflict` where the generation is another one: somebody renewed first, read theirs. `not-found` where the
    /// connection does not exist.
    async fn put_secret(
        &self,
        connection: &str,
        name: &str,
        sealed: &[u8],
        expected: Option<i64>,
    ) -> Result<i64, StoreError>;

    /// As [`Secrets::put_secret`], for a secret that is renewed: `expires` is when it is to be, in Unix milliseconds,
    /// or none where nobody knows. What was noted of a renewal of its predecessor ([`crate::RenewalRow::tried`]) is
    /// forgotten.
    ///
    /// # Errors
    /// As [`Secrets::put_secret`].
    async fn put_expiring_secret(
        &self,
        connection: &str,
        name: &str,
        sealed: &[u8],
        expected: Option<i64>,
        expires: Option<i64>,
    ) -> Result<i64, StoreError>;

    /// One secret.
    async fn secret(&self, connection: &str, name: &str) -> Result<Option<Secret>, StoreError>;

    /// All secrets of a connection, by name.
    async fn secrets(&self, connection: &str) -> Result<Vec<Secret>, StoreError>;

    /// Takes one secret away, and says whether it was there.
    async fn erase_secret(&self, connection: &str, name: &str) -> Result<bool, StoreError>;

    /// Takes all secrets of a connection away.
    async fn erase_secrets(&self, connection: &str) -> Result<u64, StoreError>;
}
