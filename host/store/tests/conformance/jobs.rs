//! What becomes of a claimed job.

use anyhow::Result;
use gearshift_store::{Activation, JobEnd, JobQuery, JobState, PageCommit};

use crate::versions::version;
use crate::world::{V1, V2, World, failure, pull_of};

crate::behaviours![
    a_finished_job_is_not_claimed_again,
    a_lease_that_ran_out_is_claimed_again_and_fences_the_first,
    a_lease_that_is_kept_alive_is_not_taken,
    a_late_worker_whom_nobody_replaced_may_finish,
    a_failed_attempt_counts_and_a_wait_does_not,
    a_committed_page_forgives_earlier_attempts,
    a_held_job_keeps_cursor_and_reason_until_it_is_released,
    a_hold_that_an_activation_overtook_is_none,
    a_restarted_worker_takes_back_its_own,
    cancelled_jobs_fence_their_worker,
    ended_jobs_are_forgotten_after_a_while,
];

async fn a_finished_job_is_not_claimed_again(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    assert_eq!(lease.job.payload["why"], "test");
    assert_eq!(world.store.finish(lease.fence(), JobEnd::Done, world.now()).await?, JobState::Done);
    assert!(world.store.claim(world.now() + 1_000_000, 1, "test").await?.is_none());
    let again = world.store.finish(lease.fence(), JobEnd::Done, world.now()).await;
    assert_eq!(again.unwrap_err().code(), "fenced");
    Ok(())
}

async fn a_lease_that_ran_out_is_claimed_again_and_fences_the_first(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = world.pull(&connection).await?;
    assert!(world.store.claim(first.until - 1, 60_000, "second").await?.is_none());
    let second = world.store.claim(first.until, 60_000, "second").await?.unwrap();
    assert_eq!((second.job.id, second.job.attempts), (first.job.id, first.job.attempts + 1));
    assert!(second.job.token > first.job.token);
    assert_eq!(world.store.extend(first.fence(), first.until * 2).await.unwrap_err().code(), "fenced");
    let end = world.store.finish(first.fence(), JobEnd::Done, world.now()).await;
    assert_eq!(end.unwrap_err().code(), "fenced");
    world.store.finish(second.fence(), JobEnd::Done, world.now()).await?;
    Ok(())
}

async fn a_lease_that_is_kept_alive_is_not_taken(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    world.store.extend(lease.fence(), lease.until + 60_000).await?;
    assert!(world.store.claim(lease.until, 60_000, "other").await?.is_none());
    assert_eq!(world.store.next_due().await?, Some(lease.until + 60_000));
    Ok(())
}

async fn a_late_worker_whom_nobody_replaced_may_finish(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    assert_eq!(world.store.finish(lease.fence(), JobEnd::Done, lease.until + 1).await?, JobState::Done);
    Ok(())
}

async fn a_failed_attempt_counts_and_a_wait_does_not(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let at = world.now() + 500_000;
    let wait = JobEnd::Wait { run_at: at, reason: "quota".to_owned() };
    assert_eq!(world.store.finish(lease.fence(), wait, world.now()).await?, JobState::Ready);
    assert!(world.store.claim(at - 1, 60_000, "test").await?.is_none());
    assert_eq!(world.store.next_due().await?, Some(at));
    let lease = world.store.claim(at, 60_000, "test").await?.unwrap();
    assert_eq!((lease.job.attempts, lease.job.reason.as_deref()), (1, Some("quota")));
    let retry = JobEnd::Retry { run_at: at, reason: "unavailable".to_owned() };
    world.store.finish(lease.fence(), retry, at).await?;
    assert_eq!(world.store.claim(at, 60_000, "test").await?.unwrap().job.attempts, 2);
    Ok(())
}

async fn a_committed_page_forgives_earlier_attempts(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let retry = JobEnd::Retry { run_at: world.now(), reason: "unavailable".to_owned() };
    world.store.finish(lease.fence(), retry, world.now()).await?;
    let lease = world.claim().await?;
    let page = PageCommit { cursor: Some("2".to_owned()), ..world.page(&connection, &lease, Vec::new()) };
    world.store.commit_page(page).await?;
    let job = world.store.job(lease.job.id).await?.unwrap();
    assert_eq!((job.attempts, job.pages, job.cursor.as_deref()), (0, 1, Some("2")));
    Ok(())
}

