//! Which job is claimed, and by whom.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use gearshift_store::{Enqueued, JobEnd, JobState, NewJob, Store};

use crate::world::{START, World, failure, pull_of};

crate::behaviours![
    the_more_urgent_comes_first_and_then_the_earlier,
    a_job_is_not_claimed_before_its_time,
    of_one_connection_one_job_runs_at_a_time,
    jobs_without_a_connection_run_side_by_side,
    a_key_is_taken_only_by_live_jobs,
    joining_makes_a_waiting_job_more_urgent,
    what_is_insisted_on_while_it_runs_is_done_once_more,
    what_is_insisted_on_before_it_begins_is_done_once,
    what_is_insisted_on_while_it_is_held_is_tried_again,
    four_workers_claim_two_hundred_jobs_and_none_twice,
];

fn plain(priority: i64, run_at: i64) -> NewJob {
    NewJob { kind: "heal".to_owned(), provider: "RIDES".to_owned(), priority, run_at, ..NewJob::default() }
}

async fn the_more_urgent_comes_first_and_then_the_earlier(world: &World) -> Result<()> {
    let mut ids = Vec::new();
    for (priority, run_at) in [(0, 20), (5, 90), (0, 10), (5, 80), (9, START * 2), (-3, 1)] {
        ids.push(world.store.enqueue(plain(priority, run_at), START).await?.id());
    }
    let mut order = Vec::new();
    while let Some(lease) = world.store.claim(START, 60_000, "test").await? {
        order.push(lease.job.id);
    }
    assert_eq!(order, [ids[3], ids[1], ids[2], ids[0], ids[5]]);
    Ok(())
}

async fn a_job_is_not_claimed_before_its_time(world: &World) -> Result<()> {
    assert_eq!(world.store.next_due().await?, None);
    world.store.enqueue(plain(0, START + 5), START).await?;
    assert!(world.store.claim(START + 4, 60_000, "test").await?.is_none());
    assert_eq!(world.store.next_due().await?, Some(START + 5));
    assert!(world.store.claim(START + 5, 60_000, "test").await?.is_some());
    Ok(())
}

async fn of_one_connection_one_job_runs_at_a_time(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    for connection in [&ours, &ours, &other] {
        world.store.enqueue(pull_of(connection), world.now()).await?;
    }
    let first = world.claim().await?;
    let second = world.claim().await?;
    assert_eq!(first.job.connection.as_ref(), Some(&ours.id));
    assert_eq!(second.job.connection.as_ref(), Some(&other.id));
    assert!(world.store.claim(world.now(), 60_000, "test").await?.is_none());
    world.store.finish(first.fence(), JobEnd::Done, world.now()).await?;
    assert_eq!(world.claim().await?.job.connection, Some(ours.id));
    Ok(())
}

async fn jobs_without_a_connection_run_side_by_side(world: &World) -> Result<()> {
    for _ in 0..2 {
        world.store.enqueue(plain(0, START), START).await?;
    }
    world.claim().await?;
    world.claim().await?;
    Ok(())
}

async fn a_key_is_taken_only_by_live_jobs(world: &World) -> Result<()> {
    let keyed = || NewJob { dedupe: Some("heal:RIDES".to_owned()), ..plain(0, START) };
    let first = world.store.enqueue(keyed(), START).await?;
    assert!(matches!(first, Enqueued::Created(_)));
    assert_eq!(world.store.enqueue(keyed(), START).await?, Enqueued::Joined(first.id()));
    let lease = world.claim().await?;
    assert_eq!(world.store.enqueue(keyed(), START).await?, Enqueued::Joined(first.id()));
    let held = JobEnd::Held { failure: failure("gone"), version: "v".to_owned(), evidence: Vec::new() };
    world.store.finish(lease.fence(), held, START).await?;
    assert_eq!(world.store.enqueue(keyed(), START).await?, Enqueued::Joined(first.id()));
    world.store.release_held("RIDES", START).await?;
    world.store.finish(world.claim().await?.fence(), JobEnd::Done, START).await?;
    let next = world.store.enqueue(keyed(), START).await?;
    assert!(matches!(next, Enqueued::Created(id) if id > first.id()));
    Ok(())
}

async fn joining_makes_a_waiting_job_more_urgent(world: &World) -> Result<()> {
    let keyed = |priority, run_at| NewJob { dedupe: Some("k".to_owned()), ..plain(priority, run_at) };
    let first = world.store.enqueue(keyed(1, START + 100), START).await?.id();
    world.store.enqueue(keyed(7, START + 50), START).await?;
    world.store.enqueue(keyed(2, START + 900), START).await?;
    let job = world.store.job(first).await?.unwrap();
    assert_eq!((job.priority, job.run_at), (7, START + 50));
    Ok(())
}

fn insisted() -> NewJob {
    NewJob { dedupe: Some("k".to_owned()), insist: true, ..plain(0, START) }
}

async fn what_is_insisted_on_while_it_runs_is_done_once_more(world: &World) -> Result<()> {
    let id = world.store.enqueue(insisted(), START).await?.id();
    let lease = world.claim().await?;
    world.store.enqueue(insisted(), START).await?;
    assert_eq!(world.store.finish(lease.fence(), JobEnd::Done, START).await?, JobState::Ready);
    let lease = world.claim().await?;
    assert_eq!((lease.job.id, lease.job.attempts), (id, 1));
    assert_eq!(world.store.finish(lease.fence(), JobEnd::Done, START).await?, JobState::Done);
    Ok(())
}

async fn what_is_insisted_on_before_it_begins_is_done_once(world: &World) -> Result<()> {
    world.store.enqueue(insisted(), START).await?;
    world.store.enqueue(insisted(), START).await?;
    let lease = world.claim().await?;
    assert_eq!(world.store.finish(lease.fence(), JobEnd::Done, START).await?, JobState::Done);
    Ok(())
}

async fn what_is_insisted_on_while_it_is_held_is_tried_again(world: &World) -> Result<()> {
    let id = world.store.enqueue(insisted(), START).await?.id();
    let lease = world.claim().await?;
    let held = JobEnd::Held { failure: failure("changed"), version: "v".to_owned(), evidence: Vec::new() };
    world.store.finish(lease.fence(), held, START).await?;
    world.store.enqueue(NewJob { insist: false, ..insisted() }, START).await?;
    assert!(world.store.claim(START, 60_000, "test").await?.is_none());
    world.store.enqueue(insisted(), START).await?;
    assert_eq!(world.claim().await?.job.id, id);
    Ok(())
}

async fn claim_all(store: Arc<dyn Store>, worker: String) -> Result<Vec<i64>> {
    let mut claimed = Vec::new();
    while let Some(lease) = store.claim(START, 60_000, &worker).await? {
        claimed.push(lease.job.id);
        tokio::task::yield_now().await;
    }
    Ok(claimed)
}

async fn four_workers_claim_two_hundred_jobs_and_none_twice(world: &World) -> Result<()> {
    for _ in 0..200 {
        world.store.enqueue(plain(0, START), START).await?;
    }
    let workers: Vec<_> =
        (0..4).map(|n| tokio::spawn(claim_all(Arc::clone(&world.store), format!("worker-{n}")))).collect();
    let (mut all, mut shares) = (Vec::new(), Vec::new());
    for worker in workers {
        let claimed = worker.await??;
        shares.push(claimed.len());
        all.extend(claimed);
    }
    assert_eq!(all.len(), 200);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 200);
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
    Ok(())
}
