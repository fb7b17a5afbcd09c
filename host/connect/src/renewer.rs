//! Renewals ahead of time, for all connections: so that no pull waits for one, and none is needed by many at once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

use crate::ConnectError;
use crate::connect::{Connect, dialect, manifest_of};
use crate::renew::{millis, wall};
use crate::safe::Kept;

/// Connections that are read at once.
const BATCH: u32 = 200;

/// Renewals under way at once, those that wait for a turn at their provider among them. Default 1,000: a task is some KiB.
const MOST: usize = 1_000;

/// Renewals under way, by connection.
type Busy = Arc<Mutex<HashSet<String>>>;

impl Connect {
    /// Renews what is due, until the host stops. A provider whose token endpoint hangs keeps nobody waiting but its own users.
    pub async fn keep_all_fresh(self: Arc<Self>, stopping: CancellationToken) {
        let busy = Busy::default();
        while !stopping.is_cancelled() {
            if let Err(error) = self.clone().renew_due(&busy, &stopping).await {
                tracing::error!(%error, "what is to be renewed could not be looked up");
            }
            tokio::select! {
                () = tokio::time::sleep(self.settings.renew_look) => {}
                () = stopping.cancelled() => {}
            }
        }
    }

    /// One look at all that is due.
    async fn renew_due(self: Arc<Self>, busy: &Busy, stopping: &CancellationToken) -> Result<(), ConnectError> {
        let (now, mut after) = (wall(), None);
        loop {
            let due = self.store.due_renewals(now, after, BATCH).await?;
            let Some((last, at)) = due.last().cloned() else { return Ok(()) };
            for (connection, _) in due {
                if !begin(busy, &connection) {
                    continue;
                }
                let (connect, busy, stopping) = (self.clone(), busy.clone(), stopping.clone());
                tokio::spawn(async move {
                    connect.renew_in_turn(&connection, &stopping).await;
                    busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&connection);
                });
            }
            after = Some((at, last));
        }
    }

    async fn renew_in_turn(&self, connection: &str, stopping: &CancellationToken) {
        if let Err(error) = self.renew_one(connection, stopping).await {
            tracing::warn!(connection, code = error.code(), %error, "a credential could not be renewed ahead of time");
        }
    }

    async fn renew_one(&self, id: &str, stopping: &CancellationToken) -> Result<(), ConnectError> {
        let Some(connection) = self.store.connection(id).await? else { return Ok(()) };
        let turns = self.turns(&connection.provider);
        let _turn = tokio::select! {
            turn = turns.acquire() => turn,
            () = stopping.cancelled() => return Ok(()),
        };
        let generation = self.generation(id).await?;
        let renewed = match self.adapters.lease(&connection.provider, &connection.auth_id) {
            Some(lease) if dialect(&manifest_of(&lease, &connection.provider)).is_some() => {
                self.renew(&lease, &connection, generation, wall()).await
            }
            _ => Ok(()),
        };
        // Not at each look, whatever kept it: a provider that is down is not helped by being asked every few seconds, and what
        // cannot be renewed here must not stand before what can.
        let later = wall() + millis(self.settings.renew_postpone);
        self.store.postpone_renewal(id, Kept::Token.name(), generation, later).await?;
        self.unless_lost(id, renewed, wall()).await
    }
}

/// Takes a connection up. False where it is under way, or where there is too much.
fn begin(busy: &Busy, connection: &str) -> bool {
    let mut busy = busy.lock().unwrap_or_else(PoisonError::into_inner);
    busy.len() < MOST && busy.insert(connection.to_owned())
}
