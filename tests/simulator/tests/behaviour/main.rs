//! The simulator as a client sees it: over HTTP, and never from within.

mod client;
mod controls;
mod faults;
mod odd_input;
mod process;
mod strava_data;
mod strava_quota;
mod strava_sign_in;
mod trainerroad_data;
mod trainerroad_sign_in;
