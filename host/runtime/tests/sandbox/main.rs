//! The sandbox against guests that mean harm. Every guest is a real component; one file a behaviour. While each hostile
//! one runs, healthy calls run on the same two workers without a failure, and a heartbeat is never late by a second.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a helper that fails is a test that fails")]

mod support;

mod calls_queue;
mod cancelled_calls;
mod compile_bombs;
mod compiled_code;
mod compiling_child;
mod cpu_budget;
mod determinism;
mod floods;
mod fresh_instances;
mod host_panics;
mod imports_outside;
mod lying_lists;
mod memory_limit;
mod recursion;
mod traps;
mod uploads;
mod wall_clock;
