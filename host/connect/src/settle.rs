//! Whose account was signed in to, and which connection that is from now on.

use gearshift_adapters::Lease;
use gearshift_adapters::contract::{Account, Pair};
use gearshift_egress::Purpose;
use gearshift_manifest::OAuth2;
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, StoreError};
use serde_json::Value;

use crate::connect::{Connect, dialect, manifest_of, overlay};
use crate::safe::Kept;
use crate::token::Token;
use crate::{Choice, ConnectError};

/// Which account is meant where one sign-in opens several.
#[derive(Debug)]
pub(crate) enum Meant {
    /// Whichever the provider names first.
    First,
    /// The only one, or the one that was connected before.
    Only {
        /// The provider's id of what was connected before.
        before: Option<String>,
    },
    /// The one with this id.
    Chosen(String),
}

impl Meant {
    fn among(self, accounts: Vec<Account>) -> Result<Account, ConnectError> {
        let wanted = match &self {
            Self::First => None,
            Self::Only { before } => before.as_ref().filter(|_| accounts.len() > 1),
            Self::Chosen(id) => Some(id),
        };
        if let Some(account) = wanted.and_then(|id| accounts.iter().find(|account| account.id.as_ref() == Some(id))) {
            return Ok(account.clone());
        }
        if let Self::Chosen(_) = self {
            return Err(ConnectError::Form(
                "`account` is none of those that this opens: leave it out to see them".into(),
            ));
        }
        let choice = |account: &Account| Some(Choice { id: account.id.clone()?, name: account.name.clone() });
        // What has no id cannot be told apart, so that there is nothing to choose.
        match accounts.iter().map(choice).collect::<Option<Vec<Choice>>>() {
            Some(choices) if matches!(self, Self::Only { .. }) && choices.len() > 1 => {
                Err(ConnectError::ChooseAccount(choices))
            }
            _ => {
                let first = accounts.into_iter().next();
                first.ok_or_else(|| ConnectError::Denied("the provider names no account".into()))
            }
        }
    }
}

impl Connect {
    /// Finds out whose account it is and connects it.
    pub(crate) async fn settle(
        &self,
        lease: &Lease,
        attempt: Connection,
        facts: &[Pair],
        learnt: Vec<Pair>,
        meant: Meant,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let mut known = attempt.clone();
        known.settings = overlay(known.settings.into_iter().chain(learnt.clone()));
        let outside = self.bind(lease, &attempt, Purpose::SignIn, self.settings.sign_in_requests);
        let (accounts, _) = lease.identify(&self.subject(&known, lease).await?, facts, outside).await?;
        let account = meant.among(accounts)?;
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

    /// A connection that never came about, since its sign-in failed, leaves word of that and nothing else. Says for whom it was.
    pub(crate) async fn fail_attempt(
        &self,
        connection: &str,
        code: &str,
        now: i64,
    ) -> Result<Option<String>, ConnectError> {
        let row = self.store.connection(connection).await?;
        let Some(row) = row.filter(|row| row.status == ConnectionStatus::Connecting) else { return Ok(None) };
        self.store.fail_connection(connection, code, now).await?;
        Ok(row.reference)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn accounts(ids: &[Option<&str>]) -> Vec<Account> {
        let account = |id: &Option<&str>| Account {
            id: id.map(str::to_owned),
            name: None,
            scopes: Vec::new(),
            zone: None,
            settings: Vec::new(),
            extra: Vec::new(),
        };
        ids.iter().map(account).collect()
    }

    fn only(before: Option<&str>) -> Meant {
        Meant::Only { before: before.map(str::to_owned) }
    }

    #[test]
    fn one_account_needs_no_choice() {
        for meant in [Meant::First, only(None), only(Some("b")), Meant::Chosen("a".into())] {
            assert_eq!(meant.among(accounts(&[Some("a")])).unwrap().id.as_deref(), Some("a"));
        }
        assert_eq!(only(None).among(Vec::new()).unwrap_err().code(), "denied");
    }

    #[test]
    fn of_several_the_one_is_taken_that_is_named_or_was_connected_before() {
        let both = || accounts(&[Some("a"), Some("b")]);
        let Err(ConnectError::ChooseAccount(choices)) = only(None).among(both()) else { panic!("nothing to choose") };
        assert_eq!(choices.iter().map(|choice| choice.id.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        for meant in [Meant::Chosen("b".into()), only(Some("b"))] {
            assert_eq!(meant.among(both()).unwrap().id.as_deref(), Some("b"));
        }
        assert_eq!(only(Some("c")).among(both()).unwrap_err().code(), "choose-account");
        assert_eq!(Meant::Chosen("c".into()).among(both()).unwrap_err().code(), "form");
        assert_eq!(Meant::First.among(both()).unwrap().id.as_deref(), Some("a"));
    }

    #[test]
    fn accounts_without_an_id_cannot_be_chosen_among() {
        assert_eq!(only(None).among(accounts(&[None, Some("b")])).unwrap().id, None);
    }
}
