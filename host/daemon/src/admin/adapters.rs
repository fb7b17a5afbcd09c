//! Hot reload: a component in, traffic over.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use gearshift_adapters::{Digest, InstallOptions, Installed, Listed, Rejected};
use serde::Deserialize;

use crate::extract::Query;
use crate::house::House;
use crate::problem::Problem;

/// What may stand behind the `?`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Options {
    /// Digest of the grants that are given.
    grant: Option<String>,
    /// `now` (the default) or `no`.
    activate: Option<Activate>,
    /// The version to activate.
    digest: Option<Digest>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Activate {
    Now,
    No,
}

pub(super) async fn list(State(house): State<Arc<House>>) -> Result<Json<Vec<Listed>>, Problem> {
    house.adapters.listing().await.map(Json).map_err(Problem::internal)
}

pub(super) async fn show(State(house): State<Arc<House>>, Path(name): Path<String>) -> Result<Json<Listed>, Problem> {
    let listing = house.adapters.listing().await.map_err(Problem::internal)?;
    let found = listing.into_iter().find(|listed| listed.name == name);
    found.map(Json).ok_or_else(|| Problem::missing(format!("no adapter {name:?} is installed: PUT its component here")))
}

pub(super) async fn put(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
    Query(options): Query<Options>,
    component: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let options = InstallOptions { grant: options.grant, hold: options.activate == Some(Activate::No) };
    answer(house.adapters.install(&name, component?, options).await)
}

pub(super) async fn activate(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
    Query(options): Query<Options>,
) -> Result<Response, Problem> {
    let digest = options.digest.ok_or_else(|| {
        Problem::bad("digest-missing", "say which version: ?digest=, as GET /admin/adapters lists it")
    })?;
    answer(house.adapters.activate(&name, &digest, options.grant.as_deref()).await)
}

pub(super) async fn rollback(State(house): State<Arc<House>>, Path(name): Path<String>) -> Result<Response, Problem> {
    answer(house.adapters.rollback(&name).await)
}

fn answer(outcome: Result<Installed, Rejected>) -> Result<Response, Problem> {
    let installed = outcome.map_err(refused)?;
    let status = match installed {
        Installed::NeedsGrant(_) => StatusCode::ACCEPTED,
        Installed::Active(_) | Installed::Linked(_) => StatusCode::OK,
    };
    Ok((status, Json(installed)).into_response())
}

fn refused(rejected: Rejected) -> Problem {
    let status = match rejected.code {
        "store" | "disk" => return Problem::internal(&rejected),
        "head-taken" | "no-previous" => StatusCode::CONFLICT,
        "unknown-version" => StatusCode::NOT_FOUND,
        "too-large" => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem::new(status, rejected.code, rejected.message).at(rejected.stage.word())
}
