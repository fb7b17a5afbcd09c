//! A town: people who ride, the providers that they ride with, a daemon that connects them, and the platform that is told.
//!
//! A test builds one, lets things happen in it, and compares. The providers are played in this process
//! ([`gearshift_simulator`]), the daemon is the real one in a process of its own, adapters are the real components.
//! What is true stands in the simulator's ledger, what was understood in the daemon's answers, and the two know nothing
//! of each other.
//!
//! ```no_run
//! # use gearshift_scenarios::{Town, STRAVA};
//! # async fn story() {
//! let town = Town::new().riders(2).await;
//! town.install("strava").await;
//! let rider = town.connect(STRAVA, 0).await;
//! rider.synced().await;
//! town.knows_what_was_served().await;
//! # }
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of it is test code: what cannot go on should stop"
)]

mod browser;
mod builds;
mod check;
mod compiled;
mod daemon;
mod disk;
mod http;
mod phone;
mod places;
mod plan;
mod project;
mod receiver;
mod rider;
mod tap;
mod town;
mod wait;

pub use browser::{Return, proof};
pub use builds::{component, numbered};
pub use check::measure;
pub use daemon::Daemon;
pub use disk::Disk;
pub use http::{Answer, Ask};
pub use phone::{HEALTH_CONNECT, Measured, Phone, batch, gzip};
pub use places::{Places, cannot_be_read};
pub use plan::Plan;
pub use project::Project;
pub use receiver::{Attempt, Mood, Receiver};
pub use rider::Rider;
pub use tap::Tap;
pub use town::Town;
pub use wait::{ever, until};

/// Strava's enum.
pub const STRAVA: &str = "STRAVA";
/// TrainerRoad's enum.
pub const TRAINERROAD: &str = "TRAINERROAD";
