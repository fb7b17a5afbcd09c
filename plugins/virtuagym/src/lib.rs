//! Virtuagym, the club's level of the public API v1.
//!
//! Both keys stand in the query, where the host puts them. An error comes with HTTP 200 as often as not: what counts is the
//! status in the body. Moments are Unix seconds in body metrics and milliseconds everywhere else.

mod api;
mod body;
mod club;
mod member;
mod wire;

use gearshift_sdk::prelude::*;

/// The adapter.
#[derive(Debug)]
pub struct Virtuagym;

impl Adapter for Virtuagym {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        let member = club::Member::of(subject)?;
        match request.stream.as_str() {
            "bodymetrics" => body::pull(host, &member, request),
            "member" => member::pull(host, &member),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "bodymetrics" => body::normalize(document),
            "member" => member::normalize(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn identify(host: &Host<'_>, subject: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        club::identify(host, subject)
    }
}

gearshift_sdk::export!(Virtuagym);

#[cfg(test)]
mod tests;
