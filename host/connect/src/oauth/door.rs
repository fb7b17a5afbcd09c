//! The door out as the crate oauth2 sees it: an HTTP client that speaks a provider's dialect on the way out and back.

use std::pin::Pin;

use base64::Engine as _;
use gearshift_egress::{Client, DirectRequest, DirectResponse, Egress, EgressError, Purpose, without_secrets};
use gearshift_manifest::{ClientAuth, Encoding, OAuth2, Signed, Template};
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::dialect::{self, Reading};
use crate::digest;

/// Fields of a token request that are no secrets, and would be scrubbed from an honest address.
const PLAIN: &[&str] = &["grant_type", "redirect_uri", "client_id", "scope", "token_type_hint", "action", "timestamp"];

/// Why there is no answer that says yes or no.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Passing {
    /// It did not reach the provider, or the provider answered that it cannot say now.
    #[error("{0}")]
    Later(String),
    /// It may have reached the provider, and whatever that did, its answer did not reach us.
    #[error("the answer was lost: {0}")]
    Lost(String),
}

/// Carries the requests of one flow.
pub(super) struct Door<'a> {
    pub(super) egress: &'a Egress,
    pub(super) dialect: &'a OAuth2,
    pub(super) client: &'a Client,
    /// Unix milliseconds.
    pub(super) now: i64,
}

impl Door<'_> {
    /// A token request: out in the provider's dialect, and back in RFC 6749's words.
    pub(super) async fn token(&self, request: HttpRequest) -> Result<HttpResponse, Passing> {
        let shown = shown(&request, self.client);
        let fit = |words: &str| without_secrets(&shown, words);
        let answer = self.send(request, self.dialect.signed.as_ref()).await?;
        match dialect::read(self.dialect, answer.status, &answer.body, self.now) {
            Reading::Tokens(tokens) => Ok(response(200, &tokens)),
            Reading::Refused { error, detail } => {
                let (error, detail) = (fit(&error), fit(&detail));
                Ok(response(400, &json!({ "error": error, "error_description": detail })))
            }
            Reading::Passing(reason) => Err(Passing::Later(fit(&reason))),
            Reading::Broken(reason) => Err(Passing::Lost(reason)),
        }
    }

    /// A revocation, whose answer is its status.
    pub(super) async fn revocation(&self, request: HttpRequest) -> Result<HttpResponse, Passing> {
        let signs = self.dialect.revoke.as_ref().is_some_and(|revoke| revoke.client == ClientAuth::Signed);
        let answer = self.send(request, self.dialect.signed.as_ref().filter(|_| signs)).await?;
        match answer.status {
            200..=299 => Ok(response(200, &json!({}))),
            status => Err(Passing::Later(format!("the revocation endpoint answered {status}"))),
        }
    }

    async fn send(&self, request: HttpRequest, signed: Option<&Signed>) -> Result<DirectResponse, Passing> {
        let (head, body) = request.into_parts();
        let mut form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
        if let Some(signed) = signed {
            self.sign(signed, &mut form).await?;
        }
        let mut headers: Vec<(String, String)> = vec![("accept".into(), "application/json".into())];
        for name in [AUTHORIZATION, CONTENT_TYPE] {
            let value = head.headers.get(&name).and_then(|value| value.to_str().ok());
            headers.extend(value.map(|value| (name.as_str().to_owned(), value.to_owned())));
        }
        self.post(&head.uri.to_string(), headers, &form).await
    }

    /// Adds what proves the client without showing its secret: a nonce where the provider wants one, and a digest.
    async fn sign(&self, signed: &Signed, form: &mut Vec<(String, String)>) -> Result<(), Passing> {
        if let Some(nonce) = &signed.nonce {
            let mut asks: Vec<_> = nonce.fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            asks.push(("client_id".into(), self.client.id.clone()));
            asks.push(("timestamp".into(), (self.now / 1_000).to_string()));
            let digest = self.digest(signed, &nonce.message, &asks)?;
            asks.push((signed.field.clone(), digest));
            let headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
            let answer = self.post(nonce.url.as_str(), headers, &asks).await.map_err(not_asked)?;
            let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            let value = body.pointer(&nonce.at).and_then(Value::as_str);
            let value = value.ok_or_else(|| Passing::Later("the provider gave no nonce for a token request".into()))?;
            form.push((nonce.field.clone(), value.to_owned()));
        }
        let digest = self.digest(signed, &signed.message, form)?;
        form.push((signed.field.clone(), digest));
        Ok(())
    }

    fn digest(&self, signed: &Signed, message: &Template, form: &[(String, String)]) -> Result<String, Passing> {
        let hole = |name: &str| match name {
            "client-id" => Some(self.client.id.as_str()),
            name => form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()),
        };
        let unsigned = |what: &str| Passing::Later(format!("a token request cannot be signed: {what}"));
        let message = message.fill(hole).map_err(|hole| unsigned(&format!("it has no field `{hole}`")))?;
        digest::keyed(signed.digest, Encoding::Hex, &self.client.secret, message.as_bytes())
            .ok_or_else(|| unsigned("the manifest's digest is none"))
    }

    async fn post(
        &self,
        url: &str,
        headers: Vec<(String, String)>,
        form: &[(String, String)],
    ) -> Result<DirectResponse, Passing> {
        let mut request = DirectRequest::new(Purpose::OAuth, "POST", url);
        request.secrets = secrets(form).collect();
        request.secrets.push(self.client.secret.clone());
        request.headers = headers;
        request.body = Some(form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish().into());
        self.egress.direct(request).await.map_err(|error| failed(&error))
    }

    /// A request with nothing but the token in its header.
    pub(super) async fn bearer(&self, method: &str, url: &str, access: &str) -> Result<u16, Passing> {
        let mut request = DirectRequest::new(Purpose::OAuth, method, url);
        request.secrets = vec![access.into()];
        request.headers = vec![("authorization".into(), format!("Bearer {access}"))];
        self.egress.direct(request).await.map(|answer| answer.status).map_err(|error| failed(&error))
    }
}

