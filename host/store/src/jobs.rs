//! Jobs: rows that one worker at a time may carry out.
//!
//! A claim gives a lease with a fencing token; every write that a job makes is checked by it, so that a worker that was
//! thought dead cannot write over the one that took its place.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::words::words;
use crate::{Failure, Listed, StoreError};

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Waits for its time and for a worker.
    Ready,
    /// A worker has it.
    Running,
    /// Waits, with its cursor, for another version of the adapter.
    Held,
    /// Ended well.
    Done,
    /// Given up; `reason` says why.
    Dead,
}

words!(JobState {
    Ready = "ready",
    Running = "running",
    Held = "held",
    Done = "done",
    Dead = "dead",
});

/// A job to be put in the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NewJob {
    /// "pull", "refresh", "heal" and the like: the worker's business.
    pub kind: String,
    /// The connection that it is for. Of one connection only one job runs at a time.
    pub connection: Option<String>,
    /// The provider's enum.
    pub provider: String,
    /// The stream to pull.
    pub stream: Option<String>,
    /// What else the worker needs.
    pub payload: serde_json::Value,
    /// The higher, the sooner.
    pub priority: i64,
    /// Not before, in Unix milliseconds.
    pub run_at: i64,
    /// Only one live job (ready, running or held) may have this key.
    pub dedupe: Option<String>,
    /// Somebody wants what is there by now. Where a live job has the key already: one that is held is tried again, and one
    /// that has begun is done once more when it has ended well.
    pub insist: bool,
}

/// What came of putting a job in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// It is a new job.
    Created(i64),
    /// A live one has its key. If that was waiting, it now has the higher priority and the earlier time of both.
    Joined(i64),
}

impl Enqueued {
    /// The job that will do it.
    #[must_use]
    pub fn id(self) -> i64 {
        match self {
            Self::Created(id) | Self::Joined(id) => id,
        }
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// In the order in which jobs were put in the queue.
    pub id: i64,
    /// See [`NewJob::kind`].
    pub kind: String,
    /// See [`NewJob::connection`].
    pub connection: Option<String>,
    /// See [`NewJob::provider`].
    pub provider: String,
    /// See [`NewJob::stream`].
    pub stream: Option<String>,
    /// See [`NewJob::payload`].
    pub payload: serde_json::Value,
    /// See [`NewJob::priority`].
    pub priority: i64,
    /// See [`NewJob::run_at`].
    pub run_at: i64,
    /// See [`NewJob::dedupe`].
    pub dedupe: Option<String>,
    /// How it stands.
    pub state: JobState,
    /// Claims since the job last got on (a page committed, a hold released), this one included. A [`JobEnd::Wait`]
    /// takes its own back.
    pub attempts: u32,
    /// Grows with each claim.
    pub token: i64,
    /// Who has it.
    pub worker: Option<String>,
    /// Until when, in Unix milliseconds.
    pub lease_until: Option<i64>,
    /// Where the next page begins, as the last commit left it.
    pub cursor: Option<String>,
    /// Pages committed.
    pub pages: u64,
    /// Why it waits, is held or was given up.
    pub reason: Option<String>,
    /// What the adapter said when it was held. It stays when the job is released, as the story of it.
    pub failure: Option<Failure>,
    /// The version that it was held under.
    pub version: Option<String>,
    /// Exchanges that show why it was held. They are kept as long as it is.
    pub evidence: Vec<i64>,
    /// Unix milliseconds.
    pub created: i64,
    /// Unix milliseconds.
    pub changed: i64,
}

/// The right to write for a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence {
    /// The job.
    pub job: i64,
    /// The token of the claim.
    pub token: i64,
}

/// A claimed job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobLease {
    /// The job as it is now.
    pub job: Job,
    /// When others may claim it, in Unix milliseconds.
    pub until: i64,
}

impl JobLease {
    /// The right to write.
    #[must_use]
    pub fn fence(&self) -> Fence {
        Fence { job: self.job.id, token: self.job.token }
    }
}

