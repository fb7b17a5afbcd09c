//! Projects, their API keys, and their applications at providers.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use gearshift_connect::catalogue::{Catalogue, Entry, Here};
use gearshift_connect::{KeysWork, NewApplication, fingerprint};
use gearshift_store::{ApiKey, Project, StoreError};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::extract::Body;
use crate::house::House;
use crate::problem::Problem;
use crate::public::problem;

/// What is set of a project.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// What its users are shown.
    name: String,
    /// Where users may be sent after a sign-in: whole addresses, or what they begin with, ending in `/`.
    #[serde(default)]
    redirects: Vec<String>,
}

pub(super) async fn list(State(house): State<Arc<House>>) -> Result<Json<Vec<Project>>, Problem> {
    Ok(Json(house.store.projects().await.map_err(Problem::internal)?))
}

pub(super) async fn show(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<Json<Project>, Problem> {
    find(&house, &id).await.map(Json)
}

pub(super) async fn put(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Body(settings): Body<Settings>,
) -> Result<Json<Project>, Problem> {
    let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > LONGEST_ID || !id.chars().all(kebab) {
        return Err(Problem::bad("project", "a project's id is up to 40 lower-case letters, digits and hyphens"));
    }
    if settings.name.trim().is_empty() {
        return Err(Problem::bad("project", "a project has a name: it is what its users are shown"));
    }
    if let Some(odd) = settings.redirects.iter().find(|redirect| !is_redirect(redirect)) {
        let detail =
            format!("{odd:?} is no address to send users to: write it as https://app.example/done, or ending in `/`");
        return Err(Problem::bad("redirect", detail));
    }
    let created = jiff::Timestamp::now().as_millisecond();
    let project = Project { id: id.clone(), name: settings.name, redirects: settings.redirects, created };
    house.store.put_project(&project).await.map_err(Problem::internal)?;
    show(State(house), Path(id)).await
}

const LONGEST_ID: usize = 40;

/// A prefix has to reach beyond the host: `https://app.example` would allow `https://app.example.evil`.
fn is_redirect(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "https" | "http")
            && url.host_str().is_some()
            && url.username().is_empty()
            && url.fragment().is_none()
            && text.split("://").nth(1).is_some_and(|rest| rest.contains('/'))
    })
}

pub(super) async fn erase(State(house): State<Arc<House>>, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    match house.store.erase_project(&id).await {
        Ok(true) => Ok(StatusCode::NO_CONTENT),
        Ok(false) => Err(Problem::missing(format!("no project {id:?}"))),
        Err(StoreError::Conflict(why)) => Err(Problem::new(StatusCode::CONFLICT, "conflict", why)),
        Err(error) => Err(Problem::internal(error)),
    }
}

async fn find(house: &House, id: &str) -> Result<Project, Problem> {
    let found = house.store.project(id).await.map_err(Problem::internal)?;
    found.ok_or_else(|| Problem::missing(format!("no project {id:?}: make it with PUT /admin/projects/{{id}}")))
}

/// What a key is for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewKey {
    name: String,
}

/// A key as it may be shown.
#[derive(Debug, Serialize)]
pub(super) struct ShownKey {
    id: String,
    name: String,
    created: i64,
    revoked: Option<i64>,
}

pub(super) async fn keys(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
) -> Result<Json<Vec<ShownKey>>, Problem> {
    find(&house, &id).await?;
    let keys = house.store.api_keys(&id).await.map_err(Problem::internal)?;
    let shown = |key: ApiKey| ShownKey { id: key.id, name: key.name, created: key.created, revoked: key.revoked };
    Ok(Json(keys.into_iter().map(shown).collect()))
}

/// The one answer that holds the key: what is stored is its digest.
pub(super) async fn add_key(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
    Body(new): Body<NewKey>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    find(&house, &id).await?;
    let secret = crate::keys::random();
    let key = ApiKey {
        id: format!("key_{}", uuid::Uuid::now_v7().simple()),
        project: id,
        name: new.name,
        hash: fingerprint(&secret),
        created: jiff::Timestamp::now().as_millisecond(),
        revoked: None,
    };
    house.store.add_api_key(&key).await.map_err(Problem::internal)?;
    Ok((StatusCode::CREATED, Json(json!({ "id": key.id, "name": key.name, "key": secret }))))
}

pub(super) async fn revoke_key(
    State(house): State<Arc<House>>,
    Path((id, key)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let now = jiff::Timestamp::now().as_millisecond();
    match house.store.revoke_api_key(&id, &key, now).await.map_err(Problem::internal)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::missing(format!("no key {key:?} of project {id:?}"))),
    }
}

