//! The wall clock: waits count here.

use std::time::{Duration, Instant};

use gearshift_runtime::{Budget, Fault};

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty, wasi_guest};

fn short() -> Budget {
    Budget { wall: Duration::from_millis(300), ..plenty() }
}

async fn ends_at_the_wall(wasm: Vec<u8>) {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(wasm).await;
    let company = sandbox.clone();
    let hostile = async move {
        let begin = Instant::now();
        (sandbox.run(&pre, short()).await.unwrap_err(), begin.elapsed())
    };
    let (fault, took) = hostile.among_healthy(&company).await;
    assert_eq!(fault, Fault::Wall { limit: Duration::from_millis(300), setting: "limits.calls.test.wall-ms".into() });
    assert_eq!(fault.code(), "wall-limit");
    assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_waits_for_ever_is_ended() {
    let body = r#"(import "host" "wait" (func $wait (param i32)))
        (func (export "run") (result i32) (call $wait (i32.const 3600000)) (i32.const 0))"#;
    ends_at_the_wall(guest(body)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_drips_requests_is_ended() {
    let body = r#"(import "host" "wait" (func $wait (param i32)))
        (func (export "run") (result i32) (loop $more (call $wait (i32.const 20)) (br $more)) (unreachable))"#;
    ends_at_the_wall(guest(body)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_sleeps_on_the_clock_is_ended() {
    let body = r#"(import "wasi" "sleep" (func $sleep (param i64) (result i32)))
        (import "wasi" "block" (func $block (param i32)))
        (func (export "bytes") (result i32) (i32.const 0))
        (func (export "run") (result i32) (call $block (call $sleep (i64.const 3600000000000))) (i32.const 0))"#;
    ends_at_the_wall(wasi_guest(body)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_spinning_guest_is_ended_by_the_wall_clock_if_that_comes_first() {
    let body = r#"(func (export "run") (result i32) (loop $for-ever (br $for-ever)) (unreachable))"#;
    ends_at_the_wall(guest(body)).await;
}
