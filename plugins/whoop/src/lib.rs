//! WHOOP, API v2.
//!
//! WHOOP counts in cycles, from falling asleep to falling asleep, and its scores come late: what is not scored yet is a
//! record without measures, and is asked for again until it is. A cycle and its recovery are one day.

mod normalize;
mod pull;
mod sport;
mod wire;

use gearshift_sdk::prelude::*;

/// The API's root. A route in adapter.toml says the same.
const BASE: &str = "https://api.prod.whoop.com/developer/v2";

/// The adapter.
#[derive(Debug)]
pub struct Whoop;

impl Adapter for Whoop {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match (request.stream.as_str(), &request.id) {
            ("athlete", _) => pull::athlete(host, subject),
            ("recoveries", Some(sleep)) => pull::recovery(host, sleep),
            (stream, id) => match (pull::Collection::of(stream), id) {
                (Some(collection), Some(id)) => pull::one(host, collection, id),
                (Some(collection), None) => pull::page(host, collection, request),
                (None, _) => Err(request.unknown_stream()),
            },
        }
    }

    fn normalize(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "profile" => normalize::profile(document),
            "body" => normalize::body(subject, document),
            "cycles" => normalize::cycles(document),
            "recoveries" => normalize::recoveries(document),
            "sleeps" => normalize::sleeps(document),
            "workouts" => normalize::workouts(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn identify(host: &Host<'_>, _: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        pull::identify(host)
    }
}

gearshift_sdk::export!(Whoop);

#[cfg(test)]
mod tests;
