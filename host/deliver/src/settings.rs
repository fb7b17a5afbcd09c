//! What delivering can be tuned by: each with its default, unit and reason.

use std::time::Duration;

/// Settings of [`crate::Deliver`].
#[derive(Debug, Clone)]
pub struct DeliverSettings {
    /// Deliveries that are sent at once. Default 16: a receiver that answers slowly leaves room for the others.
    pub parallel: u32,
    /// How long a receiver may take to answer. Default 15 s, as Standard Webhooks advises.
    pub timeout: Duration,
    /// How long a delivery that is being sent is nobody else's. Default 60 s: longer than the timeout, so that only a crash makes
    /// it due again.
    pub lease: Duration,
    /// Waits between attempts. Default: three days in all, so that a receiver that is mended after a weekend has everything. Up to
    /// a tenth is added by chance, so that what failed together does not come back together.
    pub retries: Vec<Duration>,
    /// Longest sleep while nothing is due. Default 5 s: events that another process wrote are found by then.
    pub idle: Duration,
}

impl Default for DeliverSettings {
    fn default() -> Self {
        const MINUTE: u64 = 60;
        const HOUR: u64 = 60 * MINUTE;
        let retries =
            [5, MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 10 * HOUR, 20 * HOUR, 24 * HOUR];
        Self {
            parallel: 16,
            timeout: Duration::from_secs(15),
            lease: Duration::from_secs(60),
            retries: retries.into_iter().map(Duration::from_secs).collect(),
            idle: Duration::from_secs(5),
        }
    }
}
