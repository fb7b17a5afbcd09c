//! A trap, and what its fault tells the guest's author.

use gearshift_runtime::Fault;

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty, wasi_guest};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_names_the_functions_that_led_to_it() {
    let sandbox = Sandbox::new();
    let body = r#"(func $divide_by_what_is_not_there (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))
        (func $read_activity (result i32) (call $divide_by_what_is_not_there (i32.const 0)))
        (func (export "run") (result i32) (call $read_activity))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    let Fault::Trap { message, backtrace, .. } = &fault else { panic!("not a trap: {fault:?}") };
    assert_eq!(fault.code(), "trap");
    assert_eq!(message, "wasm trap: integer divide by zero");
    assert!(
        backtrace[0].contains("divide_by_what_is_not_there") && backtrace[1].contains("read_activity"),
        "{backtrace:?}"
    );
    assert!(fault.to_string().contains("read_activity"), "{fault}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_repeats_the_guests_last_words() {
    let sandbox = Sandbox::new();
    let body = r#"(import "wasi" "memory" (memory 1))
        (import "wasi" "stderr" (func $stderr (result i32)))
        (import "wasi" "write" (func $write (param i32 i32 i32 i32)))
        (data (i32.const 100) "panicked at src/lib.rs:7:\n\1b[31mno such lap\n")
        (func (export "bytes") (result i32) (i32.const 0))
        (func (export "run") (result i32)
            (call $write (call $stderr) (i32.const 100) (i32.const 43) (i32.const 500))
            (unreachable))"#;
    let pre = sandbox.link(wasi_guest(body)).await;
    let fault = sandbox.run(&pre, plenty()).await.unwrap_err();
    let Fault::Trap { said, .. } = &fault else { panic!("not a trap: {fault:?}") };
    // One line, and nothing that a terminal would obey.
    assert_eq!(said, "panicked at src/lib.rs:7:  [31mno such lap");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trap_while_the_instance_is_made_is_told_as_such() {
    let sandbox = Sandbox::new();
    let body = r#"(func $refuse (unreachable)) (start $refuse) (func (export "run") (result i32) (i32.const 0))"#;
    let pre = sandbox.link(guest(body)).await;
    let fault = sandbox.run(&pre, plenty()).await.unwrap_err();
    assert_eq!(fault.code(), "start", "{fault:?}");
}
