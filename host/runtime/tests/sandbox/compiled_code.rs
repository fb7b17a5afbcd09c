//! Compiled code that is damaged or belongs to another engine.

use gearshift_runtime::{Limits, Trusted};

use crate::support::{Sandbox, guest, runtime};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn code_that_is_cut_short_is_refused() {
    let sandbox = Sandbox::new();
    let code = sandbox.compile(guest(r#"(func (export "run") (result i32) (i32.const 0))"#)).await.unwrap();
    for length in [0, 1, 64, 1000, code.len() / 2] {
        let error = sandbox.runtime.load(Trusted::vouch(&code[..length])).unwrap_err();
        assert_eq!(error.code(), "incompatible", "{length}: {error}");
    }
    assert!(sandbox.runtime.load(Trusted::vouch(&code)).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_is_not_taken_for_compiled_code() {
    let wasm = guest(r#"(func (export "run") (result i32) (i32.const 0))"#);
    let error = Sandbox::new().runtime.load(Trusted::vouch(&wasm)).unwrap_err();
    assert_eq!(error.code(), "incompatible", "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_limits_leaves_compiled_code_valid() {
    let tight = Limits { calls_at_once: 2, call_memory_bytes: 8 << 20, stack_bytes: 128 << 10, ..Limits::default() };
    assert_eq!(runtime(tight).compatibility(), Sandbox::new().runtime.compatibility());
}
