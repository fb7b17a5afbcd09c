//! OAuth 2 by the crate oauth2, over our own door out and in the dialect that a manifest declares.
//!
//! The crate builds authorize URLs, PKCE challenges, token and revocation requests, and reads their answers. `door` is its HTTP
//! client and adds what a provider wants beside the standard; `dialect` puts a provider's answer into the standard's words.

mod dialect;
mod door;
#[cfg(test)]
mod tests;

use gearshift_egress::{Client, Egress, without_secrets};
use gearshift_manifest::{ClientAuth, OAuth2, RevokeAs, RevokedToken};
use oauth2::basic::{
    BasicErrorResponse, BasicErrorResponseType, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse,
    BasicTokenType,
};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, RevocationUrl,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ConnectError;
use crate::token::Token;

use door::{Door, ForRevocations, ForTokens};
pub(crate) use door::{Passing, failed, random_text};

/// The whole answer of a token endpoint, beside what the crate took out of it.
#[derive(Serialize, Deserialize)]
struct Whole {
    answer: Value,
}

impl ExtraTokenFields for Whole {}

impl std::fmt::Debug for Whole {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Whole(..)")
    }
}

type Granted = StandardTokenResponse<Whole, BasicTokenType>;

type Registered = oauth2::Client<
    BasicErrorResponse,
    Granted,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What a token endpoint gave: what to keep, and the whole of it for facts.
pub(crate) struct Answer {
    pub(crate) token: Token,
    /// As the provider names them; none where the answer does not say.
    pub(crate) scopes: Option<String>,
    pub(crate) body: Value,
}

/// Why a token request came to nothing.
#[derive(Debug)]
pub(crate) enum TokenError {
    /// The provider does not take this code or refresh token.
    Dead(String),
    /// The provider does not take the operator's client id and secret.
    Client(String),
    /// Nobody knows.
    Passing(Passing),
}

impl From<TokenError> for ConnectError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Dead(reason) => Self::NeedsReconnect(reason),
            TokenError::Client(word) => {
                Self::Unavailable(format!("the provider refused the operator's client id or secret ({word})"))
            }
            TokenError::Passing(passing) => Self::Unavailable(passing.to_string()),
        }
    }
}

/// A project's registration at one provider, in that provider's dialect.
pub(crate) struct Provider<'a> {
    pub(crate) egress: &'a Egress,
    pub(crate) dialect: &'a OAuth2,
    pub(crate) client: &'a Client,
}

/// What a sign-in begins with. All but the URL stays here.
pub(crate) struct Beginning {
    pub(crate) url: String,
    pub(crate) verifier: Option<String>,
}

