//! OAuth 1.0a (RFC 5849), as far as neither user nor adapter is needed for it: a request token, and what it is exchanged for.

use gearshift_egress::{Client, Egress, Signer};
use gearshift_manifest::OAuth1;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Url, form_urlencoded};
use zeroize::Zeroize as _;

use crate::oauth::{Answer, Passing, TokenError, failed, fingerprint, said};
use crate::token::Token;

/// A project's registration at one provider.
pub(crate) struct Provider<'a> {
    pub(crate) egress: &'a Egress,
    pub(crate) how: &'a OAuth1,
    pub(crate) client: &'a Client,
}

/// A request token: what a sign-in has until its user is back.
#[derive(Serialize, Deserialize)]
pub(crate) struct RequestToken {
    token: String,
    secret: String,
}

impl Drop for RequestToken {
    fn drop(&mut self) {
        self.token.zeroize();
        self.secret.zeroize();
    }
}

impl RequestToken {
    /// A provider that does not confirm the callback would send the user wherever somebody else told it to (RFC 5849, 2.1).
    fn read(answer: &[(String, String)]) -> Result<Self, TokenError> {
        if named(answer, "oauth_callback_confirmed") != Some("true") {
            let reason = "the provider did not confirm where the user comes back to, as OAuth 1.0a has it";
            return Err(TokenError::Passing(Passing::Later(reason.into())));
        }
        let (token, secret) = tokens(answer)?;
        Ok(Self { token: token.to_owned(), secret: secret.to_owned() })
    }

    /// How the sign-in is found again: at the address of its provider and project, and nowhere else.
    pub(crate) fn mark(&self, callback: &str) -> String {
        mark(callback, &self.token)
    }
}

/// See [`RequestToken::mark`].
pub(crate) fn mark(callback: &str, token: &str) -> String {
    fingerprint(&format!("gearshift oauth1 1 {callback} {token}"))
}

/// Why a request has no tokens for an answer.
enum Refusal {
    /// The provider said no, with this status.
    Refused(u16, String),
    Passing(Passing),
}

impl Provider<'_> {
    /// Asks for a request token for a user who is to come back to `callback`.
    pub(crate) async fn request_token(&self, callback: &str) -> Result<RequestToken, TokenError> {
        let signer = Signer { client: self.client, token: None, callback: Some(callback), verifier: None };
        let answer = self.ask(&signer, &self.how.request_token).await.map_err(|refusal| match refusal {
            // It is signed by the client alone.
            Refusal::Refused(401 | 403, said) => TokenError::Client(said),
            Refusal::Refused(_, said) => TokenError::Passing(Passing::Later(said)),
            Refusal::Passing(passing) => TokenError::Passing(passing),
        })?;
        RequestToken::read(&answer)
    }

    /// Where the user is sent with it.
    pub(crate) fn authorize(&self, request: &RequestToken) -> String {
        let mut url = self.how.authorize.clone();
        url.query_pairs_mut().append_pair("oauth_token", &request.token);
        url.into()
    }

    /// Exchanges it for a token that lasts, once the user has said yes.
    pub(crate) async fn exchange(&self, request: &RequestToken, verifier: &str) -> Result<Answer, TokenError> {
        let (token, secret) = (SecretString::from(request.token.as_str()), SecretString::from(request.secret.as_str()));
        let verifier = SecretString::from(verifier);
        let token = Some((&token, &secret));
        let signer = Signer { client: self.client, token, callback: None, verifier: Some(&verifier) };
        let answer = self.ask(&signer, &self.how.token).await.map_err(|refusal| match refusal {
            Refusal::Refused(_, said) => TokenError::Dead(said),
            Refusal::Passing(passing) => TokenError::Passing(passing),
        })?;
        let (token, secret) = tokens(&answer)?;
        let token = Token::signing(token, secret);
        let body = answer.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
        Ok(Answer { token, scopes: None, body: Value::Object(body) })
    }

    async fn ask(&self, signer: &Signer<'_>, url: &Url) -> Result<Vec<(String, String)>, Refusal> {
        let request = signer.post(self.how, url).map_err(|error| Refusal::Passing(failed(&error)))?;
        let secrets = request.secrets.clone();
        let answer = self.egress.direct(request).await.map_err(|error| Refusal::Passing(failed(&error)))?;
        match answer.status {
            200..=299 => Ok(form_urlencoded::parse(&answer.body).into_owned().collect()),
            status @ (400 | 401 | 403) => Err(Refusal::Refused(
                status,
                format!("status {status}: {}", said(&secrets, &String::from_utf8_lossy(&answer.body))),
            )),
            status => Err(Refusal::Passing(Passing::Later(format!("the token endpoint answered {status}")))),
        }
    }
}

fn named<'a>(answer: &'a [(String, String)], name: &str) -> Option<&'a str> {
    answer.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
}

/// A token and its secret. What an answer without them says is not shown: one of them may be in it.
fn tokens(answer: &[(String, String)]) -> Result<(&str, &str), TokenError> {
    let both = named(answer, "oauth_token").zip(named(answer, "oauth_token_secret"));
    both.ok_or_else(|| TokenError::Passing(Passing::Later("the token endpoint answered without a token".into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> Option<RequestToken> {
        let pairs: Vec<_> = form_urlencoded::parse(answer.as_bytes()).into_owned().collect();
        match RequestToken::read(&pairs) {
            Ok(request) => Some(request),
            Err(TokenError::Passing(Passing::Later(_))) => None,
            Err(other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_a_confirmed_callback_and_both_halves_make_a_request_token() {
        let whole = "oauth_token=a%2Bb&oauth_token_secret=c&oauth_callback_confirmed=true";
        let request = read(whole).unwrap();
        assert_eq!((request.token.as_str(), request.secret.as_str()), ("a+b", "c"));
        for garbled in [
            whole.replace("true", "false"),
            whole.replace("&oauth_callback_confirmed=true", ""),
            whole.replace("oauth_token=a%2Bb&", ""),
            whole.replace("secret=c", "secret="),
            "{\"oauth_token\":\"a\"}".to_owned(),
            String::new(),
        ] {
            assert!(read(&garbled).is_none(), "{garbled}");
        }
    }

    #[test]
    fn a_sign_in_is_found_at_its_own_address_by_its_own_token_alone() {
        let here = "https://here.test/oauth/ride/a/callback";
        let there = "https://here.test/oauth/ride/b/callback";
        let ours = mark(here, "token");
        assert!(ours != mark(there, "token") && ours != mark(here, "token2") && ours != fingerprint("token"));
        assert_eq!(RequestToken { token: "token".into(), secret: String::new() }.mark(here), ours);
    }
}
