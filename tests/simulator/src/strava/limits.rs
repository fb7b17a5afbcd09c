//! Quotas of the application, and the headers that tell of them.

use crate::clock::{DAY, QUARTER, SECOND};
use crate::message::Reply;
use crate::settings::Limits;

/// Requests in one window; another window starts from nothing.
#[derive(Debug, Clone, Copy, Default)]
struct Window {
    number: i64,
    overall: u64,
    read: u64,
}

impl Window {
    fn at(self, number: i64) -> Window {
        if self.number == number { self } else { Window { number, ..Window::default() } }
    }

    fn add(&mut self, read: bool) {
        self.overall += 1;
        self.read += u64::from(read);
    }
}

#[derive(Debug, Default)]
pub(super) struct Usage {
    quarter: Window,
    day: Window,
}

/// Seconds until the next :00, :15, :30 or :45.
pub(super) fn until_next_quarter(now: i64) -> i64 {
    (QUARTER - now.rem_euclid(QUARTER) + SECOND - 1) / SECOND
}

impl Usage {
    fn turn(&mut self, now: i64) {
        self.quarter = self.quarter.at(now.div_euclid(QUARTER));
        self.day = self.day.at(now.div_euclid(DAY));
    }

    /// Counts a request, a refused one too; false when a quota is spent.
    pub(super) fn count(&mut self, limits: &Limits, read: bool, now: i64) -> bool {
        self.turn(now);
        self.quarter.add(read);
        self.day.add(read);
        let (quarter, day) = (self.quarter, self.day);
        let overall = quarter.overall <= limits.overall.0 && day.overall <= limits.overall.1;
        let reading = quarter.read <= limits.read.0 && day.read <= limits.read.1;
        overall && (!read || reading)
    }

    /// Writes the headers.
    pub(super) fn mark(&mut self, reply: Reply, limits: &Limits, now: i64) -> Reply {
        self.turn(now);
        let pair = |one: u64, other: u64| format!("{one},{other}");
        reply
            .with("x-ratelimit-limit", pair(limits.overall.0, limits.overall.1))
            .with("x-ratelimit-usage", pair(self.quarter.overall, self.day.overall))
            .with("x-readratelimit-limit", pair(limits.read.0, limits.read.1))
            .with("x-readratelimit-usage", pair(self.quarter.read, self.day.read))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { overall: (3, 5), read: (2, 100), retry_after: false };

    #[test]
    fn a_quota_that_is_spent_comes_back_with_the_next_window() {
        let mut usage = Usage::default();
        let start = 1_800 * QUARTER;
        assert!(usage.count(&LIMITS, true, start));
        assert!(usage.count(&LIMITS, true, start));
        assert!(!usage.count(&LIMITS, true, start), "the reads are spent");
        assert!(!usage.count(&LIMITS, false, start), "all requests are spent");
        assert!(usage.count(&LIMITS, true, start + QUARTER));
        assert!(!usage.count(&LIMITS, true, start + QUARTER), "the day is spent");
        assert!(usage.count(&LIMITS, true, start + DAY));
    }

    #[test]
    fn a_window_ends_on_the_quarter_of_the_hour() {
        assert_eq!(until_next_quarter(1_800 * QUARTER), 900);
        assert_eq!(until_next_quarter(1_800 * QUARTER + 899_500), 1);
    }
}
