//! A connection begins: a link for the user's browser, or the fields of a form.

use gearshift_adapters::Lease;
use gearshift_manifest::Field;
use gearshift_store::{Connection, Format, NewConnection, Project, Session};
use serde::Serialize;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::leave::{asked_for, no_scopes};
use crate::offer::SignInBy;

/// Who wants to connect what.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The project.
    pub project: String,
    /// The provider's enum.
    pub provider: String,
    /// The project's own name for its user.
    pub reference: Option<String>,
    /// Where the user goes afterwards; empty for a page of ours.
    pub redirect: String,
    /// Where the user goes if it fails; empty for nowhere.
    pub failure: String,
    /// In whose words the browser is told there how it ended.
    pub format: Format,
    /// Optional scopes that are asked for. None: those that the project has set.
    pub scopes: Option<Vec<String>>,
}

impl From<&Wish> for NewConnection {
    fn from(wish: &Wish) -> Self {
        Self {
            project: wish.project.clone(),
            provider: wish.provider.clone(),
            reference: wish.reference.clone(),
            ..Self::default()
        }
    }
}

/// What the user does next.
#[derive(Debug, Serialize)]
#[serde(tag = "next", rename_all = "kebab-case")]
pub enum Begun {
    /// Opens a link, once, in the browser that is to come back from the provider.
    Authorize(Link),
    /// Fills in a form.
    Form {
        /// The new connection.
        connection: String,
        /// Its fields.
        fields: Vec<FormField>,
    },
}

/// A link that leads a user through a sign-in.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// The new connection.
    pub connection: String,
    /// Where to: a page of ours, which leads on to the provider or to a form.
    pub url: String,
    /// Until when it works, in Unix milliseconds.
    pub expires: i64,
}

/// One field of a form.
#[derive(Debug, Clone, Serialize)]
pub struct FormField {
    /// To be given back under this name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Show it as dots; it goes to the provider and nowhere else.
    pub secret: bool,
    /// It may be left out.
    pub optional: bool,
    /// A word of help, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl From<&Field> for FormField {
    fn from(field: &Field) -> Self {
        Self {
            name: field.name.clone(),
            label: field.label.clone(),
            secret: field.secret,
            optional: field.optional,
            help: field.help.clone(),
        }
    }
}

impl Connect {
    /// Begins a connection: in the user's browser, or with a form of the platform's own where the provider has one to fill in.
    ///
    /// # Errors
    /// `unknown-provider`, `not-accepted`, `not-configured`, `unsupported`, `by-phone`, `unknown-scope`, `redirect`.
    pub async fn begin(&self, wish: Wish, now: i64) -> Result<Begun, ConnectError> {
        match self.offer(&wish.project, &wish.provider).await?.by {
            SignInBy::Provider => self.begin_link(wish, now).await.map(Begun::Authorize),
            SignInBy::Password(fields) | SignInBy::Key(fields) => {
                self.check_redirect(&wish.project, &wish.redirect).await?;
                let lease = self.lease_for_sign_in(&wish.provider).await?;
                let connection = self.attempt(&lease, NewConnection::from(&wish), now).await?;
                Ok(Begun::Form { connection: connection.id, fields })
            }
        }
    }

    /// Begins a connection in the user's browser, whatever the way of signing in: a link is a session with one provider, and with a
    /// connection that is promised.
    ///
    /// # Errors
    /// As [`Connect::begin`].
    pub async fn begin_link(&self, wish: Wish, now: i64) -> Result<Link, ConnectError> {
        let success = self.check_redirect(&wish.project, &wish.redirect).await?;
        let failure = self.check_redirect(&wish.project, &wish.failure).await?;
        self.offer(&wish.project, &wish.provider).await?;
        let lease = self.lease_for_sign_in(&wish.provider).await?;
        self.check_scopes(&lease, &wish).await?;
        let connection = self.attempt(&lease, NewConnection::from(&wish), now).await?;
        let session = Session {
            project: wish.project,
            providers: Some(vec![wish.provider]),
            scopes: wish.scopes,
            reference: wish.reference,
            success,
            failure,
            format: wish.format,
            attempt: Some(connection.id.clone()),
            ..Session::default()
        };
        let opened = self.keep_session(session, self.settings.login_lifetime, now).await?;
        Ok(Link { connection: connection.id, url: opened.url, expires: opened.expires })
    }

