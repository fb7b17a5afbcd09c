//! FatSecret, what users enter: a food diary and weights, by the Platform API.
//!
//! Days are counted from 1970-01-01 on, and are the user's own. Numbers are texts, errors come with HTTP 200, and a list of one
//! may be that one by itself.

mod api;
mod days;
mod diary;
mod weight;
mod wire;

use gearshift_sdk::prelude::*;

/// The adapter.
#[derive(Debug)]
pub struct FatSecret;

impl Adapter for FatSecret {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "nutrition" => diary::pull(host, request),
            "weight" => weight::pull(host, request),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            diary::ENDPOINT => diary::normalize(document),
            weight::ENDPOINT => weight::normalize(document),
            _ => Err(document.unknown_endpoint()),
        }
    }
}

gearshift_sdk::export!(FatSecret);

#[cfg(test)]
mod tests;
