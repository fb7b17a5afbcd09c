//! What holds of the rules that prove something: `[[sign]]` and `[[verify]]`.

use crate::error::Code;
use crate::manifest::Manifest;
use crate::problem::{Problem, at};
use crate::rules::{CLIENT_SECRET, DigestKind, Encoding, KeyName, Sign, Verify};

pub(crate) fn check(manifest: &Manifest, found: &mut Vec<Problem>) {
    for (index, sign) in manifest.signs.iter().enumerate() {
        check_sign(sign, index, found);
    }
    for (index, verify) in manifest.verify.iter().enumerate() {
        let mut wrong = |key: &str, code, message: &str| {
            found.push(Problem::new(at!["verify", index, key], code, message));
        };
        if verify.digest == DigestKind::Equal {
            check_equal(verify, &mut wrong)
        } else {
            check_keyed(verify, &mut wrong)
        }
    }
}

fn check_sign(sign: &Sign, index: usize, found: &mut Vec<Problem>) {
    let mut wrong = |key: &str, code, message: &str| found.push(Problem::new(at!["sign", index, key], code, message));
    if sign.digest == DigestKind::Equal {
        wrong("digest", Code::InvalidValue, "a signature is made by a keyed digest: write `hmac-sha256` or another");
    }
    if sign.key == KeyName::ClientId {
        wrong("key", Code::InvalidValue, "the client's id is no secret: write `client-secret` or `hook-secret`");
    }
    if sign.template.holes().any(|hole| hole == CLIENT_SECRET) {
        let message = "a secret is what a digest is keyed with, and no part of the text: remove `{client-secret}`";
        wrong("template", Code::InvalidValue, message);
    }
}

fn check_keyed(verify: &Verify, wrong: &mut impl FnMut(&str, Code, &str)) {
    if verify.key == KeyName::ClientId {
        wrong("key", Code::InvalidValue, "the client's id is no secret: only `digest = \"equal\"` compares it");
    }
    match &verify.message {
        None => wrong("message", Code::MissingKey, "a digest is made over something: add `message`"),
        Some(message) if !message.holes().any(|hole| hole == "body") => {
            let message = "a signature that leaves the body out proves nothing: put `{body}` into the message";
            wrong("message", Code::Contradiction, message);
        }
        Some(_) => {}
    }
}

/// The header is the key: there is nothing to write otherwise, and no instant in it.
fn check_equal(verify: &Verify, wrong: &mut impl FnMut(&str, Code, &str)) {
    for (key, there) in [
        ("message", verify.message.is_some()),
        ("encoding", verify.encoding != Encoding::default()),
        ("tolerance", verify.tolerance.is_some()),
    ] {
        if there {
            let message = format!("with `digest = \"equal\"` the header is the key itself: remove `{key}`");
            wrong(key, Code::Contradiction, &message);
        }
    }
}
