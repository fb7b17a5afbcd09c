//! A hundred megabytes of log lines.

use gearshift_runtime::{Fault, Spent};

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty, wasi_guest};

fn costs_itself_alone(outcome: &Result<(u32, Spent), Fault>) {
    assert!(matches!(outcome, Ok(_) | Err(Fault::Cpu { .. })), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_log_lines_costs_itself_alone() {
    let sandbox = Sandbox::new();
    let body = r#"(import "host" "log" (func $log (param i32 i32)))
        (func (export "run") (result i32) (local $i i32)
            (loop $more
                (call $log (i32.const 0) (i32.const 0x100000))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $more (i32.lt_u (local.get $i) (i32.const 100))))
            (local.get $i))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let outcome = async move { sandbox.run(&pre, plenty()).await }.among_healthy(&company).await;
    costs_itself_alone(&outcome);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_on_stdout_costs_itself_alone() {
    let sandbox = Sandbox::new();
    // WASI takes 4 KiB at a time.
    let body = r#"(import "wasi" "memory" (memory 1))
        (import "wasi" "stdout" (func $stdout (result i32)))
        (import "wasi" "write" (func $write (param i32 i32 i32 i32)))
        (func (export "bytes") (result i32) (i32.const 0))
        (func (export "run") (result i32) (local $i i32) (local $to i32)
            (local.set $to (call $stdout))
            (loop $more
                (call $write (local.get $to) (i32.const 8192) (i32.const 4096) (i32.const 0))
                (if (i32.load8_u (i32.const 0)) (then (unreachable)))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $more (i32.lt_u (local.get $i) (i32.const 25600))))
            (local.get $i))"#;
    let pre = sandbox.link(wasi_guest(body)).await;
    let company = sandbox.clone();
    let outcome = async move { sandbox.run(&pre, plenty()).await }.among_healthy(&company).await;
    costs_itself_alone(&outcome);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_collects_handles_is_ended() {
    let sandbox = Sandbox::new();
    let body = r#"(import "wasi" "stdout" (func $stdout (result i32)))
        (func (export "bytes") (result i32) (i32.const 0))
        (func (export "run") (result i32) (loop $more (drop (call $stdout)) (br $more)) (unreachable))"#;
    let pre = sandbox.link(wasi_guest(body)).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    let Fault::Handles { limit, setting } = &fault else { panic!("not a matter of handles: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code()), (1_000, "limits.call-handles", "handle-limit"));
}
