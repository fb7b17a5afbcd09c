//! Keyed digests, as `[[sign]]`, `[[verify]]` and signed token requests of a manifest name them.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_manifest::{DigestKind, Encoding};
use secrecy::{ExposeSecret as _, SecretString};

/// The digest of a message, written as the manifest says. None where the kind is no keyed digest.
pub(crate) fn keyed(kind: DigestKind, encoding: Encoding, key: &SecretString, message: &[u8]) -> Option<String> {
    let algorithm = match kind {
        DigestKind::HmacSha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        DigestKind::HmacSha256 => hmac::HMAC_SHA256,
        DigestKind::HmacSha512 => hmac::HMAC_SHA512,
        DigestKind::Equal => return None,
    };
    let tag = hmac::sign(&hmac::Key::new(algorithm, key.expose_secret().as_bytes()), message);
    Some(match encoding {
        Encoding::Hex => hex::encode(tag),
        Encoding::Base64 => STANDARD.encode(tag),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    #[test]
    fn a_digest_is_the_standard_s() {
        let digest = keyed(DigestKind::HmacSha256, Encoding::Hex, &"Jefe".into(), b"what do ya want for nothing?");
        assert_eq!(digest.as_deref(), Some("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }
}
