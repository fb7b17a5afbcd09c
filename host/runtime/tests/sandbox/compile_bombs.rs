//! Components that are cheap to send and dear to compile. The child that compiles them is bounded, and gone afterwards.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use gearshift_runtime::{Limits, RuntimeError};

use crate::support::{AmongHealthy as _, Sandbox, guest, parse, plenty};

/// Many functions, each of which keeps the register allocator busy: hundreds of values alive at once, over many branches.
fn bomb() -> Vec<u8> {
    let mut body = String::new();
    for local in 0..300 {
        write!(
            body,
            "(local.set {local} (i64.add (local.get {}) (i64.load (i32.wrap_i64 (local.get {local})))))",
            (local + 7) % 300
        )
        .unwrap();
        write!(body, "(br_if 0 (i64.eqz (local.get {})))", (local * 31) % 300).unwrap();
    }
    let function = format!("(func (local {}) (block {body} {body}))", "i64 ".repeat(300));
    parse(&format!("(component (core module (memory 1) {}))", function.repeat(400)))
}

async fn explode(limits: Limits) -> (RuntimeError, u32) {
    let sandbox = Sandbox::new();
    let company = sandbox.clone();
    async move {
        let compiling = Sandbox::with(limits);
        let watch = tokio::spawn({
            let runtime = compiling.runtime.clone();
            async move {
                loop {
                    if let Some(process) = runtime.compiling() {
                        return process;
                    }
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            }
        });
        let error = compiling.compile(bomb()).await.expect_err("a bomb that compiled");
        (error, watch.await.unwrap())
    }
    .among_healthy(&company)
    .await
}

fn alive(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_takes_too_long_is_killed() {
    let (error, child) = explode(Limits { calls_at_once: 1, compile_ms: 700, ..Limits::default() }).await;
    assert_eq!(error.code(), "compile-time");
    assert!(error.to_string().contains("700ms (setting `limits.compile-ms`)"), "{error}");
    assert!(!alive(child), "the child {child} is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_takes_too_much_memory_ends() {
    let (error, child) =
        explode(Limits { calls_at_once: 1, compile_memory_bytes: 120 << 20, ..Limits::default() }).await;
    assert_eq!(error.code(), "compile-memory", "{error}");
    assert!(error.to_string().contains("limits.compile-memory-bytes"), "{error}");
    assert!(!alive(child), "the child {child} is still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_compile_that_nobody_waits_for_is_killed() {
    let sandbox = Sandbox::new();
    let runtime = sandbox.runtime.clone();
    let compile = tokio::spawn({
        let sandbox = sandbox.clone();
        async move { sandbox.compile(bomb()).await }
    });
    let child = loop {
        if let Some(process) = runtime.compiling() {
            break process;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    };
    assert!(alive(child));
    compile.abort();
    // The next compile has its turn when the child is gone.
    let pre = sandbox.link(guest(r#"(func (export "run") (result i32) (i32.const 7))"#)).await;
    assert!(!alive(child), "the child {child} is still there");
    assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_too_large_to_compile_is_not_tried() {
    let sandbox = Sandbox::new();
    let mut body = String::from("(block ");
    for _ in 0..600_000 {
        body.push_str("(br 0)");
    }
    let text = format!("(component (core module (func {body}))))");
    let company = sandbox.clone();
    let error = async move { sandbox.compile(parse(&text)).await.unwrap_err() }.among_healthy(&company).await;
    let RuntimeError::TooLarge { setting, .. } = &error else { panic!("not too large: {error}") };
    assert_eq!(*setting, "limits.function-bytes");
}
