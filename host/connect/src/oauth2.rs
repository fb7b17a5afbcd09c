//! OAuth 2 in the dialect that a manifest declares: the authorize URL, and the requests to the token endpoint.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use gearshift_egress::{Client, DirectRequest, Egress, EgressError, Purpose};
use gearshift_manifest::{ClientAuth, OAuth2, RevokedToken};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::ConnectError;
use crate::token::Token;

/// Bytes of randomness in a state or verifier: 256 bits, as RFC 9700 and RFC 7636 advise.
const RANDOM_BYTES: usize = 32;

/// A random text that is safe in a URL.
pub(crate) fn random_text() -> Result<String, ConnectError> {
    let mut bytes = [0; RANDOM_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| ConnectError::Unavailable("the system has no randomness".into()))?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// sha256, in hexadecimal digits: how a state is remembered without being kept.
pub(crate) fn fingerprint(text: &str) -> String {
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()))
}

/// Where the user is sent.
pub(crate) fn authorize_url(
    dialect: &OAuth2,
    client: &Client,
    redirect: &str,
    state: &str,
    verifier: Option<&str>,
) -> String {
    let mut url = dialect.authorize.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("client_id", &client.id).append_pair("redirect_uri", redirect);
        query.append_pair("response_type", "code").append_pair("state", state);
        if !dialect.scopes.default.is_empty() {
            query.append_pair("scope", &dialect.scopes.default.join(&dialect.scopes.separator));
        }
        for (name, value) in &dialect.extra {
            query.append_pair(name, value);
        }
        if let Some(verifier) = verifier {
            let sum = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
            query
                .append_pair("code_challenge", &URL_SAFE_NO_PAD.encode(sum))
                .append_pair("code_challenge_method", "S256");
        }
    }
    url.into()
}

/// The answer of a token endpoint: what to keep, and the whole of it for facts.
pub(crate) struct Answer {
    pub(crate) token: Token,
    pub(crate) body: Value,
}

/// Requests to a provider's token and revocation endpoints.
pub(crate) struct TokenEndpoint<'a> {
    pub(crate) egress: &'a Arc<Egress>,
    pub(crate) dialect: &'a OAuth2,
    pub(crate) client: &'a Client,
}

impl TokenEndpoint<'_> {
    /// Exchanges the code that the user came back with.
    pub(crate) async fn exchange(
        &self,
        code: &str,
        redirect: &str,
        verifier: Option<&str>,
        now: i64,
    ) -> Result<Answer, ConnectError> {
        let mut form = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect)];
        form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        self.token(&form, None, now).await
    }

    /// Renews. A refused refresh token is [`ConnectError::NeedsReconnect`]; whatever may pass is [`ConnectError::Unavailable`].
    pub(crate) async fn refresh(&self, before: &Token, now: i64) -> Result<Answer, ConnectError> {
        let refresh = before
            .refresh()
            .ok_or_else(|| ConnectError::NeedsReconnect("the provider gave no refresh token".into()))?;
        self.token(&[("grant_type", "refresh_token"), ("refresh_token", refresh)], Some(before), now).await
    }

    async fn token(&self, form: &[(&str, &str)], before: Option<&Token>, now: i64) -> Result<Answer, ConnectError> {
        let secrets = form
            .iter()
            .filter(|(name, _)| *name != "grant_type")
            .map(|(_, value)| SecretString::from(*value))
            .collect();
        let response = self.post(self.dialect.token.as_str(), self.dialect.client, form, secrets).await?;
        let body: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        let lifetime = self.dialect.refresh.and_then(|refresh| refresh.lifetime);
        match response.status {
            200..=299 => {
                let token = Token::read(&body, before, lifetime, now);
                token
                    .map(|token| Answer { token, body })
                    .ok_or_else(|| ConnectError::Unavailable("the token answer holds no access token".into()))
            }
            400 | 401 | 403 => Err(self.refusal(&body, response.status)),
            status => Err(ConnectError::Unavailable(format!("the token endpoint answered {status}"))),
        }
    }

    /// A client that is not known is the operator's to mend, and must not cost a user the connection.
    fn refusal(&self, body: &Value, status: u16) -> ConnectError {
        let error = body.get("error").and_then(Value::as_str).unwrap_or_default();
        match error {
            "invalid_client" | "unauthorized_client" => {
                ConnectError::Unavailable(format!("the provider refused the operator's client id or secret ({error})"))
            }
            "" => ConnectError::NeedsReconnect(format!("the token endpoint answered {status}")),
            error => {
                ConnectError::NeedsReconnect(format!("the token endpoint answered {status} ({})", printable(error)))
            }
        }
    }

    /// Gives the token back, where the provider takes it. Says whether it did.
    pub(crate) async fn revoke(&self, token: &Token) -> Result<bool, ConnectError> {
        let Some(revoke) = &self.dialect.revoke else { return Ok(false) };
        let (value, hint) = match revoke.token {
            RevokedToken::Access => (Some(token.access()), "access_token"),
            RevokedToken::Refresh => (token.refresh(), "refresh_token"),
        };
        let Some(value) = value else { return Ok(false) };
        let form = [("token", value), ("token_type_hint", hint)];
        let response = self.post(revoke.url.as_str(), revoke.client, &form, vec![value.into()]).await?;
        Ok((200..300).contains(&response.status))
    }

    async fn post(
        &self,
        url: &str,
        auth: ClientAuth,
        form: &[(&str, &str)],
        mut secrets: Vec<SecretString>,
    ) -> Result<gearshift_egress::DirectResponse, ConnectError> {
        let secret = self.client.secret.expose_secret();
        let mut headers = vec![
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("accept".to_owned(), "application/json".to_owned()),
        ];
        let mut form = form.to_vec();
        match auth {
            ClientAuth::Body => form.extend([("client_id", self.client.id.as_str()), ("client_secret", secret)]),
            ClientAuth::Basic => {
                let pair = STANDARD.encode(format!("{}:{secret}", self.client.id));
                headers.push(("authorization".to_owned(), format!("Basic {pair}")));
            }
            ClientAuth::None => form.push(("client_id", self.client.id.as_str())),
        }
        let body = Serializer::new(String::new()).extend_pairs(form).finish();
        secrets.push(self.client.secret.clone());
        let mut request = DirectRequest::new(Purpose::OAuth, "POST", url);
        request.headers = headers;
        request.body = Some(body.into());
        request.secrets = secrets;
        self.egress.direct(request).await.map_err(|error: EgressError| ConnectError::Unavailable(error.to_string()))
    }
}

/// A provider's word, made fit to be shown.
pub(crate) fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(80).collect()
}
