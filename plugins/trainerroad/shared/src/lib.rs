//! What all generations of the adapter for TrainerRoad have in common: signing in, who somebody is, the load of a day, and the
//! generation of the calendar that ended in 2026, which later versions still read in the archive.
//!
//! TrainerRoad has no public API. What is written here stands on other people's clients; what none of them has verified is
//! said in a note (`assumed`) or in the manifest's `gaps`.

pub mod athlete;
pub mod calendar;
pub mod daily;
pub mod range;
pub mod ride;
pub mod session;
pub mod steps;

/// Where everything is.
pub const BASE: &str = "https://www.trainerroad.com";

#[cfg(test)]
mod tests;
