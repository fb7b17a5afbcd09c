//! The engine: which features exist at all, how instances are allocated, and the thread that ticks.
//!
//! One engine a process. Compile and run share [`config`], so that what the child compiles is what the host loads; only
//! the host reserves a pool.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::num::NonZeroUsize;

use wasmtime::{
    Config, Enabled, Engine, EngineWeak, InstanceAllocationStrategy, PoolingAllocationConfig, Strategy,
    WasmBacktraceDetails,
};

use crate::error::RuntimeError;
use crate::limits::{BACKTRACE_FRAMES, Limits, TICK};

/// Stack that host functions have to themselves on a call's fiber, whatever the guest used: TLS and SQL in a debug
/// build take hundreds of KiB. It is address space until it is touched.
const HOST_STACK: usize = 1536 << 10;

/// Bytes of each memory slot that stay resident between calls, cleared by hand, so that the next guest meets no page
/// fault there. Where the kernel tells which pages were touched only those are cleared, and it may be as large as a
/// long ride's heap (normalizing 500 KB was 6 % slower than in a warm instance, against 37 % with 64 KiB); elsewhere
/// all of it is, at each call.
const KEEP_RESIDENT: usize = 4 << 20;
const KEEP_RESIDENT_UNSEEN: usize = 256 << 10;

/// Bytes of an instance's own tables in the host: some twenty for each function whose address is taken. Allocated as
/// needed.
const INSTANCE_SIZE: usize = 4 << 20;

/// Everything that compiled code depends on. No limit is in it: a change of settings leaves compiled code valid.
fn config() -> Config {
    let mut config = Config::new();
    config
        .strategy(Strategy::Cranelift)
        .epoch_interruption(true)
        .consume_fuel(false)
        // The same document gives the same bytes on every machine.
        .cranelift_nan_canonicalization(true)
        // Features that no adapter needs are no way in.
        .concurrency_support(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false)
        .wasm_wide_arithmetic(false)
        .wasm_custom_page_sizes(false)
        // Names in backtraces come from the name section; DWARF of a guest is not parsed in the host.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        .wasm_backtrace_max_frames(NonZeroUsize::new(BACKTRACE_FRAMES));
    config
}

/// The engine of a compiling child: no pool, and nothing runs in it.
pub(crate) fn compiler() -> Result<Engine, RuntimeError> {
    Engine::new(&config()).map_err(|error| RuntimeError::Engine(format!("{error:#}")))
}

/// The host's engine, with its pool and its ticker.
pub(crate) fn host(limits: &Limits) -> Result<Engine, RuntimeError> {
    let mut config = config();
    config
        .max_wasm_stack(limits.stack_bytes)
        .async_stack_size(limits.stack_bytes + HOST_STACK)
        // A slot that the compiler forgot to set must not show another user's data. It costs a call little more than 1 us.
        .async_stack_zeroing(true)
        .memory_init_cow(true);
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(limits)));
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        Err(error) => {
            tracing::error!(
                error = format!("{error:#}"),
                "the pool of instances cannot be reserved (is address space limited by `ulimit -v`?): calls will be slower, each allocates for itself"
            );
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            Engine::new(&config).map_err(|error| RuntimeError::Engine(format!("{error:#}")))?
        }
    };
    tick(engine.weak())?;
    Ok(engine)
}

fn pool(limits: &Limits) -> PoolingAllocationConfig {
    let calls = limits.calls_at_once;
    let keep = if PoolingAllocationConfig::is_pagemap_scan_available() { KEEP_RESIDENT } else { KEEP_RESIDENT_UNSEEN };
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls)
        .total_stacks(calls)
        // What components ask for on average, with room; a call that finds the pool empty is told that the host is
        // busy.
        .total_core_instances(calls.saturating_mul(8))
        .total_memories(calls.saturating_mul(3))
        .total_tables(calls.saturating_mul(6))
        .max_core_instances_per_component(limits.call_instances)
        .max_memories_per_component(limits.call_memories)
        .max_tables_per_component(limits.call_tables)
        .max_tables_per_module(limits.call_tables)
        .max_core_instance_size(INSTANCE_SIZE)
        .max_component_instance_size(INSTANCE_SIZE)
        .max_memory_size(limits.call_memory_bytes)
        .table_elements(limits.call_table_elements)
        .linear_memory_keep_resident(keep)
        .table_keep_resident(4 << 10)
        .async_stack_keep_resident(16 << 10)
        // Slots keep what they were warmed with; more than this many would be memory that nobody uses.
        .max_unused_warm_slots(32)
        // Clears the pages that were touched instead of all of them, where the kernel can tell (Linux 6.7).
        .pagemap_scan(Enabled::Auto);
    pool
}

/// Ticks from an OS thread of its own: a guest that spins on every worker cannot stop it. Ends with the engine.
fn tick(engine: EngineWeak) -> Result<(), RuntimeError> {
    let ticker = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(TICK);
        }
    };
    let thread = std::thread::Builder::new().name("epoch".into()).spawn(ticker);
    thread.map(drop).map_err(|error| RuntimeError::Engine(format!("no thread for the epoch: {error}")))
}

/// Names the engine that compiled code belongs to.
pub(crate) fn compatibility(engine: &Engine) -> String {
    let mut hasher = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut hasher);
    format!("{}-{:016x}", std::env::consts::ARCH, hasher.finish())
}
