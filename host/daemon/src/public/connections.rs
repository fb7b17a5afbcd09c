//! Connections over `/v1`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gearshift_connect::{Begun, ConnectError, Disconnected, HandedIn, Wish};
use gearshift_store::Connection;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Page, Paging, now};
use crate::extract::{Body, Query};
use crate::house::House;
use crate::problem::Problem;
use crate::tenant::Tenant;

/// What a platform asks for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    provider: String,
    reference: Option<String>,
    #[serde(default)]
    redirect: String,
    scopes: Option<Vec<String>>,
}

pub(super) async fn begin(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Body(new): Body<New>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    let wish = Wish {
        project,
        provider: new.provider,
        reference: new.reference,
        failure: new.redirect.clone(),
        redirect: new.redirect,
        scopes: new.scopes,
        ..Wish::default()
    };
    let begun = house.connect.begin(wish, now()).await.map_err(problem)?;
    Ok((StatusCode::CREATED, Json(begun)))
}

/// A filled-in form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    fields: BTreeMap<String, SecretString>,
    /// The user's yes to keeping it, sealed, so that the session can be opened again without asking.
    #[serde(default)]
    keep: bool,
    /// Which of several accounts is meant, by the id that `choose-account` gave.
    account: Option<String>,
}

pub(super) async fn form(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
    Body(form): Body<Form>,
) -> Result<Json<Connection>, Problem> {
    let handed_in = HandedIn { fields: form.fields.into_iter().collect(), keep: form.keep, account: form.account };
    find(&house, &tenant, &id).await?;
    let signed_in = house.connect.submit_form(&id, handed_in, now()).await.map_err(problem)?;
    house.sync.pull_now(&signed_in.connection).await.map_err(Problem::internal)?;
    Ok(Json(signed_in.connection))
}

pub(super) async fn list(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Query(paging): Query<Paging<String>>,
) -> Result<Json<Page<Connection, String>>, Problem> {
    let listed = house
        .store
        .connections(Some(&project), paging.provider.as_deref(), paging.after.as_deref(), paging.limit())
        .await;
    Ok(Json(listed.map_err(Problem::internal)?.into()))
}

pub(super) async fn show(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Connection>, Problem> {
    find(&house, &tenant, &id).await.map(Json)
}

pub(super) async fn end(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<Json<Disconnected>, Problem> {
    find(&house, &tenant, &id).await?;
    // To its end, whether or not the platform waits for it: a provider that was told is followed by an erasure.
    let ending = tokio::spawn(async move { house.connect.disconnect(&id, "the platform has ended it", now()).await });
    ending.await.map_err(Problem::internal)?.map(Json).map_err(problem)
}

/// The jobs that a request for a sync began or joined.
#[derive(Debug, Serialize)]
pub(super) struct Begins {
    jobs: Vec<i64>,
}

pub(super) async fn sync(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(id): Path<String>,
) -> Result<(StatusCode, Json<Begins>), Problem> {
    let connection = find(&house, &tenant, &id).await?;
    let jobs = house.sync.pull_now(&connection).await.map_err(Problem::internal)?;
    Ok((StatusCode::ACCEPTED, Json(Begins { jobs })))
}

pub(super) async fn find(house: &House, tenant: &Tenant, id: &str) -> Result<Connection, Problem> {
    let found = house.store.connection(id).await.map_err(Problem::internal)?;
    found
        .filter(|connection| connection.project == tenant.0)
        .ok_or_else(|| Problem::missing(format!("no connection {id:?}")))
}

/// What a caller can do something about is said; what is ours is logged.
pub(crate) fn problem(error: ConnectError) -> Problem {
    let status = match &error {
        ConnectError::UnknownProvider(_) | ConnectError::NoConnection(_) | ConnectError::NoProject(_) => {
            StatusCode::NOT_FOUND
        }
        ConnectError::NotAccepted(_)
        | ConnectError::NotConfigured(_)
        | ConnectError::NothingOffered
        | ConnectError::ChooseAccount(_)
        | ConnectError::ByPhone(_)
        | ConnectError::NotByPhone(_)
        | ConnectError::Unsupported(_) => StatusCode::CONFLICT,
        ConnectError::Ticket | ConnectError::NotEnrolled => StatusCode::UNAUTHORIZED,
        ConnectError::StaleLogin
        | ConnectError::NotShown
        | ConnectError::Issuer
        | ConnectError::Form(_)
        | ConnectError::Setting(_)
        | ConnectError::Redirect { .. }
        | ConnectError::UnknownScope { .. } => StatusCode::BAD_REQUEST,
        ConnectError::Denied(_) | ConnectError::NeedsReconnect(_) => StatusCode::UNPROCESSABLE_ENTITY,
        ConnectError::Unavailable(_) | ConnectError::Adapter(_) => StatusCode::BAD_GATEWAY,
        _ => return Problem::internal(error),
    };
    let problem = Problem::new(status, error.code(), error.to_string());
    match error {
        ConnectError::ChooseAccount(choices) => problem.with("accounts", json!(choices)),
        _ => problem,
    }
}
