//! The daemon as its users meet it. One file a behaviour.

// The attribute tells clippy that helpers are test code too.
#[cfg(test)]
mod admin;
#[cfg(test)]
mod api;
#[cfg(test)]
mod delivery;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod disconnecting;
#[cfg(test)]
mod fatsecret;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod freestylelibre;
#[cfg(test)]
mod healing;
#[cfg(test)]
mod hooks;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod kills;
#[cfg(test)]
mod lost_answers;
#[cfg(test)]
mod newer;
#[cfg(test)]
mod phones;
#[cfg(test)]
mod polls;
#[cfg(test)]
mod projects;
#[cfg(test)]
mod quotas;
#[cfg(test)]
mod renewal;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod rouvy;
#[cfg(test)]
mod secrets;
#[cfg(test)]
mod strava;
#[cfg(test)]
mod swaps;
#[cfg(test)]
mod trainerroad;
#[cfg(test)]
mod two_daemons;
#[cfg(test)]
mod virtuagym;
