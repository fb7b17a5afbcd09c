//! Whether keys work: asked of the provider itself, with a code that nobody was given.

use gearshift_manifest::Scheme;
use serde::Serialize;

use crate::ConnectError;
use crate::connect::{Connect, manifest_of};
use crate::oauth::TokenError;

/// What the provider says of a client id and secret.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(tag = "keys", rename_all = "kebab-case")]
pub enum KeysWork {
    /// It refused the code and not the client, or gave a request token: it knows the client.
    Known {
        /// In its words.
        said: String,
    },
    /// It does not take the client.
    Refused {
        /// In its words.
        said: String,
    },
    /// It could not be asked, or its answer says neither.
    Unclear {
        /// Why.
        said: String,
    },
}

/// What no provider has given out as a code.
const NO_CODE: &str = "gearshift-checks-its-keys";

impl From<TokenError> for KeysWork {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Dead(said) => Self::Known { said },
            TokenError::Client(said) => Self::Refused { said },
            TokenError::Passing(said) => Self::Unclear { said: said.to_string() },
        }
    }
}

impl Connect {
    /// Asks for a token with a code that cannot be good: how the provider refuses that tells whether it knows the client. With
    /// OAuth 1.0a a request token is asked for, which nobody is sent anywhere with.
    ///
    /// # Errors
    /// `unknown-provider`, `not-configured`, `unsupported` where the provider's scheme has no client.
    pub async fn check_keys(&self, project: &str, provider: &str, now: i64) -> Result<KeysWork, ConnectError> {
        let lease = self
            .adapters
            .lease_for_sign_in(provider)
            .ok_or_else(|| ConnectError::UnknownProvider(provider.to_owned()))?;
        let manifest = manifest_of(&lease, provider);
        let redirect = self.settings.callback(provider, project);
        Ok(match &manifest.auth.scheme {
            Scheme::Oauth2(dialect) => {
                let application = self.application(project, provider).await?;
                let verifier = dialect.pkce.then_some(NO_VERIFIER);
                match self.at(dialect, &application).exchange(NO_CODE, &redirect, verifier, now).await {
                    Err(error) => error.into(),
                    Ok(_) => {
                        KeysWork::Unclear { said: "the provider gave a token for a code that it never gave out".into() }
                    }
                }
            }
            Scheme::Oauth1(how) => {
                let application = self.application(project, provider).await?;
                match self.signing_at(how, &application).request_token(&redirect).await {
                    Err(error) => error.into(),
                    Ok(_) => KeysWork::Known { said: "a request token was given".into() },
                }
            }
            other => return Err(ConnectError::Unsupported(other.as_str())),
        })
    }
}

/// Of the length that RFC 7636 asks for.
const NO_VERIFIER: &str = "gearshift-checks-its-keys-with-a-verifier-of-no-code";
