//! TrainerRoad since early 2026: the calendar comes as a whole, details are asked for by a header.
//!
//! What the generation before answered is still read, so that the archive and whatever lies in quarantine from that time become
//! records; the versions that pulled it are in `generations/`.

mod pull;
mod read;
mod wire;

use gearshift_sdk::prelude::*;
use serde::Deserialize;
use trainerroad_shared::calendar::{self, Details, Interval};
use trainerroad_shared::{athlete, daily, session};

/// The adapter.
#[derive(Debug)]
pub struct TrainerRoad;

/// A workout of the generation before, in both spellings of its intervals.
#[derive(Debug, Deserialize)]
struct OldWorkout {
    #[serde(rename = "Details")]
    details: Details,
    #[serde(rename = "IntervalData", alias = "intervalData")]
    intervals: Vec<Interval>,
}

impl calendar::Workout for OldWorkout {
    const INTERVALS: &'static str = "/Workout/IntervalData";

    fn details(&self) -> &Details {
        &self.details
    }

    fn intervals(&self) -> &[Interval] {
        &self.intervals
    }
}

impl Adapter for TrainerRoad {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "calendar" => pull::calendar(host, subject, request),
            "athlete" => athlete::pull(host),
            "daily" => daily::pull(host, subject, request),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "react-calendar.activities" => read::rides(document),
            "react-calendar.planned" => read::plan(document),
            "calendar.activities" => calendar::rides(subject, document),
            "calendar.planned" => calendar::planned::<OldWorkout>(document),
            "athlete" => athlete::normalize(document),
            "tss" => daily::normalize(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<(String, String)>, Failure> {
        session::sign_in(host, subject)
    }

    fn identify(host: &Host<'_>, _: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        session::identify(host)
    }
}

gearshift_sdk::export!(TrainerRoad);

#[cfg(test)]
mod tests;
