//! Durations, and what is said of them.

use std::time::{Duration, Instant};

use serde::Serialize;

/// Durations of one thing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Samples(Vec<Duration>);

/// What is said of them, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Summary {
    /// The shortest: what it takes when nobody disturbs.
    pub(crate) min: f64,
    /// The median.
    pub(crate) p50: f64,
    /// Of a hundred, one takes longer.
    pub(crate) p99: f64,
    /// How many there are.
    pub(crate) n: usize,
}

impl Samples {
    pub(crate) fn push(&mut self, sample: Duration) {
        self.0.push(sample);
    }

    pub(crate) fn since(&mut self, begun: Instant) {
        self.push(begun.elapsed());
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn extend(&mut self, other: &Self) {
        self.0.extend(&other.0);
    }

    pub(crate) fn summary(&self) -> Summary {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            let rank = (share * sorted.len() as f64).ceil() as usize;
            sorted.get(rank.saturating_sub(1)).map_or(0.0, |sample| sample.as_nanos() as f64 / 1e3)
        };
        Summary { min: at(0.0), p50: at(0.5), p99: at(0.99), n: sorted.len() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_that_were_taken() {
        let mut samples = Samples::default();
        (1..=200).rev().for_each(|us| samples.push(Duration::from_micros(us)));
        let Summary { min, p50, p99, n } = samples.summary();
        assert_eq!((min.round(), p50.round(), p99.round(), n), (1.0, 100.0, 198.0, 200));
    }

    #[test]
    fn nothing_measured_is_no_division_by_zero() {
        assert_eq!(Samples::default().summary(), Summary::default());
    }
}
