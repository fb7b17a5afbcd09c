//! Nothing of a call is left for the next one.

use crate::support::{Sandbox, guest, parse, plenty};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_finds_its_globals_as_they_were_written() {
    let sandbox = Sandbox::new();
    let body = r#"(global $calls (mut i32) (i32.const 0))
        (func (export "run") (result i32)
            (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
            (global.get $calls))"#;
    let pre = sandbox.link(guest(body)).await;
    for _ in 0..100 {
        assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_call_reads_what_another_left_in_memory() {
    let sandbox = Sandbox::new();
    // Counts the words that are not zero, over eight MiB; then leaves a secret in each.
    let text = r#"(component
        (core module $module (memory 128)
            (func (export "run") (result i32) (local $at i32) (local $found i32)
                (loop $more
                    (if (i32.load (local.get $at)) (then (local.set $found (i32.add (local.get $found) (i32.const 1)))))
                    (i32.store (local.get $at) (i32.const 0x5ec3e7))
                    (local.set $at (i32.add (local.get $at) (i32.const 64)))
                    (br_if $more (i32.lt_u (local.get $at) (i32.const 0x800000))))
                (local.get $found)))
        (core instance $i (instantiate $module))
        (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;
    let pre = sandbox.link(parse(text)).await;
    let calls = (0..4).map(|_| {
        let (sandbox, pre) = (sandbox.clone(), pre.clone());
        tokio::spawn(async move {
            for _ in 0..25 {
                assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 0, "words of another call");
            }
        })
    });
    for call in calls.collect::<Vec<_>>() {
        call.await.unwrap();
    }
}
