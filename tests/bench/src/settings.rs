//! How much is measured, and what is aimed at.

use std::time::Duration;

/// How often and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Worker threads of tokio. 2: the targets were set on a machine with two cores.
    pub(crate) workers: usize,
    /// Empty calls, of each kind.
    pub(crate) empty_calls: usize,
    /// Rounds of normalize, each peer once a round.
    pub(crate) normalize_rounds: usize,
    /// Distinct builds that are installed, of each adapter.
    pub(crate) builds: u32,
    /// Activations of a version that is installed already.
    pub(crate) activations: usize,
    /// Phases under load without swaps, and as many with, in turns.
    pub(crate) phases: usize,
    /// How long a phase lasts.
    pub(crate) phase: Duration,
}

impl Settings {
    /// About a minute and a half.
    pub(crate) const fn full() -> Self {
        Self {
            workers: 2,
            empty_calls: 20_000,
            normalize_rounds: 300,
            builds: 10,
            activations: 100,
            phases: 5,
            phase: Duration::from_secs(5),
        }
    }

    /// Seconds.
    pub(crate) const fn quick() -> Self {
        Self {
            workers: 2,
            empty_calls: 500,
            normalize_rounds: 10,
            builds: 2,
            activations: 6,
            phases: 1,
            phase: Duration::from_secs(1),
        }
    }
}

/// Calls a second while versions are swapped.
pub(crate) const CALLS_A_SECOND: u32 = 1_000;

/// Between two swaps.
pub(crate) const SWAP_EVERY: Duration = Duration::from_millis(20);

/// Bytes of the document that is normalized, about.
pub(crate) const DOCUMENT_BYTES: usize = 500_000;

/// What was reached in trials on two cores, and is aimed at. docs/performance.md has the reasons.
pub(crate) mod target {
    /// Microseconds of an empty call in an instance that is there already.
    pub(crate) const WARM_P50: f64 = 0.25;
    /// Microseconds of a fresh instance with an empty call.
    pub(crate) const FRESH_P50: f64 = 15.0;
    /// Its 99th percentile.
    pub(crate) const FRESH_P99: f64 = 50.0;
    /// Normalize to JSON in an instance that is there already, against native.
    pub(crate) const NORMALIZE_JSON: f64 = 1.35;
    /// Normalize to records likewise: the sandbox's part.
    pub(crate) const NORMALIZE_RECORDS: f64 = 1.75;
    /// Normalize in a fresh instance, against one that is there already.
    pub(crate) const NORMALIZE_FRESH: f64 = 1.10;
    /// Microseconds from upload to serving, for 200 KB.
    pub(crate) const INSTALL: f64 = 250_000.0;
    /// Microseconds from compiled code to the first answer.
    pub(crate) const LOAD_P50: f64 = 150.0;
    /// The 99th percentile of calls during swaps against that without.
    pub(crate) const SWAP_P99: f64 = 1.5;
}
