//! Users, and how they stand.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gearshift_store::{Connection, ConnectionChange, StoreError};
use gearshift_terra::{self as terra, User};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::extract::Body;
use crate::extract::Query;
use crate::house::House;
use crate::problem::Problem;
use crate::public::now;
use crate::tenant::Tenant;

/// Users of a page where the caller does not say. Default 500, as Terra has it.
const PAGE: u32 = 500;
/// Most users of a page, and most that are asked for at once. Default 1,000: some hundred KiB.
const MOST: u32 = 1_000;

/// The connection of a user, if it is one of this project's.
pub(super) async fn find(house: &House, tenant: &Tenant, user: &str) -> Result<Option<Connection>, Problem> {
    let Some(id) = terra::connection_id(user) else { return Ok(None) };
    let found = house.store.connection(&id).await.map_err(Problem::internal)?;
    Ok(found.filter(|connection| connection.project == tenant.0))
}

pub(super) fn unknown() -> Problem {
    Problem::missing("user not found")
}

#[derive(Debug, Deserialize)]
pub(super) struct Which {
    user_id: Option<String>,
    reference_id: Option<String>,
}

/// A user with what only this route tells.
#[derive(Serialize)]
struct Polled {
    #[serde(flatten)]
    user: User,
    last_polled_at: Option<String>,
    most_recent_data_at: Option<String>,
}

/// One user of an id, or the list of those with a reference.
pub(super) async fn info(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Query(which): Query<Which>,
) -> Result<Json<Value>, Problem> {
    match which {
        Which { user_id: Some(user), .. } => {
            let connection = find(&house, &tenant, &user).await?.ok_or_else(unknown)?;
            let streams = house.store.stream_states(&connection.id).await.map_err(Problem::internal)?;
            let polled = streams.iter().filter_map(|stream| stream.completed).max();
            let user = User::from(&connection);
            let active = user.active;
            let user = Polled { user, last_polled_at: polled.and_then(terra::time), most_recent_data_at: None };
            Ok(Json(json!({ "status": "success", "is_authenticated": active, "user": user })))
        }
        Which { reference_id: Some(reference), .. } => {
            let users = collect(&house, &tenant.0, Some(&reference)).await?;
            if users.is_empty() { Err(unknown()) } else { Ok(Json(json!(users))) }
        }
        _ => Err(Problem::bad("query", "say which user is meant: `user_id` or `reference_id`")),
    }
}

/// Those of the ids that are users of this project's, in the order in which they were asked for.
pub(super) async fn several(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Body(ids): Body<Vec<String>>,
) -> Result<Json<Vec<User>>, Problem> {
    if ids.len() > usize::try_from(MOST).unwrap_or(usize::MAX) {
        return Err(Problem::bad("too-many", format!("ask for at most {MOST} users at once")));
    }
    let mut users = Vec::new();
    for id in &ids {
        users.extend(find(&house, &tenant, id).await?.as_ref().map(User::from));
    }
    if users.is_empty() { Err(unknown()) } else { Ok(Json(users)) }
}

#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    page: Option<u32>,
    per_page: Option<u32>,
}

/// All users whose sign-in came about: a page of them, or without `page` all at once.
pub(super) async fn all(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Query(paging): Query<Paging>,
) -> Result<Json<Value>, Problem> {
    let Some(page) = paging.page else {
        return Ok(Json(json!({ "users": collect(&house, &project, None).await? })));
    };
    let size = paging.per_page.unwrap_or(PAGE).clamp(1, MOST);
    let (found, all) = part(&house, &project, None, u64::from(page) * u64::from(size), size).await?;
    let last = all.saturating_sub(1) / u64::from(size);
    let next = (u64::from(page) < last).then(|| page + 1);
    Ok(Json(json!({ "data": { "next": next, "max_page": last, "results": found } })))
}

async fn part(
    house: &House,
    project: &str,
    reference: Option<&str>,
    skip: u64,
    limit: u32,
) -> Result<(Vec<User>, u64), Problem> {
    let found = house.store.established(project, reference, skip, limit).await;
    let (connections, all) = found.map_err(Problem::internal)?;
    Ok((connections.iter().map(User::from).collect(), all))
}

async fn collect(house: &House, project: &str, reference: Option<&str>) -> Result<Vec<User>, Problem> {
    let mut users = Vec::new();
    loop {
        let (more, _) = part(house, project, reference, users.len() as u64, MOST).await?;
        if more.is_empty() {
            return Ok(users);
        }
        users.extend(more);
    }
}

/// What is to be another of a user.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    reference_id: Option<String>,
    active: Option<bool>,
}

pub(super) async fn modify(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Path(user): Path<String>,
    Body(change): Body<Change>,
) -> Result<Json<Value>, Problem> {
    let connection = find(&house, &tenant, &user).await?.ok_or_else(unknown)?;
    if change.active.is_some_and(|active| active != User::from(&connection).active) {
        let detail =
            "`active` is how the account stands and cannot be set: a user signs in again, or is deauthenticated";
        return Err(Problem::bad("active", detail));
    }
    if change.reference_id.as_deref() == Some("") {
        return Err(Problem::bad(
            "reference",
            "a reference cannot be empty: leave `reference_id` out to keep the one that is there",
        ));
    }
    let reference = ConnectionChange { reference: change.reference_id, ..ConnectionChange::default() };
    match house.store.change_connection(&connection.id, reference, now()).await {
        Ok(changed) => Ok(Json(json!({ "status": "success", "user": User::from(&changed) }))),
        Err(StoreError::Conflict(_)) => {
            let detail =
                "the same account has this reference already, as another user: use that one, and deauthenticate this";
            Err(Problem::new(StatusCode::CONFLICT, "conflict", detail))
        }
        Err(StoreError::NotFound { .. }) => Err(unknown()),
        Err(error) => Err(Problem::internal(error)),
    }
}
