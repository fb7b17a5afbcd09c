//! Errors as RFC 9457 problem details: a stable code, what is wrong, and what to do.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

/// An error answer. Its response carries it along as an extension, for who tells it in another shape.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: String,
    pub(crate) detail: String,
    stage: Option<&'static str>,
    more: Option<(&'static str, Value)>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { status, code: code.into(), detail: detail.into(), stage: None, more: None }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    pub(crate) fn bad(code: &str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub(crate) fn missing(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    pub(crate) fn wrong_method() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method-not-allowed",
            "this route has other methods: the README lists them",
        )
    }

    /// Names the stage at which an upload was refused.
    pub(crate) fn at(mut self, stage: &'static str) -> Self {
        self.stage = Some(stage);
        self
    }

    /// Adds what a caller needs to go on.
    pub(crate) fn with(mut self, name: &'static str, value: Value) -> Self {
        self.more = Some((name, value));
        self
    }

    /// A fault of ours: the caller learns that, the log learns what.
    pub(crate) fn internal(error: impl std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "the fault is on this side and has been logged: try again later",
        )
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let problem = self.clone();
        let mut body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
        });
        if let (Some(stage), Some(body)) = (self.stage, body.as_object_mut()) {
            body.insert("stage".into(), stage.into());
        }
        if let (Some((name, value)), Some(body)) = (self.more, body.as_object_mut()) {
            body.insert(name.into(), value);
        }
        let headers = [(header::CONTENT_TYPE, "application/problem+json")];
        (self.status, headers, Extension(problem), Json(body)).into_response()
    }
}
