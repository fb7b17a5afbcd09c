//! Sessions over `/v1`: pages on which users pick a provider and connect.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use gearshift_connect::{Language, SessionWish};
use serde::{Deserialize, Serialize};

use super::{connections, now};
use crate::extract::Body;
use crate::house::House;
use crate::problem::Problem;
use crate::tenant::Tenant;

/// What a platform asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    providers: Option<Vec<String>>,
    reference: Option<String>,
    #[serde(default)]
    success: String,
    #[serde(default)]
    failure: String,
    language: Option<Language>,
}

/// What it gets.
#[derive(Debug, Serialize)]
pub(super) struct Opened {
    session: String,
    url: String,
    /// Seconds.
    expires_in: i64,
}

pub(super) async fn open(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Opened>), Problem> {
    let New { providers, reference, success, failure, language } = new;
    let wish = SessionWish { project, providers, reference, success, failure, language, ..SessionWish::default() };
    let now = now();
    let opened = house.connect.open_session_page(wish, now).await.map_err(connections::problem)?;
    let expires_in = opened.expires.saturating_sub(now) / 1_000;
    Ok((StatusCode::CREATED, Json(Opened { session: opened.id, url: opened.url, expires_in })))
}
