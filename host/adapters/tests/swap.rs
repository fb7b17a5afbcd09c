//! Swaps are atomic: a call ends on the version that it began with, and nothing old stays in memory.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use support::{Answers, Rig, act, build, digest, subject};

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
    rig.puppet().await;
    let done = Arc::new(AtomicBool::new(false));
    let callers: Vec<_> = (0..4)
        .map(|_| {
            let (rig, done) = (rig.clone(), done.clone());
            tokio::spawn(async move {
                let mut calls = 0_u32;
                while !done.load(Ordering::Relaxed) {
                    rig.healthy().await?;
                    calls += 1;
                }
                Ok::<u32, String>(calls)
            })
        })
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..300 {
        seen.insert(digest(rig.install("puppet", build(number)).await.unwrap()).to_string());
    }
    done.store(true, Ordering::Relaxed);
    for caller in callers {
        assert!(caller.await.unwrap().expect("a call failed during the swaps") > 300);
    }
    assert_eq!(seen.len(), 300, "the builds are not distinct");
    assert_eq!(rig.adapters.loaded(), 1);
}
