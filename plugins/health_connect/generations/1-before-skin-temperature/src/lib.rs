//! The adapter for Health Connect as it was before there were records of skin temperature.

use gearshift_sdk::prelude::*;

/// The adapter.
#[derive(Debug)]
pub struct HealthConnect;

impl Adapter for HealthConnect {
    fn pull(_: &Host<'_>, _: &Subject, _: &PullRequest) -> Result<Page, Failure> {
        Err(Failure::unsupported("Health Connect is on the phone alone: an app pushes what is there"))
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        health_connect_shared::normalize(document, &["SkinTemperature"])
    }
}

gearshift_sdk::export!(HealthConnect);

#[cfg(test)]
mod tests {
    #[test]
    fn its_fixtures_come_to_what_is_expected() {
        gearshift_sdk::testing::check_all::<super::HealthConnect>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
