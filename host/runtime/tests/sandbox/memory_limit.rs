//! Memory and tables, counted over all that a call has.

use gearshift_runtime::{Budget, Fault, Limits};

use crate::support::{AmongHealthy as _, Sandbox, guest, parse, plenty};

const LIMIT: usize = 64 << 20;

/// Three modules with a memory each, of which `run` grows one after the other, by a MiB.
fn three_memories(at_a_refusal: &str) -> Vec<u8> {
    parse(&format!(
        r#"(component
            (core module $store (memory 1)
                (func (export "grow") (result i32) (memory.grow (i32.const 16))))
            (core instance $a (instantiate $store))
            (core instance $b (instantiate $store))
            (core instance $c (instantiate $store))
            (core module $main
                (import "a" "grow" (func $a (result i32)))
                (import "b" "grow" (func $b (result i32)))
                (import "c" "grow" (func $c (result i32)))
                (func (export "run") (result i32) (local $grown i32)
                    (loop $more
                        (if (i32.eq (call $a) (i32.const -1)) (then {at_a_refusal}))
                        (if (i32.eq (call $b) (i32.const -1)) (then {at_a_refusal}))
                        (if (i32.eq (call $c) (i32.const -1)) (then {at_a_refusal}))
                        (local.set $grown (i32.add (local.get $grown) (i32.const 3)))
                        (br $more))
                    (unreachable)))
            (core instance $main (instantiate $main
                (with "a" (instance $a)) (with "b" (instance $b)) (with "c" (instance $c))))
            (func (export "run") (result u32) (canon lift (core func $main "run"))))"#
    ))
}

fn assert_memory(fault: &Fault, expected: usize, expected_setting: &str) {
    let Fault::Memory { wanted, limit, setting, .. } = fault else { panic!("not a matter of memory: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code()), (expected, expected_setting, "memory-limit"));
    assert!(*wanted > expected, "{fault}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_for_ever_over_several_memories_is_ended_at_their_sum() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(three_memories("(nop)")).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    assert_memory(&fault, LIMIT, "limits.call-memory-bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_allocator_that_gives_up_is_told_apart_from_a_trap() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(three_memories("(unreachable)")).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    assert_memory(&fault, LIMIT, "limits.call-memory-bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_that_takes_no_for_an_answer_goes_on() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(three_memories("(return (local.get $grown))")).await;
    let (grown, spent) = sandbox.run(&pre, plenty()).await.unwrap();
    // 64 MiB less the three pages that the memories began with, in whole MiB, three at a time.
    assert_eq!(grown, 63);
    assert!(spent.memory > 62 << 20 && spent.memory <= LIMIT, "{spent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_callers_budget_may_be_less_than_the_hosts() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(three_memories("(nop)")).await;
    let fault = sandbox.run(&pre, Budget { memory: 8 << 20, ..plenty() }).await.unwrap_err();
    assert_memory(&fault, 8 << 20, "limits.calls.test.memory-bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_begins_too_large_is_not_begun() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(guest(r#"(func (export "run") (result i32) (i32.const 1))"#)).await;
    // Seventeen pages are 1,088 KiB.
    let fault = sandbox.run(&pre, Budget { memory: 1 << 20, ..plenty() }).await.unwrap_err();
    assert_memory(&fault, 1 << 20, "limits.calls.test.memory-bytes");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tables_are_counted_together() {
    let sandbox = Sandbox::new();
    let body = r#"(table $a 1 funcref) (table $b 1 funcref)
        (func (export "run") (result i32)
            (loop $more
                (drop (table.grow $a (ref.null func) (i32.const 1000)))
                (drop (table.grow $b (ref.null func) (i32.const 1000)))
                (br $more))
            (unreachable))"#;
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let fault = async move { sandbox.run(&pre, plenty()).await.unwrap_err() }.among_healthy(&company).await;
    let Fault::Tables { limit, setting } = &fault else { panic!("not a matter of tables: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code()), (65_536, "limits.call-table-elements", "table-limit"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_component_with_more_memories_than_a_call_may_have_is_not_loaded() {
    let sandbox = Sandbox::with(Limits { calls_at_once: 4, call_memories: 2, ..Limits::default() });
    let code = sandbox.compile(three_memories("(nop)")).await.unwrap();
    let error = sandbox.runtime.load(gearshift_runtime::Trusted::vouch(&code)).unwrap_err();
    assert_eq!(error.code(), "misfit", "{error}");
    assert!(error.to_string().contains("limits.call-memories"), "{error}");
}
