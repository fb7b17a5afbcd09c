//! The simulator as a client sees it: over HTTP, and never from within.

// The attribute tells clippy that helpers are test code too.
#[cfg(test)]
mod client;
#[cfg(test)]
mod codes;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod controls;
#[cfg(test)]
mod dexcom_data;
#[cfg(test)]
mod dexcom_sign_in;
#[cfg(test)]
mod door;
#[cfg(test)]
mod fatsecret;
mod faults;
#[cfg(test)]
mod freestylelibre;
#[cfg(test)]
mod garmin_sign_in;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod odd_input;
#[cfg(test)]
mod polar_data;
#[cfg(test)]
mod polar_sign_in;
#[cfg(test)]
mod process;
#[cfg(test)]
mod receiver;
#[cfg(test)]
mod rouvy;
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
#[cfg(test)]
mod virtuagym;
#[cfg(test)]
mod whoop_data;
mod whoop_sign_in;
#[cfg(test)]
mod withings_data;
#[cfg(test)]
mod withings_sign_in;
