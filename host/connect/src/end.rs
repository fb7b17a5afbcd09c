//! A connection ends.

use gearshift_egress::Purpose;
use gearshift_store::{Connection, ConnectionStatus, Erased};

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::safe::Kept;
use crate::token::Token;

/// What a disconnect did.
#[derive(Debug, serde::Serialize)]
pub struct Disconnected {
    /// The provider was told, and took it.
    pub told: bool,
    /// What was erased.
    pub erased: Erased,
}

impl Connect {
    /// Ends a connection: the provider is told where it can be, and everything of it is erased.
    ///
    /// # Errors
    /// `not-found`, or when the store fails. A provider that cannot be told is no error: what is ours to erase is erased.
    pub async fn disconnect(&self, connection: &str, reason: &str, now: i64) -> Result<Disconnected, ConnectError> {
        let connection = self.connection(connection).await?;
        let told = self.tell_provider(&connection, now).await.unwrap_or_else(|error| {
            tracing::warn!(connection = %connection.id, %error, "the provider could not be told of a disconnect");
            false
        });
        let erased = self.store.end_connection(&connection.id, reason, now).await?;
        Ok(Disconnected { told, erased })
    }

    /// The user has ended it at the provider: its secrets are worth nothing any more and go, and what was fetched stays until the
    /// platform ends the connection.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn withdrawn(&self, connection: &Connection, reason: &str, now: i64) -> Result<(), ConnectError> {
        self.mark(&connection.id, ConnectionStatus::Revoked, reason, now).await?;
        self.store.erase_secrets(&connection.id).await?;
        self.store.cancel_jobs(&connection.id, reason, now).await?;
        Ok(())
    }

    async fn tell_provider(&self, connection: &Connection, now: i64) -> Result<bool, ConnectError> {
        let Some(lease) = self.adapters.lease(&connection.provider, &connection.auth_id) else { return Ok(false) };
        let manifest = manifest_of(&lease, &connection.provider);
        if let Some(dialect) = dialect(&manifest) {
            // Who is told has to know us still. Where it does not, it is asked all the same.
            let _ = self.keep_fresh(&lease, connection, now).await;
            let token: Option<(Token, i64)> = self.safe.get(&connection.id, Kept::Token).await?;
            let Some((token, _)) = token else { return Ok(false) };
            if dialect.revoke.is_some() {
                let application = self.application(&connection.project, &connection.provider).await?;
                return match self.at(dialect, &application).revoke(&token, now).await {
                    Some(done) => done.map(|()| true).map_err(|passing| ConnectError::Unavailable(passing.to_string())),
                    None => Ok(false),
                };
            }
        }
        let outside = self.bind(&lease, connection, Purpose::SignIn, self.settings.sign_in_requests);
        lease.revoke(&self.subject(connection, &lease).await?, outside.clone()).await?;
        // An adapter that asked nobody told nobody.
        Ok(!outside.exchanges().is_empty())
    }
}
