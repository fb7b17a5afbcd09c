//! Terra's API, so that its SDKs speak to this host when their base URL is `/v2` here. `dev-id` is the project, `x-api-key` a key of
//! it, a user is a connection.
//!
//! | route | what it does |
//! |---|---|
//! | `POST /v2/auth/generateWidgetSession` | a page on which a user picks a provider |
//! | `POST /v2/auth/authenticateUser?resource=` | begins a connection at one provider |
//! | `DELETE /v2/auth/deauthenticateUser?user_id=` | ends one and erases everything of it |
//! | `POST /v2/auth/generateAuthToken` | a ticket for a phone |
//! | `GET /v2/userInfo?user_id=`, `?reference_id=` | one user, or all of a reference |
//! | `POST /v2/bulkUserInfo` | several users |
//! | `GET /v2/subscriptions` | all users, or `?page=&per_page=` of them |
//! | `PATCH /v2/users/{user_id}` | gives a user another reference |
//! | `GET /v2/integrations`, `/v2/integrations/detailed` | the providers that are served, without a key too |

mod auth;
mod extract;
mod integrations;
mod users;
mod widget;

use std::sync::Arc;

use axum::extract::{OriginalUri, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, patch, post};
use axum::{Json, Router};
use serde_json::json;

use crate::house::House;
use crate::problem::Problem;
use crate::tenant::{self, Tenant};

/// The routes, below `/v2`.
pub(crate) fn routes(house: &Arc<House>) -> Router<Arc<House>> {
    Router::new()
        .route("/auth/generateWidgetSession", post(widget::session))
        .route("/auth/authenticateUser", post(auth::authenticate))
        .route("/auth/deauthenticateUser", delete(auth::deauthenticate))
        .route("/auth/generateAuthToken", post(widget::phone))
        .route("/userInfo", get(users::info))
        .route("/bulkUserInfo", post(users::several))
        .route("/subscriptions", get(users::all))
        .route("/users/{user_id}", patch(users::modify))
        .route_layer(middleware::from_fn_with_state(house.clone(), guard))
        .route("/integrations", get(integrations::names))
        .route("/integrations/detailed", get(integrations::details))
        .fallback(|| async { Problem::missing("no such route: docs/terra.md lists those of Terra's that are served") })
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .layer(middleware::from_fn(shape))
}

fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}

/// Lets a request through whose key is one of the project that it names, and notes which that is.
async fn guard(State(house): State<Arc<House>>, mut request: Request, next: Next) -> Response {
    match tenant(&house, request.headers()).await {
        Ok(tenant) => {
            request.extensions_mut().insert(tenant);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

async fn tenant(house: &House, headers: &HeaderMap) -> Result<Tenant, Problem> {
    let (Some(project), Some(key)) = (text(headers, "dev-id"), text(headers, "x-api-key")) else {
        return Err(unauthorized("`dev-id` or `x-api-key` is missing: send both as headers"));
    };
    match tenant::project_of(house, key).await? {
        Some(owner) if owner == project => Ok(Tenant(owner)),
        _ => Err(unauthorized(
            "this `x-api-key` is no key of that `dev-id`: a project's id goes with one of its own keys",
        )),
    }
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

/// Tells a problem as Terra does: the status is not repeated, and `instance` is what was asked for. Our code stands beside that.
async fn shape(OriginalUri(uri): OriginalUri, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    let body = json!({
        "type": "about:blank",
        "title": problem.status.canonical_reason().map(str::to_lowercase),
        "instance": uri.path_and_query().map(ToString::to_string),
        "detail": problem.detail,
        "code": problem.code,
    });
    (problem.status, [(header::CONTENT_TYPE, "application/problem+json")], Json(body)).into_response()
}