async fn a_held_job_keeps_cursor_and_reason_until_it_is_released(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    let evidence = world.exchange(&connection, "<html>").await?;
    let page = PageCommit { cursor: Some("3".to_owned()), ..world.page(&connection, &lease, Vec::new()) };
    world.store.commit_page(page).await?;
    let held = JobEnd::Held { failure: failure("gone"), version: V1.to_owned(), evidence: vec![evidence] };
    assert_eq!(world.store.finish(lease.fence(), held, world.now()).await?, JobState::Held);
    assert!(world.store.claim(world.now(), 60_000, "test").await?.is_none());

    let query = JobQuery { state: Some(JobState::Held), project: Some("shop".to_owned()), ..JobQuery::default() };
    let job = world.store.jobs(&query).await?.items.remove(0);
    assert_eq!((job.failure, job.version.as_deref()), (Some(failure("gone")), Some(V1)));
    assert_eq!((job.cursor.as_deref(), job.evidence), (Some("3"), vec![evidence]));
    assert_eq!(world.store.release_held("SLEEPS", world.now()).await?, 0);
    assert_eq!(world.store.release_held("RIDES", world.now()).await?, 1);
    assert_eq!(world.claim().await?.job.cursor.as_deref(), Some("3"));
    Ok(())
}

async fn a_hold_that_an_activation_overtook_is_none(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for digest in [V1, V2] {
        world.store.put_version(&version("rides", digest)).await?;
    }
    let activate = |digest: &str| Activation {
        name: "rides".to_owned(),
        digest: digest.to_owned(),
        heads: vec![("RIDES".to_owned(), "oauth2".to_owned())],
        now: world.now(),
    };
    world.store.activate(activate(V1)).await?;
    let lease = world.pull(&connection).await?;
    world.store.activate(activate(V2)).await?;
    world.store.release_held("RIDES", world.now()).await?;
    let held = JobEnd::Held { failure: failure("changed"), version: V1.to_owned(), evidence: Vec::new() };
    assert_eq!(world.store.finish(lease.fence(), held, world.now()).await?, JobState::Ready);
    let lease = world.claim().await?;
    let held = JobEnd::Held { failure: failure("changed"), version: V2.to_owned(), evidence: Vec::new() };
    assert_eq!(world.store.finish(lease.fence(), held, world.now()).await?, JobState::Held);
    Ok(())
}

async fn a_restarted_worker_takes_back_its_own(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    for connection in [&ours, &other] {
        world.store.enqueue(pull_of(connection), world.now()).await?;
    }
    let first = world.store.claim(world.now(), 600_000, "host-a/1").await?.unwrap();
    world.store.claim(world.now(), 600_000, "host-b/1").await?.unwrap();
    assert_eq!(world.store.reclaim("host-a/", world.now()).await?, 1);
    let again = world.claim().await?;
    assert_eq!(again.job.id, first.job.id);
    assert!(world.store.extend(first.fence(), world.now()).await.is_err());
    Ok(())
}

async fn cancelled_jobs_fence_their_worker(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let lease = world.pull(&connection).await?;
    assert_eq!(world.store.cancel_jobs(&connection.id, "revoked", world.now()).await?, 1);
    let page = world.page(&connection, &lease, Vec::new());
    assert_eq!(world.store.commit_page(page).await.unwrap_err().code(), "fenced");
    let job = world.store.job(lease.job.id).await?.unwrap();
    assert_eq!((job.state, job.reason.as_deref()), (JobState::Dead, Some("revoked")));
    Ok(())
}

async fn ended_jobs_are_forgotten_after_a_while(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.commit(&connection, Vec::new()).await?;
    world.store.enqueue(pull_of(&connection), world.now()).await?;
    assert_eq!(world.store.prune_jobs(0).await?, 0);
    assert_eq!(world.store.prune_jobs(i64::MAX).await?, 1);
    let counts = world.store.job_counts().await?;
    assert_eq!((counts.len(), counts[0].state, counts[0].count), (1, JobState::Ready, 1));
    Ok(())
}
