//! The door out, as an attacker, an honest adapter and a careless provider meet it. One file a behaviour.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop"
)]

mod addresses;
mod answers;
mod archive;
mod captures;
mod cookies;
mod credentials;
mod deadlines;
mod direct;
mod echoes;
mod fills;
mod headers;
mod limits;
mod logs;
mod oauth1;
mod reuse;
mod routes;
mod strays;
mod support;
mod tls;
mod urls;
