//! The one door out: every byte that leaves the process leaves here.
//!
//! Two ways lead through it. [`Egress::send`] is for adapters: the guest names a URL and a kind of credential, and has no say
//! over anything else. [`Egress::direct`] is for the host's own requests, to token endpoints and to receivers of events.
//! A request of an adapter passes, in this order:
//!
//! 1. `target`: the URL is parsed once, and refused where two readers could disagree on it.
//! 2. `headers`, `outgoing`: method, headers and size.
//! 3. The manifest's routes: host, path, method, credential.
//! 4. `held`: a secret in a place that no rule names is refused.
//! 5. `outgoing`, `fill`, `oauth1`: credential, cookies and form fields go where the rules say, and last of all a signature.
//! 6. `destination`: origins that the operator rewrote.
//! 7. `wire`: one look-up, judged by [`AddressPolicy`]; the connection goes to what was judged.
//!
//! and its answer, before the guest or the archive has it:
//!
//! 8. `settle`: cookies and captured tokens are kept, every secret is scrubbed, the exchange is archived.
//!
//! Redirects are answers. Nothing is renewed or tried again here: that is for those who know what it means.

mod address;
mod caller;
mod capture;
mod cookie_date;
mod credentials;
mod destination;
mod egress;
mod error;
mod exchange;
mod fill;
mod headers;
mod held;
mod jar;
mod oauth1;
mod outgoing;
mod resolve;
mod rewrite;
mod secrets;
mod settings;
mod settle;
mod target;
mod wire;

pub use address::AddressPolicy;
pub use caller::{Caller, Purpose};
pub use credentials::{Carried, Client, Credentials};
pub use destination::PrivateDestination;
pub use egress::Egress;
pub use error::EgressError;
pub use exchange::{DirectRequest, DirectResponse, Request, Response};
pub use jar::Jar;
pub use oauth1::Signer;
pub use outgoing::allowed;
pub use resolve::{Resolve, SystemResolver};
pub use rewrite::Rewrite;
pub use secrets::without_secrets;
pub use settings::{EgressSettings, Roots};
