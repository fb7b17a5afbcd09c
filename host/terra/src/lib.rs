//! Terra's words for our users and for what happens to them: what is peculiar to that API and needs neither network nor clock.
//!
//! A user of Terra's is one account at one provider, which is what a connection is. So each has the other's id, in other clothes.

mod event;
mod id;
mod user;

pub use event::{event, failure};
pub use id::{connection_id, user_id};
pub use user::{User, time};

/// The version of Terra's data model, as events name it.
pub const VERSION: &str = "2022-03-16";
