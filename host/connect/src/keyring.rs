//! What the door out asks for: the credential, the cookies and the form of the connection that a call is bound to.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use gearshift_egress::{Caller, Carried, Client, Credentials, EgressError, Jar};
use gearshift_manifest::{KeyName, Manifest};
use gearshift_store::StoreError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::ConnectError;
use crate::clients::Clients;
use crate::digest::keyed;
use crate::safe::{Kept, Safe};
use crate::token::Token;

/// A filled-in form, by field name.
pub(crate) type Fields = Vec<(String, SecretString)>;

/// One value that a capture rule took.
#[derive(Serialize, Deserialize)]
pub(crate) struct Captured {
    value: String,
    pub(crate) expires: Option<i64>,
}

impl Drop for Captured {
    fn drop(&mut self) {
        self.value.zeroize();
    }
}

/// The keeper of credentials.
pub struct Keyring {
    pub(crate) safe: Safe,
    pub(crate) clients: Clients,
    /// Forms of sign-ins that run now; a password is kept beyond that only if its user agreed.
    open_forms: Mutex<HashMap<String, Arc<Fields>>>,
}

impl Keyring {
    pub(crate) fn new(safe: Safe, clients: Clients) -> Self {
        Self { safe, clients, open_forms: Mutex::default() }
    }

    /// Makes a form's fields known while a sign-in runs, and forgets them when the guard is dropped.
    pub(crate) fn open_form(&self, connection: &str, fields: Fields) -> OpenForm<'_> {
        self.forms().insert(connection.to_owned(), Arc::new(fields));
        OpenForm { keyring: self, connection: connection.to_owned() }
    }

    fn forms(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Fields>>> {
        self.open_forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries out a `[[sign]]` rule: key, digest and form are the manifest's, the fields are the guest's.
    pub(crate) async fn sign(&self, caller: &Caller, rule: &str, fields: &[String]) -> Result<String, SignError> {
        let known = caller.manifest.signs.iter().find(|known| known.rule == rule);
        let rule = known.ok_or_else(|| SignError::NoRule(rule.to_owned()))?;
        if rule.guest_fields() != fields.len() {
            return Err(SignError::Fields {
                rule: rule.rule.clone(),
                wanted: rule.guest_fields(),
                given: fields.len(),
            });
        }
        let application = self.clients.find(&caller.project, &caller.provider).await?;
        let application = application.ok_or_else(|| ConnectError::NotConfigured(caller.provider.clone()))?;
        let key = match rule.key {
            KeyName::HookSecret => application.hook_secret.unwrap_or(application.client.secret),
            KeyName::ClientId | KeyName::ClientSecret => application.client.secret,
        };
        let mut given = fields.iter().map(String::as_str);
        let message = rule.template.fill(|name| match name {
            "client-id" => Some(application.client.id.as_str()),
            _ => given.next(),
        });
        let message = message.map_err(SignError::NoRule)?;
        keyed(rule.digest, rule.encoding, &key, message.as_bytes()).ok_or_else(|| SignError::NoRule(rule.rule.clone()))
    }

    /// The form that the user let us keep.
    pub(crate) async fn kept_form(&self, connection: &str) -> Result<Option<Fields>, ConnectError> {
        let kept: Option<(Vec<(String, String)>, i64)> = self.safe.get(connection, Kept::Fields).await?;
        Ok(kept.map(|(fields, _)| fields.into_iter().map(|(name, value)| (name, value.into())).collect()))
    }

    pub(crate) async fn keep_form(&self, connection: &str, fields: &Fields) -> Result<(), ConnectError> {
        let plain: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.expose_secret())).collect();
        self.safe.put(connection, Kept::Fields, &plain, None).await.map(drop)
    }

    async fn captured_values(&self, caller: &Caller) -> Result<(BTreeMap<String, Captured>, i64), ConnectError> {
        let kept = self.safe.get_of(&caller.project, &caller.connection, Kept::Captured).await?;
        Ok(kept.unwrap_or_default())
    }
}

/// Why nothing is signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SignError {
    #[error("the manifest has no [[sign]] rule `{0}` that can be carried out")]
    NoRule(String),
    #[error("the [[sign]] rule `{rule}` takes {wanted} fields, and {given} were given")]
    Fields { rule: String, wanted: usize, given: usize },
    #[error(transparent)]
    Connect(#[from] ConnectError),
}

