//! Strava, API v3.
//!
//! An activity is three answers, detail, streams and laps, which are parts of one document; the page of the list that named it
//! is a document too, so that a summary is there before its detail, and still when the quota keeps the detail away.

mod hook;
mod normalize;
mod pull;
mod sport;
mod wire;

use gearshift_sdk::prelude::*;

/// The API's root. A route in adapter.toml says the same.
const BASE: &str = "https://www.strava.com/api/v3";

/// The adapter.
#[derive(Debug)]
pub struct Strava;

impl Adapter for Strava {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "athlete" => pull::athlete(host),
            "activities" => pull::activities(host, request),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "athlete" => normalize::athlete(document),
            "activities.list" => normalize::list(document),
            "activity.detail" => normalize::activity(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn identify(host: &Host<'_>, _: &Subject, facts: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        pull::identify(host, facts)
    }

    fn receive(inbound: &Inbound) -> Result<Receipt, Failure> {
        hook::receive(inbound)
    }
}

gearshift_sdk::export!(Strava);

#[cfg(test)]
mod tests;
