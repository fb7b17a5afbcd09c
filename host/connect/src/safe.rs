//! Secrets of connections: sealed by the vault, kept by the store, named by what they are.

use std::sync::Arc;

use gearshift_store::Store;
use gearshift_vault::{Place, Vault};
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use crate::ConnectError;

/// What is kept of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// OAuth's tokens.
    Token,
    /// Cookies.
    Jar,
    /// What capture rules took out of answers.
    Captured,
    /// The sign-in form, where the user agreed that it is kept.
    Fields,
}

impl Kept {
    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Jar => "jar",
            Self::Captured => "captured",
            Self::Fields => "fields",
        }
    }
}

/// Seals and opens what is kept.
#[derive(Clone)]
pub(crate) struct Safe {
    store: Arc<dyn Store>,
    vault: Arc<Vault>,
}

impl Safe {
    pub(crate) fn new(store: Arc<dyn Store>, vault: Arc<Vault>) -> Self {
        Self { store, vault }
    }

    /// What is kept, with its generation.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        connection: &str,
        kept: Kept,
    ) -> Result<Option<(T, i64)>, ConnectError> {
        let Some(secret) = self.store.secret(connection, kept.name()).await? else { return Ok(None) };
        let tenant = self.tenant(connection).await?;
        let place = Place { tenant: &tenant, connection, name: kept.name() };
        let plain = self.vault.open(&place, &secret.sealed)?;
        let value = serde_json::from_slice(&plain).map_err(|_| ConnectError::Unreadable(kept.name()))?;
        Ok(Some((value, secret.generation)))
    }

    /// Keeps it; with `expected`, only if that is still its generation (0: nothing is there).
    pub(crate) async fn put<T: Serialize>(
        &self,
        connection: &str,
        kept: Kept,
        value: &T,
        expected: Option<i64>,
    ) -> Result<i64, ConnectError> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| ConnectError::Unreadable(kept.name()))?);
        let tenant = self.tenant(connection).await?;
        let sealed = self.vault.seal(&Place { tenant: &tenant, connection, name: kept.name() }, &plain)?;
        Ok(self.store.put_secret(connection, kept.name(), &sealed, expected).await?)
    }

    pub(crate) async fn erase(&self, connection: &str, kept: Kept) -> Result<(), ConnectError> {
        self.store.erase_secret(connection, kept.name()).await?;
        Ok(())
    }

    /// Seals what belongs to a sign-in under way.
    pub(crate) fn seal_verifier(
        &self,
        tenant: &str,
        connection: &str,
        verifier: &str,
    ) -> Result<Vec<u8>, ConnectError> {
        Ok(self.vault.seal(&Place { tenant, connection, name: "verifier" }, verifier.as_bytes())?)
    }

    pub(crate) fn open_verifier(&self, tenant: &str, connection: &str, sealed: &[u8]) -> Result<String, ConnectError> {
        let plain = self.vault.open(&Place { tenant, connection, name: "verifier" }, sealed)?;
        String::from_utf8(plain.to_vec()).map_err(|_| ConnectError::Unreadable("verifier"))
    }

    async fn tenant(&self, connection: &str) -> Result<String, ConnectError> {
        let row = self.store.connection(connection).await?;
        row.map(|row| row.project).ok_or_else(|| ConnectError::NoConnection(connection.to_owned()))
    }
}
