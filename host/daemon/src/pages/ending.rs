//! How it ended, and the way back.

use axum::extract::Query;
use axum::http::StatusCode;
use axum::response::Response;
use gearshift_connect::{Amiss, Standing, Unfinished, Visit};
use serde::Deserialize;

use super::texts::Texts;
use super::view::{Ending, Frame};
use super::{Guest, page};

/// Why a sign-in failed, by its stable code, and where.
#[derive(Debug, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    provider: String,
}

/// The end of a sign-in of which nobody knows the session.
pub(super) async fn nowhere(guest: Guest, Query(Reason { reason, .. }): Query<Reason>) -> Response {
    without_session(&guest, &reason)
}

/// The end of a session that went well. It leads on by itself, and not by a redirect: the form goes to us and no further.
pub(super) async fn done(guest: Guest) -> Response {
    match guest.visit().await {
        Ok(visit) if visit.standing == Standing::Connected => {
            let mut ending = connected(&guest, &visit).await;
            ending.refresh = visit.onward();
            guest.page(&visit, StatusCode::OK, &ending)
        }
        Ok(_) => guest.to(""),
        Err(error) => without_session(&guest, error.code()),
    }
}

/// A sign-in of a session failed. While the session is open the user can try again.
pub(super) async fn failed(guest: Guest, Query(Reason { reason, provider }): Query<Reason>) -> Response {
    let reason = if is_code(&reason) { reason.as_str() } else { "internal" };
    match guest.visit().await {
        Ok(visit) if visit.standing == Standing::Open => of_code(&guest, &visit, Some(&provider), reason).await,
        Ok(visit) => as_it_stands(&guest, &visit).await,
        Err(error) => without_session(&guest, error.code()),
    }
}

/// What cannot be tried in this session any more.
pub(super) fn without_session(guest: &Guest, code: &str) -> Response {
    let f = Frame::bare(guest.root(), guest.language);
    let (title, text) = match code {
        "not-shown" => (f.t.shown_title.clone(), f.t.shown_text.clone()),
        _ => (f.t.stale_title.clone(), f.t.stale_text.clone()),
    };
    let ending = Ending { f, good: false, title, text, detail: None, refresh: None, actions: Vec::new() };
    page(StatusCode::BAD_REQUEST, &ending)
}

/// A session that is over: its user is connected, or too late.
pub(super) async fn as_it_stands(guest: &Guest, visit: &Visit) -> Response {
    match visit.standing {
        Standing::Connected => guest.page(visit, StatusCode::OK, &connected(guest, visit).await),
        Standing::Expired | Standing::Open => {
            let f = guest.frame(visit, None);
            let (title, text) = (f.t.expired_title.clone(), f.t.expired_text.clone());
            let actions = back(&f.t, visit, "expired");
            let ending = Ending { f, good: false, title, text, detail: None, refresh: None, actions };
            guest.page(visit, StatusCode::BAD_REQUEST, &ending)
        }
    }
}

async fn connected(guest: &Guest, visit: &Visit) -> Ending {
    let provider = guest.house.connect.connected_at(visit).unwrap_or_default();
    let f = guest.frame(visit, Some(&provider));
    let onward = visit.onward();
    let mut text = f.t.done_text.clone();
    if onward.is_none() {
        text = format!("{text} {}", f.t.done_close);
    }
    let actions = onward.map(|address| (address, f.t.done_on.clone())).into_iter().collect();
    Ending { good: true, title: f.t.done_title.clone(), text, detail: None, refresh: None, actions, f }
}

/// Nothing was connected, for a reason by its stable code. While the session is open the user can try again.
pub(super) async fn of_code(guest: &Guest, visit: &Visit, provider: Option<&str>, code: &str) -> Response {
    let provider = provider.or(visit.only());
    let offer = match provider {
        Some(provider) => guest.house.connect.offer_to(visit, provider).await.ok(),
        None => None,
    };
    let f = guest.frame(visit, offer.as_ref().map(|offer| offer.name.as_str()));
    let (title, text) = told(&f.t, code, offer.is_some());
    let retry = match &offer {
        Some(offer) => format!("{}?provider={}", f.base, offer.provider),
        None => f.base.clone(),
    };
    // Where a session names one provider that cannot be connected, there is nothing to try.
    let hopeless = offer.is_none() && visit.only().is_some();
    let mut actions = Vec::new();
    if !hopeless {
        actions.push((retry, f.t.retry.clone()));
    }
    actions.extend(back(&f.t, visit, code));
    let unfinished = provider.and_then(|provider| guest.house.connect.unfinished(visit, provider));
    let detail = match unfinished {
        Some(Unfinished { amiss: Amiss::Wanted(said), .. }) if code == "action-required" => Some(said),
        _ => None,
    };
    let ending = Ending { title, text, good: false, detail, refresh: None, actions, f };
    guest.page(visit, StatusCode::BAD_REQUEST, &ending)
}

/// What a code means, to people; `named` says whether there is a provider of whom to speak.
fn told(t: &Texts, code: &str, named: bool) -> (String, String) {
    let (title, text) = match code {
        "unknown-provider" | "not-accepted" | "not-configured" | "unsupported" => {
            (&t.unoffered_title, &t.unoffered_text)
        }
        _ if !named => (&t.failed_title, &t.failed_text),
        "denied" => (&t.denied_title, &t.denied_text),
        "unavailable" => (&t.unavailable_title, &t.unavailable_text),
        "action-required" => (&t.required_title, &t.required_text),
        "issuer" => (&t.issuer_title, &t.issuer_text),
        _ => (&t.failed_title, &t.failed_text),
    };
    (title.clone(), text.clone())
}

fn back(t: &Texts, visit: &Visit, reason: &str) -> Vec<(String, String)> {
    visit.back(reason).map(|address| (address, t.back.clone())).into_iter().collect()
}

/// Whether it may be a code: it goes on to the platform, and anybody can write an address.
fn is_code(text: &str) -> bool {
    !text.is_empty() && text.len() <= 40 && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}
