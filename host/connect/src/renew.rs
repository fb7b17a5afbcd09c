//! Keeping a credential fresh.
//!
//! A provider that rotates takes a refresh token once: two renewals at the same moment, in one process or in two, cost the user
//! the connection. So a renewal takes a lock here and a lease in the store, looks again whether it is still needed, and writes
//! the new token under both, before anybody uses it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gearshift_adapters::{CallError, Lease};
use gearshift_manifest::{OAuth2, Scheme};
use gearshift_store::{Connection, ConnectionChange, ConnectionStatus, Renewal};
use gearshift_vault::VaultError;
use serde::de::IgnoredAny;
use tokio::sync::Semaphore;

use crate::ConnectError;
use crate::connect::{Connect, manifest_of};
use crate::oauth::{Answer, Passing, TokenError};
use crate::safe::Kept;
use crate::settle::split_scopes;
use crate::token::Token;

impl Connect {
    /// Renews what would expire during a call, so that a pull seldom meets a 401. Does nothing where that is not due.
    ///
    /// # Errors
    /// As [`Connect::renew`].
    pub async fn keep_fresh(&self, lease: &Lease, connection: &Connection, now: i64) -> Result<(), ConnectError> {
        let looked = self.look_fresh(lease, connection, now).await;
        self.unless_lost(&connection.id, looked, now).await
    }

    async fn look_fresh(&self, lease: &Lease, connection: &Connection, now: i64) -> Result<(), ConnectError> {
        match lease.manifest().auth.scheme {
            Scheme::Oauth2(_) | Scheme::Oauth1(_) => {}
            Scheme::Session(_) | Scheme::Key(_) => return self.look_opens(connection).await,
            _ => return Ok(()),
        }
        let token: Option<(Token, i64)> = self.safe.get_of(&connection.project, &connection.id, Kept::Token).await?;
        let margin = millis(self.settings.renew_margin);
        match token {
            Some((token, generation)) if token.expires.is_some_and(|expires| expires.saturating_sub(margin) <= now) => {
                self.renew(lease, connection, generation, now).await
            }
            _ => Ok(()),
        }
    }

    /// Whether what is kept of a session opens: the door out would find out too, and could only say that something is broken.
    async fn look_opens(&self, connection: &Connection) -> Result<(), ConnectError> {
        for kept in [Kept::Jar, Kept::Captured, Kept::Fields] {
            let _: Option<(IgnoredAny, i64)> = self.safe.get_of(&connection.project, &connection.id, kept).await?;
        }
        Ok(())
    }

    /// A secret that was changed or moved is gone for good: its user has to sign in again. One whose key is missing is not, and
    /// opens when that is back.
    pub(crate) async fn unless_lost<T>(
        &self,
        connection: &str,
        outcome: Result<T, ConnectError>,
        now: i64,
    ) -> Result<T, ConnectError> {
        let Err(ConnectError::Vault(lost @ VaultError::Tampered)) = outcome else { return outcome };
        tracing::error!(
            connection,
            code = lost.code(),
            "a credential is lost: somebody changed the database, or it is damaged"
        );
        let reason = lost.to_string();
        self.mark(connection, ConnectionStatus::NeedsReconnect, &reason, now).await?;
        Err(ConnectError::NeedsReconnect(reason))
    }

    /// The generation of the credential that a call is about to use, for [`Connect::renew`].
    ///
    /// # Errors
    /// When the store or the vault fails.
    pub async fn generation(&self, connection: &str) -> Result<i64, ConnectError> {
        let secrets = self.store.secrets(connection).await?;
        let of = |name: &str| secrets.iter().find(|secret| secret.name == name).map(|secret| secret.generation);
        Ok(of(Kept::Token.name()).or_else(|| of(Kept::Session.name())).unwrap_or(0))
    }

