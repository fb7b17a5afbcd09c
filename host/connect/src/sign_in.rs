//! The end of a sign-in: the user comes back with a code, or hands in a form, and an account is connected.

use gearshift_adapters::contract::{Account, Pair};
use gearshift_adapters::{CallError, Lease};
use gearshift_egress::Purpose;
use gearshift_manifest::{Fact, Scheme};
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, Login};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::ConnectError;
use crate::connect::Connect;
use crate::keyring::{Fields, is_secret};
use crate::oauth2::{Answer, TokenEndpoint, fingerprint, printable};
use crate::safe::Kept;

/// A sign-in that succeeded.
#[derive(Debug)]
pub struct SignedIn {
    /// The connection: an account that is connected again keeps the id that it had.
    pub connection: Connection,
    /// Where the user goes now; empty for a page of ours.
    pub redirect: String,
}

impl Connect {
    /// The user is back from the provider with these query parameters.
    ///
    /// # Errors
    /// `stale-login`, `denied`, or whatever kept the code from being exchanged.
    pub async fn callback(&self, provider: &str, query: &[Pair], now: i64) -> Result<SignedIn, ConnectError> {
        let get = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let state = get("state").ok_or(ConnectError::StaleLogin)?;
        let login = self.store.take_login(&fingerprint(state), now).await?.ok_or(ConnectError::StaleLogin)?;
        if !login.provider.eq_ignore_ascii_case(provider) {
            return Err(ConnectError::StaleLogin);
        }
        if let Some(error) = get("error") {
            self.forget_attempt(&login.connection).await?;
            return Err(ConnectError::Denied(printable(error)));
        }
        let code =
            get("code").ok_or_else(|| ConnectError::Denied("the provider sent neither a code nor an error".into()))?;
        let connection = self.connection(&login.connection).await?;
        let lease = self.lease_of(&login).await?;
        let answer = self.exchange(&login, &lease, &connection, code, now).await?;
        let facts = facts(&lease, Some(&answer.body), query);
        self.safe.put(&connection.id, Kept::Token, &answer.token, None).await?;
        let connection = self.settle(&lease, connection, &facts, Vec::new(), now).await?;
        Ok(SignedIn { connection, redirect: login.redirect })
    }

    /// A sign-in ends under the version that it began with.
    async fn lease_of(&self, login: &Login) -> Result<Lease, ConnectError> {
        let digest = login.version.parse().map_err(|_| ConnectError::StaleLogin)?;
        self.adapters.lease_version(&digest).await.map_err(|error| ConnectError::Unavailable(error.to_string()))
    }

    async fn exchange(
        &self,
        login: &Login,
        lease: &Lease,
        connection: &Connection,
        code: &str,
        now: i64,
    ) -> Result<Answer, ConnectError> {
        let Scheme::Oauth2(dialect) = &lease.manifest().auth.scheme else { return Err(ConnectError::StaleLogin) };
        let client = self
            .keyring
            .client_of(&login.provider)
            .ok_or_else(|| ConnectError::NotConfigured(login.provider.clone()))?;
        let sealed = Some(&login.verifier_sealed).filter(|sealed| !sealed.is_empty());
        let verifier =
            sealed.map(|sealed| self.safe.open_verifier(&connection.project, &connection.id, sealed)).transpose()?;
        let endpoint = TokenEndpoint { egress: &self.egress, dialect, client };
        endpoint.exchange(code, &self.settings.callback(&login.provider), verifier.as_deref(), now).await
    }

    /// The user handed in the form. `keep` is the user's yes to keeping it, sealed, for renewals.
    ///
    /// # Errors
    /// `form` where a field is missing or unknown; `unauthorized` where the provider refuses the password.
    pub async fn submit_form(
        &self,
        connection: &str,
        form: Vec<(String, SecretString)>,
        keep: bool,
        now: i64,
    ) -> Result<SignedIn, ConnectError> {
        let connection = self.connection(connection).await?;
        let lease = self.lease_for_sign_in(&connection.provider).await?;
        check_form(&lease, &form)?;
        let learnt = match lease.manifest().auth.scheme {
            Scheme::Session(_) => self.open_session(&lease, &connection, form.clone()).await?,
            _ => Vec::new(),
        };
        if keep && !form.is_empty() {
            self.keyring.keep_form(&connection.id, &form).await?;
        } else {
            self.safe.erase(&connection.id, Kept::Fields).await?;
        }
        let facts = facts(&lease, None, &[]);
        let connection = self.settle(&lease, connection, &facts, learnt, now).await?;
        Ok(SignedIn { connection, redirect: String::new() })
    }

    /// Lets the adapter open a session with a form. What was left of an older session goes first, and what a refused one left
    /// goes too.
    pub(crate) async fn open_session(
        &self,
        lease: &Lease,
        connection: &Connection,
        form: Fields,
    ) -> Result<Vec<Pair>, ConnectError> {
        self.forget_session(&connection.id).await?;
        let mut subject = self.subject(connection, lease);
        subject.settings.extend(open_fields(lease, &form));
        let _open = self.keyring.open_form(&connection.id, form);
        let outside = self.bind(lease, connection, Purpose::SignIn, self.settings.sign_in_requests);
        match lease.sign_in(&subject, outside).await {
            Ok((learnt, _)) => Ok(learnt),
            Err(error) => {
                self.forget_session(&connection.id).await?;
                Err(self.note_refused_flow(error))
            }
        }
    }