    /// Scopes are asked for when the user leaves; what the provider does not have is said to the platform now.
    async fn check_scopes(&self, lease: &Lease, wish: &Wish) -> Result<(), ConnectError> {
        let manifest = manifest_of(lease, &wish.provider);
        match dialect(&manifest) {
            Some(dialect) => {
                let application = self.application(&wish.project, &wish.provider).await?;
                asked_for(dialect, wish.scopes.as_ref().unwrap_or(&application.scopes)).map(drop)
            }
            None => no_scopes(wish.scopes.as_deref()),
        }
    }

    /// The address to which a project wants to send a user, as a browser reads it. Empty: a page of ours.
    ///
    /// # Errors
    /// `redirect` where the project does not allow it; `no-project`.
    pub async fn check_redirect(&self, project: &str, wanted: &str) -> Result<String, ConnectError> {
        let found = self.store.project(project).await?;
        checked_redirect(&found.ok_or_else(|| ConnectError::NoProject(project.to_owned()))?, wanted)
    }

    /// Every sign-in is a connection of its own, so that one which comes to nothing harms nothing. An account that was connected
    /// before takes the new credential over when it is known.
    pub(crate) async fn attempt(
        &self,
        lease: &Lease,
        new: NewConnection,
        now: i64,
    ) -> Result<Connection, ConnectError> {
        let auth_id = lease.manifest().auth.id.clone();
        Ok(self.store.create_connection(NewConnection { auth_id, ..new }, now).await?)
    }
}

/// A user is sent back to where the project's operator said, and nowhere else. What is compared and kept is the address as a
/// browser reads it.
fn checked_redirect(project: &Project, wanted: &str) -> Result<String, ConnectError> {
    if wanted.is_empty() {
        return Ok(String::new());
    }
    let refused = || ConnectError::Redirect { project: project.id.clone() };
    let url = url::Url::parse(wanted).map_err(|_| refused())?;
    if !matches!(url.scheme(), "https" | "http") || !url.username().is_empty() || url.password().is_some() {
        return Err(refused());
    }
    let wanted = String::from(url);
    let exact =
        |allowed: &str| wanted == allowed || wanted.strip_prefix(allowed).is_some_and(|rest| rest.starts_with('?'));
    let allows = |allowed: &String| match allowed.ends_with('/') {
        true => wanted.starts_with(allowed.as_str()),
        false => exact(allowed),
    };
    if project.redirects.iter().any(allows) { Ok(wanted) } else { Err(refused()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(allowed: &str, wanted: &str) -> bool {
        let project = Project { id: "p".into(), name: "P".into(), redirects: vec![allowed.into()], created: 0 };
        checked_redirect(&project, wanted).is_ok()
    }

    #[test]
    fn an_exact_address_allows_itself_and_what_is_asked_of_it() {
        assert!(allows("https://a.example/done", "https://a.example/done"));
        assert!(allows("https://a.example/done", "https://a.example/done?user=1"));
        for other in [
            "https://a.example/done2",
            "https://a.example/done/x",
            "https://a.example.evil/done",
            "http://a.example/done",
        ] {
            assert!(!allows("https://a.example/done", other), "{other}");
        }
    }

    #[test]
    fn an_address_with_a_slash_allows_what_is_below_it() {
        assert!(allows("https://a.example/", "https://a.example/x/y"));
        for other in ["https://a.example.evil/", "javascript:alert(1)", "https://a@a.example/"] {
            assert!(!allows("https://a.example/", other), "{other}");
        }
        for out in ["https://a.example/app/../x", "https://a.example/app/%2e%2e/x", "https://a.example/app/..\\x"] {
            assert!(!allows("https://a.example/app/", out), "{out}");
        }
    }
}
