//! Renewals ahead of time, for all connections: so that no pull waits for one, and none is needed by many at once.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::renew::{millis, wall};
use crate::safe::Kept;
use crate::token::Token;

/// Connections that one look takes up. What is due beyond that is taken up by the next, which follows at once.
const BATCH: u32 = 200;

impl Connect {
    /// Renews what is due, until the host stops.
    pub async fn keep_all_fresh(self: Arc<Self>, stopping: CancellationToken) {
        loop {
            let pause = match self.clone().renew_due().await {
                Ok(full) if full => Duration::ZERO,
                Ok(_) => self.settings.renew_look,
                Err(error) => {
                    tracing::error!(%error, "what is to be renewed could not be looked up");
                    self.settings.renew_look
                }
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stopping.cancelled() => return,
            }
        }
    }

    /// One look. Says whether there was more than it could take up, and some of that was renewed.
    async fn renew_due(self: Arc<Self>) -> Result<bool, ConnectError> {
        let due = self.store.due_renewals(wall(), None, BATCH).await?;
        let full = due.len() >= BATCH as usize;
        let mut renewals = JoinSet::new();
        for (connection, _) in due {
            let connect = self.clone();
            renewals.spawn(async move {
                let outcome = connect.renew_one(&connection).await;
                if let Err(error) = &outcome {
                    tracing::warn!(connection, code = error.code(), %error, "a credential could not be renewed ahead of time");
                }
                outcome.is_ok()
            });
        }
        let outcomes = renewals.join_all().await;
        Ok(full && outcomes.into_iter().any(|renewed| renewed))
    }

    async fn renew_one(&self, id: &str) -> Result<(), ConnectError> {
        let Some(connection) = self.store.connection(id).await? else { return Ok(()) };
        let Some(lease) = self.adapters.lease(&connection.provider, &connection.auth_id) else { return Ok(()) };
        let now = wall();
        let manifest = manifest_of(&lease, &connection.provider);
        let token = self.safe.get_of(&connection.project, id, Kept::Token).await;
        let token: Option<(Token, i64)> = self.unless_lost(id, token, now).await?;
        let (Some(_), Some((_, generation))) = (dialect(&manifest), token) else { return Ok(()) };
        match self.renew(&lease, &connection, generation, now).await {
            Err(ConnectError::Unavailable(reason)) => {
                // Not at each look: a provider that is down is not helped by being asked every few seconds.
                self.store
                    .postpone_renewal(id, Kept::Token.name(), generation, now + millis(self.settings.renew_postpone))
                    .await?;
                Err(ConnectError::Unavailable(reason))
            }
            other => other,
        }
    }
}
