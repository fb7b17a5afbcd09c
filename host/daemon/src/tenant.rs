//! Which project a request is made for: the one whose API key it carries.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use gearshift_connect::fingerprint;

use crate::house::{House, PROJECT};
use crate::keys;
use crate::problem::Problem;

/// The project of a request.
#[derive(Clone, Debug)]
pub(crate) struct Tenant(pub(crate) String);

impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(unknown)
    }
}

/// Lets a request with a key through, and notes whose it is.
pub(crate) async fn guard(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    match tenant(&house, request.headers()).await {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn tenant(house: &House, headers: &HeaderMap) -> Result<Tenant, Problem> {
    let key = keys::bearer(headers).ok_or_else(unknown)?;
    project_of(house, key).await?.map(Tenant).ok_or_else(unknown)
}

/// The project whose API key this is.
pub(crate) async fn project_of(house: &House, key: &str) -> Result<Option<String>, Problem> {
    if keys::is(key, &house.api_key) {
        return Ok(Some(PROJECT.to_owned()));
    }
    // Looked up by its digest: how long that takes tells nothing of any key.
    let found = house.store.api_key(&fingerprint(key)).await.map_err(Problem::internal)?;
    Ok(found.map(|key| key.project))
}

fn unknown() -> Problem {
    let detail = "send `Authorization: Bearer` with an API key of a project (the operator's own is `api-key` in the data folder, unless it \
                  was configured)";
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}
