//! Bodies as Terra's clients send them.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// A body in JSON. None at all is the same as an empty one, and what is not known of it is passed over, as Terra does.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: Default + DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let bytes = Bytes::from_request(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|error| unreadable(&error))
    }
}

/// Says where, and not what: it may be in a log soon.
fn unreadable(error: &serde_json::Error) -> Problem {
    let (line, column) = (error.line(), error.column());
    Problem::bad("body", format!("the body is not the JSON that this route takes: see line {line}, column {column}"))
}
