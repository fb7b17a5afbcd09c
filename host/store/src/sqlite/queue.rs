//! What the queue's writes have in common: the fence, and the choice of the next job.

use super::Tx;
use super::rows::count;
use crate::{Fence, Job, PageCommit, StoreError};

/// The lease holds: the job runs, and under this token.
pub(super) async fn check(tx: &mut Tx, lease: Fence) -> Result<(), StoreError> {
    let held: Option<(i64,)> = sqlx::query_as("SELECT 1 FROM jobs WHERE id = ? AND token = ? AND state = 'running'")
        .bind(lease.job)
        .bind(lease.token)
        .fetch_optional(&mut **tx)
        .await?;
    held.map(|_| ()).ok_or(StoreError::Fenced { job: lease.job })
}

/// Writes how far a page has brought its job, and says how many pages it has. A job that gets on has no failed
/// attempts.
pub(super) async fn advance(tx: &mut Tx, page: &PageCommit) -> Result<u64, StoreError> {
    let pages: Option<(i64,)> = sqlx::query_as(
        "UPDATE jobs SET cursor = ?, pages = pages + 1, attempts = 0, changed = ? \
         WHERE id = ? AND token = ? AND state = 'running' AND connection = ? RETURNING pages",
    )
    .bind(&page.cursor)
    .bind(page.now)
    .bind(page.lease.job)
    .bind(page.lease.token)
    .bind(&page.connection)
    .fetch_optional(&mut **tx)
    .await?;
    pages.map(|(pages,)| count(pages)).ok_or(StoreError::Fenced { job: page.lease.job })
}

/// Leases that have run out are given back. Their token stays until the next claim, but no longer holds.
pub(super) async fn expire(tx: &mut Tx, now: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE jobs SET state = 'ready', worker = NULL, lease_until = NULL, reason = 'its lease ran out', changed = \
         ?1 \
         WHERE state = 'running' AND lease_until <= ?1",
    )
    .bind(now)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The most urgent job that is due and whose connection is free.
///
/// Level by level, since one index walk over all of them would have to pass the far future of each level on its way to
/// the next.
pub(super) async fn next(tx: &mut Tx, now: i64) -> Result<Option<i64>, StoreError> {
    let mut below = i64::MAX;
    loop {
        let level: Option<i64> =
            sqlx::query_scalar("SELECT max(priority) FROM jobs WHERE state = 'ready' AND priority <= ?")
                .bind(below)
                .fetch_one(&mut **tx)
                .await?;
        let Some(level) = level else {
            return Ok(None);
        };
        let due: Option<i64> = sqlx::query_scalar(
            "SELECT id FROM jobs WHERE state = 'ready' AND priority = ? AND run_at <= ? AND NOT EXISTS \
             (SELECT 1 FROM jobs AS other WHERE other.connection = jobs.connection AND other.state = 'running') \
             ORDER BY run_at, id LIMIT 1",
        )
        .bind(level)
        .bind(now)
        .fetch_optional(&mut **tx)
        .await?;
        if due.is_some() || level == i64::MIN {
            return Ok(due);
        }
        below = level - 1;
    }
}

/// Gives a job to a worker under a new token. One that begins now sees all that there is now.
pub(super) async fn take(tx: &mut Tx, id: i64, now: i64, until: i64, worker: &str) -> Result<Job, StoreError> {
    Ok(sqlx::query_as(
        "UPDATE jobs SET state = 'running', token = token + 1, attempts = attempts + 1, worker = ?, lease_until = ?, \
         again = iif(cursor IS NULL, 0, again), changed = ? WHERE id = ? RETURNING *",
    )
    .bind(worker)
    .bind(until)
    .bind(now)
    .bind(id)
    .fetch_one(&mut **tx)
    .await?)
}