/// A project's application at a provider, as it is set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Keys {
    client_id: String,
    client_secret: Option<SecretString>,
    hook_secret: Option<SecretString>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    settings: BTreeMap<String, String>,
}

/// A project's application at a provider, as it may be shown.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct ShownKeys {
    provider: String,
    client_id: String,
    /// Whether a secret of its own signs hooks.
    hook_secret: bool,
    scopes: Vec<String>,
    settings: BTreeMap<String, String>,
    callback_url: String,
    hook_url: String,
    changed: i64,
}

pub(super) async fn providers(
    State(house): State<Arc<House>>,
    Path(id): Path<String>,
) -> Result<Json<Vec<ShownKeys>>, Problem> {
    find(&house, &id).await?;
    let all = house.store.all_provider_keys(Some(&id)).await.map_err(Problem::internal)?;
    let settings = house.connect.settings();
    let shown = |keys: gearshift_store::ProviderKeys| ShownKeys {
        hook_secret: keys.hook_sealed.is_some(),
        callback_url: settings.callback(&keys.provider, &keys.project),
        hook_url: settings.hook(&keys.provider, &keys.project, &keys.hook),
        settings: keys.settings.into_iter().collect(),
        provider: keys.provider,
        client_id: keys.client_id,
        scopes: keys.scopes,
        changed: keys.changed,
    };
    Ok(Json(all.into_iter().map(shown).collect()))
}

pub(super) async fn put_keys(
    State(house): State<Arc<House>>,
    Path((id, provider)): Path<(String, String)>,
    Body(keys): Body<Keys>,
) -> Result<StatusCode, Problem> {
    find(&house, &id).await?;
    let entry = entry(&provider)?;
    if !entry.own_keys {
        let detail = format!("{} does not take keys of a platform's own", entry.name);
        return Err(Problem::new(StatusCode::CONFLICT, "no-own-keys", detail));
    }
    let new = NewApplication {
        client_id: keys.client_id,
        client_secret: keys.client_secret,
        hook_secret: keys.hook_secret,
        scopes: keys.scopes,
        settings: keys.settings.into_iter().collect(),
    };
    let now = jiff::Timestamp::now().as_millisecond();
    house.connect.clients().keep(&id, &provider, new, now).await.map_err(problem)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn erase_keys(
    State(house): State<Arc<House>>,
    Path((id, provider)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    match house.store.erase_provider_keys(&id, &provider).await.map_err(Problem::internal)? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::missing(format!("project {id:?} has no keys of its own for {provider:?}"))),
    }
}

/// What to do to get an application, with the addresses of this very installation.
pub(super) async fn guide(
    State(house): State<Arc<House>>,
    Path((id, provider)): Path<(String, String)>,
) -> Result<Response, Problem> {
    find(&house, &id).await?;
    let entry = entry(&provider)?;
    let keys = house.store.provider_keys(&id, &provider).await.map_err(Problem::internal)?;
    let here = Here { project: &id, hook: keys.as_ref().map(|keys| keys.hook.as_str()) };
    let text = entry.guide(house.connect.settings(), &here);
    Ok(([(header::CONTENT_TYPE, "text/markdown; charset=utf-8")], text).into_response())
}

/// Asks the provider whether it knows the keys.
pub(super) async fn check(
    State(house): State<Arc<House>>,
    Path((id, provider)): Path<(String, String)>,
) -> Result<Json<KeysWork>, Problem> {
    find(&house, &id).await?;
    let now = jiff::Timestamp::now().as_millisecond();
    house.connect.check_keys(&id, &provider, now).await.map(Json).map_err(problem)
}

fn entry(provider: &str) -> Result<&'static Entry, Problem> {
    Catalogue::get()
        .provider(provider)
        .ok_or_else(|| Problem::missing(format!("no provider {provider:?}: GET /admin/catalogue lists them")))
}

/// The catalogue, and what of it is served here.
pub(super) async fn catalogue(State(house): State<Arc<House>>) -> Json<Vec<Value>> {
    let heads = house.adapters.heads();
    let served = |entry: &Entry| heads.iter().any(|(key, _)| key.provider == entry.id);
    let with = |entry: &Entry| {
        let mut value = serde_json::to_value(entry).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("served".into(), served(entry).into());
        }
        value
    };
    Json(Catalogue::get().providers().iter().map(with).collect())
}
