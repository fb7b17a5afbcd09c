//! The daemon as its users meet it. One file a behaviour.

// The attribute tells clippy that helpers are test code too.
#[cfg(test)]
mod strava;
