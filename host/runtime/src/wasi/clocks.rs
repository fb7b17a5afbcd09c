//! Two clocks. They run, read to the millisecond, so that a guest cannot time the machine; or they stand still.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use wasmtime::component::{HasData, Resource, ResourceTable};
use wasmtime_wasi::clocks::{WasiClocksCtxView, WasiClocksView as _};
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::{Duration as Nanos, Host, Instant as Moment};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

use crate::call::Call;

const GRAIN: Duration = Duration::from_millis(1);

/// The wall clock, pinned at a Unix millisecond or not. WASI's has no time before 1970.
pub(super) struct Wall(pub(super) Option<i64>);

impl HostWallClock for Wall {
    fn resolution(&self) -> Duration {
        GRAIN
    }

    fn now(&self) -> Duration {
        let now = match self.0 {
            Some(pinned) => u64::try_from(pinned).unwrap_or(0),
            None => whole_ms(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()),
        };
        Duration::from_millis(now)
    }
}

/// The monotonic clock: since the call's start, or stopped at zero.
pub(super) struct Monotonic(Option<Instant>);

impl Monotonic {
    pub(super) fn new(pinned: bool) -> Self {
        Self((!pinned).then(Instant::now))
    }
}

impl HostMonotonicClock for Monotonic {
    fn resolution(&self) -> u64 {
        1_000_000
    }

    fn now(&self) -> u64 {
        self.0.map_or(0, |start| whole_ms(start.elapsed()) * 1_000_000)
    }
}

fn whole_ms(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX / 1_000_000)
}

/// The monotonic clock's interface: WASI's own while the clock runs; while it stands, every wait is over at once.
pub(super) enum View<'a> {
    Running(WasiClocksCtxView<'a>),
    Stopped(&'a mut ResourceTable),
}

pub(super) struct Clocks;

impl HasData for Clocks {
    type Data<'a> = View<'a>;
}

pub(super) fn view<T: Send>(call: &mut Call<T>) -> View<'_> {
    let pinned = call.pinned;
    let clocks = call.clocks();
    if pinned { View::Stopped(clocks.table) } else { View::Running(clocks) }
}

/// A wait that is over.
struct Over;

#[wasmtime_wasi::async_trait]
impl Pollable for Over {
    async fn ready(&mut self) {}
}

impl View<'_> {
    fn wait(table: &mut ResourceTable) -> wasmtime::Result<Resource<DynPollable>> {
        let over = table.push(Over)?;
        subscribe(table, over)
    }
}

impl Host for View<'_> {
    fn now(&mut self) -> wasmtime::Result<Moment> {
        match self {
            Self::Running(clocks) => clocks.now(),
            Self::Stopped(_) => Ok(0),
        }
    }

    fn resolution(&mut self) -> wasmtime::Result<Nanos> {
        Ok(1_000_000)
    }

    fn subscribe_instant(&mut self, when: Moment) -> wasmtime::Result<Resource<DynPollable>> {
        match self {
            Self::Running(clocks) => clocks.subscribe_instant(when),
            Self::Stopped(table) => Self::wait(table),
        }
    }

    fn subscribe_duration(&mut self, duration: Nanos) -> wasmtime::Result<Resource<DynPollable>> {
        match self {
            Self::Running(clocks) => clocks.subscribe_duration(duration),
            Self::Stopped(table) => Self::wait(table),
        }
    }
}
