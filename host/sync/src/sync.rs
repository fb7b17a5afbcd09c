//! The workers: each claims a job, carries it out, and says how it ended.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gearshift_adapters::{Adapters, CallLimits};
use gearshift_connect::Connect;
use gearshift_store::{JobEnd, JobLease, JobState, Retention, Store, StoreError};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::quotas::Quotas;
use crate::schedule::kind;
use crate::settings::{SyncSettings, ms, now};

/// Why a job could not be carried out at all. What an adapter or a provider did is not among it: that is an end of the job.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A credential could not be had.
    #[error(transparent)]
    Connect(#[from] gearshift_connect::ConnectError),
    /// A subject could not be written or read.
    #[error("a subject is not in the form in which it is kept: {0}")]
    Subject(serde_json::Error),
}

impl SyncError {
    /// A stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Store(error) => error.code(),
            Self::Connect(error) => error.code(),
            Self::Subject(_) => "subject",
        }
    }
}

/// Keeps data flowing.
pub struct Sync {
    pub(crate) adapters: Arc<Adapters>,
    pub(crate) connect: Arc<Connect>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) settings: SyncSettings,
    pub(crate) quotas: Quotas,
    /// There may be work.
    pub(crate) work: Notify,
    /// There may be something to deliver.
    pub(crate) changed: Arc<Notify>,
    pub(crate) stopping: CancellationToken,
    /// When this was put together, in Unix milliseconds: before any call of a provider came in.
    began: i64,
    dice: AtomicU64,
}

impl Sync {
    /// Puts the room together. `changed` is told whenever there are new events; `stopping` ends the work between two pages.
    #[must_use]
    pub fn new(
        adapters: Arc<Adapters>,
        connect: Arc<Connect>,
        store: Arc<dyn Store>,
        settings: SyncSettings,
        changed: Arc<Notify>,
        stopping: CancellationToken,
    ) -> Arc<Self> {
        let dice = AtomicU64::new(u64::try_from(now()).unwrap_or(1));
        Arc::new(Self {
            adapters,
            connect,
            store,
            settings,
            quotas: Quotas::default(),
            work: Notify::new(),
            changed,
            stopping,
            began: now(),
            dice,
        })
    }

