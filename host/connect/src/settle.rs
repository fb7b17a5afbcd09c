//! Whose account was signed in to, and which connection that is from now on.

use gearshift_adapters::Lease;
use gearshift_adapters::contract::{Account, Pair};
use gearshift_egress::Purpose;
use gearshift_manifest::OAuth2;
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, StoreError};
use serde_json::Value;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of, overlay};
use crate::safe::Kept;
use crate::token::Token;

impl Connect {
    /// Finds out whose account it is and connects it.
    pub(crate) async fn settle(
        &self,
        lease: &Lease,
        attempt: Connection,
        facts: &[Pair],
        learnt: Vec<Pair>,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let mut known = attempt.clone();
        known.settings = overlay(known.settings.into_iter().chain(learnt.clone()));
        let outside = self.bind(lease, &attempt, Purpose::SignIn, self.settings.sign_in_requests);
        let (accounts, _) = lease.identify(&self.subject(&known, lease).await?, facts, outside).await?;
        // Where one sign-in opens several accounts, the user will choose; until there is a page for that, the first is taken.
        let account =
            accounts.into_iter().next().ok_or_else(|| ConnectError::Denied("the provider names no account".into()))?;
        let change = ConnectionChange {
            status: Some((ConnectionStatus::Connected, None)),
            auth_id: Some(lease.manifest().auth.id.clone()),
            account: account.id.clone(),
            name: account.name.clone(),
            zone: account.zone.clone(),
            scopes: Some(scopes(lease, &attempt.provider, &account, facts)),
            settings: learnt.into_iter().chain(account.settings.clone()).collect(),
            ..ConnectionChange::default()
        };
        self.connect_account(lease, attempt, &account, change, now).await
    }

    /// Two sign-ins to one account may end at the same moment: who comes second finds the first.
    async fn connect_account(
        &self,
        lease: &Lease,
        attempt: Connection,
        account: &Account,
        change: ConnectionChange,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let (connection, again) = self.reunite(lease, attempt, account, now).await?;
        let first = ConnectionChange { connected: Some(again), ..change.clone() };
        match self.store.change_connection(&connection.id, first, now).await {
            // Only of an attempt: what has lived already is not taken apart.
            Err(StoreError::Conflict(_)) if !again => {
                let (connection, again) = self.reunite(lease, connection, account, now).await?;
                let second = ConnectionChange { connected: Some(again), ..change };
                Ok(self.store.change_connection(&connection.id, second, now).await?)
            }
            other => Ok(other?),
        }
    }

    /// An account that was connected before keeps its id: the new credential moves there, and the attempt is forgotten. Says
    /// which connection it is, and whether it was connected before.
    async fn reunite(
        &self,
        lease: &Lease,
        attempt: Connection,
        account: &Account,
        now: i64,
    ) -> Result<(Connection, bool), ConnectError> {
        let Some(id) = &account.id else { return Ok((attempt, false)) };
        let before =
            self.store.find_account(&attempt.project, &attempt.provider, id, attempt.reference.as_deref()).await?;
        let Some(before) = before.filter(|before| before.id != attempt.id) else { return Ok((attempt, false)) };
        let manifest = manifest_of(lease, &attempt.provider);
        self.move_secrets(&attempt.id, &before.id, dialect(&manifest), now).await?;
        self.store.erase_connection(&attempt.id).await?;
        Ok((before, true))
    }

    async fn move_secrets(&self, from: &str, to: &str, dialect: Option<&OAuth2>, now: i64) -> Result<(), ConnectError> {
        match self.safe.get::<Token>(from, Kept::Token).await? {
            Some((token, _)) => self.keep_token(to, dialect, &token, now).await?,
            None => self.safe.erase(to, Kept::Token).await?,
        }
        for kept in [Kept::Jar, Kept::Captured, Kept::Fields, Kept::Session] {
            match self.safe.get::<Value>(from, kept).await? {
                Some((value, _)) => drop(self.safe.put(to, kept, &value, None).await?),
                None => self.safe.erase(to, kept).await?,
            }
        }
        Ok(())
    }

    /// A connection that never came about leaves nothing behind.
    pub(crate) async fn forget_attempt(&self, connection: &str) -> Result<(), ConnectError> {
        let row = self.store.connection(connection).await?;
        if row.is_some_and(|row| row.status == ConnectionStatus::Connecting) {
            self.store.erase_connection(connection).await?;
        }
        Ok(())
    }
}

/// What the user really granted: as the adapter says, else as the provider said, else all that was asked for.
fn scopes(lease: &Lease, provider: &str, account: &Account, facts: &[Pair]) -> Vec<String> {
    if !account.scopes.is_empty() {
        return account.scopes.clone();
    }
    let manifest = manifest_of(lease, provider);
    let Some(dialect) = dialect(&manifest) else { return Vec::new() };
    match facts.iter().find(|(name, _)| name == "scope") {
        Some((_, granted)) => split_scopes(granted, &dialect.scopes.separator),
        None => dialect.scopes.default.clone(),
    }
}

/// Scopes as a provider writes them in one text.
pub(crate) fn split_scopes(text: &str, separator: &str) -> Vec<String> {
    let parts = text.split(separator).flat_map(str::split_whitespace);
    parts.filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}