impl Provider<'_> {
    fn registered(&self, auth: ClientAuth) -> Registered {
        let client = oauth2::Client::new(ClientId::new(self.client.id.clone()))
            .set_auth_uri(AuthUrl::from_url(self.dialect.authorize.clone()))
            .set_token_uri(TokenUrl::from_url(self.dialect.token.clone()))
            .set_auth_type(if auth == ClientAuth::Basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        match auth {
            ClientAuth::Body | ClientAuth::Basic => {
                client.set_client_secret(ClientSecret::new(self.client.secret.expose_secret().to_owned()))
            }
            ClientAuth::None | ClientAuth::Signed => client,
        }
    }

    fn door(&self, now: i64) -> Door<'_> {
        Door { egress: self.egress, dialect: self.dialect, client: self.client, now }
    }

    /// Where the user is sent, asking for these scopes.
    pub(crate) fn begin(&self, redirect: &str, state: &str, scopes: &[String]) -> Result<Beginning, ConnectError> {
        let client = self.registered(self.dialect.client).set_redirect_uri(redirect_url(redirect)?);
        let state = state.to_owned();
        let mut request = client.authorize_url(move || CsrfToken::new(state));
        if !scopes.is_empty() {
            // By hand, since the crate knows one separator.
            request = request.add_extra_param("scope", scopes.join(&self.dialect.scopes.separator));
        }
        for (name, value) in &self.dialect.extra {
            request = request.add_extra_param(name.clone(), value.clone());
        }
        if !self.dialect.pkce {
            return Ok(Beginning { url: request.url().0.into(), verifier: None });
        }
        let verifier = random_text().ok_or(ConnectError::NoRandomness)?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier.clone()));
        Ok(Beginning { url: request.set_pkce_challenge(challenge).url().0.into(), verifier: Some(verifier) })
    }

    /// Exchanges the code that the user came back with.
    pub(crate) async fn exchange(
        &self,
        code: &str,
        redirect: &str,
        verifier: Option<&str>,
        now: i64,
    ) -> Result<Answer, TokenError> {
        let redirect = redirect_url(redirect).map_err(|error| TokenError::Dead(error.to_string()))?;
        let client = self.registered(self.dialect.client).set_redirect_uri(redirect);
        let mut request = client.exchange_code(AuthorizationCode::new(code.to_owned()));
        if let Some(verifier) = verifier {
            request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier.to_owned()));
        }
        for (name, value) in &self.dialect.exchange {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let door = ForTokens(self.door(now));
        let granted = request.request_async(&door).await.map_err(refusal)?;
        Ok(answer(granted, None, now))
    }

    /// Renews. The caller has made sure that nobody else does.
    pub(crate) async fn refresh(&self, before: &Token, now: i64) -> Result<Answer, TokenError> {
        let held = before.refresh().ok_or_else(|| TokenError::Dead("the provider gave no refresh token".into()))?;
        let held = RefreshToken::new(held.to_owned());
        let client = self.registered(self.dialect.client);
        let mut request = client.exchange_refresh_token(&held);
        for (name, value) in self.dialect.refresh.iter().flat_map(|refresh| &refresh.extra) {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let door = ForTokens(self.door(now));
        let granted = request.request_async(&door).await.map_err(refusal)?;
        Ok(answer(granted, Some(before), now))
    }

    /// Gives the token back as the manifest says. None where it says nothing.
    pub(crate) async fn revoke(&self, token: &Token, now: i64) -> Option<Result<(), Passing>> {
        let revoke = self.dialect.revoke.as_ref()?;
        let door = self.door(now);
        if revoke.sends == RevokeAs::Bearer {
            let status = door.bearer(revoke.method.as_str(), revoke.url.as_str(), token.access()).await;
            return Some(status.and_then(|status| match status {
                200..=299 => Ok(()),
                status => Err(Passing::Later(format!("the revocation endpoint answered {status}"))),
            }));
        }
        let held: StandardRevocableToken = match revoke.token {
            RevokedToken::Access => AccessToken::new(token.access().to_owned()).into(),
            RevokedToken::Refresh => RefreshToken::new(token.refresh()?.to_owned()).into(),
        };
        let client = self.registered(revoke.client).set_revocation_url(RevocationUrl::from_url(revoke.url.clone()));
        let mut request = match client.revoke_token(held) {
            Ok(request) => request,
            Err(error) => return Some(Err(Passing::Later(error.to_string()))),
        };
        for (name, value) in &revoke.extra {
            request = request.add_extra_param(name.as_str(), value.as_str());
        }
        let done = request.request_async(&ForRevocations(door)).await;
        Some(done.map_err(|error| match error {
            RequestTokenError::Request(passing) => passing,
            other => Passing::Later(other.to_string()),
        }))
    }
}

fn redirect_url(text: &str) -> Result<RedirectUrl, ConnectError> {
    RedirectUrl::new(text.to_owned()).map_err(|error| ConnectError::Unavailable(error.to_string()))
}

fn answer(granted: Granted, before: Option<&Token>, now: i64) -> Answer {
    let refresh = granted.refresh_token().map(|token| token.secret().as_str());
    let lifetime = granted.expires_in().and_then(|lifetime| i64::try_from(lifetime.as_millis()).ok());
    let token = Token::new(
        granted.access_token().secret(),
        refresh.or_else(|| before.and_then(Token::refresh)),
        lifetime.map(|lifetime| now.saturating_add(lifetime)),
    );
    // The crate splits at spaces alone; put together again, they can be split where this provider does.
    let scopes = granted.scopes().map(|scopes| scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "));
    Answer { token, scopes, body: granted.extra_fields().answer.clone() }
}

/// A client that is not known is the operator's to mend, and must not cost a user the connection.
fn refusal(error: RequestTokenError<Passing, BasicErrorResponse>) -> TokenError {
    let response = match error {
        RequestTokenError::Request(passing) => return TokenError::Passing(passing),
        RequestTokenError::ServerResponse(response) => response,
        // What the dialect made for the crate cannot be unreadable to it.
        other => return TokenError::Passing(Passing::Later(other.to_string())),
    };
    let word = printable(response.error().as_ref());
    let detail = response.error_description().map(|detail| printable(detail)).unwrap_or_default();
    match response.error() {
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => TokenError::Client(word),
        BasicErrorResponseType::InvalidGrant => {
            TokenError::Dead(format!("the token endpoint answered {word} ({detail})"))
        }
        // Whatever else it is, an overload or a request of ours that is wrong, it is not the user's to mend.
        _ => TokenError::Passing(Passing::Later(format!("the token endpoint answered {word} ({detail})"))),
    }
}

/// A provider's words for a refusal, without what it may have taken over from the request.
pub(crate) fn said(secrets: &[SecretString], words: &str) -> String {
    printable(&without_secrets(secrets, words))
}

/// A provider's word, made fit to be shown.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(80).collect()
}

/// sha256, in hexadecimal digits: how a state, a link, a cookie and an API key are remembered without being kept.
#[must_use]
pub fn fingerprint(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}
