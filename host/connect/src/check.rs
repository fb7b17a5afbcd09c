//! Whether keys work: asked of the provider itself, with a code that nobody was given.

use serde::Serialize;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::oauth::TokenError;

/// What the provider says of a client id and secret.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(tag = "keys", rename_all = "kebab-case")]
pub enum KeysWork {
    /// It refused the code and not the client, so it knows the client.
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

impl Connect {
    /// Asks for a token with a code that cannot be good: how the provider refuses that tells whether it knows the client.
    ///
    /// # Errors
    /// `unknown-provider`, `not-configured`, `unsupported` where the provider's scheme has no client.
    pub async fn check_keys(&self, project: &str, provider: &str, now: i64) -> Result<KeysWork, ConnectError> {
        let lease = self
            .adapters
            .lease_for_sign_in(provider)
            .ok_or_else(|| ConnectError::UnknownProvider(provider.to_owned()))?;
        let manifest = manifest_of(&lease, provider);
        let dialect = dialect(&manifest).ok_or(ConnectError::Unsupported(manifest.auth.scheme.as_str()))?;
        let application = self.application(project, provider).await?;
        let redirect = self.settings.callback(provider, project);
        let verifier = dialect.pkce.then_some(NO_VERIFIER);
        let answer = self.at(dialect, &application).exchange(NO_CODE, &redirect, verifier, now).await;
        Ok(match answer {
            Err(TokenError::Dead(said)) => KeysWork::Known { said },
            Err(TokenError::Client(said)) => KeysWork::Refused { said },
            Err(TokenError::Passing(said)) => KeysWork::Unclear { said: said.to_string() },
            Ok(_) => KeysWork::Unclear { said: "the provider gave a token for a code that it never gave out".into() },
        })
    }
}

/// Of the length that RFC 7636 asks for.
const NO_VERIFIER: &str = "gearshift-checks-its-keys-with-a-verifier-of-no-code";
