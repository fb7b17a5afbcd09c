//! Whether a request is signed as RFC 5849 and FatSecret have it.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use url::form_urlencoded;

use crate::clock::SECOND;
use crate::message::{Asked, Reply};
use crate::places;
use crate::state::State;

/// Seconds that a timestamp may be away from FatSecret's clock. Not documented.
const TOLERANCE: u64 = 300;

/// Every parameter that there is.
const KNOWN: [&str; 9] = [
    "oauth_callback",
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_token",
    "oauth_verifier",
    "oauth_version",
];

/// Those without which no request is looked at.
const NEEDED: [&str; 6] = [
    "oauth_consumer_key",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
    "oauth_timestamp",
    "oauth_version",
];

/// Why a request was turned away, by FatSecret's number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    code: u16,
    text: String,
}

impl Refusal {
    pub(super) const TOKEN: Refusal = Refusal { code: 9, text: String::new() };

    pub(super) fn new(code: u16, text: impl Into<String>) -> Refusal {
        Refusal { code, text: text.into() }
    }

    pub(super) fn missing(name: &str) -> Refusal {
        Refusal::new(2, format!("Missing required oauth parameter: '{name}'"))
    }

    pub(super) fn reply(self, status: u16) -> Reply {
        let text = if self.code == 9 { "Invalid access token" } else { &self.text };
        Reply::json(status, &json!({ "error": { "code": self.code, "message": text } }))
    }

    /// As the endpoints for tokens say it.
    pub(super) fn turned_away(self) -> Reply {
        self.reply(401)
    }
}

/// A signature that was good.
#[derive(Debug)]
pub(super) struct Signature {
    pub(super) consumer: String,
    parameters: Vec<(String, String)>,
}

impl Signature {
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Looks at a request that is signed with this token's secret, of which the consumer is known; None: with the consumer's alone.
///
/// # Errors
/// FatSecret's number for what is wrong with it.
pub(super) fn signed(
    state: &mut State,
    prefix: &str,
    asked: &Asked,
    token: Option<(&str, &str)>,
) -> Result<Signature, Refusal> {
    let body: &[u8] = if asked.is_form() { &asked.body } else { &[] };
    let pairs = |text| form_urlencoded::parse(text).into_owned();
    let parameters: Vec<(String, String)> = pairs(asked.query.as_bytes()).chain(pairs(body)).collect();
    let of = |name: &str| parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    for name in NEEDED {
        of(name).filter(|value| !value.is_empty()).ok_or_else(|| Refusal::missing(name))?;
    }
    let strange = parameters.iter().find(|(name, _)| name.starts_with("oauth_") && !KNOWN.contains(&name.as_str()));
    if let Some((name, _)) = strange {
        return Err(Refusal::new(3, format!("Unsupported oauth parameter: '{name}'")));
    }
    if of("oauth_signature_method") != Some("HMAC-SHA1") || of("oauth_version") != Some("1.0") {
        return Err(Refusal::new(4, "Invalid signature method"));
    }
    let consumer = of("oauth_consumer_key").unwrap_or_default();
    let known = token.is_none_or(|(owner, _)| owner == consumer);
    let secret = state.fatsecret.consumers.get(consumer).filter(|_| known);
    let secret = secret.ok_or_else(|| Refusal::new(5, format!("Invalid consumer key: '{consumer}'")))?;

    let stamp = stamp(state, of("oauth_timestamp").unwrap_or_default())?;
    let brought = of("oauth_token").unwrap_or_default();
    let access = state.fatsecret.access.get(brought);
    if access.is_some_and(|access| stamp < access.latest) {
        return Err(Refusal::new(6, "Invalid/expired timestamp: older than the last"));
    }
    let once = (consumer.to_owned(), brought.to_owned(), stamp, of("oauth_nonce").unwrap_or_default().to_owned());
    if state.fatsecret.seen.contains(&once) {
        return Err(Refusal::new(7, "Invalid/used nonce"));
    }
    let origin = places::by_prefix(prefix).map(|place| place.origin).unwrap_or_default();
    let expected = sign(asked, origin, &parameters, (secret, token.map_or("", |(_, secret)| secret)));
    let given = of("oauth_signature").unwrap_or_default();
    if given != expected {
        return Err(Refusal::new(8, format!("Invalid signature: oauth_signature '{given}'")));
    }
    if let Some(access) = state.fatsecret.access.get_mut(brought) {
        access.latest = stamp;
    }
    let consumer = consumer.to_owned();
    state.fatsecret.seen.insert(once);
    Ok(Signature { consumer, parameters })
}

/// Unix seconds, near enough to the machine's clock: who signs knows nothing of one that was moved.
fn stamp(state: &State, text: &str) -> Result<u64, Refusal> {
    let now = state.clock.real() / SECOND;
    let stamp: Option<u64> = text.parse().ok();
    stamp
        .filter(|stamp| now.unsigned_abs().abs_diff(*stamp) <= TOLERANCE)
        .ok_or_else(|| Refusal::new(6, format!("Invalid/expired timestamp: '{text}'")))
}

/// RFC 5849, 3.4.
fn sign(asked: &Asked, origin: &str, parameters: &[(String, String)], (consumer, token): (&str, &str)) -> String {
    let signed = parameters.iter().filter(|(name, _)| name != "oauth_signature");
    let mut pairs: Vec<(String, String)> = signed.map(|(name, value)| (escape(name), escape(value))).collect();
    pairs.sort();
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let base = [asked.method.as_str(), &format!("{origin}{}", asked.path), &pairs.join("&")].map(escape).join("&");
    let key = hmac::Key::new(
        hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        format!("{}&{}", escape(consumer), escape(token)).as_bytes(),
    );
    STANDARD.encode(hmac::sign(&key, base.as_bytes()))
}

/// RFC 5849, 3.6.
fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
