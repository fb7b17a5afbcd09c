//! Keeps data flowing: pulls page by page, reads each document in a sandbox of its own, keeps what cannot be read, and heals it when
//! another version becomes active.
//!
//! A job is a row; a worker claims it, carries it out, and says how it ended. Nothing that matters is only in memory.

mod batch;
mod heal;
mod inbound;
mod pull;
mod pushed;
mod quotas;
mod reading;
mod schedule;
mod settings;
mod sync;
mod verdict;

pub use inbound::{Answered, Called, Hook};
pub use pushed::{PushError, Pushed};
pub use settings::SyncSettings;
pub use sync::{Sync, SyncError};
