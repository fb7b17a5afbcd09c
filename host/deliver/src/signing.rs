//! Standard Webhooks: the three headers by which a receiver knows that an event is ours, whole, and not old. One that is told in
//! Terra's words knows it by Terra's headers too.

use aws_lc_rs::hmac;
use gearshift_store::{Destination, Event, Format};
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
    event: &Event,
    body: &str,
    now: i64,
) -> Result<Vec<(String, String)>, SigningError> {
    let secret = vault.open(&place(&destination.project), &destination.secret_sealed).await?;
    let secret = std::str::from_utf8(&secret).map_err(|_| SigningError::Secret)?;
    let seconds = now.div_euclid(1_000);
    let webhook = Webhook::new(secret).map_err(|_| SigningError::Secret)?;
    let signature = webhook.sign(&event.id, seconds, body.as_bytes()).map_err(|_| SigningError::Secret)?;
    let mut headers = vec![
        ("content-type".into(), "application/json".into()),
        ("webhook-id".into(), event.id.clone()),
        ("webhook-timestamp".into(), seconds.to_string()),
        ("webhook-signature".into(), signature),
    ];
    if destination.format == Format::Terra {
        let signature = terra_signature(secret, seconds, body);
        headers.extend([
            ("terra-signature".into(), signature.clone()),
            ("x-terra-signature".into(), signature),
            ("x-terra-trace-id".into(), event.id.clone()),
            ("x-terra-ordering-timestamp".into(), event.created.to_string()),
        ]);
    }
    Ok(headers)
}

/// Terra's signature. Its key is the secret as it is written, prefix and all, and not what that encodes.
fn terra_signature(secret: &str, seconds: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
    format!("t={seconds},v1={}", hex::encode(tag))
}

#[cfg(test)]
mod tests {
    use super::terra_signature;

    #[test]
    fn terra_s_signature_is_over_time_and_body_as_they_are_sent() {
        // Made by Python's hmac.
        let signature = "t=1790000000,v1=3a5b42a7209c6d54923f02220b556f507c2a608eb65ee699948e9a3656f6c169";
        let body = "{\"a\":\"\u{e9}\"}\r\n";
        assert_eq!(terra_signature("whsec_c2lnbmVkIGluIHR3byB3YXlzIGF0IG9uY2U=", 1_790_000_000, body), signature);
    }
}