impl From<&JobLease> for Fence {
    fn from(lease: &JobLease) -> Self {
        lease.fence()
    }
}

/// How a claim ends.
#[derive(Clone, Debug, PartialEq)]
pub enum JobEnd {
    /// It is done.
    Done,
    /// It failed, and counts as an attempt: once more at `run_at`.
    Retry {
        /// Unix milliseconds.
        run_at: i64,
        /// In words for people.
        reason: String,
    },
    /// It has to wait through no fault (a quota, `pending`), and does not count as an attempt.
    Wait {
        /// Unix milliseconds.
        run_at: i64,
        /// In words for people.
        reason: String,
    },
    /// This version cannot go on: it waits with its cursor for another one. Where another one is active by now, it is
    /// ready at once.
    Held {
        /// What the adapter said.
        failure: Failure,
        /// The version that said so.
        version: String,
        /// Exchanges that show why.
        evidence: Vec<i64>,
    },
    /// It is given up.
    Dead {
        /// In words for people.
        reason: String,
    },
}

/// Which jobs; what is none does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobQuery {
    /// In a state.
    pub state: Option<JobState>,
    /// Of a kind.
    pub kind: Option<String>,
    /// Of connections of a project.
    pub project: Option<String>,
    /// Of a provider.
    pub provider: Option<String>,
    /// Of a connection.
    pub connection: Option<String>,
    /// Beyond this id.
    pub after: Option<i64>,
    /// At most so many; 0 is read as 100.
    pub limit: u32,
}

/// How many jobs of a kind and provider are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JobCount {
    /// The kind.
    pub kind: String,
    /// The provider's enum.
    pub provider: String,
    /// The state.
    pub state: JobState,
    /// How many.
    pub count: u64,
}

/// The queue.
#[async_trait]
pub trait Jobs {
    /// Puts a job in the queue, or joins the live one that has its key.
    async fn enqueue(&self, job: NewJob, now: i64) -> Result<Enqueued, StoreError>;

    /// Claims the most urgent job that is due: by priority, then by time. Jobs whose lease has run out are due too.
    /// None: there is nothing to do now.
    async fn claim(&self, now: i64, lease_ms: i64, worker: &str) -> Result<Option<JobLease>, StoreError>;

    /// Keeps a lease alive until a later time.
    ///
    /// # Errors
    /// `fenced` where it is lost: stop working.
    async fn extend(&self, lease: Fence, until: i64) -> Result<(), StoreError>;

    /// Ends a claim, and says how the job stands then.
    ///
    /// # Errors
    /// `fenced` where the lease is lost.
    async fn finish(&self, lease: Fence, end: JobEnd, now: i64) -> Result<JobState, StoreError>;

    /// Makes the held jobs of a provider ready, since another version became active. Says how many.
    async fn release_held(&self, provider: &str, now: i64) -> Result<u64, StoreError>;

    /// Makes the running jobs of workers ready whose names begin so: at start, what a process of the same name left
    /// behind.
    async fn reclaim(&self, worker_prefix: &str, now: i64) -> Result<u64, StoreError>;

    /// Gives up the live jobs of a connection, for example after it was revoked. A worker that has one finds itself
    /// fenced.
    async fn cancel_jobs(&self, connection: &str, reason: &str, now: i64) -> Result<u64, StoreError>;

    /// One job.
    async fn job(&self, id: i64) -> Result<Option<Job>, StoreError>;

    /// Jobs in the order in which they were put in the queue.
    async fn jobs(&self, query: &JobQuery) -> Result<Listed<Job, i64>, StoreError>;

    /// How many are in which state.
    async fn job_counts(&self) -> Result<Vec<JobCount>, StoreError>;

    /// When the next job is due or the next lease runs out: until then a worker may sleep.
    async fn next_due(&self) -> Result<Option<i64>, StoreError>;

    /// Forgets jobs that ended before an instant.
    async fn prune_jobs(&self, before: i64) -> Result<u64, StoreError>;
}
