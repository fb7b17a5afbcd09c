//! Standard Webhooks: the three headers by which a receiver knows that an event is ours, whole, and not old.

use gearshift_store::Destination;
use gearshift_vault::{Place, Vault, VaultError};
use secrecy::{ExposeSecret as _, SecretString};
use standardwebhooks::Webhook;

/// A destination cannot be signed for.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The secret cannot be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The secret is not one.
    #[error("a signing secret is `whsec_` and base64 of 24 to 64 bytes, as Standard Webhooks has it")]
    Secret,
}

impl SigningError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Vault(_) => "vault",
            Self::Secret => "signing-secret",
        }
    }
}

fn place(project: &str) -> Place<'_> {
    Place { tenant: project, connection: "", name: "destination" }
}

/// Seals a destination's secret for the store, if it is one.
///
/// # Errors
/// `signing-secret` where it is none; `vault` where it cannot be sealed.
pub async fn seal_secret(vault: &Vault, project: &str, secret: &SecretString) -> Result<Vec<u8>, SigningError> {
    Webhook::new(secret.expose_secret()).map_err(|_| SigningError::Secret)?;
    Ok(vault.seal(&place(project), secret.expose_secret().as_bytes()).await?)
}

/// The headers of one attempt. The id is the event's and stays the same over all attempts; the time is the attempt's.
pub(crate) async fn headers(
    vault: &Vault,
    destination: &Destination,
    id: &str,
    body: &str,
    now: i64,
) -> Result<Vec<(String, String)>, SigningError> {
    let secret = vault.open(&place(&destination.project), &destination.secret_sealed).await?;
    let secret = std::str::from_utf8(&secret).map_err(|_| SigningError::Secret)?;
    let seconds = now.div_euclid(1_000);
    let webhook = Webhook::new(secret).map_err(|_| SigningError::Secret)?;
    let signature = webhook.sign(id, seconds, body.as_bytes()).map_err(|_| SigningError::Secret)?;
    Ok(vec![
        ("content-type".into(), "application/json".into()),
        ("webhook-id".into(), id.to_owned()),
        ("webhook-timestamp".into(), seconds.to_string()),
        ("webhook-signature".into(), signature),
    ])
}
