//! What the adapters for Polar's two APIs have in common: AccessLink, which Polar calls v3, and the Dynamic API, v4.
//!
//! Both write of the same nights and sessions in different words. [`accesslink`] reads v3's; it stands here because a
//! connection that has moved to v4 still has v3's documents in its archive.

pub mod accesslink;
pub mod answer;
pub mod clock;
pub mod days;
pub mod listing;
pub mod record;
pub mod state;

/// Where both APIs answer. The routes in the manifests say the same.
pub const HOST: &str = "https://www.polaraccesslink.com";

#[cfg(test)]
mod tests;
