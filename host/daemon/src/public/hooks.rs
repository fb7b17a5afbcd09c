//! Providers call in.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use gearshift_sync::{Answered, Called};

use crate::house::House;

/// Where the hook's own path ends.
type Place = (String, String, String);

pub(super) async fn call(
    State(house): State<Arc<House>>,
    Path((provider, project, hook)): Path<Place>,
    Query(query): Query<Vec<(String, String)>>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let readable =
        headers.iter().filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())));
    let called = Called {
        provider,
        project,
        hook,
        method: method.as_str().to_owned(),
        path: String::new(),
        query,
        headers: readable.collect(),
        body: body.into(),
    };
    match house.sync.receive(called).await {
        Ok(answered) => answer(answered),
        Err(error) => {
            tracing::error!(%error, "a provider's call could not be stored");
            // The provider tries again.
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
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
