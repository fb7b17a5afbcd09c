//! `[[capture]]`: tokens are taken out of an answer before anybody else sees it.

use bytes::Bytes;
use gearshift_manifest::{Capture, Source};
use http::HeaderMap;
use http::header::{HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

use crate::secrets::{Finder, Secrets};
use crate::settings::REDACTED;
use crate::wire::Answer;
use crate::{EgressError, Jar, headers};

/// A value that was taken.
pub(crate) struct Captured {
    pub(crate) name: String,
    pub(crate) value: SecretString,
    /// Unix milliseconds.
    pub(crate) expires: Option<i64>,
    /// Where it stood in the body, if it did so as JSON.
    pointer: Option<String>,
}

/// Takes out what the rules name. `set` holds the cookies of this answer alone. The values are added to `secrets`, so that
/// copies elsewhere in the answer go as well.
pub(crate) fn take(
    rules: &[&Capture],
    answer: &mut Answer,
    set: &Jar,
    now: i64,
    secrets: &mut Secrets,
) -> Result<Vec<Captured>, EgressError> {
    let json = if rules.iter().any(|rule| reads_json(rule)) { serde_json::from_slice(&answer.body).ok() } else { None };
    let mut taken = Vec::new();
    for rule in rules {
        let Some(value) =
            look(&rule.from, answer, set, json.as_ref())?.filter(|value| !value.expose_secret().is_empty())
        else {
            continue;
        };
        secrets.add(&value);
        let expires = expiry(rule, answer, set, json.as_ref(), now)?;
        let pointer = match &rule.from {
            Source::Json(pointer) => Some(pointer.clone()),
            _ => None,
        };
        taken.push(Captured { name: rule.name.clone(), value, expires, pointer });
    }
    // Only now: two rules may read the same place.
    for rule in rules {
        blot(&rule.from, answer)?;
    }
    Ok(taken)
}

/// Takes the secrets out of a body. Bytes beside them stay as they came, unless a captured value was spelt in a way that is not
/// looked for, or too short for it: then the document is written anew without it.
pub(crate) fn scrub(finder: &Finder, body: Bytes, taken: &[Captured]) -> Bytes {
    let body = finder.scrub(body);
    if taken.iter().all(|each| each.pointer.is_none()) {
        return body;
    }
    let Ok(mut json) = serde_json::from_slice::<Value>(&body) else { return body };
    let mut left = false;
    for each in taken {
        let place = each.pointer.as_deref().and_then(|pointer| json.pointer_mut(pointer));
        if let Some(place) = place.filter(|place| scalar(place).is_some_and(|text| text == each.value.expose_secret()))
        {
            *place = Value::from(REDACTED);
            left = true;
        }
    }
    if left { json.to_string().into() } else { body }
}

fn reads_json(rule: &Capture) -> bool {
    matches!(rule.from, Source::Json(_)) || matches!(rule.expires, Some(Source::Json(_)))
}

fn look(
    source: &Source,
    answer: &Answer,
    set: &Jar,
    json: Option<&Value>,
) -> Result<Option<SecretString>, EgressError> {
    Ok(match source {
        Source::Json(pointer) => json.and_then(|json| json.pointer(pointer)).and_then(scalar).map(Into::into),
        Source::Cookie(name) => set.named(name).map(|(value, _)| value.into()),
        Source::Header(name) => answer.headers.get(name.as_str()).map(|value| headers::text(value).into()),
        Source::Regex(pattern) => pattern_of(pattern)?
            .captures(&answer.body)
            .and_then(|groups| groups.get(1))
            .map(|group| String::from_utf8_lossy(group.as_bytes()).into_owned().into()),
    })
}

/// Overwrites a header, or what a pattern found; JSON and cookies are dealt with elsewhere.
fn blot(source: &Source, answer: &mut Answer) -> Result<(), EgressError> {
    match source {
        Source::Header(name) => blot_header(&mut answer.headers, name),
        Source::Regex(pattern) => {
            let range =
                pattern_of(pattern)?.captures(&answer.body).and_then(|groups| groups.get(1)).map(|group| group.range());
            if let Some(range) = range.filter(|range| !range.is_empty()) {
                let before = answer.body.slice(..range.start);
                let after = answer.body.slice(range.end..);
                answer.body = [&before[..], REDACTED.as_bytes(), &after[..]].concat().into();
            }
        }
        Source::Json(_) | Source::Cookie(_) => {}
    }
    Ok(())
}

fn blot_header(headers: &mut HeaderMap, name: &str) {
    if let Ok(name) = HeaderName::from_bytes(name.as_bytes())
        && headers.contains_key(&name)
    {
        headers.insert(name, HeaderValue::from_static(REDACTED));
    }
}

fn pattern_of(pattern: &str) -> Result<regex::bytes::Regex, EgressError> {
    regex::bytes::Regex::new(pattern).map_err(|error| EgressError::internal("read a capture's pattern", error))
}

fn expiry(
    rule: &Capture,
    answer: &Answer,
    set: &Jar,
    json: Option<&Value>,
    now: i64,
) -> Result<Option<i64>, EgressError> {
    let said = match (&rule.expires, &rule.from) {
        (Some(Source::Cookie(name)), _) | (None, Source::Cookie(name)) => {
            set.named(name).and_then(|(_, expires)| expires)
        }
        (Some(source), _) => look(source, answer, set, json)?.and_then(|text| instant(text.expose_secret())),
        (None, _) => None,
    };
    Ok(said.or_else(|| rule.lifetime.map(|lifetime| now.saturating_add(lifetime))))
}

/// Seconds or milliseconds since 1970, or RFC 3339. Seconds reach 10^11 in the year 5138, milliseconds left it behind in 1973.
fn instant(text: &str) -> Option<i64> {
    const FIRST_MILLISECONDS: i64 = 100_000_000_000;
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(number) if number.abs() < FIRST_MILLISECONDS => Some(number * 1000),
        Ok(number) => Some(number),
        Err(_) => text.parse::<jiff::Timestamp>().ok().map(|instant| instant.as_millisecond()),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::instant;

    #[test]
    fn an_expiry_is_read_in_its_usual_spellings() {
        for text in ["1700000000", "1700000000000", " 1700000000 ", "2023-11-14T22:13:20Z", "2023-11-14T23:13:20+01:00"]
        {
            assert_eq!(instant(text), Some(1_700_000_000_000), "{text}");
        }
        assert_eq!(instant("soon"), None);
    }
}
