//! The user is back from the provider.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};

use super::now;
use crate::house::House;

/// Ends the sign-in and sends the user on. The code in the address is used up by now, and is kept from further sites' logs.
pub(super) async fn callback(
    State(house): State<Arc<House>>,
    Path(provider): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let mut response = match house.connect.callback(&provider, &query, now()).await {
        Ok(signed_in) => {
            if let Err(error) = house.sync.pull_now(&signed_in.connection).await {
                tracing::error!(%error, "a first pull could not be put in the queue: the next start does it");
            }
            match signed_in.redirect.as_str() {
                "" => page(StatusCode::OK, "Connected", "Your account is connected. You can close this page."),
                redirect => Redirect::to(redirect).into_response(),
            }
        }
        Err(error) => {
            tracing::info!(provider, code = error.code(), "a sign-in failed");
            page(
                StatusCode::BAD_REQUEST,
                "Not connected",
                "Your account was not connected. Go back to where you came from and try again.",
            )
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::REFERRER_POLICY, header::HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><main><h1>{title}</h1><p>{text}</p></main></html>"
    );
    (status, Html(body)).into_response()
}
