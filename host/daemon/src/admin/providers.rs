//! The providers that installed adapters serve.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use gearshift_connect::ProviderSetting;
use gearshift_manifest::Access;
use serde::Serialize;

use crate::extract::Body;
use crate::house::House;
use crate::problem::Problem;
use crate::public::problem;

/// One provider.
#[derive(Debug, Serialize)]
pub(super) struct Served {
    id: String,
    name: String,
    access: &'static str,
    adapter: String,
    auth: String,
    version: String,
    /// For a provider without an official API: whether the operator said yes.
    accepted: Option<bool>,
}

pub(super) async fn list(State(house): State<Arc<House>>) -> Result<Json<Vec<Served>>, Problem> {
    let acceptances = house.store.acceptances().await.map_err(Problem::internal)?;
    let mut served = Vec::new();
    for (key, digest) in house.adapters.heads() {
        let Some(lease) = house.adapters.lease(&key.provider, &key.auth) else { continue };
        let Some(provider) = lease.manifest().provider(&key.provider) else { continue };
        let accepted = acceptances.iter().any(|yes| yes.provider == key.provider);
        served.push(Served {
            id: key.provider.clone(),
            name: provider.name.clone(),
            access: provider.access.as_str(),
            adapter: lease.manifest().name.clone(),
            auth: key.auth,
            version: digest.to_string(),
            accepted: (provider.access == Access::Unofficial).then_some(accepted),
        });
    }
    Ok(Json(served))
}

pub(super) async fn accept(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    if !house.adapters.heads().iter().any(|(key, _)| key.provider == id) {
        return Err(Problem::missing(format!("no adapter serves {id:?}: install one first")));
    }
    house.store.accept_provider(&id, jiff::Timestamp::now().as_millisecond()).await.map_err(Problem::internal)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn withdraw(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    match house.store.withdraw_acceptance(&id).await.map_err(Problem::internal)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::missing(format!("{id:?} was not accepted"))),
    }
}

pub(super) async fn settings(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
) -> Result<Json<Vec<ProviderSetting>>, Problem> {
    Ok(Json(house.connect.provider_settings(&id).await.map_err(problem)?))
}

/// Sets all of a provider's settings. What was held may have been held for want of one.
pub(super) async fn set(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Body(wanted): Body<BTreeMap<String, String>>,
) -> Result<StatusCode, Problem> {
    let wanted: Vec<_> = wanted.into_iter().collect();
    house.connect.set_provider_settings(&id, &wanted).await.map_err(problem)?;
    house.sync.go_on(&id).await.map_err(Problem::internal)?;
    Ok(StatusCode::NO_CONTENT)
}
