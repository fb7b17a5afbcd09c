//! Dexcom, API v3, in its three clouds.
//!
//! A day of glucose in UTC is one record for each transmitter. What comes later belongs into the same record, so that windows
//! are whole days: a day is always fetched whole, and what was fetched later takes the place of what was fetched before.

mod clock;
mod events;
mod glucose;
mod normalize;
mod pull;
mod wire;

use gearshift_sdk::prelude::*;

/// The adapter.
#[derive(Debug)]
pub struct Dexcom;

impl Adapter for Dexcom {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        let endpoint = pull::endpoint(&request.stream).ok_or_else(|| request.unknown_stream())?;
        pull::page(host, pull::base(subject)?, endpoint, request)
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "egvs" => glucose::days(document),
            "events" => events::events(document),
            "calibrations" => events::calibrations(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn identify(host: &Host<'_>, subject: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        pull::identify(host, pull::base(subject)?)
    }
}

gearshift_sdk::export!(Dexcom);

#[cfg(test)]
mod tests;
