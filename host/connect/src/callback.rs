//! The user is back from the provider.

use gearshift_adapters::Lease;
use gearshift_adapters::contract::Pair;
use gearshift_manifest::{Fact, Manifest, OAuth1, OAuth2, Scheme};
use gearshift_store::{Connection, Login};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::connect::{Connect, dialect, manifest_of};
use crate::oauth::{Answer, TokenError, fingerprint, printable};
use crate::oauth1::RequestToken;
use crate::settle::Meant;
use crate::{ConnectError, oauth1};

/// A sign-in that succeeded.
#[derive(Debug)]
pub struct SignedIn {
    /// The connection: an account that is connected again keeps the id that it had.
    pub connection: Connection,
    /// Where the user goes now, and is told there how it ended; empty for a page of ours.
    pub redirect: String,
    /// The session in which it was; empty for none.
    pub session: String,
}

/// A sign-in that did not.
#[derive(Debug)]
pub struct NotSignedIn {
    /// Why.
    pub error: ConnectError,
    /// The session in which it was; empty where that is not known.
    pub session: String,
}

impl From<ConnectError> for NotSignedIn {
    fn from(error: ConnectError) -> Self {
        Self { error, session: String::new() }
    }
}

impl From<gearshift_store::StoreError> for NotSignedIn {
    fn from(error: gearshift_store::StoreError) -> Self {
        ConnectError::from(error).into()
    }
}

/// What a browser brings back.
#[derive(Debug)]
pub struct Returning<'a> {
    /// The provider that its address names, in any case.
    pub provider: &'a str,
    /// The project that its address names.
    pub project: &'a str,
    /// The parameters of its address.
    pub query: &'a [Pair],
    /// The cookie that it was given when it set out.
    pub cookie: Option<&'a str>,
}

impl Returning<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Connect {
    /// Ends a sign-in.
    ///
    /// What is checked, in this order: the state, or OAuth 1.0a's request token, is one that was given out, not used and not
    /// expired, and this is the browser that it was given to; the address is the very one that this provider and project have; the
    /// issuer, where the provider names one (RFC 9207), is the provider's. Only then does the code or the verifier leave, and it
    /// goes to the endpoint of that provider.
    ///
    /// # Errors
    /// `stale-login`, `issuer`, `denied`, or whatever kept the code from being exchanged.
    pub async fn callback(&self, back: &Returning<'_>, now: i64) -> Result<SignedIn, NotSignedIn> {
        let mark = self.sign_in_of(back).ok_or(ConnectError::StaleLogin)?;
        let cookie = back.cookie.map(fingerprint);
        let login = self.store.take_login(&mark, cookie.as_deref(), now).await?;
        let login = login.ok_or(ConnectError::StaleLogin)?;
        let id = self.origin_of(&login).await?.session;
        match self.finish_in_session(back, &id, &login, now).await {
            Ok(signed_in) => Ok(signed_in),
            Err(error) => {
                self.fail_attempt(&login.connection, error.code(), now).await?;
                Err(NotSignedIn { error, session: id })
            }
        }
    }

    /// Whoever signed in meanwhile, at this provider or another, stays connected with that.
    async fn finish_in_session(
        &self,
        back: &Returning<'_>,
        id: &str,
        login: &Login,
        now: i64,
    ) -> Result<SignedIn, ConnectError> {
        let session = self.store.session(&login.session_hash).await?;
        let session = session.filter(|session| session.ended.is_none()).ok_or(ConnectError::StaleLogin)?;
        let connection = self.finish(back, login, now).await?;
        self.end_well(id, &session, connection, now).await
    }

    /// By what the sign-in is found: OAuth 2's state, or OAuth 1.0a's request token at this very address. Who says no may be sent
    /// back with that under another name.
    fn sign_in_of(&self, back: &Returning<'_>) -> Option<String> {
        let here = || self.settings.callback(back.provider, back.project);
        let token = || back.get("oauth_token").or_else(|| back.get("denied"));
        back.get("state").map(fingerprint).or_else(|| token().map(|token| oauth1::mark(&here(), token)))
    }

