//! Polar, AccessLink v3: the API that Polar calls Open AccessLink.
//!
//! A token lasts for a year and is never renewed. Before there is any data, the user is registered with this application; to
//! deregister them is the only way to take the token back.

mod account;
mod pull;

use gearshift_sdk::prelude::*;
use polar_shared::accesslink;

/// The API's root. The routes in adapter.toml say the same.
const BASE: &str = "https://www.polaraccesslink.com/v3";

/// The adapter.
#[derive(Debug)]
pub struct AccessLink;

impl Adapter for AccessLink {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "athlete" => pull::athlete(host, subject),
            "activities" => pull::exercises(host, request),
            "daily" => pull::days(host, request, &pull::ACTIVITIES),
            "heart-rate" => pull::days(host, request, &pull::HEART_RATE),
            "sleep" => pull::sleep(host),
            "nightly-recharge" => pull::recharge(host),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        accesslink::normalize(document).unwrap_or_else(|| Err(document.unknown_endpoint()))
    }

    fn identify(host: &Host<'_>, _: &Subject, facts: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        account::register(host, facts)
    }

    fn revoke(host: &Host<'_>, subject: &Subject) -> Result<(), Failure> {
        account::deregister(host, subject)
    }
}

gearshift_sdk::export!(AccessLink);

#[cfg(test)]
mod tests;
