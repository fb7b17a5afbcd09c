//! Providers whose quota is spent: until then nobody asks them.
//!
//! One clock a provider, since its quota is shared by all users of the operator's registration. Buckets that are filled ahead of a
//! refusal will stand here too.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
pub(crate) struct Quotas(Mutex<HashMap<String, i64>>);

impl Quotas {
    /// Nobody asks this provider before `until`, or the later instant that was said before. Says which.
    pub(crate) fn close(&self, provider: &str, until: i64) -> i64 {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = closed.entry(provider.to_owned()).or_insert(until);
        *known = until.max(*known);
        *known
    }

    /// Until when nobody asks.
    pub(crate) fn closed_until(&self, provider: &str, now: i64) -> Option<i64> {
        let mut closed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        closed.retain(|_, until| *until > now);
        closed.get(provider).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Quotas;

    #[test]
    fn a_spent_quota_closes_one_provider_until_the_latest_instant() {
        let quotas = Quotas::default();
        assert_eq!(quotas.close("STRAVA", 500), 500);
        assert_eq!(quotas.close("STRAVA", 300), 500);
        assert_eq!(quotas.closed_until("STRAVA", 499), Some(500));
        assert_eq!(quotas.closed_until("WHOOP", 499), None);
        assert_eq!(quotas.closed_until("STRAVA", 500), None);
    }
}