    /// Works until told to stop. `name` is this process's among those that share the database; `heir` says that nobody else of that
    /// name lives, so that what one has left behind is taken up at once and not when its leases run out.
    ///
    /// # Errors
    /// When the store cannot be read at the start.
    pub async fn run(self: Arc<Self>, name: &str, heir: bool) -> Result<(), SyncError> {
        if heir {
            self.store.reclaim(name, now()).await?;
            // Work goes on without what cannot be read: it stays where it is.
            if let Err(error) = self.receive_orphans(self.began).await {
                tracing::error!(%error, "calls of providers that were kept before the last end could not be read");
            }
        }
        self.after_activation().await?;
        let mut tasks = JoinSet::new();
        for number in 0..self.settings.workers.max(1) {
            tasks.spawn(self.clone().work(format!("{name}-{number}")));
        }
        tasks.spawn(self.clone().watch_activations());
        tasks.spawn(self.clone().keep_house());
        tasks.spawn(self.clone().keep_fresh());
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    pub(crate) fn settings_of_calls(&self) -> &CallLimits {
        self.adapters.limits()
    }

    /// A number below `most`, different each time: spreads what would otherwise come together.
    pub(crate) fn chance(&self, most: i64) -> i64 {
        let mut x = self.dice.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        i64::try_from((x ^ (x >> 27)) >> 1).unwrap_or(0).checked_rem(most.max(1)).unwrap_or(0)
    }

    async fn work(self: Arc<Self>, name: String) {
        while !self.stopping.is_cancelled() {
            let waiting = self.work.notified();
            match self.store.claim(now(), ms(self.settings.lease), &name).await {
                Ok(Some(lease)) => self.carry_out(lease).await,
                Ok(None) => self.rest(waiting).await,
                Err(error) => {
                    tracing::error!(%error, "jobs cannot be claimed");
                    tokio::time::sleep(self.settings.idle).await;
                }
            }
        }
    }

    async fn rest(&self, waiting: impl Future<Output = ()>) {
        let due = self.store.next_due().await.ok().flatten().map_or(i64::MAX, |due| due - now());
        let wait = std::time::Duration::from_millis(u64::try_from(due).unwrap_or(0))
            .clamp(std::time::Duration::from_millis(10), self.settings.idle);
        tokio::select! {
            () = waiting => {}
            () = tokio::time::sleep(wait) => {}
            () = self.stopping.cancelled() => {}
        }
    }

    /// A job whose lease was lost is somebody else's: what it did here was never written.
    async fn carry_out(&self, lease: JobLease) {
        let job = lease.job.clone();
        let end = match job.kind.as_str() {
            kind::PULL => self.pull(lease.clone()).await,
            kind::HEAL => self.heal(&lease).await,
            other => Ok(JobEnd::Dead { reason: format!("nobody carries out jobs of the kind {other:?}") }),
        };
        let end = match end {
            Ok(end) => end,
            Err(SyncError::Store(StoreError::Fenced { .. })) => return,
            Err(error) => {
                tracing::error!(job = job.id, kind = %job.kind, provider = %job.provider, %error, "a job failed");
                JobEnd::Retry { run_at: now() + ms(self.settings.backoff), reason: error.to_string() }
            }
        };
        if let Err(error) = self.finish(&lease, end).await {
            tracing::error!(job = job.id, %error, "a job's end could not be written: its lease will run out");
        }
    }

    async fn finish(&self, lease: &JobLease, end: JobEnd) -> Result<(), SyncError> {
        let state = match self.store.finish(lease.fence(), end, now()).await {
            Err(StoreError::Fenced { .. }) => return Ok(()),
            state => state?,
        };
        if matches!(state, JobState::Done | JobState::Dead) && lease.job.kind == kind::PULL {
            self.poll_later(&lease.job).await?;
        }
        if state == JobState::Dead {
            // A connection that only its user can mend has just said so, in an event.
            self.changed.notify_waiters();
        }
        if state == JobState::Ready {
            self.work.notify_one();
        }
        Ok(())
    }

    async fn watch_activations(self: Arc<Self>) {
        let mut activations = self.adapters.activations();
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return,
                changed = activations.changed() => if changed.is_err() { return },
            }
            if let Err(error) = self.after_activation().await {
                tracing::error!(%error, "healing could not be scheduled");
            }
        }
    }

    /// Credentials are renewed ahead of time, which may be an event.
    async fn keep_fresh(self: Arc<Self>) {
        self.connect.clone().keep_all_fresh(self.stopping.clone()).await;
    }

    async fn keep_house(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.stopping.cancelled() => return,
                () = tokio::time::sleep(self.settings.housekeeping) => {}
            }
            let retention = Retention::of(ms(self.settings.archive));
            match self.store.collect(now(), &retention).await {
                Ok(collected) => tracing::info!(?collected, "the archive was collected"),
                Err(error) => tracing::error!(%error, "the archive could not be collected"),
            }
            if let Err(error) = self.retry_held().await {
                tracing::error!(%error, "held pulls could not be tried again");
            }
            let kept = self.store.prune_jobs(now() - ms(self.settings.keep_ended)).await;
            let swept = self.store.sweep_logins(now()).await;
            let sessions = self.store.sweep_sessions(now() - ms(self.settings.keep_attempts)).await;
            let attempts = self.store.sweep_attempts(now() - ms(self.settings.keep_attempts)).await;
            let ended = self.store.sweep_ended(now() - ms(self.settings.keep_ended)).await;
            if let Err(error) = kept.and(swept).and(sessions).and(attempts).and(ended) {
                tracing::error!(%error, "ended jobs, sign-ins and connections could not be forgotten");
            }
        }
    }
}

impl std::fmt::Debug for Sync {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sync").field("settings", &self.settings).finish_non_exhaustive()
    }
}