    async fn finish(&self, back: &Returning<'_>, login: &Login, now: i64) -> Result<Connection, ConnectError> {
        if self.settings.callback(back.provider, back.project) != login.redirect_uri {
            return Err(ConnectError::StaleLogin);
        }
        let lease = self.lease_of(login).await?;
        let manifest = manifest_of(&lease, &login.provider);
        let answer = match &manifest.auth.scheme {
            Scheme::Oauth2(dialect) => self.redeem(back, login, dialect, now).await?,
            Scheme::Oauth1(how) => self.redeem_signed(back, login, how).await?,
            _ => return Err(ConnectError::StaleLogin),
        };
        let connection = self.connection(&login.connection).await?;
        let mut facts = facts(&manifest, Some(&answer.body), back.query);
        if let Some(scopes) = answer.scopes.filter(|_| !facts.iter().any(|(name, _)| name == "scope")) {
            facts.push(("scope".into(), scopes));
        }
        self.keep_token(&connection.id, dialect(&manifest), &answer.token, now).await?;
        // There is no page on which the user could choose: of several accounts the first is taken.
        self.settle(&lease, connection, &facts, Vec::new(), Meant::First, now).await
    }

    /// A sign-in ends under the version that it began with.
    async fn lease_of(&self, login: &Login) -> Result<Lease, ConnectError> {
        let digest = login.version.parse().map_err(|_| ConnectError::StaleLogin)?;
        self.adapters.lease_version(&digest).await.map_err(|error| ConnectError::Unavailable(error.to_string()))
    }

    /// What OAuth 2's code is worth.
    async fn redeem(
        &self,
        back: &Returning<'_>,
        login: &Login,
        dialect: &OAuth2,
        now: i64,
    ) -> Result<Answer, ConnectError> {
        check_issuer(dialect, back.get("iss"))?;
        if let Some(error) = back.get("error") {
            return Err(ConnectError::Denied(printable(error)));
        }
        let code = back
            .get("code")
            .ok_or_else(|| ConnectError::Denied("the provider sent neither a code nor an error".into()))?;
        let application = self.application(&login.project, &login.provider).await?;
        let verifier = self.kept(login).await?;
        let verifier = verifier.as_ref().map(|verifier| verifier.as_str());
        let answer = self.at(dialect, &application).exchange(code, &login.redirect_uri, verifier, now).await;
        answer.map_err(denied)
    }

    /// What OAuth 1.0a's request token is worth, now that its user is back with a verifier.
    async fn redeem_signed(&self, back: &Returning<'_>, login: &Login, how: &OAuth1) -> Result<Answer, ConnectError> {
        let kept = self.kept(login).await?.ok_or(ConnectError::StaleLogin)?;
        let request: RequestToken =
            serde_json::from_str(&kept).map_err(|_| ConnectError::Unreadable("request token"))?;
        let verifier = back.get("oauth_verifier");
        let verifier = verifier.ok_or_else(|| ConnectError::Denied("the provider sent no verifier".into()))?;
        let application = self.application(&login.project, &login.provider).await?;
        self.signing_at(how, &application).exchange(&request, verifier).await.map_err(denied)
    }

    /// What the sign-in has kept to itself.
    async fn kept(&self, login: &Login) -> Result<Option<Zeroizing<String>>, ConnectError> {
        let sealed = &login.verifier_sealed;
        match sealed.is_empty() {
            true => Ok(None),
            false => self.safe.open_of_login(&login.project, &login.connection, "verifier", sealed).await.map(Some),
        }
    }
}

/// There is no connection yet that could be reconnected.
fn denied(error: TokenError) -> ConnectError {
    match error.into() {
        ConnectError::NeedsReconnect(reason) => ConnectError::Denied(reason),
        other => other,
    }
}

/// Another issuer's answer would carry its code to this provider, or this provider's to another (RFC 9207).
fn check_issuer(dialect: &OAuth2, said: Option<&str>) -> Result<(), ConnectError> {
    let Some(said) = said else { return Ok(()) };
    let ours = match &dialect.issuer {
        Some(issuer) => said == issuer,
        None => url::Url::parse(said).is_ok_and(|url| url.origin() == dialect.authorize.origin()),
    };
    if ours { Ok(()) } else { Err(ConnectError::Issuer) }
}

/// What the manifest picks out of token answer and callback.
pub(crate) fn facts(manifest: &Manifest, answer: Option<&Value>, query: &[Pair]) -> Vec<Pair> {
    let pick = |fact: &Fact| match fact {
        Fact::Token(pointer) => match answer?.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            plain => Some(plain.to_string()),
        },
        Fact::Callback(parameter) => query.iter().find(|(name, _)| name == parameter).map(|(_, value)| value.clone()),
    };
    manifest.auth.facts.iter().filter_map(|(name, fact)| Some((name.clone(), pick(fact)?))).collect()
}