fn secrets(form: &[(String, String)]) -> impl Iterator<Item = SecretString> {
    let secret = form.iter().filter(|(name, _)| !PLAIN.contains(&name.as_str()));
    secret.map(|(_, value)| SecretString::from(value.as_str()))
}

/// What a request shows to the provider alone. A provider that puts it into its refusal would have it in our logs, in the reason
/// of a connection's state and in what an operator is told.
fn shown(request: &HttpRequest, client: &Client) -> Vec<SecretString> {
    let form: Vec<(String, String)> = form_urlencoded::parse(request.body()).into_owned().collect();
    let basic = request.headers().get(&AUTHORIZATION).and_then(|value| value.to_str().ok());
    let basic = basic.and_then(|value| value.split_once(' ')).map(|(_, value)| SecretString::from(value));
    secrets(&form).chain(basic).chain([client.secret.clone()]).collect()
}

/// The crate's client for token requests.
pub(super) struct ForTokens<'a>(pub(super) Door<'a>);

/// The crate's client for revocations.
pub(super) struct ForRevocations<'a>(pub(super) Door<'a>);

// Boxed, since a future that borrows from its closure is not `Send` enough for a task.
type Answering<'c> = Pin<Box<dyn Future<Output = Result<HttpResponse, Passing>> + Send + 'c>>;

impl<'c> AsyncHttpClient<'c> for ForTokens<'_> {
    type Error = Passing;
    type Future = Answering<'c>;

    fn call(&'c self, request: HttpRequest) -> Answering<'c> {
        Box::pin(self.0.token(request))
    }
}

impl<'c> AsyncHttpClient<'c> for ForRevocations<'_> {
    type Error = Passing;
    type Future = Answering<'c>;

    fn call(&'c self, request: HttpRequest) -> Answering<'c> {
        Box::pin(self.0.revocation(request))
    }
}

/// What is denied or cannot be read never left; of the rest nobody knows.
pub(crate) fn failed(error: &EgressError) -> Passing {
    match error {
        EgressError::Denied(_) | EgressError::Invalid(_) | EgressError::BudgetSpent(_) => {
            Passing::Later(error.to_string())
        }
        other => Passing::Lost(other.to_string()),
    }
}

/// The token request itself has not left yet.
fn not_asked(lost: Passing) -> Passing {
    Passing::Later(lost.to_string())
}

fn response(status: u16, body: &Value) -> HttpResponse {
    let mut response = HttpResponse::new(body.to_string().into_bytes());
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or(http::StatusCode::BAD_GATEWAY);
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    response
}

/// Random bytes as text that is safe in a URL.
pub(crate) fn random_text() -> Option<String> {
    let mut bytes = [0; RANDOM_BYTES];
    aws_lc_rs::rand::fill(&mut bytes).ok()?;
    Some(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// Bytes of randomness in a state, verifier, link or cookie: 256 bits, as RFC 9700 and RFC 7636 advise.
const RANDOM_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_shows_is_taken_out_of_what_is_said_of_it() {
        let client = Client { id: "harbour".into(), secret: "hush-hush".into() };
        let mut request = HttpRequest::new(b"grant_type=authorization_code&code=hush-hush-code&scope=openid".to_vec());
        let basic = http::HeaderValue::from_static("Basic aGFyYm91cjpodXNoLWh1c2g=");
        request.headers_mut().insert(AUTHORIZATION, basic);
        let shown = shown(&request, &client);
        let said = "authorization_code hush-hush-code of harbour with hush-hush (aGFyYm91cjpodXNoLWh1c2g=) for openid";
        let left = "authorization_code [redacted] of harbour with [redacted] ([redacted]) for openid";
        assert_eq!(without_secrets(&shown, said), left);
    }
}
