//! The public listener: `/v1` with the API key, and the callback to which providers send users back.
//!
//! | route | what it does |
//! |---|---|
//! | `POST /v1/connections` | begins a connection: an authorize URL, or a form |
//! | `POST /v1/connections/{id}/form` | hands in the form |
//! | `GET /v1/connections`, `/v1/connections/{id}` | connections and how they stand |
//! | `DELETE /v1/connections/{id}` | ends one and erases everything of it |
//! | `POST /v1/connections/{id}/sync` | pulls all its streams now |
//! | `GET /v1/connections/{id}/records` | its records |
//! | `GET /v1/records/{id}` | one record with where it comes from |
//! | `GET /v1/quarantine` | documents and pulls that wait for a version that can read them |
//! | `GET /v1/events` | what has happened, by sequence number |
//! | `POST /v1/phones` | a ticket with which a phone can enrol, once |
//! | `POST /ingest/{provider}/connect` | a phone enrols, and gets its token |
//! | `POST /ingest/{provider}/{stream}` | a phone pushes |
//! | `POST /v1/sessions` | a page on which a user picks a provider and connects |
//! | `/connect/…`, `/oauth/…` | the pages that users see: see [`crate::pages`] |
//! | `/hooks/{provider}/{project}/{hook}` | a provider calls |
//! | `/v2/…` | Terra's API, see `terra` |
//! | `GET /health` | it serves |

mod connections;
mod hooks;
pub(crate) mod ingest;
mod records;
mod sessions;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, get, post};
use serde::{Deserialize, Serialize};

pub(crate) use connections::problem;

use crate::house::House;
use crate::pages;
use crate::problem::Problem;
use crate::{tenant, terra};

/// Rows of a page where the caller does not say. Default 100.
const PAGE: u32 = 100;
/// Most rows of a page. 1,000 records with samples are tens of megabytes.
const PAGE_MOST: u32 = 1_000;

/// Most bytes that a phone says of itself. 8 KiB: a name, a zone and a reference.
const ENROLMENT_BYTES: usize = 8 << 10;

/// The routes.
pub(crate) fn routes(house: Arc<House>) -> Router {
    let v1 = Router::new()
        .route("/v1/connections", get(connections::list).post(connections::begin))
        .route("/v1/sessions", post(sessions::open))
        .route("/v1/connections/{id}", get(connections::show).delete(connections::end))
        .route("/v1/connections/{id}/form", post(connections::form))
        .route("/v1/connections/{id}/sync", post(connections::sync))
        .route("/v1/connections/{id}/records", get(records::list))
        .route("/v1/phones", post(ingest::ticket))
        .route("/v1/records/{id}", get(records::show))
        .route("/v1/quarantine", get(records::quarantine))
        .route("/v1/events", get(records::events))
        .layer(middleware::from_fn_with_state(house.clone(), tenant::guard));

    Router::new()
        .merge(v1)
        .merge(pages::routes())
        .nest("/v2", terra::routes(&house))
        .route("/hooks/{provider}/{project}/{hook}", any(hooks::call))
        .route("/ingest/{provider}/connect", post(ingest::enrol).layer(DefaultBodyLimit::max(ENROLMENT_BYTES)))
        .route("/ingest/{provider}/{stream}", post(ingest::push))
        .route("/health", get(|| async { "ok" }))
        .fallback(|| async { Problem::missing("no such route: the README lists them") })
        .method_not_allowed_fallback(|| async { Problem::wrong_method() })
        .with_state(house)
}

/// A part of a list, and where it goes on: give `next` as `?after=`.
#[derive(Debug, Serialize)]
struct Page<T, C> {
    items: Vec<T>,
    next: Option<C>,
}

impl<T, C> From<gearshift_store::Listed<T, C>> for Page<T, C> {
    fn from(listed: gearshift_store::Listed<T, C>) -> Self {
        Self { items: listed.items, next: listed.next }
    }
}

/// `?after=&limit=`, and what narrows a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, bound = "C: Deserialize<'de>")]
struct Paging<C> {
    after: Option<C>,
    limit: Option<u32>,
    provider: Option<String>,
    kind: Option<String>,
    deleted: Option<bool>,
}

impl<C> Paging<C> {
    fn limit(&self) -> u32 {
        self.limit.unwrap_or(PAGE).clamp(1, PAGE_MOST)
    }
}

pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
