//! The operator's listener. Every route wants `Authorization: Bearer <admin token>` and a loopback or numeric `Host`, so that no web
//! page can be made to call it.
//!
//! | route | what it does |
//! |---|---|
//! | `PUT /admin/adapters/{name}` | takes a component through the gates and gives it the traffic (`?grant=`, `?activate=no`) |
//! | `GET /admin/adapters`, `/admin/adapters/{name}` | versions with state, digest, contract, grants, timings, calls in flight |
//! | `POST /admin/adapters/{name}/activate?digest=` | gives the traffic to an installed version |
//! | `POST /admin/adapters/{name}/rollback` | gives it back to the version before |
//! | `GET /admin/providers` | what is served, and whether it may be |
//! | `POST`, `DELETE /admin/providers/{id}/accept` | the operator's yes to a provider without an official API |
//! | `GET`, `PUT /admin/providers/{id}/settings` | what can be set of a provider, and how it is set |
//! | `GET /admin/catalogue` | every provider that is known, and how one comes by an application there |
//! | `GET /admin/projects`, `GET`, `PUT`, `DELETE /admin/projects/{id}` | projects |
//! | `GET`, `POST /admin/projects/{id}/keys`, `DELETE …/keys/{key}` | their API keys |
//! | `GET /admin/projects/{id}/providers`, `PUT`, `DELETE …/providers/{provider}` | their applications at providers |
//! | `GET …/providers/{provider}/guide`, `POST …/providers/{provider}/check` | how to get one, and whether it works |
//! | `GET /admin/status` | connections, documents, jobs, records and deliveries by state |
//! | `GET /admin/jobs` | jobs, `?state=held` and the like |

mod adapters;
mod projects;
mod providers;
mod status;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};

use crate::house::House;
use crate::keys;
use crate::problem::Problem;

/// Room for the largest component and what surrounds it; the gate itself says which limit a component exceeds.
const BODY_BYTES: usize = 64 << 20;

/// The routes.
pub(crate) fn routes(house: Arc<House>) -> Router {
    Router::new()
        .route("/admin/adapters", get(adapters::list))
        .route("/admin/adapters/{name}", get(adapters::show).put(adapters::put))
        .route("/admin/adapters/{name}/activate", post(adapters::activate))
        .route("/admin/adapters/{name}/rollback", post(adapters::rollback))
        .route("/admin/providers", get(providers::list))
        .route("/admin/providers/{id}/accept", post(providers::accept).delete(providers::withdraw))
        .route("/admin/providers/{id}/settings", get(providers::settings).put(providers::set))
        .route("/admin/catalogue", get(projects::catalogue))
        .route("/admin/projects", get(projects::list))
        .route("/admin/projects/{id}", get(projects::show).put(projects::put).delete(projects::erase))
        .route("/admin/projects/{id}/keys", get(projects::keys).post(projects::add_key))
        .route("/admin/projects/{id}/keys/{key}", delete(projects::revoke_key))
        .route("/admin/projects/{id}/providers", get(projects::providers))
        .route("/admin/projects/{id}/providers/{provider}", put(projects::put_keys).delete(projects::erase_keys))
        .route("/admin/projects/{id}/providers/{provider}/guide", get(projects::guide))
        .route("/admin/projects/{id}/providers/{provider}/check", post(projects::check))
        .route("/admin/status", get(status::status))
        .route("/admin/jobs", get(status::jobs))
        .fallback(|| async { Problem::missing("no such route: the README lists them") })
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .layer(middleware::from_fn_with_state(house.clone(), guard))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .with_state(house)
}

async fn guard(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !local(host) {
        return Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            "host",
            "reach this listener by `localhost` or its address",
        )
        .into_response();
    }
    if !keys::carries(request.headers(), &house.admin_token) {
        let detail = "send `Authorization: Bearer` with the admin token (`admin-token` in the data folder, unless it was configured)";
        return Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail).into_response();
    }
    next.run(request).await
}

/// A name that a page could bind to this address is not among these.
fn local(host: &str) -> bool {
    let name = host
        .rsplit_once(':')
        .map_or(host, |(name, port)| if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host });
    name == "localhost" || name.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn a_name_that_somebody_else_may_have_bound_is_not_local() {
        for good in ["localhost", "localhost:8081", "127.0.0.1:8081", "[::1]:8081", "10.1.2.3"] {
            assert!(local(good), "{good}");
        }
        for bad in ["", "evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example:80"] {
            assert!(!local(bad), "{bad}");
        }
    }
}
