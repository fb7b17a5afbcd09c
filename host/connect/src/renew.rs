//! Keeping a credential fresh, and giving it back.

use gearshift_adapters::{CallError, Lease};
use gearshift_egress::Purpose;
use gearshift_manifest::Scheme;
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, Erased};

use crate::ConnectError;
use crate::connect::Connect;
use crate::oauth2::TokenEndpoint;
use crate::safe::Kept;
use crate::token::Token;

impl Connect {
    /// Renews ahead of expiry, so that a pull seldom meets a 401. Does nothing where that is not due.
    ///
    /// # Errors
    /// As [`Connect::renew`].
    pub async fn keep_fresh(&self, lease: &Lease, connection: &Connection, now: i64) -> Result<(), ConnectError> {
        let Scheme::Oauth2(_) = lease.manifest().auth.scheme else { return Ok(()) };
        let token: Option<(Token, i64)> = self.safe.get(&connection.id, Kept::Token).await?;
        let ahead = i64::try_from(self.settings.renew_ahead.as_millis()).unwrap_or(i64::MAX);
        match token {
            Some((token, generation)) if token.expires.is_some_and(|expires| expires.saturating_sub(ahead) <= now) => {
                self.renew(lease, connection, generation, now).await
            }
            _ => Ok(()),
        }
    }

    /// The generation of the credential that a call is about to use, for [`Connect::renew`].
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn generation(&self, connection: &str) -> Result<i64, ConnectError> {
        let secrets = self.store.secrets(connection).await?;
        let of = |name: &str| secrets.iter().find(|secret| secret.name == name).map(|secret| secret.generation);
        Ok(of("token").or_else(|| of("jar")).unwrap_or(0))
    }

    /// The provider refused the credential of this generation: renew it, once for all who find out at the same time.
    ///
    /// # Errors
    /// `needs-reconnect` where only the user can go on, and then the connection says so; `unavailable` where it may go later.
    pub async fn renew(
        &self,
        lease: &Lease,
        connection: &Connection,
        refused: i64,
        now: i64,
    ) -> Result<(), ConnectError> {
        let lock = self.renewal(&connection.id);
        let _turn = lock.lock().await;
        if self.generation(&connection.id).await? > refused {
            return Ok(());
        }
        let renewed = match &lease.manifest().auth.scheme {
            Scheme::Oauth2(_) => self.refresh(lease, connection, now).await,
            Scheme::Session(_) => self.reopen(lease, connection).await,
            _ => Err(ConnectError::NeedsReconnect("the credential was refused".into())),
        };
        if let Err(ConnectError::NeedsReconnect(reason)) = &renewed {
            self.mark(&connection.id, ConnectionStatus::NeedsReconnect, reason, now).await?;
        }
        renewed
    }

    async fn refresh(&self, lease: &Lease, connection: &Connection, now: i64) -> Result<(), ConnectError> {
        let Scheme::Oauth2(dialect) = &lease.manifest().auth.scheme else { return Ok(()) };
        let before: Option<(Token, i64)> = self.safe.get(&connection.id, Kept::Token).await?;
        let (before, generation) = before.ok_or_else(|| ConnectError::NeedsReconnect("no token is kept".into()))?;
        let client = self
            .keyring
            .client_of(&connection.provider)
            .ok_or_else(|| ConnectError::NotConfigured(connection.provider.clone()))?;
        let endpoint = TokenEndpoint { egress: &self.egress, dialect, client };
        let answer = endpoint.refresh(&before, now).await?;
        self.safe.put(&connection.id, Kept::Token, &answer.token, Some(generation)).await.map(drop)
    }

    /// A session is opened again with the form, if its user let us keep that.
    async fn reopen(&self, lease: &Lease, connection: &Connection) -> Result<(), ConnectError> {
        let kept = self.keyring.kept_form(&connection.id).await?;
        let form = kept.ok_or_else(|| {
            ConnectError::NeedsReconnect("the session has ended, and the password is not kept".into())
        })?;
        match self.open_session(lease, connection, form).await {
            Ok(_) => Ok(()),
            Err(ConnectError::Denied(reason)) => Err(ConnectError::NeedsReconnect(reason)),
            Err(ConnectError::Adapter(CallError::Failure(failure))) if failure.code == "unavailable" => {
                Err(ConnectError::Unavailable(failure.message))
            }
            Err(other) => Err(other),
        }
    }

    /// Says how a connection stands.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn mark(
        &self,
        connection: &str,
        status: ConnectionStatus,
        reason: &str,
        now: i64,
    ) -> Result<(), ConnectError> {
        let reason = Some(reason.to_owned()).filter(|reason| !reason.is_empty());
        let change = ConnectionChange { status: Some((status, reason)), ..ConnectionChange::default() };
        self.store.change_connection(connection, change, now).await?;
        Ok(())
    }

    /// Ends a connection: the provider is told where it can be, and everything of it is erased.
    ///
    /// # Errors
    /// `not-found`, or when the store fails. A provider that cannot be told is no error: what is ours to erase is erased.
    pub async fn disconnect(&self, connection: &str) -> Result<Disconnected, ConnectError> {
        let connection = self.connection(connection).await?;
        let told = self.tell_provider(&connection).await.unwrap_or_else(|error| {
            tracing::warn!(connection = %connection.id, %error, "the provider could not be told of a disconnect");
            false
        });
        let erased = self.store.erase_connection(&connection.id).await?;
        Ok(Disconnected { told, erased })
    }

    async fn tell_provider(&self, connection: &Connection) -> Result<bool, ConnectError> {
        let Some(lease) = self.adapters.lease(&connection.provider, &connection.auth_id) else { return Ok(false) };
        if let Scheme::Oauth2(dialect) = &lease.manifest().auth.scheme {
            let token: Option<(Token, i64)> = self.safe.get(&connection.id, Kept::Token).await?;
            let client = self.keyring.client_of(&connection.provider);
            let (Some((token, _)), Some(client)) = (token, client) else { return Ok(false) };
            return TokenEndpoint { egress: &self.egress, dialect, client }.revoke(&token).await;
        }
        let outside = self.bind(&lease, connection, Purpose::SignIn, self.settings.sign_in_requests);
        lease.revoke(&self.subject(connection, &lease), outside.clone()).await?;
        // An adapter that asked nobody told nobody.
        Ok(!outside.exchanges().is_empty())
    }
}

/// What a disconnect did.
#[derive(Debug, serde::Serialize)]
pub struct Disconnected {
    /// The provider was told, and took it.
    pub told: bool,
    /// What was erased.
    pub erased: Erased,
}
