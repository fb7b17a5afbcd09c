//! A host function that panics costs its call alone.

use gearshift_runtime::Fault;

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_in_a_host_function_costs_its_call_alone() {
    let sandbox = Sandbox::new();
    let body = r#"(import "host" "panic" (func $panic))
        (func (export "run") (result i32) (call $panic) (i32.const 0))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let faults = async move {
        let mut faults = Vec::new();
        // More often than there are slots, so that a slot that is not given back would be missed.
        for _ in 0..50 {
            faults.push(sandbox.run(&pre, plenty()).await.unwrap_err());
        }
        faults
    };
    for fault in faults.among_healthy(&company).await {
        assert_eq!(fault, Fault::HostPanic("a host function went wrong".into()));
        assert_eq!(fault.code(), "host-panic");
    }
}
