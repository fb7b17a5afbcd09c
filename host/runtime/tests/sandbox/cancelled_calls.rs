//! A call whose future is dropped, at each of its awaits.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty};

/// Polls a future at most `polls` times, then drops it.
async fn polled<F: Future>(future: F, polls: u32) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_may_be_dropped_at_each_of_its_awaits() {
    let sandbox = Sandbox::new();
    // Waits in the start function and in the call, and ticks in between.
    let body = r#"(import "host" "wait" (func $wait (param i32)))
        (import "host" "log" (func $log (param i32 i32)))
        (import "host" "refused" (func $refused))
        (func $some_time (local $i i32)
            (loop $more
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $more (i32.lt_u (local.get $i) (i32.const 20000000)))))
        (func $start (call $wait (i32.const 1)) (call $refused))
        (start $start)
        (func (export "run") (result i32)
            (call $wait (i32.const 1))
            (call $some_time)
            (call $log (i32.const 0) (i32.const 1000))
            (call $wait (i32.const 2))
            (call $refused)
            (i32.const 7))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let (awaits, free) = async move {
        let mut awaits = 0;
        for polls in 0..200 {
            // Each again and again: more often than there are slots in the pool.
            let mut ended = 0;
            for _ in 0..20 {
                match polled(sandbox.run(&pre, plenty()), polls).await {
                    Some(outcome) => {
                        assert_eq!(outcome.unwrap().0, 7);
                        ended += 1;
                    }
                    None => awaits = awaits.max(polls),
                }
            }
            if ended == 20 {
                break;
            }
        }
        (awaits, sandbox.runtime.free_turns())
    }
    .among_healthy(&company)
    .await;
    assert!(awaits >= 3, "the call was dropped at {awaits} awaits only");
    assert!(free >= 12, "only {free} of 16 turns came back");
}
