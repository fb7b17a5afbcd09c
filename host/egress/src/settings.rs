//! Every number and table that the operator can turn, with its unit and the reason for its default.

use std::time::Duration;

use rustls::RootCertStore;

use crate::{AddressPolicy, PrivateDestination, Rewrite};

/// How the door behaves. One value a process.
#[derive(Debug, Clone)]
pub struct EgressSettings {
    /// Origins that go elsewhere: how tests, the demo and sandboxes reach the simulator. Default: none.
    pub rewrites: Vec<Rewrite>,
    /// Destinations of [`crate::Egress::direct`] that may be private, plain http or on an unusual port, such as a receiver of
    /// events in the operator's own network. Adapters never reach them by this. Default: none.
    pub allow_private: Vec<PrivateDestination>,
    /// Which addresses may be connected to. Default: [`AddressPolicy::strict`].
    pub addresses: AddressPolicy,
    /// Whom TLS believes. Default: the platform's certificate store.
    pub roots: Roots,
    /// Longest time of one request, from its look-up to the last byte of its answer. Default 30 s: half of what a pull call has,
    /// so that a call whose provider hangs can still end in words of its own.
    pub request_timeout: Duration,
    /// Longest time to connect to one address, TLS included. Default 5 s: leaves time for the next address of the name.
    pub connect_timeout: Duration,
    /// Largest body of an answer, in bytes. Default 32 MiB: a long ride with all its streams has under 10.
    pub max_answer: usize,
    /// Largest body of a request, in bytes. Default 4 MiB: adapters ask, they do not upload.
    pub max_request: usize,
    /// Longest URL, in bytes. Default 8 KiB: what common servers take.
    pub max_url: usize,
    /// Most headers of a guest's request. Default 64.
    pub max_headers: usize,
    /// Names and values of a guest's headers together, in bytes. Default 16 KiB: what common servers take.
    pub max_header_bytes: usize,
    /// Most headers of an answer. Default 128.
    pub max_answer_headers: usize,
    /// Largest head of an answer, in bytes. Default 64 KiB.
    pub max_answer_head: usize,
    /// How long a connection stays open for the next request. Default 15 s: shorter than common servers keep it.
    pub idle: Duration,
    /// How many idle connections are kept for one destination. Default 8: more are only opened in a burst.
    pub idle_per_destination: usize,
    /// Value of `user-agent` where the adapter sets none.
    pub user_agent: String,
}

impl Default for EgressSettings {
    fn default() -> Self {
        Self {
            rewrites: Vec::new(),
            allow_private: Vec::new(),
            addresses: AddressPolicy::strict(),
            roots: Roots::Platform,
            request_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(5),
            max_answer: 32 << 20,
            max_request: 4 << 20,
            max_url: 8 << 10,
            max_headers: 64,
            max_header_bytes: 16 << 10,
            max_answer_headers: 128,
            max_answer_head: 64 << 10,
            idle: Duration::from_secs(15),
            idle_per_destination: 8,
            user_agent: concat!("gearshift/", env!("CARGO_PKG_VERSION")).to_owned(),
        }
    }
}

/// Whom TLS believes.
#[derive(Debug, Clone)]
pub enum Roots {
    /// The platform's store, so that an operator's own authorities work.
    Platform,
    /// These and no others.
    Given(RootCertStore),
}

/// Shortest secret, in bytes, that is looked for in requests and answers. A shorter one is found by chance in honest data, and
/// scrubbing it would damage what a user rode.
pub(crate) const SHORTEST_SECRET: usize = 6;

/// Shortest form field, in bytes, that is looked for in a guest's own request. Users choose words that an honest request holds
/// too; providers ask for eight characters.
pub(crate) const SHORTEST_SECRET_FIELD: usize = 8;

/// Shortest cookie value, in bytes, that counts as a secret. Sessions are longer; languages, themes and countries are shorter.
pub(crate) const SHORTEST_SECRET_COOKIE: usize = 16;

/// What stands where a secret stood.
pub(crate) const REDACTED: &str = "[redacted]";

/// Most cookies that one connection keeps: RFC 6265 asks for at least 50 a domain, and a login has few domains.
pub(crate) const MOST_COOKIES: usize = 200;

/// Largest cookie, name and value, in bytes: RFC 6265 section 6.1.
pub(crate) const LARGEST_COOKIE: usize = 4096;
