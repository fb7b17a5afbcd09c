//! A user is connected at one provider, and disconnected.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use gearshift_connect::{Link, Wish};
use gearshift_store::Format;
use gearshift_terra as terra;
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::Body;
use super::users;
use crate::extract::Query;
use crate::house::House;
use crate::problem::Problem;
use crate::public::{now, problem};
use crate::tenant::Tenant;

/// What a platform says of a sign-in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) reference_id: Option<String>,
    pub(super) providers: Option<String>,
    pub(super) auth_success_redirect_url: Option<String>,
    pub(super) auth_failure_redirect_url: Option<String>,
    pub(super) language: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Resource {
    resource: String,
}

pub(super) async fn authenticate(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Query(Resource { resource }): Query<Resource>,
    Body(asked): Body<Asked>,
) -> Result<Json<Value>, Problem> {
    let wish = Wish {
        project,
        provider: resource,
        reference: asked.reference_id.filter(|reference| !reference.is_empty()),
        redirect: asked.auth_success_redirect_url.unwrap_or_default(),
        failure: asked.auth_failure_redirect_url.unwrap_or_default(),
        format: Format::Terra,
        scopes: None,
    };
    let Link { connection, url, .. } = house.connect.begin_link(wish, now()).await.map_err(problem)?;
    Ok(Json(json!({ "status": "success", "user_id": terra::user_id(&connection), "auth_url": url })))
}

/// Which user is meant.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    user_id: String,
}

pub(super) async fn deauthenticate(
    State(house): State<Arc<House>>,
    tenant: Tenant,
    Query(Which { user_id }): Query<Which>,
) -> Result<Json<Value>, Problem> {
    let connection = users::find(&house, &tenant, &user_id).await?.ok_or_else(users::unknown)?;
    // To its end, whether or not the platform waits for it: a provider that was told is followed by an erasure.
    let ending =
        tokio::spawn(async move { house.connect.disconnect(&connection.id, "the platform has ended it", now()).await });
    ending.await.map_err(Problem::internal)?.map_err(problem)?;
    Ok(Json(json!({ "status": "success" })))
}
