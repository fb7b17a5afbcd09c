//! CPU time: what is counted and what is not.

use std::time::Duration;

use gearshift_runtime::{Budget, Fault};

use crate::support::{AmongHealthy as _, Sandbox, guest, plenty};

fn little() -> Budget {
    Budget { cpu: Duration::from_millis(100), ..plenty() }
}

fn assert_cpu(fault: &Fault, budget: Duration) {
    let Fault::Cpu { limit, setting, .. } = fault else { panic!("not a matter of CPU: {fault:?}") };
    assert_eq!((*limit, setting.as_str(), fault.code()), (budget, "limits.calls.test.cpu-ms", "cpu-limit"));
    assert!(fault.to_string().contains(&format!("{budget:?} (setting `limits.calls.test.cpu-ms`)")), "{fault}");
}

async fn dies_of_cpu(body: &str) {
    dies_of(little().cpu, body).await;
}

async fn dies_of(cpu: Duration, body: &str) {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(guest(body)).await;
    let company = sandbox.clone();
    let spinners = async move {
        // More of them than there are workers.
        let spinners = (0..4).map(|_| {
            let (sandbox, pre) = (sandbox.clone(), pre.clone());
            tokio::spawn(async move { sandbox.run(&pre, Budget { cpu, ..plenty() }).await.unwrap_err() })
        });
        let mut faults = Vec::new();
        for spinner in spinners.collect::<Vec<_>>() {
            faults.push(spinner.await.unwrap());
        }
        faults
    };
    for fault in spinners.among_healthy(&company).await {
        assert_cpu(&fault, cpu);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endless_loop_is_ended_at_its_budget() {
    // Long enough that a heart which waits for the spinners would be late.
    let second = Duration::from_secs(1);
    dies_of(second, r#"(func (export "run") (result i32) (loop $for-ever (br $for-ever)) (unreachable))"#).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logging_for_ever_is_no_wait() {
    let body = r#"(import "host" "log" (func $log (param i32 i32)))
        (func (export "run") (result i32)
            (loop $for-ever (call $log (i32.const 0) (i32.const 10)) (br $for-ever)) (unreachable))"#;
    dies_of_cpu(body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asking_outside_without_ever_waiting_is_no_wait() {
    let body = r#"(import "host" "refused" (func $refused))
        (func (export "run") (result i32) (loop $for-ever (call $refused) (br $for-ever)) (unreachable))"#;
    dies_of_cpu(body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_loop_in_the_start_function_is_ended_too() {
    let body = r#"(func $spin (loop $for-ever (br $for-ever))) (start $spin) (func (export "run") (result i32) (i32.const 0))"#;
    dies_of_cpu(body).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_outside_costs_no_cpu() {
    let sandbox = Sandbox::new();
    let body = r#"(import "host" "wait" (func $wait (param i32)))
        (func (export "run") (result i32) (call $wait (i32.const 1000)) (call $wait (i32.const 1000)) (i32.const 7))"#;
    let pre = sandbox.link(guest(body)).await;
    let (answer, spent) = sandbox.run(&pre, little()).await.unwrap();
    assert_eq!(answer, 7);
    assert!(spent.wall >= Duration::from_secs(2) && spent.cpu < Duration::from_millis(100), "{spent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hosts_own_work_in_a_wait_is_not_the_guests() {
    let sandbox = Sandbox::new();
    // After the wait, enough of a loop for the next tick to look at the account.
    let body = r#"(import "host" "work" (func $work (param i32)))
        (func (export "run") (result i32) (local $i i32)
            (call $work (i32.const 400))
            (loop $some
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $some (i32.lt_u (local.get $i) (i32.const 10000000))))
            (i32.const 7))"#;
    let pre = sandbox.link(guest(body)).await;
    let (answer, spent) = sandbox.run(&pre, little()).await.unwrap();
    assert_eq!(answer, 7);
    assert!(spent.cpu < Duration::from_millis(100), "{spent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_short_waits_do_not_add_up() {
    let sandbox = Sandbox::new();
    // Each wait lets ticks go by; charging one for each would spend the budget ten times.
    let body = r#"(import "host" "wait" (func $wait (param i32)))
        (func (export "run") (result i32) (local $i i32)
            (loop $more
                (call $wait (i32.const 12))
                (local.set $i (i32.add (local.get $i) (i32.const 1)))
                (br_if $more (i32.lt_u (local.get $i) (i32.const 100))))
            (local.get $i))"#;
    let pre = sandbox.link(guest(body)).await;
    assert_eq!(sandbox.run(&pre, little()).await.unwrap().0, 100);
}
