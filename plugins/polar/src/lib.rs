//! Polar, Dynamic API v4.
//!
//! A range of days without `features` says on which days there is something; with `features`, what there is on one day. So nights
//! and days are documents of their own, and a first pull takes a request for each.

mod by_day;
mod read;
mod wire;

use gearshift_sdk::prelude::*;
use polar_shared::accesslink;

/// The API's root. A route in adapter.toml says the same.
const BASE: &str = "https://www.polaraccesslink.com/v4/data";

/// Training sessions, without what `features` would add.
const SESSIONS: &str = "dynamic.training-sessions";
/// A day of activity.
const ACTIVITY: &str = "dynamic.activity";
/// Heart rate through a day.
const HEART_RATE: &str = "dynamic.heart-rate";
/// A night.
const SLEEP: &str = "dynamic.sleep";
/// What a night's rest came to.
const NIGHTLY_RECHARGE: &str = "dynamic.nightly-recharge";

/// The adapter.
#[derive(Debug)]
pub struct Dynamic;

impl Adapter for Dynamic {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "activities" => by_day::sessions(host, request),
            "daily" => by_day::pull(host, request, &by_day::ACTIVITY),
            "heart-rate" => by_day::pull(host, request, &by_day::HEART_RATE),
            "sleep" => by_day::pull(host, request, &by_day::SLEEP),
            "nightly-recharge" => by_day::pull(host, request, &by_day::NIGHTLY_RECHARGE),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            SESSIONS => read::sessions(document),
            ACTIVITY => read::activity(document),
            HEART_RATE => read::heart_rate(document),
            SLEEP => read::sleep(document),
            NIGHTLY_RECHARGE => read::recharge(document),
            // What the connection has from before it moved here.
            _ => accesslink::normalize(document).unwrap_or_else(|| Err(document.unknown_endpoint())),
        }
    }
}

gearshift_sdk::export!(Dynamic);

#[cfg(test)]
mod tests;
