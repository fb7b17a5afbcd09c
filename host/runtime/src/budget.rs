//! What a call may cost, and what it did cost.

use std::time::Duration;

/// What one call may cost, and how its world is pinned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// CPU time inside the guest and in the host functions that it calls; waits outside do not count. Default 1 s.
    pub cpu: Duration,
    /// From the call's start to its end, waits included, the queue before it not. Default 10 s.
    pub wall: Duration,
    /// Bytes of all memories together; the host's own limit stands above it. Default: the host's limit.
    pub memory: usize,
    /// Bytes that the guest may hand over in one crossing of the border: an argument list, a result. What the host
    /// hands in is bounded by the guest's memory. Default 16 MiB.
    pub hostcall_fuel: usize,
    /// Makes every random source of the guest a function of this number. Default: the system's randomness.
    pub seed: Option<u64>,
    /// Stops both clocks: the wall clock shows this Unix millisecond, the monotonic one zero, and a sleep returns at
    /// once. Default: clocks that run, read to the millisecond.
    pub now: Option<i64>,
    /// Where the caller's settings `cpu-ms`, `wall-ms`, `memory-bytes` and `transfer-bytes` of this kind of call stand,
    /// such as `limits.calls.pull`, so that a fault names the one to change. Default `budget`.
    pub settings: &'static str,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            cpu: Duration::from_secs(1),
            wall: Duration::from_secs(10),
            memory: usize::MAX,
            hostcall_fuel: 16 << 20,
            seed: None,
            now: None,
            settings: "budget",
        }
    }
}

impl Budget {
    /// The name of one of this budget's settings.
    pub(crate) fn setting(&self, name: &str) -> String {
        format!("{}.{name}", self.settings)
    }
}

/// What one call did cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// CPU time, as [`Budget::cpu`] counts it.
    pub cpu: Duration,
    /// From the call's start to its end.
    pub wall: Duration,
    /// The most bytes that all memories had together.
    pub memory: usize,
    /// How much of `wall` it took to make the instance.
    pub instantiation: Duration,
    /// How much time passed in the queue before the call began; not part of `wall`.
    pub queued: Duration,
}
