//! Hostile adapters: each costs itself alone. While one misbehaves, healthy calls run on two workers without a failure, and no
//! heartbeat is late by a second.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod support;

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use gearshift_adapters::CallError;
use gearshift_runtime::Fault;
use support::{Answers, Rig, act, document, subject};

#[test]
fn compiling_child() {
    gearshift_runtime::child::run_if_asked();
}

/// Runs `hostile` beside healthy calls and a heartbeat.
async fn beside_healthy_calls<T>(rig: &Arc<Rig>, hostile: impl Future<Output = T>) -> T {
    let done = Arc::new(AtomicBool::new(false));
    let beating = tokio::spawn({
        let done = done.clone();
        async move {
            let mut latest = Duration::ZERO;
            while !done.load(Ordering::Relaxed) {
                let began = Instant::now();
                tokio::time::sleep(Duration::from_millis(10)).await;
                latest = latest.max(began.elapsed());
            }
            latest
        }
    });
    let calling = tokio::spawn({
        let (rig, done) = (rig.clone(), done.clone());
        async move {
            let mut calls = 0_u32;
            while calls == 0 || !done.load(Ordering::Relaxed) {
                rig.healthy().await.expect("a healthy call failed");
                calls += 1;
            }
        }
    });
    let outcome = hostile.await;
    done.store(true, Ordering::Relaxed);
    calling.await.unwrap();
    let latest = beating.await.unwrap();
    assert!(latest < Duration::from_secs(1), "a heartbeat was {latest:?} late");
    outcome
}

async fn rig() -> Arc<Rig> {
    let rig = Rig::new().await;
    rig.puppet().await;
    Arc::new(rig)
}

async fn pull(rig: &Arc<Rig>, what: &str) -> CallError {
    let lease = rig.adapters.lease("PUPPET", "none").unwrap();
    let request = act(what);
    let subject = subject();
    let hostile = lease.pull(&subject, &request, Arc::new(Answers::default()));
    beside_healthy_calls(rig, hostile).await.expect_err(what)
}

async fn normalize(rig: &Arc<Rig>, what: &str) -> CallError {
    let lease = rig.adapters.lease("PUPPET", "none").unwrap();
    let (subject, document) = (subject(), document(what));
    let hostile = lease.normalize(&subject, &document);
    beside_healthy_calls(rig, hostile).await.expect_err(what)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_ends_at_its_cpu_budget() {
    let rig = rig().await;
    let error = pull(&rig, "loop").await;
    assert_eq!(error.code(), "cpu-limit");
    assert!(error.to_string().contains("limits.calls.pull.cpu-ms"), "{error}");
    let error = normalize(&rig, "loop").await;
    assert!(error.to_string().contains("limits.calls.normalize.cpu-ms"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_allocation_ends_at_the_memory_limit() {
    let rig = rig().await;
    let error = pull(&rig, "allocate").await;
    assert_eq!(error.code(), "memory-limit");
    assert!(error.to_string().contains("setting"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deep_recursion_ends_its_own_call() {
    let rig = rig().await;
    let error = normalize(&rig, "recurse").await;
    assert!(["stack-limit", "trap"].contains(&error.code()), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_tells_where_and_what_was_said() {
    let rig = rig().await;
    let error = normalize(&rig, "trap").await;
    let CallError::Fault(Fault::Trap { backtrace, said, .. }) = error else { panic!("{error}") };
    assert!(backtrace.iter().any(|frame| frame.contains("unreachable_on_purpose")), "{backtrace:#?}");
    assert!(said.contains("told to trap"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_megabytes_of_log_lines_cost_nobody_else() {
    let rig = rig().await;
    let lease = rig.adapters.lease("PUPPET", "none").unwrap();
    let (subject, request) = (subject(), act("talk"));
    let talk = lease.pull(&subject, &request, Arc::new(Answers::default()));
    match beside_healthy_calls(&rig, talk).await {
        Ok(_) => {}
        Err(error) => assert!(["cpu-limit", "wall-limit"].contains(&error.code()), "{error}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_documents_or_records_than_a_call_may_have_are_refused() {
    let rig = rig().await;
    let error = pull(&rig, "crowd").await;
    assert!(error.to_string().contains("limits.calls.page-documents"), "{error}");
    let error = normalize(&rig, "crowd").await;
    assert!(error.to_string().contains("limits.calls.document-records") || error.code() == "cpu-limit", "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_go_on_for_ever_end_at_a_limit() {
    let rig = rig().await;
    let error = pull(&rig, "drip").await;
    assert!(["cpu-limit", "wall-limit", "invalid", "rate-limited"].contains(&error.code()), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_may_be_dropped_at_any_await() {
    let rig = rig().await;
    for polls in 0..40 {
        let lease = rig.adapters.lease("PUPPET", "none").unwrap();
        let answers = Answers::closed();
        let (subject, request) = (subject(), act("ask"));
        let mut call = Box::pin(lease.pull(&subject, &request, answers.clone()));
        let mut left = polls;
        std::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            if left == polls / 2 {
                answers.gate.add_permits(1);
            }
            match call.as_mut().poll(context) {
                Poll::Ready(_) => Poll::Ready(()),
                Poll::Pending => {
                    context.waker().wake_by_ref();
                    Poll::Pending
                }
            }
        })
        .await;
        drop(call);
        rig.healthy().await.unwrap();
    }
    assert_eq!(rig.adapters.lease("PUPPET", "none").unwrap().in_flight(), 1, "a dropped call kept its lease");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_document_gives_the_same_records_byte_for_byte() {
    let rig = rig().await;
    let lease = rig.adapters.lease("PUPPET", "none").unwrap();
    let (subject, document) = (subject(), document("random"));
    let (first, _) = lease.normalize(&subject, &document).await.unwrap();
    let (second, _) = lease.normalize(&subject, &document).await.unwrap();
    assert_eq!(first, second);
    assert!(
        first.records[1].key.ends_with(&format!("/{}", document.fetched_at)),
        "the clock stands elsewhere: {}",
        first.records[1].key
    );
}
