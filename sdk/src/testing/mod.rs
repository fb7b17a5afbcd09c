//! In place of the host: recorded exchanges, and fixtures that are run by `cargo test`.
//!
//! ```
//! # use gearshift_sdk::prelude::*;
//! use gearshift_sdk::testing::Recorded;
//!
//! let outside = Recorded::at("2026-03-12T08:00:00Z").answer("GET", "https://api.meadow.example/v1/me", 200, r#"{"id": 7}"#);
//! let host = Host::new(&outside, 10);
//! let me = host.get("me", "https://api.meadow.example/v1/me").send()?.ok()?;
//! assert_eq!(me.text(), r#"{"id": 7}"#);
//! assert_eq!(outside.sent()[0].method, "GET");
//! # Ok::<(), Failure>(())
//! ```

mod case;
mod compare;
mod recorded;
mod run;

pub use case::{Case, Exchange, FixtureError, cases};
pub use compare::differences;
pub use recorded::Recorded;
pub use run::{check, check_all, run};

#[cfg(test)]
mod tests;
