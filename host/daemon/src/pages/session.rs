//! The choice of a provider, and what is read there.

use axum::extract::{Form, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use gearshift_connect::{ConnectError, Offer, Onward, SignInBy, Standing, Visit};
use serde::Deserialize;

use super::view::{Consent, Pick, Service};
use super::{Given, Guest, ending, is_secure, texts};
use crate::public::now;

/// From how many services on they are searched. Default 6: fewer are seen at a glance.
const SEARCHABLE: usize = 6;

/// What is looked at.
#[derive(Deserialize)]
pub(super) struct Looking {
    provider: Option<String>,
    #[serde(default)]
    q: String,
}

/// Looking changes nothing, so that a preview or a scanner does not use the session up.
pub(super) async fn show(guest: Guest, Query(Looking { provider, q }): Query<Looking>) -> Response {
    let visit = match guest.visit().await {
        Ok(visit) => visit,
        Err(error) => return ending::without_session(&guest, error.code()),
    };
    if visit.standing != Standing::Open {
        return ending::as_it_stands(&guest, &visit).await;
    }
    let shown = match provider.as_deref().or_else(|| visit.only()) {
        Some(provider) => {
            guest.house.connect.offer_to(&visit, provider).await.map(|offer| consent(&guest, &visit, offer))
        }
        None => guest.house.connect.offers(&visit).await.map(|offers| pick(&guest, &visit, offers, &q)),
    };
    match shown {
        Ok(response) => response,
        Err(error) => ending::of_code(&guest, &visit, provider.as_deref(), error.code()).await,
    }
}

fn pick(guest: &Guest, visit: &Visit, offers: Vec<Offer>, searched: &str) -> Response {
    let search = offers.len() >= SEARCHABLE;
    let searched = searched.trim();
    let wanted = searched.to_lowercase();
    let found = offers.into_iter().filter(|offer| offer.name.to_lowercase().contains(&wanted));
    let page = Pick {
        f: guest.frame(visit, None),
        search,
        searched: searched.to_owned(),
        services: found.map(Service::from).collect(),
    };
    guest.page(visit, StatusCode::OK, &page)
}

fn consent(guest: &Guest, visit: &Visit, offer: Offer) -> Response {
    let language = guest.speaks(visit);
    let leads_away = matches!(offer.by, SignInBy::Provider);
    let f = guest.frame(visit, Some(&offer.name));
    let (how, go) = match offer.by {
        SignInBy::Provider => (&f.t.consent_there, &f.t.consent_go),
        SignInBy::Password(_) => (&f.t.consent_password, &f.t.consent_go_form),
        SignInBy::Key(_) => (&f.t.consent_key, &f.t.consent_go_form),
    };
    let page = Consent {
        how: how.clone(),
        go: go.clone(),
        reads: offer.reads.iter().map(|kind| texts::kind(kind, language)).collect(),
        provider: offer.provider,
        official: offer.official,
        others: visit.only().is_none(),
        f,
    };
    let mut response = guest.page(visit, StatusCode::OK, &page);
    if leads_away {
        // The form is redirected to the provider, and perhaps from there, without a page, back to us and to the platform. It
        // brings no secret of the user's.
        let also = if is_secure(guest.house.connect.settings()) { "https:" } else { "https: http:" };
        let policy = super::POLICY.replace("form-action 'self'", &format!("form-action 'self' {also}"));
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

/// The user agrees: from here to the end the session belongs to this browser.
pub(super) async fn agree(guest: Guest, Form(given): Form<Vec<(String, String)>>) -> Response {
    let given = Given(given);
    let provider = Some(given.get("provider")).filter(|provider| !provider.is_empty());
    let agreed = guest.house.connect.agree(&guest.id, &guest.browser(given.get("proof")), provider, now()).await;
    match agreed {
        Ok(Onward::Provider(url)) => Redirect::to(&url).into_response(),
        Ok(Onward::Form) => form_of(&guest, provider).await,
        Err(error) => refused(&guest, provider, error).await,
    }
}

async fn form_of(guest: &Guest, provider: Option<&str>) -> Response {
    let only = match provider {
        Some(_) => None,
        None => guest.visit().await.ok().and_then(|visit| visit.only().map(str::to_owned)),
    };
    let provider = provider.or(only.as_deref()).unwrap_or_default();
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("provider", provider).finish();
    guest.to(&format!("/form?{query}"))
}

/// A form of ours came to nothing.
pub(super) async fn refused(guest: &Guest, provider: Option<&str>, error: ConnectError) -> Response {
    match (guest.visit().await, error) {
        (_, ConnectError::NotShown) => ending::without_session(guest, "not-shown"),
        (Err(error), _) => ending::without_session(guest, error.code()),
        (Ok(visit), ConnectError::StaleLogin) => ending::as_it_stands(guest, &visit).await,
        (Ok(visit), error) => ending::of_code(guest, &visit, provider, error.code()).await,
    }
}
