//! A form is handed in, and a session is opened with it.

use gearshift_adapters::contract::Pair;
use gearshift_adapters::{CallError, Lease};
use gearshift_egress::Purpose;
use gearshift_manifest::Scheme;
use gearshift_store::{Connection, ConnectionStatus, NewConnection};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::ConnectError;
use crate::callback::{SignedIn, facts};
use crate::connect::Connect;
use crate::keyring::{Fields, is_secret};
use crate::oauth::printable;
use crate::safe::Kept;
use crate::settle::Meant;

/// A form as it is handed in.
#[derive(Debug)]
pub struct HandedIn {
    /// What was filled in, by field name.
    pub fields: Vec<(String, SecretString)>,
    /// The user's yes to keeping it, sealed, for renewals. Keys are kept in any case: they are all that there is.
    pub keep: bool,
    /// Which of several accounts is meant, by the provider's id.
    pub account: Option<String>,
}

impl Connect {
    /// The user handed in the form.
    ///
    /// # Errors
    /// `form` where a field is missing or unknown, or the account is none of those; `denied` where the provider refuses the
    /// password or the key; `choose-account` where there are several accounts and none is named.
    pub async fn submit_form(&self, connection: &str, form: HandedIn, now: i64) -> Result<SignedIn, ConnectError> {
        let HandedIn { fields: form, keep, account } = form;
        let named = self.connection(connection).await?;
        let lease = self.lease_for_sign_in(&named.provider).await?;
        check_form(&lease, &form)?;
        let meant = match account {
            Some(id) => Meant::Chosen(id),
            None => Meant::Only { before: named.account.clone() },
        };
        // A connection that lives is left alone until it is known whose account this is: its own takes the session over, and
        // another's becomes another connection.
        let attempt = match named.status {
            ConnectionStatus::Connecting => named,
            _ => {
                let beside = NewConnection {
                    project: named.project.clone(),
                    provider: named.provider.clone(),
                    reference: named.reference.clone(),
                    settings: named.settings.clone(),
                    ..NewConnection::default()
                };
                self.attempt(&lease, beside, now).await?
            }
        };
        let (id, beside) = (attempt.id.clone(), attempt.id != connection);
        let connection = match self.sign_in_with(&lease, attempt, &form, meant, now).await {
            Ok(connection) => connection,
            Err(error) => {
                if beside {
                    self.forget_attempt(&id).await?;
                } else if is_key(&lease) {
                    self.safe.erase(&id, Kept::Fields).await?;
                }
                return Err(error);
            }
        };
        match is_key(&lease) {
            true => {}
            false if keep && !form.is_empty() => self.keyring.keep_form(&connection.id, &form).await?,
            false => self.safe.erase(&connection.id, Kept::Fields).await?,
        }
        Ok(SignedIn { connection, redirect: String::new(), session: String::new() })
    }

    async fn sign_in_with(
        &self,
        lease: &Lease,
        mut attempt: Connection,
        form: &Fields,
        meant: Meant,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let learnt = match lease.manifest().auth.scheme {
            Scheme::Session(_) => self.open_session(lease, &attempt, form.clone()).await?,
            Scheme::Key(_) => {
                self.keep_key(lease, &attempt.id, form).await?;
                // `identify` looks for whom the form names; what of it is to stay, it says itself.
                attempt.settings.extend(open_fields(lease, form));
                Vec::new()
            }
            _ => Vec::new(),
        };
        let facts = facts(lease.manifest(), None, &[]);
        let settled = self.settle(lease, attempt, &facts, learnt, meant, now).await;
        settled.map_err(|error| match error {
            ConnectError::Adapter(error) if is_key(lease) => refused_flow(error),
            other => other,
        })
    }

    /// A key is kept before it is tried: who finds the connection connected finds its key.
    async fn keep_key(&self, lease: &Lease, connection: &str, form: &Fields) -> Result<(), ConnectError> {
        let secret = |(name, value): &(String, SecretString)| {
            is_secret(lease.manifest(), name) && !value.expose_secret().is_empty()
        };
        let keys: Fields = form.iter().filter(|field| secret(field)).cloned().collect();
        match keys.is_empty() {
            true => self.safe.erase(connection, Kept::Fields).await?,
            false => self.keyring.keep_form(connection, &keys).await?,
        }
        // Whoever was refused with an older key finds out that there is another.
        self.safe.put(connection, Kept::Session, &(), None).await.map(drop)
    }

    /// Lets the adapter open a session with a form. It begins without what an older session left; where the new one is refused,
    /// the older one is as it was.
    pub(crate) async fn open_session(
        &self,
        lease: &Lease,
        connection: &Connection,
        form: Fields,
    ) -> Result<Vec<Pair>, ConnectError> {
        let older = self.put_session_aside(&connection.id).await?;
        let mut subject = self.subject(connection, lease).await?;
        subject.settings.extend(open_fields(lease, &form));
        let _open = self.keyring.open_form(&connection.id, form);
        let outside = self.bind(lease, connection, Purpose::SignIn, self.settings.sign_in_requests);
        match lease.sign_in(&subject, outside).await {
            Ok((learnt, _)) => {
                self.safe.put(&connection.id, Kept::Session, &(), None).await?;
                Ok(learnt)
            }
            Err(error) => {
                self.put_session_back(&connection.id, older).await?;
                Err(refused_flow(error))
            }
        }
    }

    async fn put_session_aside(&self, connection: &str) -> Result<Session, ConnectError> {
        let mut aside = Vec::new();
        for kept in [Kept::Jar, Kept::Captured] {
            aside.push((kept, self.safe.get(connection, kept).await?.map(|(value, _)| value)));
            self.safe.erase(connection, kept).await?;
        }
        Ok(aside)
    }

    async fn put_session_back(&self, connection: &str, aside: Session) -> Result<(), ConnectError> {
        for (kept, value) in aside {
            match value {
                Some(value) => drop(self.safe.put(connection, kept, &value, None).await?),
                None => self.safe.erase(connection, kept).await?,
            }
        }
        Ok(())
    }
}

fn is_key(lease: &Lease) -> bool {
    matches!(lease.manifest().auth.scheme, Scheme::Key(_))
}

/// What a session is kept as, by where it was.
type Session = Vec<(Kept, Option<Value>)>;

fn refused_flow(error: CallError) -> ConnectError {
    match error {
        CallError::Failure(failure) if failure.code == "unauthorized" => ConnectError::Denied(failure.message),
        other => ConnectError::Adapter(other),
    }
}

fn check_form(lease: &Lease, form: &[(String, SecretString)]) -> Result<(), ConnectError> {
    let fields = match &lease.manifest().auth.scheme {
        scheme @ (Scheme::Session(_) | Scheme::Key(_) | Scheme::None) => scheme.form(),
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
