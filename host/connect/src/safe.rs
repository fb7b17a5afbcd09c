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
    /// Nothing but a generation: how often a session was opened. Cookies change with any answer, and tell less.
    Session,
}

impl Kept {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Jar => "jar",
            Self::Captured => "captured",
            Self::Fields => "fields",
            Self::Session => "session",
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
        self.get_of(&self.tenant(connection).await?, connection, kept).await
    }

    /// As [`Safe::get`], for who knows whose connection it is.
    pub(crate) async fn get_of<T: DeserializeOwned>(
        &self,
        tenant: &str,
        connection: &str,
        kept: Kept,
    ) -> Result<Option<(T, i64)>, ConnectError> {
        let Some(secret) = self.store.secret(connection, kept.name()).await? else { return Ok(None) };
        let plain = self.vault.open(&Place { tenant, connection, name: kept.name() }, &secret.sealed).await?;
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
        let sealed = self.seal(connection, kept, value).await?;
        Ok(self.store.put_secret(connection, kept.name(), &sealed, expected).await?)
    }

    /// Keeps what is to be renewed at an instant, in Unix milliseconds.
    pub(crate) async fn put_due<T: Serialize>(
        &self,
        connection: &str,
        kept: Kept,
        value: &T,
        due: Option<i64>,
    ) -> Result<i64, ConnectError> {
        let sealed = self.seal(connection, kept, value).await?;
        Ok(self.store.put_expiring_secret(connection, kept.name(), &sealed, None, due).await?)
    }

    /// The sealed form of what is to be kept.
    pub(crate) async fn seal<T: Serialize>(
        &self,
        connection: &str,
        kept: Kept,
        value: &T,
    ) -> Result<Vec<u8>, ConnectError> {
        let plain = Zeroizing::new(serde_json::to_vec(value).map_err(|_| ConnectError::Unreadable(kept.name()))?);
        let tenant = self.tenant(connection).await?;
        Ok(self.vault.seal(&Place { tenant: &tenant, connection, name: kept.name() }, &plain).await?)
    }

    pub(crate) async fn erase(&self, connection: &str, kept: Kept) -> Result<(), ConnectError> {
        self.store.erase_secret(connection, kept.name()).await?;
        Ok(())
    }

    /// Seals what belongs to a sign-in under way.
    pub(crate) async fn seal_of_login(
        &self,
        tenant: &str,
        connection: &str,
        name: &str,
        plain: &str,
    ) -> Result<Vec<u8>, ConnectError> {
        Ok(self.vault.seal(&Place { tenant, connection, name }, plain.as_bytes()).await?)
    }

    pub(crate) async fn open_of_login(
        &self,
        tenant: &str,
        connection: &str,
        name: &'static str,
        sealed: &[u8],
    ) -> Result<Zeroizing<String>, ConnectError> {
        let plain = self.vault.open(&Place { tenant, connection, name }, sealed).await?;
        let text = String::from_utf8(plain.to_vec()).map_err(|_| ConnectError::Unreadable(name))?;
        Ok(Zeroizing::new(text))
    }

    async fn tenant(&self, connection: &str) -> Result<String, ConnectError> {
        let row = self.store.connection(connection).await?;
        row.map(|row| row.project).ok_or_else(|| ConnectError::NoConnection(connection.to_owned()))
    }
}
