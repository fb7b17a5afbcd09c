//! Values that are more than text: each is checked while it is read, so that the parser knows its place in the file.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use url::Url;

use crate::template::Template;

/// Words that a request's header may not be named by a rule: they belong to the connection, not to the provider.
const RESERVED_HEADERS: &[&str] =
    &["host", "content-length", "connection", "transfer-encoding", "upgrade", "te", "trailer", "expect", "cookie"];

pub(crate) fn text<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    let value = String::deserialize(d)?;
    if value.trim().is_empty() {
        return Err(de::Error::custom("is empty: write a text"));
    }
    Ok(value)
}

pub(crate) fn optional_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    text(d).map(Some)
}

pub(crate) fn provider_id<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    let id = String::deserialize(d)?;
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    if id.is_empty() || !id.chars().all(plain) {
        return Err(de::Error::custom(format!(
            "`{id}` is no provider id: use capitals, digits and `_`, as in `DEXCOM_EU`"
        )));
    }
    Ok(id)
}

pub(crate) fn kebab<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    let name = String::deserialize(d)?;
    if !is_kebab(&name) {
        return Err(de::Error::custom(format!(
            "`{name}` is not in kebab-case: use lower-case letters, digits and single `-` between them"
        )));
    }
    Ok(name)
}

pub(crate) fn is_kebab(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.split('-').all(|word| !word.is_empty() && word.chars().all(plain))
}

/// A name of a header, in lower case, that a rule may set or read.
pub(crate) fn header_name(name: &str) -> Result<String, String> {
    let token = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(token) {
        return Err(format!("`{name}` is no header name: write it in lower case, as in `x-api-key`"));
    }
    Ok(name.to_owned())
}

/// A name of a header that a rule may set.
pub(crate) fn settable_header(name: &str) -> Result<String, String> {
    if RESERVED_HEADERS.contains(&name) || name.starts_with("proxy-") {
        return Err(format!("the header `{name}` is the host's: a rule cannot set it"));
    }
    header_name(name)
}

pub(crate) fn header<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    header_name(&String::deserialize(d)?).map_err(de::Error::custom)
}

pub(crate) fn optional_header<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    header(d).map(Some)
}

/// An RFC 6901 pointer to something within a document, and not to all of it.
pub(crate) fn check_pointer(pointer: &str) -> Result<String, String> {
    let escapes = pointer.split('~').skip(1).all(|after| after.starts_with(['0', '1']));
    if !pointer.starts_with('/') || !escapes {
        return Err(format!(
            "`{pointer}` is no RFC 6901 pointer: begin it with `/`, write `~` as `~0` and `/` in a name as `~1`"
        ));
    }
    Ok(pointer.to_owned())
}

pub(crate) fn pointer<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    check_pointer(&String::deserialize(d)?).map_err(de::Error::custom)
}

/// What a signature is made over.
pub(crate) fn signed_text<'de, D: Deserializer<'de>>(d: D) -> Result<Template, D::Error> {
    Template::single(&String::deserialize(d)?).map_err(de::Error::custom)
}

pub(crate) fn optional_signed_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Template>, D::Error> {
    signed_text(d).map(Some)
}

/// An OAuth endpoint: https, a name and no address, the default port, nothing before `@`, no fragment.
pub(crate) fn endpoint<'de, D: Deserializer<'de>>(d: D) -> Result<Url, D::Error> {
    let text = String::deserialize(d)?;
    endpoint_url(&text).map_err(de::Error::custom)
}

pub(crate) fn optional_endpoint<'de, D: Deserializer<'de>>(d: D) -> Result<Option<Url>, D::Error> {
    endpoint(d).map(Some)
}

/// An issuer as RFC 8414 has it: an https URL without a query. It is compared letter by letter, so the text is kept.
pub(crate) fn optional_issuer<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(d)?;
    match endpoint_url(&text) {
        Ok(url) if url.query().is_none() => Ok(Some(text)),
        Ok(_) => Err(de::Error::custom(format!("`{text}`: an issuer has no query, remove it"))),
        Err(error) => Err(de::Error::custom(error)),
    }
}

fn endpoint_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is no URL ({error})"))?;
    if url.scheme() != "https" {
        return Err(format!(
            "`{text}` must begin with `https://`; tests reach a local server by the operator's origin rewrites"
        ));
    }
    let host = match url.host() {
        Some(url::Host::Domain(host)) => host,
        _ => return Err(format!("`{text}` names an address: write the host's name")),
    };
    crate::host::HostPattern::exact(host)?;
    if url.port().is_some() {
        return Err(format!("`{text}` names a port: only the default one is reached"));
    }
    if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` may have neither user nor fragment"));
    }
    Ok(url)
}

/// A span of time in milliseconds: `"90d"`, `"6h"`, `"15m"`, `"30s"`, `"2w"`, or a bare number of seconds.
pub(crate) fn millis<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    d.deserialize_any(Millis)
}

pub(crate) fn optional_millis<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    millis(d).map(Some)
}

struct Millis;

impl Visitor<'_> for Millis {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a span of time such as \"90d\", \"6h\", \"15m\", or a number of seconds")
    }

    fn visit_i64<E: de::Error>(self, seconds: i64) -> Result<i64, E> {
        span(seconds, 1).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, seconds: u64) -> Result<i64, E> {
        let seconds = i64::try_from(seconds).map_err(|_| E::custom("is too long a time"))?;
        self.visit_i64(seconds)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<i64, E> {
        parse_span(text).map_err(E::custom)
    }
}

pub(crate) fn parse_span(text: &str) -> Result<i64, String> {
    let wrong = || format!("`{text}` is no span of time: write a whole number and s, m, h, d or w, as in `90d`");
    let unit = text.chars().last().ok_or_else(wrong)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return Err(wrong()),
    };
    let digits = text.strip_suffix(unit).ok_or_else(wrong)?;
    if digits.is_empty() || !digits.chars().all(|c| c.is_ascii_digit()) {
        return Err(wrong());
    }
    span(digits.parse().map_err(|_| wrong())?, seconds)
}

fn span(count: i64, seconds: i64) -> Result<i64, String> {
    if count <= 0 {
        return Err("must be longer than no time at all".to_owned());
    }
    count
        .checked_mul(seconds)
        .and_then(|seconds| seconds.checked_mul(1_000))
        .ok_or_else(|| "is too long a time".to_owned())
}
