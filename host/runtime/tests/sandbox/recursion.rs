//! Recursion without an end.

use gearshift_runtime::Fault;

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recursion_without_an_end_is_ended_at_the_stack() {
    let sandbox = Sandbox::new();
    let body = r#"(func $deeper (export "run") (result i32) (i32.add (call $deeper) (i32.const 1)))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    let Fault::Stack { limit, setting, backtrace } = &fault else { panic!("not a matter of the stack: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code()), (512 << 10, "limits.stack-bytes", "stack-limit"));
    assert!(backtrace[0].ends_with("!deeper"), "{backtrace:?}");
}
