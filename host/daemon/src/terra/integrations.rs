//! The providers that can be connected. Whoever asks may know them; with a `dev-id` they are those of that project.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use gearshift_adapters::Lease;
use gearshift_manifest::Scheme;
use serde::Serialize;
use serde_json::{Value, json};

use super::text;
use crate::house::House;
use crate::problem::Problem;
use crate::public::problem;

/// What a provider can give, of Terra's types.
const TYPES: [&str; 6] = ["activity", "body", "daily", "nutrition", "sleep", "menstruation"];

/// A provider as Terra tells of it. What Terra calls `icon` and `setup` is not known here, and null.
#[derive(Serialize)]
struct Integration {
    provider: String,
    name: String,
    icon: Option<String>,
    setup: Option<String>,
    enabled: bool,
    types: BTreeMap<&'static str, bool>,
    /// Phones push its data, and nobody signs in with a browser.
    #[serde(skip)]
    by_phone: bool,
}

impl Integration {
    fn of(provider: &str, lease: &Lease, enabled: bool) -> Self {
        let manifest = lease.manifest();
        let yields = |kind: &str| manifest.streams.iter().any(|stream| stream.yields.iter().any(|known| known == kind));
        Self {
            provider: provider.to_owned(),
            name: manifest.provider(provider).map_or_else(|| provider.to_owned(), |known| known.name.clone()),
            icon: None,
            setup: None,
            enabled,
            types: TYPES.into_iter().map(|kind| (kind, yields(kind))).collect(),
            by_phone: is_by_phone(lease),
        }
    }
}

fn is_by_phone(lease: &Lease) -> bool {
    matches!(lease.manifest().auth.scheme, Scheme::Device)
}

/// Every provider that an adapter serves, by its enum; enabled are those that users of the project can connect.
async fn integrations(house: &House, headers: &HeaderMap) -> Result<Vec<Integration>, Problem> {
    let mut providers: Vec<String> = house.adapters.heads().into_iter().map(|(key, _)| key.provider).collect();
    providers.sort_unstable();
    providers.dedup();
    let mut found = Vec::new();
    for provider in providers {
        let Some(lease) = house.adapters.lease_for_sign_in(&provider) else { continue };
        let enabled = match text(headers, "dev-id") {
            // A phone needs nothing but a ticket.
            Some(_) if is_by_phone(&lease) => true,
            Some(project) => house.connect.is_offered(project, &provider).await.map_err(problem)?,
            None => true,
        };
        found.push(Integration::of(&provider, &lease, enabled));
    }
    Ok(found)
}

/// Names alone, of those that are enabled: which a browser connects, and which a phone, under both names that Terra has for these.
pub(super) async fn names(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    let found = integrations(&house, &headers).await?;
    let (phones, browsers): (Vec<_>, Vec<_>) =
        found.into_iter().filter(|one| one.enabled).partition(|one| one.by_phone);
    let names = |of: Vec<Integration>| of.into_iter().map(|one| one.provider).collect::<Vec<_>>();
    let (phones, browsers) = (names(phones), names(browsers));
    Ok(Json(json!({
        "status": "success", "providers": browsers, "sdk_providers": phones, "sdk_resource": phones,
    })))
}

pub(super) async fn details(State(house): State<Arc<House>>, headers: HeaderMap) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({ "status": "success", "providers": integrations(&house, &headers).await? })))
}
