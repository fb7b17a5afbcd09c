//! ROUVY's web pages, as they call their own server: React Router's single fetch, whose answers are turbo-stream.
//!
//! There is no public API. What is known comes from other people's clients, and `adapter.toml` says what nobody has verified.

mod athlete;
mod fit;
mod pull;
mod read;
mod session;
mod turbo;

use gearshift_sdk::prelude::*;

/// Where everything is.
const BASE: &str = "https://riders.rouvy.com";

/// The adapter.
#[derive(Debug)]
pub struct Rouvy;

impl Adapter for Rouvy {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "activities" => pull::activities(host, subject, request),
            "athlete" => athlete::pull(host),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "activities.list" => read::list(subject, document),
            "activity.fit" => fit::normalize(document),
            "athlete" => athlete::normalize(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<(String, String)>, Failure> {
        session::sign_in(host, subject)
    }

    fn identify(host: &Host<'_>, _: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        athlete::identify(host)
    }
}

gearshift_sdk::export!(Rouvy);

#[cfg(test)]
mod tests;
