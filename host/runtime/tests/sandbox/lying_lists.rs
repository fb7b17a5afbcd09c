//! Results whose pointers and lengths lie.

use gearshift_runtime::Fault;

use crate::support::{AmongHealthy as _, Sandbox, parse, plenty};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_four_billion_elements_that_are_not_there_is_a_trap() {
    let sandbox = Sandbox::new();
    let guest = parse(
        r#"(component
            (core module $module (memory (export "memory") 1)
                (func (export "run") (result i32)
                    (i32.store (i32.const 0) (i32.const 16))
                    (i32.store (i32.const 4) (i32.const 0xffffffff))
                    (i32.const 0)))
            (core instance $i (instantiate $module))
            (func (export "run") (result (list u8)) (canon lift (core func $i "run") (memory (core memory $i "memory"))))
            (func (export "words") (result (list string)) (canon lift (core func $i "run") (memory (core memory $i "memory")))))"#,
    );
    let pre = sandbox.link(guest).await;
    let company = sandbox.clone();
    let faults = async move {
        let bytes = sandbox.call::<Vec<u8>>(&pre, plenty(), "run").await.unwrap_err();
        let words = sandbox.call::<Vec<String>>(&pre, plenty(), "words").await.unwrap_err();
        [bytes, words]
    };
    for fault in faults.among_healthy(&company).await {
        assert!(matches!(&fault, Fault::Trap { .. } | Fault::Transfer { .. }), "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_whose_elements_are_all_the_same_megabyte_is_ended_at_the_transfer_limit() {
    let sandbox = Sandbox::new();
    let guest = parse(
        r#"(component
            (core module $module (memory (export "memory") 40)
                (func (export "run") (result i32) (local $at i32)
                    (local.set $at (i32.const 16))
                    (loop $more
                        (i32.store (local.get $at) (i32.const 0x100000))
                        (i32.store offset=4 (local.get $at) (i32.const 0x100000))
                        (local.set $at (i32.add (local.get $at) (i32.const 8)))
                        (br_if $more (i32.lt_u (local.get $at) (i32.const 0x80010))))
                    (i32.store (i32.const 0) (i32.const 16))
                    (i32.store (i32.const 4) (i32.const 0x10000))
                    (i32.const 0)))
            (core instance $i (instantiate $module))
            (func (export "run") (result (list (list u8))) (canon lift (core func $i "run") (memory (core memory $i "memory")))))"#,
    );
    let pre = sandbox.link(guest).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.call::<Vec<Vec<u8>>>(&pre, plenty(), "run").await.unwrap_err() }
        .among_healthy(&company)
        .await;
    let Fault::Transfer { limit, setting } = &fault else { panic!("not a matter of transfer: {fault:?}") };
    assert_eq!(
        (*limit, setting.as_str(), fault.code()),
        (16 << 20, "limits.calls.test.transfer-bytes", "transfer-limit")
    );
}
