//! Providers call in.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gearshift_sync::{Answered, Called, SyncError};

use crate::house::House;

/// Largest call of a provider, in bytes. 128 MiB: Garmin's activity details have 100 MB. It is read only for an address that somebody
/// was given.
const HOOK_BYTES: usize = 128 << 20;

/// Where the hook's own path ends.
type Place = (String, String, String);

pub(super) async fn call(
    State(house): State<Arc<House>>,
    Path((provider, project, hook)): Path<Place>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let hook = match house.sync.hook(&provider, &project, &hook).await {
        Ok(Some(hook)) => hook,
        Ok(None) => return StatusCode::NOT_FOUND.into_response(),
        Err(error) => return unstored(&error),
    };
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, HOOK_BYTES).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let readable = head
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let called = Called {
        method: head.method.as_str().to_owned(),
        path: String::new(),
        query,
        headers: readable.collect(),
        body: body.into(),
    };
    // To its end, whether or not the provider waits for it.
    match tokio::spawn(async move { house.sync.receive(hook, called).await }).await {
        Ok(received) => received.map_or_else(|error| unstored(&error), answer),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// The provider tries again.
fn unstored(error: &SyncError) -> Response {
    tracing::error!(%error, "a provider's call could not be stored");
    StatusCode::SERVICE_UNAVAILABLE.into_response()
}

fn answer(answered: Answered) -> Response {
    let status = StatusCode::from_u16(answered.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answered.body).into_response();
    for (name, value) in answered.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
