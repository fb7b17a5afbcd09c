//! The same seed and the same clock give the same bytes.

use gearshift_runtime::Budget;

use crate::support::{Sandbox, parse, plenty, wasi_guest};

/// Puts everything that could differ into 56 bytes: two random words, the seed for hash maps, both clocks, and a clock
/// after a sleep of an hour.
const ALL: &str = r#"(import "wasi" "memory" (memory 1))
    (import "wasi" "random" (func $random (result i64)))
    (import "wasi" "seed" (func $seed (param i32)))
    (import "wasi" "wall" (func $wall (param i32)))
    (import "wasi" "now" (func $now (result i64)))
    (import "wasi" "sleep" (func $sleep (param i64) (result i32)))
    (import "wasi" "block" (func $block (param i32)))
    (func (export "run") (result i32) (i32.const 0))
    (func (export "bytes") (result i32)
        (i64.store (i32.const 16) (call $random))
        (i64.store (i32.const 24) (call $random))
        (call $seed (i32.const 32))
        (call $wall (i32.const 48))
        (call $block (call $sleep (i64.const 3600000000000)))
        (i64.store (i32.const 64) (call $now))
        (i32.store (i32.const 0) (i32.const 16))
        (i32.store (i32.const 4) (i32.const 56))
        (i32.const 0))"#;

fn pinned(seed: u64, now: i64) -> Budget {
    Budget { seed: Some(seed), now: Some(now), ..plenty() }
}

const NOON: i64 = 1_767_268_800_250;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_seed_and_clock_give_the_same_bytes() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(wasi_guest(ALL)).await;
    let bytes = async |budget| sandbox.call::<Vec<u8>>(&pre, budget, "bytes").await.unwrap().0;
    let first = bytes(pinned(1, NOON)).await;
    assert_eq!(first, bytes(pinned(1, NOON)).await);
    let other = bytes(pinned(2, NOON)).await;
    assert_ne!(first[..8], other[..8], "random words");
    assert_ne!(first[16..32], other[16..32], "the seed for hash maps");
    assert_ne!(first[..8], first[8..16], "two draws");
    // For ever (worked out apart from this code): these words are part of what records were made from.
    assert_eq!(first[..16], [161, 140, 168, 126, 94, 132, 150, 133, 114, 11, 15, 80, 14, 243, 113, 76]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pinned_clock_stands_and_a_sleep_under_it_returns_at_once() {
    let sandbox = Sandbox::new();
    let pre = sandbox.link(wasi_guest(ALL)).await;
    let (bytes, spent) = sandbox.call::<Vec<u8>>(&pre, pinned(1, NOON), "bytes").await.unwrap();
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
    assert_eq!(word(32), 1_767_268_800);
    assert_eq!(u32::from_le_bytes(bytes[40..44].try_into().unwrap()), 250_000_000);
    assert_eq!(word(48), 0, "the monotonic clock");
    assert!(spent.wall.as_secs() < 30, "{spent:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_pin_the_clock_is_read_to_the_millisecond() {
    let sandbox = Sandbox::new();
    let body = r#"(import "wasi" "memory" (memory 1))
        (import "wasi" "wall" (func $wall (param i32)))
        (func (export "bytes") (result i32) (i32.const 0))
        (func (export "run") (result i32) (call $wall (i32.const 48)) (i32.load (i32.const 56)))"#;
    let pre = sandbox.link(wasi_guest(body)).await;
    for _ in 0..20 {
        assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0 % 1_000_000, 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nans_are_canonical() {
    let sandbox = Sandbox::new();
    let text = r#"(component
        (core module $module
            (func (export "run") (result i32)
                (i32.reinterpret_f32 (f32.sqrt (f32.reinterpret_i32 (i32.const 0xff800001))))))
        (core instance $i (instantiate $module))
        (func (export "run") (result u32) (canon lift (core func $i "run"))))"#;
    let pre = sandbox.link(parse(text)).await;
    assert_eq!(sandbox.run(&pre, plenty()).await.unwrap().0, 0x7fc0_0000);
}
