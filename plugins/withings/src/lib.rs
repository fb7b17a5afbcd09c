//! Withings, the public API.
//!
//! Every call is a form by POST, and every answer is HTTP 200 with a `status`: only 0 is success. What changed since a moment is
//! asked for with `lastupdate`, whatever day it is of.

mod api;
mod normalize;
mod pull;
mod sport;
mod wire;

use gearshift_sdk::prelude::*;

/// The API's root. Routes in adapter.toml say the same.
const BASE: &str = "https://wbsapi.withings.net";

/// The adapter.
#[derive(Debug)]
pub struct Withings;

impl Adapter for Withings {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match pull::List::of(&request.stream) {
            Some(list) => pull::page(host, list, request),
            None => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "measures" => normalize::body::measures(document),
            "activity.own" => normalize::day::own(document),
            "activity.imported" => normalize::day::imported(document),
            "sleep.summary" => normalize::night::summaries(document),
            "sleep.detail" => normalize::night::detail(document),
            "workouts" => normalize::workout::workouts(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    /// Withings wants a signature, over a nonce that is asked for with another.
    fn revoke(host: &Host<'_>, subject: &Subject) -> Result<(), Failure> {
        match &subject.account {
            Some(user) => api::revoke(host, user),
            // Nobody has said who it is, so nothing was granted that could be named.
            None => Ok(()),
        }
    }
}

gearshift_sdk::export!(Withings);

#[cfg(test)]
mod tests;
