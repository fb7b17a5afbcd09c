//! Whether a call that came in is the provider's: the `[[verify]]` rules of a manifest, with a project's keys.

use gearshift_manifest::{DigestKind, KeyName, Manifest, Verify};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::clients::Application;
use crate::digest::keyed;

/// A call as it came in, as far as signatures go.
#[derive(Debug)]
pub struct Call<'a> {
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    /// As it came.
    pub body: &'a [u8],
}

/// What the rules say of a call.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// The rules that held, by name.
    pub held: Vec<String>,
    /// The required rule that did not. Such a call is not the provider's.
    pub refused: Option<String>,
}

/// Looks at a call by every rule. `now` is in Unix milliseconds.
#[must_use]
pub fn verify(manifest: &Manifest, application: &Application, call: &Call<'_>, now: i64) -> Verified {
    let mut verified = Verified::default();
    for rule in &manifest.verify {
        if holds(rule, application, call, now) {
            verified.held.push(rule.name.clone());
        } else if rule.required {
            verified.refused.get_or_insert_with(|| rule.name.clone());
        }
    }
    verified
}

fn holds(rule: &Verify, application: &Application, call: &Call<'_>, now: i64) -> bool {
    let header = call.headers.iter().find(|(name, _)| *name == rule.header).map(|(_, value)| value.as_str());
    let Some(header) = header else { return false };
    let key = match rule.key {
        KeyName::ClientId => SecretString::from(application.client.id.as_str()),
        KeyName::ClientSecret => application.client.secret.clone(),
        KeyName::HookSecret => match &application.hook_secret {
            Some(secret) => secret.clone(),
            None => return false,
        },
    };
    let Some(message) = &rule.message else {
        return rule.digest == DigestKind::Equal && same(header, key.expose_secret());
    };
    let parts = parts(header);
    let instant = message.holes().find(|hole| *hole != "body").and_then(|hole| named(call, &parts, hole));
    if rule.tolerance.is_some_and(|tolerance| !is_recent(instant.as_deref(), tolerance, now)) {
        return false;
    }
    let Some(message) = filled(message.as_str(), call, &parts) else { return false };
    let Some(expected) = keyed(rule.digest, rule.encoding, &key, &message) else { return false };
    signatures(&parts, header).iter().any(|given| same(given, &expected))
}

/// `t=1,v1=abc` as pairs; a header without `=` has none. Base64 may end in `=`, and is then no pair either.
fn parts(header: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (name, value) = part.trim().split_once('=')?;
        (!value.is_empty() && !value.chars().all(|c| c == '=')).then(|| (name.to_owned(), value.to_owned()))
    };
    header.split(',').filter_map(pair).collect()
}

/// A hole of the message: a part of the signature's header, or another header by its name.
fn named(call: &Call<'_>, parts: &[(String, String)], hole: &str) -> Option<String> {
    let part = parts.iter().find(|(name, _)| name == hole);
    part.or_else(|| call.headers.iter().find(|(name, _)| name == hole)).map(|(_, value)| value.clone())
}

/// The message's bytes; the body goes in as it came, for it need not be text.
fn filled(template: &str, call: &Call<'_>, parts: &[(String, String)]) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (hole, tail) = after.split_once('}')?;
        message.extend_from_slice(before.as_bytes());
        match hole {
            "body" => message.extend_from_slice(call.body),
            hole => message.extend_from_slice(named(call, parts, hole)?.as_bytes()),
        }
        rest = tail;
    }
    message.extend_from_slice(rest.as_bytes());
    Some(message)
}

/// The digests that the header gives: its `v1` and the like, else the header itself. Several are there while a key is changed.
fn signatures<'a>(parts: &'a [(String, String)], header: &'a str) -> Vec<&'a str> {
    let versions: Vec<&str> =
        parts.iter().filter(|(name, _)| name.starts_with('v')).map(|(_, value)| value.as_str()).collect();
    if !versions.is_empty() {
        return versions;
    }
    vec![header.strip_prefix("sha256=").unwrap_or(header).trim()]
}

/// Seconds or milliseconds since 1970.
fn is_recent(instant: Option<&str>, tolerance: i64, now: i64) -> bool {
    let Some(number) = instant.and_then(|text| text.parse::<i64>().ok()) else { return false };
    let at = if number < SECONDS_BELOW { number.saturating_mul(1_000) } else { number };
    now.abs_diff(at) <= tolerance.unsigned_abs()
}

/// A number below this is in seconds: as milliseconds it would lie in 1973.
const SECONDS_BELOW: i64 = 100_000_000_000;

fn same(given: &str, expected: &str) -> bool {
    given.as_bytes().ct_eq(expected.as_bytes()).into()
}
