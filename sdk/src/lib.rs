//! What an adapter's author links: two functions, and helpers for what every provider makes necessary.
//!
//! An adapter is an `adapter.toml` and a type that implements [`Adapter`]: [`pull`](Adapter::pull) makes requests and says
//! which answers belong together, [`normalize`](Adapter::normalize) turns one such document into [`Record`]s.
//! [`export!`] makes a component of it on wasm32; everywhere else the adapter is plain Rust, so that it is linted and tested
//! like any other crate, with [`testing`] in the host's place.
//!
//! ```
//! use gearshift_sdk::prelude::*;
//!
//! struct Meadow;
//!
//! #[derive(serde::Deserialize)]
//! struct Ride {
//!     #[serde(deserialize_with = "flex::text")]
//!     id: String,
//!     started: String,
//!     #[serde(deserialize_with = "flex::seconds")]
//!     duration: f64,
//! }
//!
//! impl Adapter for Meadow {
//!     fn pull(host: &Host<'_>, _: &Subject, _: &PullRequest) -> Result<Page, Failure> {
//!         let list = host.get("rides.list", "https://api.meadow.example/v1/rides").as_user().send()?.ok()?;
//!         Ok(Page::new().document(Document::new("rides.list").part("list", &list)))
//!     }
//!
//!     fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
//!         let rides: Each<Ride> = document.json("list")?;
//!         let mut out = Normalized::new();
//!         out.each(document, "", rides, |ride, _| {
//!             let start = time::parse(&ride.started, Bare::Utc)?;
//!             Ok(Record::new(kind::ACTIVITY, &ride.id)
//!                 .lasting(start.instant, ride.duration)
//!                 .measure(metric::DURATION, ride.duration))
//!         })?;
//!         Ok(out)
//!     }
//! }
//! ```

mod adapter;
mod each;
mod export;
mod failure;
mod fetched;
pub mod flex;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod host;
pub mod html;
mod http;
pub mod json;
mod normalized;
pub mod paging;
mod pull;
mod record;
pub mod registry;
mod subject;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod time;
pub mod unit;
pub mod url;
mod webhook;

pub use adapter::Adapter;
pub use each::{Bad, Each};
pub use failure::{Failure, code};
pub use fetched::{Body, Fetched};
pub use host::{Host, Outside};
pub use http::{Credential, HttpError, Raw, Request, Response, Sent};
pub use normalized::{Normalized, Note, Reject, Tombstone};
pub use pull::{Document, Page, Part, PullRequest};
pub use record::{Attribute, Measure, Origin, Record, Segment, Series, Track};
pub use registry::{attribute, kind, metric, role, word};
pub use subject::{Account, Pair, Subject, Window};
pub use webhook::{Inbound, Notice, Receipt, What};

/// What nearly every adapter uses.
pub mod prelude {
    pub use crate::registry::{attribute, kind, metric, role, word};
    pub use crate::time::{self, Bare};
    pub use crate::{
        Account, Adapter, Document, Each, Failure, Fetched, Host, Inbound, Normalized, Notice, Origin, Page,
        PullRequest, Receipt, Record, Reject, Response, Segment, Series, Subject, What, Window, flex, unit, url,
    };
}
