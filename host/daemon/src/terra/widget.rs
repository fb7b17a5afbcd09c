//! What leads to pages and uploads of ours: a user to a choice of providers, a phone to where it sends its data.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use gearshift_connect::{Language, SessionWish};
use gearshift_store::Format;
use serde_json::{Value, json};

use super::auth::Asked;
use super::extract::Body;
use crate::house::House;
use crate::problem::Problem;
use crate::public::{now, problem};
use crate::tenant::Tenant;

/// The providers that a list with commas names, if it names any.
fn providers(list: Option<&str>) -> Option<Vec<&str>> {
    let named: Vec<&str> = list?.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    Some(named).filter(|named| !named.is_empty())
}

pub(super) async fn session(
    State(house): State<Arc<House>>,
    Tenant(project): Tenant,
    Body(asked): Body<Asked>,
) -> Result<Json<Value>, Problem> {
    for provider in providers(asked.providers.as_deref()).into_iter().flatten() {
        if !house.connect.is_offered(&project, provider).await.map_err(problem)? {
            let detail = "`providers` names one that is not offered here: GET /v2/integrations lists those that are";
            return Err(Problem::bad("unknown-provider", detail));
        }
    }
    let wish = SessionWish {
        project,
        providers: providers(asked.providers.as_deref()).map(|named| named.into_iter().map(str::to_owned).collect()),
        reference: asked.reference_id.filter(|reference| !reference.is_empty()),
        success: asked.auth_success_redirect_url.unwrap_or_default(),
        failure: asked.auth_failure_redirect_url.unwrap_or_default(),
        // One that we do not speak is no error: the browser's is taken then.
        language: asked.language.as_deref().and_then(Language::of),
        format: Format::Terra,
    };
    let now = now();
    let opened = house.connect.open_session_page(wish, now).await.map_err(problem)?;
    Ok(Json(json!({
        "status": "success",
        "session_id": opened.id,
        "url": opened.url,
        "expires_in": opened.expires.saturating_sub(now) / 1_000,
    })))
}

/// A ticket for one phone, under the name that Terra's apps know it by.
pub(super) async fn phone(State(house): State<Arc<House>>, Tenant(project): Tenant) -> Result<Json<Value>, Problem> {
    let ticket = house.connect.phone_ticket(&project, now()).await.map_err(problem)?;
    Ok(Json(json!({ "status": "success", "token": ticket.token, "expires_in": ticket.expires_in })))
}

#[cfg(test)]
mod tests {
    use super::providers;

    #[test]
    fn a_list_with_commas_names_providers() {
        assert_eq!(providers(Some("STRAVA, OURA,,")), Some(vec!["STRAVA", "OURA"]));
        assert_eq!(providers(Some(" , ")), None, "nothing named is everything");
        assert_eq!(providers(None), None);
    }
}
