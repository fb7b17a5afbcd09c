//! The queue.

use async_trait::async_trait;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row};

use super::rows::{count, json, json_or_none, limit, listed, number, word};
use super::{Sqlite, Tx, connections, queue};
use crate::codec::to_json;
use crate::{Enqueued, Fence, Job, JobCount, JobEnd, JobLease, JobQuery, JobState, Jobs, Listed, NewJob, StoreError};

impl FromRow<'_, SqliteRow> for Job {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            kind: row.try_get("kind")?,
            connection: row.try_get("connection")?,
            provider: row.try_get("provider")?,
            stream: row.try_get("stream")?,
            payload: json(row, "payload")?,
            priority: row.try_get("priority")?,
            run_at: row.try_get("run_at")?,
            dedupe: row.try_get("dedupe")?,
            state: word(row, "state")?,
            attempts: number(row, "attempts")?,
            token: row.try_get("token")?,
            worker: row.try_get("worker")?,
            lease_until: row.try_get("lease_until")?,
            cursor: row.try_get("cursor")?,
            pages: number(row, "pages")?,
            reason: row.try_get("reason")?,
            failure: json_or_none(row, "failure")?,
            version: row.try_get("version")?,
            evidence: json(row, "evidence")?,
            created: row.try_get("created")?,
            changed: row.try_get("changed")?,
        })
    }
}

async fn join(tx: &mut Tx, job: &NewJob, now: i64) -> Result<Option<i64>, StoreError> {
    let Some(dedupe) = &job.dedupe else {
        return Ok(None);
    };
    let live: Option<i64> =
        sqlx::query_scalar("SELECT id FROM jobs WHERE dedupe = ? AND state IN ('ready', 'running', 'held')")
            .bind(dedupe)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some(id) = live {
        sqlx::query(
            "UPDATE jobs SET priority = max(priority, ?), run_at = min(run_at, ?), changed = ? \
             WHERE id = ? AND state = 'ready'",
        )
        .bind(job.priority)
        .bind(job.run_at)
        .bind(now)
        .bind(id)
        .execute(&mut **tx)
        .await?;
    }
    if let Some(id) = live.filter(|_| job.insist) {
        insist(tx, id, job, now).await?;
    }
    Ok(live)
}

async fn insist(tx: &mut Tx, id: i64, job: &NewJob, now: i64) -> Result<(), StoreError> {
    sqlx::query("UPDATE jobs SET again = 1 WHERE id = ? AND (state = 'running' OR cursor IS NOT NULL)")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "UPDATE jobs SET state = 'ready', attempts = 0, priority = max(priority, ?), run_at = ?, changed = ? \
         WHERE id = ? AND state = 'held'",
    )
    .bind(job.priority)
    .bind(job.run_at)
    .bind(now)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether it was asked for since it began.
async fn wanted_again(tx: &mut Tx, job: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar("SELECT again FROM jobs WHERE id = ?").bind(job).fetch_one(&mut **tx).await?)
}

async fn insert(tx: &mut Tx, job: &NewJob, now: i64) -> Result<i64, StoreError> {
    if let Some(connection) = &job.connection {
        connections::exists(tx, connection).await?;
    }
    let written = sqlx::query(
        "INSERT INTO jobs (kind, connection, provider, stream, payload, priority, run_at, dedupe, state, created, \
         changed) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'ready', ?, ?)",
    )
    .bind(&job.kind)
    .bind(&job.connection)
    .bind(&job.provider)
    .bind(&job.stream)
    .bind(to_json(&job.payload)?)
    .bind(job.priority)
    .bind(job.run_at)
    .bind(&job.dedupe)
    .bind(now)
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(written.last_insert_rowid())
}

