//! One account of somebody, connected.

use std::time::Duration;

use gearshift_simulator::{Account, RiderTruth};
use gearshift_store::{Connection, Job, JobState, StoredRecord};
use serde_json::Value;

use crate::town::Town;
use crate::wait::{ever, until};

/// A connection, and whose it is.
#[derive(Clone)]
pub struct Rider {
    /// Where they live.
    pub town: Town,
    /// The connection.
    pub id: String,
    /// Whose it is.
    pub account: Account,
}

/// Jobs further away than this are polls, which no test waits for; nearer ones are retries or waits.
const SOON_MS: i64 = 30 * 60 * 1_000;

/// Whether a job is neither at an end nor at rest.
pub(crate) fn busy(job: &Job) -> bool {
    job.state == JobState::Running || job.state == JobState::Ready && job.run_at < now() + SOON_MS
}

impl Rider {
    /// The connection as the platform sees it.
    pub async fn connection(&self) -> Connection {
        self.town.v1("GET", &format!("/connections/{}", self.id)).send().await.ok().json()
    }

    /// `connected`, `needs-reconnect` and so on.
    pub async fn status(&self) -> &'static str {
        self.connection().await.status.as_str()
    }

    /// Waits for a status.
    pub async fn becomes(&self, status: &str) {
        until(status, async || (self.status().await == status).then_some(())).await;
    }

    /// Asks for a sync for which its user is needed: the connection says so, and from then on nobody troubles the provider.
    pub async fn needs_its_user(&self) {
        self.ask().await;
        self.becomes("needs-reconnect").await;
        self.rests().await;
        self.ask().await;
        self.leaves_providers_alone_for(Duration::from_millis(500)).await;
    }

    /// Asks for a sync, and does not wait for it. Returns its jobs.
    pub async fn ask(&self) -> Vec<i64> {
        let begun: Value = self.town.v1("POST", &format!("/connections/{}/sync", self.id)).send().await.ok().json();
        begun["jobs"].as_array().unwrap().iter().map(|job| job.as_i64().unwrap()).collect()
    }

    /// All its jobs, oldest first.
    pub async fn jobs(&self) -> Vec<Job> {
        self.town.jobs(&format!("connection={}&", self.id)).await
    }

    /// Its jobs that are not at an end and not at rest.
    pub async fn unrest(&self) -> Vec<Job> {
        self.jobs().await.into_iter().filter(busy).collect()
    }

    /// Waits until nothing of it runs or is about to.
    pub async fn rests(&self) {
        until("an end of all pulls", async || self.unrest().await.is_empty().then_some(())).await;
    }

    /// Asks for a sync and waits for its end, with whatever retries it takes.
    pub async fn synced(&self) {
        self.ask().await;
        self.rests().await;
    }

    /// As [`Rider::synced`] by somebody who does not wait for retries: asks again as soon as one is pending.
    pub async fn pestered(&self) {
        self.ask().await;
        until("an end of all pulls", async || {
            let unrest = self.unrest().await;
            if unrest.iter().any(|job| job.state == JobState::Ready && job.reason.is_some()) {
                self.ask().await;
            }
            unrest.is_empty().then_some(())
        })
        .await;
    }

    /// Waits for a job in this state, and returns it.
    pub async fn has_job(&self, state: JobState, stream: &str) -> Job {
        let fits = |job: &Job| job.state == state && job.stream.as_deref() == Some(stream);
        until(&format!("a {} job of {stream}", state.as_str()), async || self.jobs().await.into_iter().find(fits)).await
    }

    /// Its records of a kind.
    pub async fn records(&self, kind: &str) -> Vec<StoredRecord> {
        self.town.records(&self.id, Some(kind)).await
    }

    /// The truth of its rider.
    #[must_use]
    pub fn truth(&self) -> RiderTruth {
        let ledger = self.town.simulator().ledger();
        ledger.riders.into_iter().find(|rider| rider.username == self.account.username).unwrap()
    }

    /// Looks for that long whether anything of it moves the providers: requests to both, before and after.
    pub async fn leaves_providers_alone_for(&self, long: Duration) {
        let before = self.town.simulator().ledger().requests.total;
        let asked = ever(long, async || {
            let after = self.town.simulator().ledger().requests.total;
            (after != before).then_some(after - before)
        });
        assert_eq!(asked.await, None, "requests were made");
    }
}

pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_millis()).unwrap()
}
