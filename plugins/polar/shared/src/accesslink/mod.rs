//! AccessLink v3: from its answers to records.

mod day;
mod exercise;
mod night;
mod profile;
mod samples;
mod sport;
pub mod wire;

use gearshift_sdk::prelude::*;

/// The list of exercises.
pub const EXERCISES: &str = "accesslink.exercises";
/// One exercise with its samples, zones and route.
pub const EXERCISE: &str = "accesslink.exercise";
/// Days of activity.
pub const ACTIVITIES: &str = "accesslink.activities";
/// Heart rate through the day.
pub const HEART_RATE: &str = "accesslink.heart-rate";
/// Nights.
pub const SLEEP: &str = "accesslink.sleep";
/// What a night's rest came to.
pub const NIGHTLY_RECHARGE: &str = "accesslink.nightly-recharge";
/// The person.
pub const ATHLETE: &str = "accesslink.athlete";

/// Reads a document of AccessLink's; none where it is none.
pub fn normalize(document: &Fetched) -> Option<Result<Normalized, Failure>> {
    Some(match document.endpoint.as_str() {
        EXERCISES => exercise::list(document),
        EXERCISE => exercise::detail(document),
        ACTIVITIES => day::activities(document),
        HEART_RATE => day::heart_rate(document),
        SLEEP => night::sleep(document),
        NIGHTLY_RECHARGE => night::recharge(document),
        ATHLETE => profile::athlete(document),
        _ => return None,
    })
}