    async fn forget_session(&self, connection: &str) -> Result<(), ConnectError> {
        self.safe.erase(connection, Kept::Jar).await?;
        self.safe.erase(connection, Kept::Captured).await
    }

    fn note_refused_flow(&self, error: CallError) -> ConnectError {
        match error {
            CallError::Failure(failure) if failure.code == "unauthorized" => ConnectError::Denied(failure.message),
            other => ConnectError::Adapter(other),
        }
    }

    /// Finds out whose account it is and connects it.
    async fn settle(
        &self,
        lease: &Lease,
        connection: Connection,
        facts: &[Pair],
        learnt: Vec<Pair>,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let mut known = connection.clone();
        known.settings = crate::connect::overlay(known.settings.into_iter().chain(learnt.clone()));
        let outside = self.bind(lease, &connection, Purpose::SignIn, self.settings.sign_in_requests);
        let (accounts, _) = lease.identify(&self.subject(&known, lease), facts, outside).await?;
        // Where one sign-in opens several accounts, the user will choose; until there is a page for that, the first is taken.
        let account =
            accounts.into_iter().next().ok_or_else(|| ConnectError::Denied("the provider names no account".into()))?;
        let connection = self.reunite(connection, &account).await?;
        let change = ConnectionChange {
            status: Some((ConnectionStatus::Connected, None)),
            auth_id: Some(lease.manifest().auth.id.clone()),
            account: account.id.clone(),
            name: account.name.clone(),
            zone: account.zone.clone(),
            scopes: Some(scopes(lease, &account, facts)),
            settings: learnt.into_iter().chain(account.settings).collect(),
            reference: None,
        };
        Ok(self.store.change_connection(&connection.id, change, now).await?)
    }

    /// An account that was connected before keeps its id: the new credential moves there, and the attempt is forgotten.
    async fn reunite(&self, attempt: Connection, account: &Account) -> Result<Connection, ConnectError> {
        let Some(id) = &account.id else { return Ok(attempt) };
        let before =
            self.store.find_account(&attempt.project, &attempt.provider, id, attempt.reference.as_deref()).await?;
        let Some(before) = before.filter(|before| before.id != attempt.id) else { return Ok(attempt) };
        self.move_secrets(&attempt.id, &before.id).await?;
        self.store.erase_connection(&attempt.id).await?;
        Ok(before)
    }

    async fn move_secrets(&self, from: &str, to: &str) -> Result<(), ConnectError> {
        for kept in [Kept::Token, Kept::Jar, Kept::Captured, Kept::Fields] {
            match self.safe.get::<Value>(from, kept).await? {
                Some((value, _)) => drop(self.safe.put(to, kept, &value, None).await?),
                None => self.safe.erase(to, kept).await?,
            }
        }
        Ok(())
    }

    /// A connection that never came about leaves nothing behind.
    async fn forget_attempt(&self, connection: &str) -> Result<(), ConnectError> {
        let row = self.store.connection(connection).await?;
        if row.is_some_and(|row| row.status == ConnectionStatus::Connecting) {
            self.store.erase_connection(connection).await?;
        }
        Ok(())
    }
}

fn check_form(lease: &Lease, form: &[(String, SecretString)]) -> Result<(), ConnectError> {
    let fields = match &lease.manifest().auth.scheme {
        Scheme::Session(session) => session.form.as_slice(),
        Scheme::None => &[],
        _ => return Err(ConnectError::Form("this provider has no form: send its user to the authorize URL".into())),
    };
    let filled = |name: &str| form.iter().any(|(known, value)| known == name && !value.expose_secret().is_empty());
    if let Some(missing) = fields.iter().find(|field| !field.optional && !filled(&field.name)) {
        return Err(ConnectError::Form(format!("the field `{}` ({}) is missing", missing.name, missing.label)));
    }
    match form.iter().find(|(name, _)| !fields.iter().any(|field| field.name == *name)) {
        Some((unknown, _)) => Err(ConnectError::Form(format!("there is no field `{}`", printable(unknown)))),
        None => Ok(()),
    }
}

/// The fields that an adapter may see.
fn open_fields(lease: &Lease, form: &Fields) -> Vec<Pair> {
    let open = form.iter().filter(|(name, _)| !is_secret(lease.manifest(), name));
    open.map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect()
}

/// What the manifest picks out of token answer and callback.
fn facts(lease: &Lease, answer: Option<&Value>, query: &[Pair]) -> Vec<Pair> {
    let pick = |fact: &Fact| match fact {
        Fact::Token(pointer) => match answer?.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            plain => Some(plain.to_string()),
        },
        Fact::Callback(parameter) => query.iter().find(|(name, _)| name == parameter).map(|(_, value)| value.clone()),
    };
    lease.manifest().auth.facts.iter().filter_map(|(name, fact)| Some((name.clone(), pick(fact)?))).collect()
}

/// What the user really granted: as the adapter says, else as the provider said, else all that was asked for.
fn scopes(lease: &Lease, account: &Account, facts: &[Pair]) -> Vec<String> {
    if !account.scopes.is_empty() {
        return account.scopes.clone();
    }
    let Scheme::Oauth2(dialect) = &lease.manifest().auth.scheme else { return Vec::new() };
    match facts.iter().find(|(name, _)| name == "scope") {
        Some((_, granted)) => granted.split(dialect.scopes.separator.as_str()).map(str::to_owned).collect(),
        None => dialect.scopes.default.clone(),
    }
}