/// Whether another version than the one that failed serves the job's provider and scheme by now.
async fn overtaken(tx: &mut Tx, job: i64, version: &str) -> Result<bool, StoreError> {
    let head: Option<String> = sqlx::query_scalar(
        "SELECT heads.digest FROM jobs JOIN connections ON connections.id = jobs.connection \
         JOIN heads ON heads.provider = jobs.provider AND heads.auth_id = connections.auth_id WHERE jobs.id = ?",
    )
    .bind(job)
    .fetch_optional(&mut **tx)
    .await?;
    Ok(head.is_some_and(|digest| digest != version))
}

/// What an end writes.
struct Ending {
    state: JobState,
    run_at: Option<i64>,
    reason: Option<String>,
    failure: Option<String>,
    version: Option<String>,
    evidence: Vec<i64>,
    /// The claim is taken back from the attempts.
    forgiven: bool,
    /// From the beginning.
    anew: bool,
}

async fn ending(tx: &mut Tx, lease: Fence, end: JobEnd, now: i64) -> Result<Ending, StoreError> {
    let plain = |state, run_at, reason| Ending {
        state,
        run_at,
        reason,
        failure: None,
        version: None,
        evidence: Vec::new(),
        forgiven: false,
        anew: false,
    };
    Ok(match end {
        JobEnd::Done if wanted_again(tx, lease.job).await? => {
            Ending { anew: true, ..plain(JobState::Ready, Some(now), None) }
        }
        JobEnd::Done => plain(JobState::Done, None, None),
        JobEnd::Retry { run_at, reason } => plain(JobState::Ready, Some(run_at), Some(reason)),
        JobEnd::Wait { run_at, reason } => {
            Ending { forgiven: true, ..plain(JobState::Ready, Some(run_at), Some(reason)) }
        }
        JobEnd::Dead { reason } => plain(JobState::Dead, None, Some(reason)),
        JobEnd::Held { failure, version, evidence } => {
            let overtaken = overtaken(tx, lease.job, &version).await?;
            let (state, run_at) = if overtaken { (JobState::Ready, Some(now)) } else { (JobState::Held, None) };
            Ending {
                failure: Some(to_json(&failure)?),
                version: Some(version),
                evidence,
                forgiven: overtaken,
                ..plain(state, run_at, Some(failure.message))
            }
        }
    })
}

#[async_trait]
impl Jobs for Sqlite {
    async fn enqueue(&self, job: NewJob, now: i64) -> Result<Enqueued, StoreError> {
        let mut tx = self.write().await?;
        let enqueued = match join(&mut tx, &job, now).await? {
            Some(id) => Enqueued::Joined(id),
            None => Enqueued::Created(insert(&mut tx, &job, now).await?),
        };
        tx.commit().await?;
        Ok(enqueued)
    }

    async fn claim(&self, now: i64, lease_ms: i64, worker: &str) -> Result<Option<JobLease>, StoreError> {
        let mut tx = self.write().await?;
        queue::expire(&mut tx, now).await?;
        let Some(id) = queue::next(&mut tx, now).await? else {
            tx.commit().await?;
            return Ok(None);
        };
        let until = now.saturating_add(lease_ms);
        let job = queue::take(&mut tx, id, now, until, worker).await?;
        tx.commit().await?;
        Ok(Some(JobLease { job, until }))
    }

