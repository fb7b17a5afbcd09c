//! What requests bring, with a problem for an answer where it is not what a route takes.

use axum::extract::rejection::{BytesRejection, JsonRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts};
use axum::http::StatusCode;

use crate::problem::Problem;

/// What stands behind the `?`.
#[derive(Debug, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub(crate) struct Query<T>(pub(crate) T);

/// A body in JSON.
#[derive(Debug, FromRequest)]
#[from_request(via(axum::Json), rejection(Problem))]
pub(crate) struct Body<T>(pub(crate) T);

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::new(rejection.status(), "query", without_values(&rejection.body_text()))
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let code = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE => "media-type",
            StatusCode::PAYLOAD_TOO_LARGE => "too-large",
            _ => "body",
        };
        Self::new(rejection.status(), code, without_values(&rejection.body_text()))
    }
}

impl From<BytesRejection> for Problem {
    fn from(rejection: BytesRejection) -> Self {
        let code = if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE { "too-large" } else { "body" };
        Self::new(rejection.status(), code, rejection.body_text())
    }
}

/// Answers end up in logs, and what was sent may be a password in the wrong place: quoted text is left out.
pub(crate) fn without_values(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(c);
        if c != '"' {
            continue;
        }
        out.push('…');
        while let Some(inside) = chars.next() {
            match inside {
                '\\' => drop(chars.next()),
                '"' => break,
                _ => {}
            }
        }
        out.push('"');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn what_was_sent_is_not_said_again() {
        let told = r#"keep: invalid type: string "a \"quoted\" word", expected a boolean at line 1"#;
        assert_eq!(without_values(told), r#"keep: invalid type: string "…", expected a boolean at line 1"#);
        assert_eq!(without_values(r#"it breaks off: "a wor"#), r#"it breaks off: "…""#);
        assert_eq!(without_values("missing field `provider`"), "missing field `provider`");
    }
}
