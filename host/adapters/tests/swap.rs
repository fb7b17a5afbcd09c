//! Swaps are atomic: a call ends on the version that it began with, and nothing old stays in memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use support::{Answers, Rig, act, build, digest, guest, numbered, subject};

#[test]
fn compiling_child() {
    gearshift_runtime::child::run_if_asked();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pull_that_is_blocked_across_an_activation_ends_on_its_own_version() {
    let rig = Rig::new().await;
    let first = rig.puppet().await;
    let answers = Answers::closed();
    let lease = rig.adapters.lease("PUPPET", "none").unwrap();
    let blocked = tokio::spawn({
        let answers = answers.clone();
        async move { (lease.pull(&subject(), &act("ask"), answers).await.map(|(page, _)| page), lease.digest().clone()) }
    });
    answers.until_asked().await;

    let second = digest(rig.install("puppet", build(2)).await.unwrap());
    assert_eq!(rig.healthy().await.unwrap(), second, "a later call has the new version already");
    let listing = serde_json::to_value(rig.adapters.listing().await.unwrap()).unwrap();
    let states: Vec<_> = listing[0]["versions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|version| (version["state"].as_str().unwrap(), version["in-flight"].as_u64().unwrap()))
        .collect();
    assert!(states.contains(&("draining", 1)), "{states:?}");

    answers.gate.add_permits(1);
    let (page, digest) = blocked.await.unwrap();
    assert_eq!(page.unwrap().documents.len(), 1);
    assert_eq!(digest, first);
    assert_eq!(rig.adapters.loaded(), 1, "the old version left with its last call");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hundred_swaps_fail_no_call_and_leave_one_version_in_memory() {
    let rig = Arc::new(Rig::new().await);
    rig.install("pebble", guest("pebble")).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4).map(|_| tokio::spawn(call_until(rig.clone(), done.clone()))).collect();
    let mut seen = BTreeSet::new();
    for number in 0..300 {
        seen.insert(digest(rig.install("pebble", numbered(guest("pebble"), number)).await.unwrap()).to_string());
    }
    done.store(true, Ordering::Relaxed);
    for caller in callers {
        assert!(caller.await.unwrap() > 300);
    }
    assert_eq!(seen.len(), 300, "the builds are not distinct");
    assert_eq!(rig.adapters.loaded(), 1);
}

/// Calls without a pause longer than a breath, so that the compiling child has its share of two cores. Every call must end well.
async fn call_until(rig: Arc<Rig>, done: Arc<AtomicBool>) -> u32 {
    let mut calls = 0;
    while !done.load(Ordering::Relaxed) {
        let lease = rig.adapters.lease("PEBBLE", "none").unwrap();
        lease.pull(&subject(), &act("page"), Arc::new(Answers::default())).await.unwrap();
        calls += 1;
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    calls
}
