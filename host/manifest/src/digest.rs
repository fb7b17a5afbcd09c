//! Names by content.

use aws_lc_rs::digest::{SHA256, digest as hash};

/// SHA-256 of the manifest's bytes as they stand, in lower-case hex. With the component's digest it names a version.
pub fn digest(text: &str) -> String {
    sha256_hex(text.as_bytes())
}

pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex::encode(hash(&SHA256, bytes))
}