    /// The credential of this generation was refused, or is due: renew it, once for all who find out at the same time.
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
        let present = self.connection(&connection.id).await?;
        if matches!(present.status, ConnectionStatus::NeedsReconnect | ConnectionStatus::Revoked) {
            // Whoever was first has found out, and the user is asked once.
            return Err(ConnectError::NeedsReconnect(present.reason.unwrap_or_default()));
        }
        let renewed = self.renew_once(lease, connection, refused, now).await;
        if renewed.is_err() && self.generation(&connection.id).await? > refused {
            // Its user has signed in again meanwhile, or another process was faster: what failed is not what counts now.
            return Ok(());
        }
        if let Err(ConnectError::NeedsReconnect(reason)) = &renewed {
            self.mark(&connection.id, ConnectionStatus::NeedsReconnect, reason, now).await?;
        }
        renewed
    }

    /// Renews while no other process does.
    async fn renew_once(
        &self,
        lease: &Lease,
        connection: &Connection,
        refused: i64,
        now: i64,
    ) -> Result<(), ConnectError> {
        let manifest = manifest_of(lease, &connection.provider);
        let scheme = &manifest.auth.scheme;
        let lasting = match scheme {
            Scheme::Oauth2(_) | Scheme::Session(_) => None,
            // A token of OAuth 1.0a lasts until somebody takes it back.
            Scheme::Oauth1(_) => Some("the provider does not take the token any more"),
            // Whether it is the user's key or the project's the provider does not say.
            Scheme::Key(_) => Some("the provider does not take the key any more"),
            _ => Some("the credential was refused"),
        };
        if let Some(refused) = lasting {
            return Err(ConnectError::NeedsReconnect(refused.into()));
        }
        let Some(renewal) = self.take_renewal(&connection.id, refused).await? else { return Ok(()) };
        let outcome = match scheme {
            Scheme::Oauth2(dialect) => self.refresh_under(dialect, connection, &renewal, now).await,
            _ => self.reopen(lease, connection).await,
        };
        // A lease that is lost has a new owner: then there is nothing to end.
        let _ = self.store.end_renewal(&connection.id, renewal.token).await;
        outcome
    }

    /// Waits for the right to renew. None: another process has renewed meanwhile.
    async fn take_renewal(&self, connection: &str, refused: i64) -> Result<Option<Renewal>, ConnectError> {
        let lease = millis(self.settings.renewal_lease);
        let deadline = tokio::time::Instant::now() + self.settings.renewal_lease * 2;
        while tokio::time::Instant::now() < deadline {
            let taken = self.store.take_renewal(connection, &self.process, wall(), lease).await?;
            if self.generation(connection).await? > refused {
                if let Some(taken) = taken {
                    self.store.end_renewal(connection, taken.token).await?;
                }
                return Ok(None);
            }
            if taken.is_some() {
                return Ok(taken);
            }
            tokio::time::sleep(self.settings.renewal_look).await;
        }
        Err(ConnectError::Unavailable("another process has been renewing this credential for too long".into()))
    }

    async fn refresh_under(
        &self,
        dialect: &OAuth2,
        connection: &Connection,
        renewal: &Renewal,
        now: i64,
    ) -> Result<(), ConnectError> {
        let before: Option<(Token, i64)> = self.safe.get_of(&connection.project, &connection.id, Kept::Token).await?;
        let (before, generation) = before.ok_or_else(|| ConnectError::NeedsReconnect("no token is kept".into()))?;
        let application = self.application(&connection.project, &connection.provider).await?;
        let in_doubt = self.store.renewal(&connection.id).await?.is_some_and(|row| row.tried.is_some());
        self.store.note_renewal_sent(&connection.id, renewal.token, now).await?;
        let answer = match self.ask_again(dialect, &application, &before, now).await {
            Ok(answer) => answer,
            Err(TokenError::Passing(lost @ Passing::Lost(_))) => return Err(TokenError::Passing(lost).into()),
            Err(error) => {
                // Whatever it was, an answer came: nothing is in doubt.
                self.store.note_renewal_refused(&connection.id, renewal.token).await?;
                return Err(told(error, in_doubt).into());
            }
        };
        let sealed = self.safe.seal(&connection.id, Kept::Token, &answer.token).await?;
        let due = self.due(Some(dialect), &answer.token, now);
        self.store
            .put_renewed(&connection.id, renewal.token, Kept::Token.name(), &sealed, generation, due, now)
            .await?;
        self.note_scopes(dialect, connection, &answer, now).await
    }

    /// An answer that was lost is asked for again at once: while the provider still takes the former token, if it does at all.
    async fn ask_again(
        &self,
        dialect: &OAuth2,
        application: &crate::Application,
        before: &Token,
        now: i64,
    ) -> Result<Answer, TokenError> {
        let mut in_doubt = false;
        for pause in &self.settings.renewal_retries {
            match self.at(dialect, application).refresh(before, now).await {
                Err(TokenError::Passing(Passing::Lost(_))) => in_doubt = true,
                other => return other.map_err(|error| told(error, in_doubt)),
            }
            tokio::time::sleep(*pause).await;
        }
        self.at(dialect, application).refresh(before, now).await.map_err(|error| told(error, in_doubt))
    }

    /// A user may have taken a scope back where the provider says so with each token.
    async fn note_scopes(
        &self,
        dialect: &OAuth2,
        connection: &Connection,
        answer: &Answer,
        now: i64,
    ) -> Result<(), ConnectError> {
        let Some(said) = &answer.scopes else { return Ok(()) };
        let scopes = split_scopes(said, &dialect.scopes.separator);
        let (mut new, mut old) = (scopes.clone(), connection.scopes.clone());
        new.sort();
        old.sort();
        if new != old {
            let change = ConnectionChange { scopes: Some(scopes), ..ConnectionChange::default() };
            self.store.change_connection(&connection.id, change, now).await?;
        }
        Ok(())
    }

    /// Keeps a new token, with the instant at which it is to be renewed.
    pub(crate) async fn keep_token(
        &self,
        connection: &str,
        dialect: Option<&OAuth2>,
        token: &Token,
        now: i64,
    ) -> Result<(), ConnectError> {
        self.safe.put_due(connection, Kept::Token, token, self.due(dialect, token, now)).await.map(drop)
    }

    /// When a token is to be renewed: ahead of its expiry, and by chance still earlier, so that what expires together is not
    /// renewed together. None where it cannot be renewed or does not expire, or has expired already (by a clock that is ahead of
    /// the provider's, say): it would be renewed at each look, and be no better each time.
    pub(crate) fn due(&self, dialect: Option<&OAuth2>, token: &Token, now: i64) -> Option<i64> {
        let (expires, _) = (token.expires?, token.refresh()?);
        let ahead = dialect.and_then(|dialect| dialect.refresh.as_ref()).and_then(|refresh| refresh.ahead);
        let ahead = ahead.unwrap_or_else(|| millis(self.settings.renew_ahead));
        let lifetime = Some(expires.saturating_sub(now)).filter(|lifetime| *lifetime > 0)?;
        // A short-lived token is not renewed all the time.
        let ahead = ahead.min(lifetime / 2);
        let spread = millis(self.settings.renew_spread).min(lifetime / 4);
        Some(expires.saturating_sub(ahead).saturating_sub(chance(spread)))
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

    /// The turns of renewals ahead of time at a provider. A pull that needs its token now waits for none.
    pub(crate) fn turns(&self, provider: &str) -> Arc<Semaphore> {
        let mut turns = self.turns.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let new = || Arc::new(Semaphore::new(self.settings.renewals_at_once));
        turns.entry(provider.to_owned()).or_insert_with(new).clone()
    }
}

pub(crate) fn millis(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// A refresh token that is dead because we never saw the one that took its place is another story than one that was withdrawn.
fn told(error: TokenError, in_doubt: bool) -> TokenError {
    match error {
        TokenError::Dead(reason) if in_doubt => TokenError::Dead(format!(
            "the answer to a renewal was lost on its way, and the provider takes a refresh token only once: {reason}"
        )),
        other => other,
    }
}

/// Unix milliseconds now: leases between processes are taken by the wall clock and by nothing that a test may set.
pub(crate) fn wall() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    millis(since)
}

/// A number below `most`, that nobody has to guess.
fn chance(most: i64) -> i64 {
    let mut bytes = [0; 8];
    if most <= 0 || aws_lc_rs::rand::fill(&mut bytes).is_err() {
        return 0;
    }
    (u64::from_le_bytes(bytes) % most.unsigned_abs()).cast_signed()
}
