//! The adapter for TrainerRoad from 2024-05-07, when a workout's `intervalData` became `IntervalData`, to early 2026, when the
//! calendar moved.

use gearshift_sdk::prelude::*;
use serde::Deserialize;
use trainerroad_shared::calendar::{self, Details, Interval};
use trainerroad_shared::{athlete, daily, session};

/// The adapter.
#[derive(Debug)]
pub struct TrainerRoad;

/// `Workout` of `GET /app/api/workoutdetails/{id}`.
#[derive(Debug, Deserialize)]
struct Workout {
    #[serde(rename = "Details")]
    details: Details,
    #[serde(rename = "IntervalData", alias = "intervalData")]
    intervals: Vec<Interval>,
}

impl calendar::Workout for Workout {
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
            "calendar" => calendar::pull(host, subject, request),
            "athlete" => athlete::pull(host),
            "daily" => daily::pull(host, subject, request),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "calendar.activities" => calendar::rides(subject, document),
            "calendar.planned" => calendar::planned::<Workout>(document),
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
mod tests {
    #[test]
    fn its_fixtures_come_to_what_is_expected() {
        gearshift_sdk::testing::check_all::<super::TrainerRoad>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
