//! Events to destinations: signed as Standard Webhooks, retried for days, in order per record.
//!
//! The outbox is the store's; what is sent goes through the door out like everything else.

mod deliver;
mod settings;
mod signing;

pub use deliver::Deliver;
pub use settings::DeliverSettings;
pub use signing::{SigningError, seal_secret};