    async fn extend(&self, lease: Fence, until: i64) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE jobs SET lease_until = ? WHERE id = ? AND token = ? AND state = 'running'")
            .bind(until)
            .bind(lease.job)
            .bind(lease.token)
            .execute(&self.writer)
            .await?;
        if done.rows_affected() == 0 { Err(StoreError::Fenced { job: lease.job }) } else { Ok(()) }
    }

    async fn finish(&self, lease: Fence, end: JobEnd, now: i64) -> Result<JobState, StoreError> {
        let mut tx = self.write().await?;
        queue::check(&mut tx, lease).await?;
        let ending = ending(&mut tx, lease, end, now).await?;
        sqlx::query(
            "UPDATE jobs SET state = ?, run_at = coalesce(?, run_at), reason = ?, failure = coalesce(?, failure), \
             version = coalesce(?, version), evidence = ?, attempts = iif(?, 0, max(attempts - ?, 0)), \
             cursor = iif(?, NULL, cursor), worker = NULL, lease_until = NULL, changed = ? WHERE id = ?",
        )
        .bind(ending.state.as_str())
        .bind(ending.run_at)
        .bind(ending.reason)
        .bind(ending.failure)
        .bind(ending.version)
        .bind(to_json(&ending.evidence)?)
        .bind(ending.anew)
        .bind(i64::from(ending.forgiven))
        .bind(ending.anew)
        .bind(now)
        .bind(lease.job)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(ending.state)
    }

    async fn release_held(&self, provider: &str, now: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'ready', run_at = ?1, attempts = 0, changed = ?1 WHERE state = 'held' AND \
             provider = ?2",
        )
        .bind(now)
        .bind(provider)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected())
    }

    async fn reclaim(&self, worker_prefix: &str, now: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'ready', worker = NULL, lease_until = NULL, reason = 'its worker was restarted', \
             changed = ?1 WHERE state = 'running' AND substr(worker, 1, length(?2)) = ?2",
        )
        .bind(now)
        .bind(worker_prefix)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected())
    }

    async fn cancel_jobs(&self, connection: &str, reason: &str, now: i64) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE jobs SET state = 'dead', worker = NULL, lease_until = NULL, reason = ?, changed = ? \
             WHERE connection = ? AND state IN ('ready', 'running', 'held')",
        )
        .bind(reason)
        .bind(now)
        .bind(connection)
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected())
    }

    async fn job(&self, id: i64) -> Result<Option<Job>, StoreError> {
        Ok(sqlx::query_as("SELECT * FROM jobs WHERE id = ?").bind(id).fetch_optional(&self.readers).await?)
    }

    async fn jobs(&self, query: &JobQuery) -> Result<Listed<Job, i64>, StoreError> {
        let limit = limit(query.limit);
        let mut sql = QueryBuilder::new("SELECT jobs.* FROM jobs ");
        if query.project.is_some() {
            sql.push("JOIN connections ON connections.id = jobs.connection ");
        }
        sql.push("WHERE jobs.id > ").push_bind(query.after.unwrap_or_default());
        let filters = [
            (" AND connections.project = ", &query.project),
            (" AND jobs.kind = ", &query.kind),
            (" AND jobs.provider = ", &query.provider),
            (" AND jobs.connection = ", &query.connection),
        ];
        for (condition, value) in filters {
            if let Some(value) = value {
                sql.push(condition).push_bind(value.clone());
            }
        }
        if let Some(state) = query.state {
            sql.push(" AND jobs.state = ").push_bind(state.as_str());
        }
        sql.push(" ORDER BY jobs.id LIMIT ").push_bind(limit + 1);
        let items = sql.build_query_as::<Job>().fetch_all(&self.readers).await?;
        Ok(listed(items, limit, |job| job.id))
    }

    async fn job_counts(&self) -> Result<Vec<JobCount>, StoreError> {
        let rows: Vec<(String, String, String, i64)> = sqlx::query_as(
            "SELECT kind, provider, state, count(*) FROM jobs GROUP BY kind, provider, state ORDER BY kind, provider, \
             state",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(kind, provider, state, n)| {
                let state = state.parse().map_err(|error: String| StoreError::corrupt("column state", error))?;
                Ok(JobCount { kind, provider, state, count: count(n) })
            })
            .collect()
    }

    async fn next_due(&self) -> Result<Option<i64>, StoreError> {
        Ok(sqlx::query_scalar(
            "SELECT min(due) FROM (SELECT min(run_at) AS due FROM jobs WHERE state = 'ready' \
             UNION ALL SELECT min(lease_until) FROM jobs WHERE state = 'running')",
        )
        .fetch_one(&self.readers)
        .await?)
    }

    async fn prune_jobs(&self, before: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM jobs WHERE state IN ('done', 'dead') AND changed < ?")
            .bind(before)
            .execute(&self.writer)
            .await?;
        Ok(done.rows_affected())
    }
}
