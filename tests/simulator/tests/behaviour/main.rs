//! The simulator as a client sees it: over HTTP, and never from within.

// The attribute tells clippy that helpers are test code too.
#[cfg(test)]
mod client;
#[cfg(test)]
mod controls;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod odd_input;
#[cfg(test)]
mod process;
#[cfg(test)]
mod strava_data;
#[cfg(test)]
mod strava_quota;
#[cfg(test)]
mod strava_sign_in;
#[cfg(test)]
mod trainerroad_data;
#[cfg(test)]
mod trainerroad_sign_in;
