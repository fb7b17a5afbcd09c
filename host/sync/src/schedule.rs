//! What is to be pulled, and when.

use gearshift_adapters::Lease;
use gearshift_store::{Connection, ConnectionStatus, Enqueued, Job, JobQuery, JobState, NewJob};

use crate::pushed::is_pushed;
use crate::settings::{ms, now};
use crate::sync::{Sync, SyncError};

/// The kinds of jobs.
pub(crate) mod kind {
    /// Pull a stream of a connection.
    pub(crate) const PULL: &str = "pull";
    /// Read what is in quarantine again.
    pub(crate) const HEAL: &str = "heal";
}

/// The higher, the sooner.
mod priority {
    /// The provider says that there is something new.
    pub(super) const NOTICE: i64 = 30;
    /// Somebody waits for it.
    pub(super) const ASKED: i64 = 20;
    /// What was quarantined is late already.
    pub(super) const HEAL: i64 = 15;
    /// By the clock.
    pub(super) const POLL: i64 = 10;
}

impl Sync {
    /// Pulls all streams of a connection as soon as may be, and from then on by the clock. A pull that is under way is followed
    /// by another, since what is new may lie behind it; one that is held is tried again.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn pull_now(&self, connection: &Connection) -> Result<Vec<i64>, SyncError> {
        let Some(version) = self.adapters.lease(&connection.provider, &connection.auth_id) else {
            return Ok(Vec::new());
        };
        let mut jobs = Vec::new();
        for stream in &version.manifest().streams {
            let job = NewJob { insist: true, ..pull(connection, &stream.name, now(), priority::ASKED) };
            jobs.push(self.store.enqueue(job, now()).await?.id());
        }
        self.work.notify_waiters();
        // Whoever asks may have connected it just now, which is an event.
        self.changed.notify_waiters();
        Ok(jobs)
    }

    /// Pulls one stream, of which a provider has said that there is something new.
    pub(crate) async fn pull_stream(&self, connection: &Connection, stream: &str) -> Result<(), SyncError> {
        let job = NewJob { insist: true, ..pull(connection, stream, now(), priority::NOTICE) };
        self.store.enqueue(job, now()).await?;
        self.work.notify_waiters();
        Ok(())
    }

    /// The next poll of a stream whose pull has ended.
    pub(crate) async fn poll_later(&self, job: &Job) -> Result<(), SyncError> {
        let (Some(id), Some(stream)) = (&job.connection, &job.stream) else { return Ok(()) };
        let Some(connection) = self.store.connection(id).await? else { return Ok(()) };
        if !matches!(connection.status, ConnectionStatus::Connected | ConnectionStatus::Degraded) {
            return Ok(());
        }
        let Some(version) = self.adapters.lease(&connection.provider, &connection.auth_id) else { return Ok(()) };
        if let Some(poll) = poll_of(&version, stream) {
            let later = now() + poll - poll / 10 + self.chance(poll / 5);
            self.store.enqueue(pull(&connection, stream, later, priority::POLL), now()).await?;
        }
        Ok(())
    }

    /// Puts every stream of every live connection in the queue that is not there: whatever a crash kept from being scheduled.
    pub(crate) async fn schedule_all(&self) -> Result<(), SyncError> {
        let mut after = None;
        loop {
            let page = self.store.connections(None, None, after.as_deref(), 500).await?;
            for connection in page.items.iter().filter(|connection| connection.status == ConnectionStatus::Connected) {
                self.schedule(connection).await?;
            }
            match page.next {
                Some(next) => after = Some(next),
                None => return Ok(()),
            }
        }
    }

    async fn schedule(&self, connection: &Connection) -> Result<(), SyncError> {
        let Some(version) = self.adapters.lease(&connection.provider, &connection.auth_id) else { return Ok(()) };
        for stream in &version.manifest().streams {
            let state = self.store.stream_state(&connection.id, &stream.name).await?;
            let last = state.and_then(|state| state.completed);
            let due = match (last, stream.poll) {
                _ if is_pushed(&version) && self.unread_batches(connection, &stream.name).await? > 0 => now(),
                _ if is_pushed(&version) => continue,
                (Some(last), Some(poll)) => last + poll,
                (Some(_), None) => continue,
                (None, _) => now(),
            };
            self.store.enqueue(pull(connection, &stream.name, due, priority::POLL), now()).await?;
        }
        Ok(())
    }

    /// Tries again what is held. A page for people instead of data, where a provider was being mended, held a pull as well as a
    /// change of its API does, and no other version will come for that.
    pub(crate) async fn retry_held(&self) -> Result<(), SyncError> {
        let mut query = JobQuery { state: Some(JobState::Held), limit: 500, ..JobQuery::default() };
        loop {
            let held = self.store.jobs(&query).await?;
            for job in held.items {
                let again = NewJob {
                    kind: job.kind,
                    connection: job.connection,
                    provider: job.provider,
                    stream: job.stream,
                    priority: priority::POLL,
                    run_at: now(),
                    dedupe: job.dedupe,
                    insist: true,
                    ..NewJob::default()
                };
                self.store.enqueue(again, now()).await?;
            }
            match held.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        self.work.notify_waiters();
        Ok(())
    }

    /// Something about a provider has changed by which what is held, or could not be read, may go on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn go_on(&self, provider: &str) -> Result<(), SyncError> {
        self.heal_later(provider).await.map(drop)
    }

    /// Reads a provider's quarantine again, with whatever version is active by then.
    pub(crate) async fn heal_later(&self, provider: &str) -> Result<Enqueued, SyncError> {
        let job = NewJob {
            kind: kind::HEAL.into(),
            provider: provider.into(),
            priority: priority::HEAL,
            run_at: now(),
            dedupe: Some(format!("heal:{provider}")),
            insist: true,
            ..NewJob::default()
        };
        let enqueued = self.store.enqueue(job, now()).await?;
        self.work.notify_waiters();
        Ok(enqueued)
    }
}

fn pull(connection: &Connection, stream: &str, run_at: i64, priority: i64) -> NewJob {
    NewJob {
        kind: kind::PULL.into(),
        connection: Some(connection.id.clone()),
        provider: connection.provider.clone(),
        stream: Some(stream.to_owned()),
        priority,
        run_at,
        dedupe: Some(format!("pull:{}:{stream}", connection.id)),
        ..NewJob::default()
    }
}

fn poll_of(version: &Lease, stream: &str) -> Option<i64> {
    version
        .manifest()
        .stream(stream)
        .and_then(|stream| stream.poll)
        .map(|poll| poll.max(ms(std::time::Duration::from_secs(1))))
}