/// A form that is known for as long as this lives.
pub(crate) struct OpenForm<'a> {
    keyring: &'a Keyring,
    connection: String,
}

impl Drop for OpenForm<'_> {
    fn drop(&mut self) {
        self.keyring.forms().remove(&self.connection);
    }
}

/// A token as the door out is given it, with what signs where it is one of OAuth 1.0a.
fn carried(token: &Token) -> Carried {
    let carried = Carried::token(token.access());
    match token.secret() {
        Some(secret) => carried.with("token-secret", secret),
        None => carried,
    }
}

fn internal(what: &'static str) -> impl Fn(ConnectError) -> EgressError {
    move |source| EgressError::Internal { what, source: Box::new(source) }
}

/// Whether a field of the sign-in form is kept from the adapter.
pub(crate) fn is_secret(manifest: &Manifest, name: &str) -> bool {
    !manifest.auth.scheme.form().iter().any(|field| field.name == name && !field.secret)
}

#[async_trait]
impl Credentials for Keyring {
    async fn user(&self, caller: &Caller) -> Result<Option<Carried>, EgressError> {
        let fault = internal("read the connection's credential");
        let token: Option<(Token, i64)> =
            self.safe.get_of(&caller.project, &caller.connection, Kept::Token).await.map_err(&fault)?;
        let captured = self.captured_values(caller).await.map_err(&fault)?.0;
        if token.is_none() && captured.is_empty() {
            return Ok(None);
        }
        let carried = token.map(|(token, _)| carried(&token)).unwrap_or_default();
        Ok(Some(captured.iter().fold(carried, |carried, (name, one)| carried.with(name, one.value.as_str()))))
    }

    async fn client(&self, caller: &Caller) -> Result<Option<Client>, EgressError> {
        let found = self.clients.find(&caller.project, &caller.provider).await;
        Ok(found.map_err(internal("read the project's application"))?.map(|application| application.client))
    }

    async fn fields(&self, caller: &Caller) -> Result<Vec<(String, SecretString)>, EgressError> {
        let open = self.forms().get(&caller.connection).cloned();
        let fields = match open {
            Some(fields) => fields.to_vec(),
            None => {
                let kept = self.kept_form(&caller.connection).await;
                kept.map_err(internal("read the kept form"))?.unwrap_or_default()
            }
        };
        // What is not secret the adapter puts where it belongs by itself.
        Ok(fields.into_iter().filter(|(name, _)| is_secret(&caller.manifest, name)).collect())
    }

    async fn jar(&self, caller: &Caller) -> Result<Jar, EgressError> {
        let jar = self
            .safe
            .get_of(&caller.project, &caller.connection, Kept::Jar)
            .await
            .map_err(internal("read the connection's cookies"))?;
        Ok(jar.map(|(jar, _)| jar).unwrap_or_default())
    }

    async fn save_jar(&self, caller: &Caller, before: &Jar, jar: &Jar) -> Result<bool, EgressError> {
        let fault = internal("keep the connection's cookies");
        let kept: Option<(Jar, i64)> =
            self.safe.get_of(&caller.project, &caller.connection, Kept::Jar).await.map_err(&fault)?;
        let (present, generation) = kept.unwrap_or_default();
        if present != *before {
            return Ok(false);
        }
        match self.safe.put(&caller.connection, Kept::Jar, jar, Some(generation)).await {
            Err(ConnectError::Store(StoreError::Conflict(_))) => Ok(false),
            kept => kept.map(|_| true).map_err(fault),
        }
    }

    async fn captured(
        &self,
        caller: &Caller,
        name: &str,
        value: SecretString,
        expires: Option<i64>,
    ) -> Result<(), EgressError> {
        let fault = internal("keep a captured token");
        // Calls of one connection may run side by side: whoever finds another generation reads again and adds to that.
        loop {
            let (mut values, generation) = self.captured_values(caller).await.map_err(&fault)?;
            values.insert(name.to_owned(), Captured { value: value.expose_secret().to_owned(), expires });
            match self.safe.put(&caller.connection, Kept::Captured, &values, Some(generation)).await {
                Err(ConnectError::Store(StoreError::Conflict(_))) => {}
                other => return other.map(drop).map_err(&fault),
            }
        }
    }
}
