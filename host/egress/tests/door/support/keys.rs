//! A keeper of credentials that keeps them in memory.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use gearshift_egress::{Caller, Carried, Client, Credentials, EgressError, Jar};
use secrecy::{ExposeSecret as _, SecretString};

#[derive(Clone, Default)]
pub(crate) struct Keys(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    user: Option<Carried>,
    client: Option<Client>,
    fields: Vec<(String, SecretString)>,
    jar: Jar,
    saves: usize,
    captured: Vec<(String, String, Option<i64>)>,
}

impl Keys {
    pub(crate) fn token(self, token: &str) -> Self {
        self.0.lock().unwrap().user = Some(Carried::token(token));
        self
    }

    /// A token of OAuth 1.0a with its secret.
    pub(crate) fn signing(self, token: &str, secret: &str) -> Self {
        self.0.lock().unwrap().user = Some(Carried::token(token).with("token-secret", secret));
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.0.lock().unwrap().user = Some(Carried::default().with("key", key));
        self
    }

    pub(crate) fn client(self, id: &str, secret: &str) -> Self {
        self.0.lock().unwrap().client = Some(Client { id: id.into(), secret: secret.into() });
        self
    }

    pub(crate) fn field(self, name: &str, value: &str) -> Self {
        self.0.lock().unwrap().fields.push((name.into(), value.into()));
        self
    }

    /// Name, value and expiry of what was captured.
    pub(crate) fn captured(&self) -> Vec<(String, String, Option<i64>)> {
        self.0.lock().unwrap().captured.clone()
    }

    pub(crate) fn cookies(&self) -> usize {
        self.0.lock().unwrap().jar.len()
    }

    /// How often a jar was saved.
    pub(crate) fn saves(&self) -> usize {
        self.0.lock().unwrap().saves
    }
}

#[async_trait]
impl Credentials for Keys {
    async fn user(&self, _: &Caller) -> Result<Option<Carried>, EgressError> {
        Ok(self.0.lock().unwrap().user.clone())
    }

    async fn client(&self, _: &Caller) -> Result<Option<Client>, EgressError> {
        Ok(self.0.lock().unwrap().client.clone())
    }

    async fn fields(&self, _: &Caller) -> Result<Vec<(String, SecretString)>, EgressError> {
        Ok(self.0.lock().unwrap().fields.clone())
    }

    async fn jar(&self, _: &Caller) -> Result<Jar, EgressError> {
        Ok(self.0.lock().unwrap().jar.clone())
    }

    async fn save_jar(&self, _: &Caller, before: &Jar, jar: &Jar) -> Result<bool, EgressError> {
        let mut state = self.0.lock().unwrap();
        if state.jar != *before {
            return Ok(false);
        }
        state.jar = jar.clone();
        state.saves += 1;
        Ok(true)
    }

    async fn captured(
        &self,
        _: &Caller,
        name: &str,
        value: SecretString,
        expires: Option<i64>,
    ) -> Result<(), EgressError> {
        let mut state = self.0.lock().unwrap();
        state.captured.push((name.into(), value.expose_secret().into(), expires));
        let user = state.user.take().unwrap_or_default();
        state.user = Some(user.with(name, value));
        Ok(())
    }
}
