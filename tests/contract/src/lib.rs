//! The gate that keeps compiled adapters working while the contract grows.
//!
//! [`check`] compares two folders of WIT. `wit_component::semver_check` decides whether an adapter that was compiled against the
//! earlier one is still one for the later, for every world by itself: the required one, and each that adds an optional
//! interface. Its errors speak of component types by number, so [`shape`] reads both sides as well and says in words what
//! changed, and what to do instead. Where the project's own rule is stricter (nothing is taken away from what adapters export,
//! although old ones would still load) the shapes decide.
//!
//! [`Freezer`] knows the folder `wit/frozen`, in which each released contract is kept.

mod diff;
mod freezer;
mod gate;
pub mod shape;

pub use freezer::{Freezer, FreezerError, Released};
pub use gate::{Break, check};
