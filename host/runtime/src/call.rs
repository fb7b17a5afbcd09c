//! What one call owns. Dropped with its store, never used for a second one.

use std::future::Future;
use std::sync::Arc;

use wasmtime::{Store, UpdateDeadline};
use wasmtime_wasi::{ResourceTable, WasiCtx, WasiCtxView, WasiView};

use crate::budget::Budget;
use crate::limiter::Limiter;
use crate::limits::Limits;
use crate::meter::Meter;
use crate::wasi::{self, Output};

/// The state of one call: the caller's own, and the sandbox's.
pub struct Call<T> {
    /// The caller's: what its host functions need.
    pub guest: T,
    pub(crate) pinned: bool,
    pub(crate) limiter: Limiter,
    pub(crate) output: Output,
    wasi: WasiCtx,
    table: ResourceTable,
    meter: Arc<Meter>,
}

impl<T> Call<T> {
    /// Marks a wait: host functions run through this what may take its time elsewhere, such as a request. The guest
    /// pays neither for the wait nor for the host's work in it; its wall clock runs on. Work that turns out not to wait
    /// is paid for.
    ///
    /// It runs on the call's own stack, of which host functions have a megabyte.
    pub fn outside<F: Future>(&self, work: F) -> impl Future<Output = F::Output> + use<T, F> {
        let meter = self.meter.clone();
        async move { meter.outside(work).await }
    }
}

impl<T> std::fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call").field("meter", &self.meter).field("limiter", &self.limiter).finish_non_exhaustive()
    }
}

impl<T: Send> WasiView for Call<T> {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

/// A store with every limit set, in which nothing has run.
pub(crate) fn store<T: Send + 'static>(
    engine: &wasmtime::Engine,
    limits: &Limits,
    budget: &Budget,
    meter: &Arc<Meter>,
    guest: T,
) -> Store<Call<T>> {
    let output = Output::new(limits.output_bytes);
    let mut table = ResourceTable::new();
    table.set_max_capacity(limits.call_handles);
    let call = Call {
        guest,
        pinned: budget.now.is_some(),
        limiter: Limiter::new(limits, budget.memory),
        wasi: wasi::context(limits, budget, &output),
        output,
        table,
        meter: meter.clone(),
    };
    let mut store = Store::new(engine, call);
    store.limiter(|call| &mut call.limiter);
    store.set_hostcall_fuel(budget.hostcall_fuel);
    store.set_max_component_handles(limits.call_handles);
    store.set_epoch_deadline(1);
    let meter = meter.clone();
    store.epoch_deadline_callback(move |_| {
        meter.check()?;
        // Tokio's yield, not a bare wake: the worker looks after timers and sockets before it comes back, or two
        // spinning guests on two workers would stop them all.
        Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
    });
    store
}
