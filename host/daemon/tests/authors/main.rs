//! The authors' commands, as an author runs them. One file a command.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on should stop")]

mod check;
mod fixtures;
mod new;
mod support;
