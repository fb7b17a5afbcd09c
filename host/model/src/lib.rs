//! What the host holds, as plain data: records, the registry that gives their names meaning, the rules a record must
//! keep, and the two pure functions on which identity rests, [`compose()`] and [`content_hash`].
//!
//! Nothing here reads a clock, a file or a network, so that the same input gives the same answer in every process.

pub mod compose;
pub mod hash;
pub mod limits;
pub mod record;
pub mod registry;
pub mod validate;

pub use compose::{Facet, compose};
pub use hash::content_hash;
pub use record::{Attribute, Measure, Record, Segment, Series, Track, Window};
pub use validate::{Violation, validate};
