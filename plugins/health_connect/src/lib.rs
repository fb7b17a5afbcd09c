//! Health Connect: what a phone's app reads there and pushes, record by record.

use gearshift_sdk::prelude::*;

/// The adapter.
#[derive(Debug)]
pub struct HealthConnect;

impl Adapter for HealthConnect {
    fn pull(_: &Host<'_>, _: &Subject, _: &PullRequest) -> Result<Page, Failure> {
        Err(Failure::unsupported("Health Connect is on the phone alone: an app pushes what is there"))
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        health_connect_shared::normalize(document, &[])
    }
}

gearshift_sdk::export!(HealthConnect);

#[cfg(test)]
mod tests;
