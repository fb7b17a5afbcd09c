//! What holds within OAuth 1.0a.

use crate::error::Code;
use crate::oauth1::{OAuth1, SignedPlace};
use crate::problem::{Problem, at};
use crate::rules::DigestKind;

/// Members of a token answer that are credentials.
const TOKENS: &[&str] = &["oauth_token", "oauth_token_secret"];

pub(crate) fn check(oauth1: &OAuth1, found: &mut Vec<Problem>) {
    if oauth1.digest == DigestKind::Equal {
        let message = "a signature is made by a keyed digest: write `hmac-sha1` or another";
        found.push(Problem::new(at!["auth", "digest"], Code::InvalidValue, message));
    }
    let Some(realm) = &oauth1.realm else { return };
    if oauth1.place == SignedPlace::Query {
        let message = "a realm stands in the header: remove it, or write `place = \"header\"`";
        found.push(Problem::new(at!["auth", "realm"], Code::Contradiction, message));
    }
    let plain = |c: char| (c.is_ascii_graphic() || c == ' ') && !matches!(c, '"' | '\\');
    if !realm.chars().all(plain) {
        let message = "a realm is plain text between quotes: leave `\"`, `\\` and what is not ASCII out";
        found.push(Problem::new(at!["auth", "realm"], Code::InvalidValue, message));
    }
}

/// Whether a pointer into the token answer leads to a token.
pub(crate) fn is_secret(pointer: &str) -> bool {
    pointer.split('/').any(|member| TOKENS.contains(&member))
}
