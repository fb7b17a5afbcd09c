//! What bounds a manifest: it is an upload, read before anything about it is trusted.

/// Longest manifest, in bytes. The fullest real one, with every section and rule, stays under 20 KiB; TOML is parsed in
/// memory and its errors carry excerpts.
pub const MAX_BYTES: usize = 256 * 1024;

/// Most providers of one manifest. Each has a reading of the manifest of its own in memory; the widest real family has three
/// regions, and the whole world of providers is some sixty.
pub(crate) const MAX_PROVIDERS: usize = 32;

/// Contracts that this host speaks, as `contract = "…"` writes them.
pub const CONTRACTS: &[&str] = &["0.1"];

/// Compiled size of one `regex:` source, in bytes. Enough for any pattern over a page of HTML; a pattern that needs more is a
/// way to spend the host's memory.
pub(crate) const MAX_REGEX_BYTES: usize = 1024 * 1024;

/// How often percent-encoding is undone while looking for a hidden `/` or `..`. Nothing that deserves an answer encodes a path
/// four times.
pub(crate) const MAX_DECODE_ROUNDS: usize = 4;

/// Least number of labels that must follow a host wildcard: `*.cloudfront.net` is the widest that a real provider needs.
pub(crate) const MIN_LABELS_AFTER_WILDCARD: usize = 2;
