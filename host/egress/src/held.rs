//! What is held for a connection while one of its requests passes.

use secrecy::SecretString;
use url::Url;

use crate::secrets::Secrets;
use crate::settings::{SHORTEST_SECRET_COOKIE, SHORTEST_SECRET_FIELD};
use crate::{Caller, Carried, Client, Credentials, EgressError, Jar, Request};

pub(crate) struct Held {
    pub(crate) user: Option<Carried>,
    pub(crate) client: Option<Client>,
    pub(crate) fields: Vec<(String, SecretString)>,
    pub(crate) jar: Jar,
}

impl Held {
    pub(crate) async fn load(credentials: &dyn Credentials, caller: &Caller) -> Result<Self, EgressError> {
        Ok(Self {
            user: credentials.user(caller).await?,
            client: credentials.client(caller).await?,
            fields: credentials.fields(caller).await?,
            jar: credentials.jar(caller).await?,
        })
    }

    /// What `{{name}}` stands for in the user's credential, and what a `[[fill]]` may name: a token, a captured value, a field.
    pub(crate) fn of_user(&self, name: &str) -> Option<&SecretString> {
        let carried = self.user.iter().flat_map(|user| &user.values);
        carried.chain(&self.fields).find(|(each, _)| each == name).map(|(_, value)| value)
    }

    /// What `{{name}}` stands for in the project's credential.
    pub(crate) fn of_client(&self, name: &str) -> Option<SecretString> {
        let client = self.client.as_ref()?;
        match name {
            "client-id" => Some(client.id.clone().into()),
            "client-secret" => Some(client.secret.clone()),
            _ => None,
        }
    }

    /// Refuses a guest's request that holds a secret. A guest is never given one, so however it came by it, it has no business
    /// to send it: the places for secrets are filled by the host.
    pub(crate) fn refuse_stray(&self, url: &Url, request: &Request) -> Result<(), EgressError> {
        let finder = self.known().finder()?;
        let query = url.query().unwrap_or_default();
        let place = if finder.finds(url.path().as_bytes()) || finder.finds(query.as_bytes()) {
            "URL"
        } else if request
            .headers
            .iter()
            .any(|(name, value)| finder.finds(name.as_bytes()) || finder.finds(value.as_bytes()))
        {
            "headers"
        } else if request.body.as_ref().is_some_and(|body| finder.finds(body)) {
            "body"
        } else {
            return Ok(());
        };
        Err(EgressError::denied(format!(
            "the {place} of the request holds a secret of this connection where no rule puts one: leave it out; a credential \
             goes where `carry` says, a form field or captured value where a [[fill]] says"
        )))
    }

    fn known(&self) -> Secrets {
        let mut known = Secrets::default();
        for (_, value) in self.user.iter().flat_map(|user| &user.values) {
            known.add(value);
        }
        if let Some(client) = &self.client {
            known.add(&client.secret);
        }
        for (_, value) in &self.fields {
            known.add_from(value, SHORTEST_SECRET_FIELD);
        }
        for value in self.jar.values() {
            known.add_from(&value, SHORTEST_SECRET_COOKIE);
        }
        known
    }
}
