//! The worker: takes what is due, sends it, and writes down what came of it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use gearshift_egress::{DirectRequest, Egress, Purpose};
use gearshift_store::{DueDelivery, Event, Format, Store, StoreError};
use gearshift_vault::Vault;
use tokio::sync::Notify;
use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::settings::DeliverSettings;
use crate::signing;

/// Brings events to their destinations: at least once, and of one record in order.
pub struct Deliver {
    store: Arc<dyn Store>,
    egress: Arc<Egress>,
    vault: Arc<Vault>,
    settings: DeliverSettings,
    changed: Arc<Notify>,
    stopping: CancellationToken,
}

/// What came of an attempt.
#[derive(Debug, PartialEq, Eq)]
enum Attempt {
    Delivered(u16),
    /// The receiver says that it wants no more of this.
    Refused(u16),
    Failed(Option<u16>, String),
    /// The destination's format has no word for it.
    Wordless,
}

impl Deliver {
    /// Puts the room together. `changed` tells of new events; `stopping` ends the work between two attempts.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        egress: Arc<Egress>,
        vault: Arc<Vault>,
        settings: DeliverSettings,
        changed: Arc<Notify>,
        stopping: CancellationToken,
    ) -> Arc<Self> {
        Arc::new(Self { store, egress, vault, settings, changed, stopping })
    }

    /// Works until told to stop, and then ends what it has begun. What was being sent when a process died is sent again at the
    /// start of the next.
    pub async fn run(self: Arc<Self>) {
        if let Err(error) = self.store.reclaim_deliveries(now()).await {
            tracing::error!(%error, "what was being sent before is sent again when its lease has run out");
        }
        let mut sending = JoinSet::new();
        while !self.stopping.is_cancelled() {
            let waiting = self.changed.notified();
            match self.begin(&mut sending).await {
                Ok(0) => self.rest(waiting, &mut sending).await,
                Ok(_) => {}
                Err(error) => {
                    tracing::error!(%error, "deliveries cannot be read");
                    tokio::time::sleep(self.settings.idle).await;
                }
            }
            while let Some(sent) = sending.try_join_next() {
                ended(sent);
            }
        }
        while let Some(sent) = sending.join_next().await {
            ended(sent);
        }
    }

    /// Until something is due, new, or through: of one record the next goes when the one before it has arrived.
    async fn rest(&self, waiting: impl Future<Output = ()>, sending: &mut JoinSet<()>) {
        let full = sending.len() >= self.parallel();
        let due = self.store.next_delivery().await.ok().flatten().map_or(i64::MAX, |due| due - now());
        let wait =
            Duration::from_millis(u64::try_from(due).unwrap_or(0)).clamp(Duration::from_millis(10), self.settings.idle);
        tokio::select! {
            () = waiting, if !full => {}
            () = tokio::time::sleep(wait), if !full => {}
            Some(sent) = sending.join_next() => ended(sent),
            () = self.stopping.cancelled() => {}
        }
    }

    fn parallel(&self) -> usize {
        usize::try_from(self.settings.parallel).unwrap_or(usize::MAX).max(1)
    }

    /// Begins to send what is due now, as far as there is room beside what is being sent, and says how many that are.
    async fn begin(self: &Arc<Self>, sending: &mut JoinSet<()>) -> Result<usize, StoreError> {
        let room = u32::try_from(self.parallel().saturating_sub(sending.len())).unwrap_or(u32::MAX);
        if room == 0 {
            return Ok(0);
        }
        let due = self.store.due_deliveries(now(), ms(self.settings.lease), room).await?;
        let count = due.len();
        for delivery in due {
            let this = self.clone();
            sending.spawn(async move {
                let attempt = this.attempt(&delivery).await;
                if let Err(error) = this.note(&delivery, attempt).await {
                    tracing::error!(%error, "how a delivery went could not be written: it is due again when its lease has run out");
                }
            });
        }
        Ok(count)
    }

    async fn attempt(&self, delivery: &DueDelivery) -> Attempt {
        let (event, destination) = (&delivery.event, &delivery.destination);
        let Some(body) = words(event, destination.format) else { return Attempt::Wordless };
        let headers = match signing::headers(&self.vault, destination, event, &body, now()).await {
            Ok(headers) => headers,
            Err(error) => return Attempt::Failed(None, error.to_string()),
        };
        let mut request = DirectRequest::new(Purpose::Deliver, "POST", destination.url.as_str());
        request.headers = headers;
        request.body = Some(body.into());
        request.timeout = Some(self.settings.timeout);
        match self.egress.direct(request).await {
            Ok(answer) if (200..300).contains(&answer.status) => Attempt::Delivered(answer.status),
            Ok(answer) if answer.status == 410 => Attempt::Refused(410),
            Ok(answer) => Attempt::Failed(Some(answer.status), format!("the receiver answered {}", answer.status)),
            Err(error) => Attempt::Failed(None, error.to_string()),
        }
    }

    async fn note(&self, delivery: &DueDelivery, attempt: Attempt) -> Result<(), StoreError> {
        match attempt {
            Attempt::Wordless => self.store.withdraw_delivery(delivery.id).await,
            Attempt::Delivered(status) => self.store.delivered(delivery.id, status, now()).await,
            Attempt::Refused(status) => {
                self.store.failed(delivery.id, Some(status), "the receiver is gone (410)", None).await
            }
            Attempt::Failed(status, error) => {
                let next = self.next_attempt(delivery);
                tracing::warn!(event = %delivery.event.id, destination = %delivery.destination.id, attempts = delivery.attempts + 1, %error, "a delivery failed");
                self.store.failed(delivery.id, status, &error, next).await
            }
        }
    }

    /// None: it is given up.
    fn next_attempt(&self, delivery: &DueDelivery) -> Option<i64> {
        let wait = ms(*self.settings.retries.get(usize::try_from(delivery.attempts).ok()?)?);
        // Spread by the delivery's own number: no two neighbours come back at the same time.
        let spread = (wait / 10).max(1);
        Some(now() + wait + delivery.id.wrapping_mul(7_919).rem_euclid(spread))
    }
}

impl std::fmt::Debug for Deliver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deliver").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What is sent: the same bytes each time.
fn words(event: &Event, format: Format) -> Option<String> {
    match format {
        Format::Gearshift => Some(event.body.clone()),
        Format::Terra => gearshift_terra::event(event).map(|told| told.to_string()),
    }
}

fn ended(sent: Result<(), JoinError>) {
    if let Err(error) = sent {
        tracing::error!(%error, "an attempt to deliver ended by itself: it is due again when its lease has run out");
    }
}

fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, ms)
}
