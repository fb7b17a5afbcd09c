//! More calls than may run at once: the others queue, and are not billed for it.

use std::time::Duration;

use gearshift_runtime::{Budget, Fault, Limits};

use crate::support::{Sandbox, guest, plenty};

const WAITS: &str = r#"(import "host" "wait" (func $wait (param i32)))
    (func (export "run") (result i32) (call $wait (i32.const 600)) (i32.const 7))"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clocks_start_after_the_queue() {
    let sandbox = Sandbox::with(Limits { calls_at_once: 1, ..Limits::default() });
    let pre = sandbox.link(guest(WAITS)).await;
    let budget = Budget { wall: Duration::from_millis(5_000), ..plenty() };
    let calls = (0..12).map(|_| {
        let (sandbox, pre, budget) = (sandbox.clone(), pre.clone(), budget.clone());
        tokio::spawn(async move { sandbox.run(&pre, budget).await })
    });
    let mut longest = Duration::ZERO;
    for call in calls.collect::<Vec<_>>() {
        let (answer, spent) = call.await.unwrap().expect("queueing is no fault of the call");
        assert_eq!(answer, 7);
        longest = longest.max(spent.queued);
    }
    assert!(longest > budget.wall, "the last one queued for {longest:?}, which proves nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_queues_too_long_is_told_that_the_host_is_busy() {
    let sandbox = Sandbox::with(Limits { calls_at_once: 1, queue_ms: 50, ..Limits::default() });
    let pre = sandbox.link(guest(WAITS)).await;
    let first = tokio::spawn({
        let (sandbox, pre) = (sandbox.clone(), pre.clone());
        async move { sandbox.run(&pre, plenty()).await }
    });
    while sandbox.runtime.free_turns() > 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let fault = sandbox.run(&pre, plenty()).await.unwrap_err();
    let Fault::Busy { limit, setting, .. } = &fault else { panic!("not busy: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code(), fault.passing()), (1, "limits.calls-at-once", "busy", true));
    assert_eq!(first.await.unwrap().unwrap().0, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pool_that_cannot_be_reserved_is_done_without() {
    // Three memories of four gigabytes of address space for each call are more than a machine has.
    let sandbox = Sandbox::with(Limits { calls_at_once: 1_000_000, ..Limits::default() });
    let pre = sandbox.link(guest(WAITS)).await;
    assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 7);
}
