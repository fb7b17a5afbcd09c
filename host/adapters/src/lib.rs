//! Adapters: components that speak the contract, behind gates, in versions that are swapped while calls run.
//!
//! - [`Adapters`] holds the live set and takes uploads through the gates ([`Stage`]).
//! - [`Lease`] is the right to call one version; a call ends on the version that it began with.
//! - [`Outside`] is what a call may reach; the rooms above hand it in, already bound to a connection.

mod adapters;
mod bindings;
pub mod contract;
mod depot;
mod digest;
mod gate;
mod guest;
mod install;
mod limits;
mod live;
mod loader;
mod outside;
mod section;
mod version;

pub use adapters::{Adapters, AdaptersError, Listed, ListedVersion};
pub use digest::{Digest, NotADigest, sha256};
pub use gate::{CONTRACTS, Rejected, Stage, StageTime};
pub use guest::LOG_BYTES;
pub use install::{Asked, Change, InstallOptions, Installed};
pub use limits::{CallLimit, CallLimits};
pub use live::HeadKey;
pub use loader::{Import, Loader, LoaderError, Report};
pub use outside::{Nothing, Outside};
pub use section::{SECTION, SectionError, manifest};
pub use version::{CallError, Lease, Version};
