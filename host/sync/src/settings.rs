//! What syncing can be tuned by: each with its default, unit and reason.

use std::time::Duration;

/// Settings of [`crate::Sync`].
#[derive(Debug, Clone)]
pub struct SyncSettings {
    /// Jobs that run at once. Default 8: most of them wait for providers, and two cores carry the rest.
    pub workers: usize,
    /// How long a claim is good without a sign of life. Default 3 min: longer than the longest page (a minute of requests, then
    /// normalizing), so that only a dead worker loses its job.
    pub lease: Duration,
    /// Pages of one job in a row, after which others get a turn. Default 20: one user's ten years do not keep the rest waiting.
    pub pages_in_a_row: u32,
    /// First wait after a passing fault; it doubles with each attempt. Default 5 s.
    pub backoff: Duration,
    /// Longest wait after a passing fault. Default 15 min: how late a user's ride may be when a provider comes back.
    pub backoff_most: Duration,
    /// Attempts after which a job is given up until its next poll. Default 12: about two hours of a provider being away.
    pub attempts: u32,
    /// Attempts after which a version that crashes on a pull is believed to be at fault, and the pull is held for the next one.
    /// Default 3.
    pub crashes: u32,
    /// The wait where a provider says that its quota is spent and not for how long. Default 60 s.
    pub quota_wait: Duration,
    /// How far back a first pull goes where the manifest says `all`. Default ten years: before that, few
    /// devices recorded anything.
    pub history: Duration,
    /// Longest sleep of an idle worker. Default 5 s: jobs that another process put in the queue are found by then.
    pub idle: Duration,
    /// How long ended jobs are kept. Default 30 days: long enough to look into a complaint.
    pub keep_ended: Duration,
    /// How long a sign-in that nobody finished is remembered, and a session beyond its end. Default 1 day: so that a platform that
    /// asks sees what became of it, and a user who comes late is told.
    pub keep_attempts: Duration,
    /// Batches of one phone and stream that may wait to be read. Default 100: two days of a phone that pushes each half hour,
    /// while nobody can read them.
    pub backlog: u64,
    /// How often the archive and old jobs are collected, and held pulls tried again. Default 1 h: a provider that was being
    /// mended is back by then, and one whose API changed is not asked often.
    pub housekeeping: Duration,
    /// How long raw answers are kept. Default 90 days.
    pub archive: Duration,
}

const DAY: u64 = 24 * 60 * 60;

impl Default for SyncSettings {
    fn default() -> Self {
        Self {
            workers: 8,
            lease: Duration::from_secs(180),
            pages_in_a_row: 20,
            backoff: Duration::from_secs(5),
            backoff_most: Duration::from_secs(15 * 60),
            attempts: 12,
            crashes: 3,
            quota_wait: Duration::from_secs(60),
            history: Duration::from_secs(3_653 * DAY),
            idle: Duration::from_secs(5),
            keep_ended: Duration::from_secs(30 * DAY),
            keep_attempts: Duration::from_secs(DAY),
            backlog: 100,
            housekeeping: Duration::from_secs(3_600),
            archive: Duration::from_secs(90 * DAY),
        }
    }
}

/// A duration as the store counts.
pub(crate) fn ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// Now, in Unix milliseconds.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
