//! A connection begins: a link for the user's browser, or the fields of a form.

use gearshift_adapters::Lease;
use gearshift_manifest::{Carry, Credential, Field, Scheme};
use gearshift_store::{Connection, Format, Login, NewConnection, Project};
use serde::Serialize;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::oauth::{fingerprint, printable, random_text};

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
    /// Where the user goes if it fails; empty for a page of ours.
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
    Authorize {
        /// The new connection.
        connection: String,
        /// Where to: a page of ours, which leads on to the provider.
        url: String,
        /// Until when it works, in Unix milliseconds.
        expires: i64,
    },
    /// Fills in a form.
    Form {
        /// The new connection.
        connection: String,
        /// Its fields.
        fields: Vec<FormField>,
    },
}

/// One field of a form.
#[derive(Debug, Serialize)]
pub struct FormField {
    /// To be given back under this name.
    pub name: String,
    /// For people.
    pub label: String,
    /// Show it as dots; it goes to the provider and nowhere else.
    pub secret: bool,
    /// It may be left out.
    pub optional: bool,
}

impl From<&Field> for FormField {
    fn from(field: &Field) -> Self {
        Self { name: field.name.clone(), label: field.label.clone(), secret: field.secret, optional: field.optional }
    }
}

impl Connect {
    /// Begins a connection.
    ///
    /// # Errors
    /// `unknown-provider`, `not-accepted`, `not-configured`, `unsupported`, `by-phone`, `unknown-scope`, `redirect`; `unavailable`
    /// where the provider is asked first and does not answer.
    pub async fn begin(&self, wish: Wish, now: i64) -> Result<Begun, ConnectError> {
        let redirect = self.check_redirect(&wish.project, &wish.redirect).await?;
        let failure = self.check_redirect(&wish.project, &wish.failure).await?;
        let wish = Wish { redirect, failure, ..wish };
        let lease = self.lease_for_sign_in(&wish.provider).await?;
        match &lease.manifest().auth.scheme {
            Scheme::Oauth2(_) => self.begin_oauth2(&lease, wish, now).await,
            Scheme::Oauth1(_) => self.begin_oauth1(&lease, wish, now).await,
            scheme @ (Scheme::Session(_) | Scheme::Key(_) | Scheme::None) => {
                if matches!(scheme, Scheme::Key(_)) && carries_client(&lease.manifest().auth.carry) {
                    // Nobody is asked for a form that cannot come to anything.
                    self.application(&wish.project, &wish.provider).await?;
                }
                let fields = scheme.form().iter().map(FormField::from).collect();
                Ok(Begun::Form { connection: self.attempt(&lease, NewConnection::from(&wish), now).await?.id, fields })
            }
            Scheme::Device => Err(ConnectError::ByPhone(wish.provider)),
            other => Err(ConnectError::Unsupported(other.as_str())),
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

    /// Whether a user of a project could begin at a provider now: it is served, accepted, and knows an application of the
    /// project's where it wants one.
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn offers(&self, project: &str, provider: &str) -> Result<bool, ConnectError> {
        let lease = match self.lease_for_sign_in(provider).await {
            Ok(lease) => lease,
            Err(ConnectError::UnknownProvider(_) | ConnectError::NotAccepted(_)) => return Ok(false),
            Err(error) => return Err(error),
        };
        let auth = &lease.manifest().auth;
        Ok(match &auth.scheme {
            Scheme::Oauth2(_) => self.clients().find(project, provider).await?.is_some(),
            Scheme::Key(_) if carries_client(&auth.carry) => self.clients().find(project, provider).await?.is_some(),
            Scheme::Session(_) | Scheme::Key(_) | Scheme::None => true,
            _ => false,
        })
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

    async fn begin_oauth2(&self, lease: &Lease, wish: Wish, now: i64) -> Result<Begun, ConnectError> {
        let application = self.application(&wish.project, &wish.provider).await?;
        let manifest = manifest_of(lease, &wish.provider);
        let Some(dialect) = dialect(&manifest) else { return Err(ConnectError::StaleLogin) };
        let optional = wish.scopes.as_ref().unwrap_or(&application.scopes);
        if let Some(unknown) = optional.iter().find(|scope| !dialect.scopes.optional.contains(scope)) {
            return Err(ConnectError::UnknownScope {
                scope: printable(unknown),
                known: dialect.scopes.optional.join(", "),
            });
        }
        let scopes: Vec<String> = dialect.scopes.default.iter().chain(optional).cloned().collect();

        let state = random_text().ok_or(ConnectError::NoRandomness)?;
        let redirect_uri = self.settings.callback(&wish.provider, &wish.project);
        let beginning = self.at(dialect, &application).begin(&redirect_uri, &state, &scopes)?;
        let departure = Departure { mark: fingerprint(&state), url: beginning.url, kept: beginning.verifier };
        self.depart(lease, wish, redirect_uri, departure, now).await
    }

    /// The provider is asked for a request token before anybody is sent there.
    async fn begin_oauth1(&self, lease: &Lease, wish: Wish, now: i64) -> Result<Begun, ConnectError> {
        if let Some(scope) = wish.scopes.iter().flatten().next() {
            return Err(ConnectError::UnknownScope { scope: printable(scope), known: "none".into() });
        }
        let application = self.application(&wish.project, &wish.provider).await?;
        let manifest = manifest_of(lease, &wish.provider);
        let Scheme::Oauth1(how) = &manifest.auth.scheme else { return Err(ConnectError::StaleLogin) };
        let redirect_uri = self.settings.callback(&wish.provider, &wish.project);
        let provider = self.signing_at(how, &application);
        let request = provider.request_token(&redirect_uri).await?;
        let kept = serde_json::to_string(&request).map_err(|_| ConnectError::Unreadable("request token"))?;
        let departure =
            Departure { mark: request.mark(&redirect_uri), url: provider.authorize(&request), kept: Some(kept) };
        self.depart(lease, wish, redirect_uri, departure, now).await
    }

    /// Keeps a sign-in that is ready to be taken up, and makes the link to it.
    async fn depart(
        &self,
        lease: &Lease,
        wish: Wish,
        redirect_uri: String,
        departure: Departure,
        now: i64,
    ) -> Result<Begun, ConnectError> {
        let link = random_text().ok_or(ConnectError::NoRandomness)?;
        let connection = self.attempt(lease, NewConnection::from(&wish), now).await?;
        let (project, id) = (&connection.project, &connection.id);
        let verifier_sealed = match &departure.kept {
            Some(kept) => self.safe.seal_of_login(project, id, "verifier", kept).await?,
            None => Vec::new(),
        };
        // What the operator rewrites goes elsewhere for browsers too.
        let url = self.egress.rewritten(&departure.url);
        let lifetime = i64::try_from(self.settings.login_lifetime.as_millis()).unwrap_or(i64::MAX);
        let login = Login {
            state_hash: departure.mark,
            link_hash: fingerprint(&link),
            project: project.clone(),
            connection: id.clone(),
            provider: connection.provider.clone(),
            auth_id: connection.auth_id.clone(),
            version: lease.digest().to_string(),
            verifier_sealed,
            authorize_sealed: self.safe.seal_of_login(project, id, "authorize", &url).await?,
            redirect_uri,
            redirect: wish.redirect,
            failure: wish.failure,
            format: wish.format,
            cookie_hash: None,
            opened: None,
            language: None,
            created: now,
            expires: now.saturating_add(lifetime),
        };
        self.store.save_login(&login).await?;
        Ok(Begun::Authorize { connection: connection.id, url: self.settings.link(&link), expires: login.expires })
    }
}

/// A user who is about to be sent to a provider.
struct Departure {
    /// By what the sign-in is found when the user is back.
    mark: String,
    /// Where to.
    url: String,
    /// What only we know of it: PKCE's verifier, or a request token with its secret.
    kept: Option<String>,
}

/// Whether requests carry something of the project's application.
fn carries_client(carry: &[Carry]) -> bool {
    let clients = |name: &str| matches!(name, "client-id" | "client-secret");
    carry.iter().any(|carry| carry.credential == Credential::Client || carry.value.holes().any(clients))
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
