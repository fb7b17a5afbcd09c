//! What a token endpoint's answer says, wherever a provider put it: from its dialect to RFC 6749's own words.

use gearshift_manifest::OAuth2;
use serde_json::{Value, json};

/// An answer, read.
#[derive(Debug, PartialEq)]
pub(super) enum Reading {
    /// Tokens, in the form of RFC 6749 section 5.1, with the whole answer beside them as `answer`.
    Tokens(Value),
    /// A refusal, in the words of section 5.2.
    Refused {
        /// `invalid_grant` and the like.
        error: String,
        /// What is known of it beside that.
        detail: String,
    },
    /// A passing fault: the same request may succeed later.
    Passing(String),
    /// Nobody can say what the provider has done: it, or what stands before it, broke off.
    Broken(String),
}

/// Reads an answer of the token endpoint. `now` is in Unix milliseconds.
pub(super) fn read(dialect: &OAuth2, status: u16, body: &[u8], now: i64) -> Reading {
    let answer: Option<Value> = serde_json::from_slice(body).ok();
    match (status, answer) {
        (200..=299, Some(answer)) => granted(dialect, answer, now),
        (200..=299, None) => Reading::Broken("the token endpoint answered something that is not JSON".into()),
        (400 | 401, None) if body.is_empty() => refused(String::new(), status),
        (400 | 401 | 403, Some(answer)) => refused(text(&answer, &dialect.answer.error), status),
        (500..=599, _) => Reading::Broken(format!("the token endpoint answered {status}")),
        // A page of whatever stands before the provider says nothing of the grant.
        _ => Reading::Passing(format!("the token endpoint answered {status}")),
    }
}

/// A refusal without a word: 400 is said of the grant, and 401 of the client, for which RFC 6749 section 5.2 has it. What answers
/// 403 is seldom the provider itself.
fn refused(error: String, status: u16) -> Reading {
    let error = match (error.as_str(), status) {
        ("", 400) => "invalid_grant".to_owned(),
        ("", 401) => "invalid_client".to_owned(),
        ("", _) => return Reading::Passing(format!("the token endpoint answered {status}")),
        _ => error,
    };
    Reading::Refused { error, detail: format!("status {status}") }
}

/// An answer with a status that promises tokens.
fn granted(dialect: &OAuth2, answer: Value, now: i64) -> Reading {
    let places = &dialect.answer;
    if let Some(ok) = &places.ok {
        let said = answer.pointer(&ok.at).unwrap_or(&Value::Null);
        if !ok.is.equals(said) {
            let detail = format!("{} is {said}", ok.at);
            return match places.refused.iter().any(|dead| dead.equals(said)) {
                true => Reading::Refused { error: "invalid_grant".into(), detail },
                false => Reading::Passing(format!("the token endpoint answered that {detail}")),
            };
        }
    }
    let access = text(&answer, &places.access);
    if access.is_empty() {
        return match text(&answer, &places.error) {
            error if error.is_empty() => Reading::Passing("the token answer holds no access token".into()),
            error => Reading::Refused { error, detail: "status 200".into() },
        };
    }
    let some = |pointer: &str| Some(text(&answer, pointer)).filter(|text| !text.is_empty());
    Reading::Tokens(json!({
        "access_token": access,
        "token_type": "bearer",
        "refresh_token": some(&places.refresh),
        "scope": some(&places.scope),
        "expires_in": lifetime(dialect, &answer, now),
        "answer": answer,
    }))
}

/// Seconds that the access token lives: an instant of expiry counts before a lifetime, and the manifest's stands in for both. A
/// lifetime of nothing is not said: nobody gives a token that is dead already.
fn lifetime(dialect: &OAuth2, answer: &Value, now: i64) -> Option<i64> {
    let at = number(answer, &dialect.answer.expires_at).map(|seconds| seconds.saturating_sub(now / 1_000));
    let within = || number(answer, &dialect.answer.expires_in).filter(|seconds| *seconds > 0);
    let usual = || dialect.refresh.as_ref()?.lifetime.map(|lifetime| lifetime / 1_000);
    at.or_else(within).or_else(usual).map(|seconds| seconds.max(0))
}

fn text(answer: &Value, pointer: &str) -> String {
    answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Some providers write numbers as text.
fn number(answer: &Value, pointer: &str) -> Option<i64> {
    let value = answer.pointer(pointer)?;
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}
