//! A provider's form, where its users sign in by ours, and the choice among several accounts.

use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::Response;
use gearshift_connect::{Amiss, ConnectError, HandedIn, Offer, SignInBy, Standing, Unfinished};
use secrecy::SecretString;
use serde::Deserialize;

use super::session::refused;
use super::view::{Choose, SignIn};
use super::{Given, Guest, ending};
use crate::public::now;

/// What a field's name begins with in our forms, so that no provider's field is taken for one of ours.
const FIELD: &str = "field-";

/// Whose form.
#[derive(Deserialize)]
pub(super) struct Whose {
    #[serde(default)]
    provider: String,
    /// Without what was handed in before.
    anew: Option<String>,
}

pub(super) async fn show(guest: Guest, Query(Whose { provider, anew }): Query<Whose>) -> Response {
    let visit = match guest.visit().await {
        Ok(visit) => visit,
        Err(error) => return ending::without_session(&guest, error.code()),
    };
    if visit.standing != Standing::Open {
        return ending::as_it_stands(&guest, &visit).await;
    }
    let offer = match guest.house.connect.offer_to(&visit, &provider).await {
        Ok(Offer { by: SignInBy::Provider, .. }) => return guest.to(""),
        Ok(offer) => offer,
        Err(error) => return ending::of_code(&guest, &visit, Some(&provider), error.code()).await,
    };
    let f = guest.frame(&visit, Some(&offer.name));
    let unfinished = guest.house.connect.unfinished(&visit, &provider).filter(|_| anew.is_none());
    if let Some(Unfinished { amiss: Amiss::Choose(choices), .. }) = unfinished {
        return guest.page(&visit, StatusCode::OK, &Choose { f, provider, choices });
    }
    let mut page = SignIn::new(f, &offer, guest.speaks(&visit));
    if let Some(unfinished) = unfinished {
        page.go_on(unfinished);
    }
    guest.page(&visit, StatusCode::OK, &page)
}

/// The user hands in the form, or says which account is meant.
pub(super) async fn hand_in(guest: Guest, Form(given): Form<Vec<(String, String)>>) -> Response {
    let given = Given(given);
    let (connect, id, cookie) = (guest.house.connect.clone(), guest.id.clone(), guest.cookie.clone());
    let (proof, provider) = (given.get("proof").to_owned(), given.get("provider").to_owned());
    let form = handed_in(&given);
    let named = provider.clone();
    // To its end, whether or not the browser waits for it: a session that was opened is not left behind.
    let handing_in = tokio::spawn(async move {
        let browser = gearshift_connect::Browser { cookie: cookie.as_deref(), proof: &proof };
        connect.hand_in(&id, &browser, &named, form, now()).await
    });
    match handing_in.await {
        Ok(Ok(signed_in)) => {
            if let Err(error) = guest.house.sync.pull_now(&signed_in.connection).await {
                tracing::error!(%error, "a first pull could not be put in the queue: the next start does it");
            }
            guest.to("/done")
        }
        Ok(Err(error)) => {
            tracing::info!(provider, code = error.code(), "a form was not taken");
            again(&guest, &provider, error).await
        }
        Err(_) => ending::without_session(&guest, "internal"),
    }
}

fn handed_in(given: &Given) -> HandedIn {
    let filled = given.0.iter().filter(|(_, value)| !value.is_empty());
    let fields = filled.filter_map(|(name, value)| Some((name.strip_prefix(FIELD)?, value)));
    HandedIn {
        fields: fields.map(|(name, value)| (name.to_owned(), SecretString::from(value.as_str()))).collect(),
        keep: given.get("keep") == "yes",
        account: Some(given.get("account").to_owned()).filter(|account| !account.is_empty()),
    }
}

/// What the user can put right is said on the form; what not, on a page of its own. Either way by a redirect, so that no browser
/// has to hand a form in again to show it.
async fn again(guest: &Guest, provider: &str, error: ConnectError) -> Response {
    let query = |more: &[(&str, &str)]| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("provider", provider).extend_pairs(more).finish()
    };
    match error {
        ConnectError::NotShown | ConnectError::StaleLogin => refused(guest, Some(provider), error).await,
        ConnectError::Form(_) | ConnectError::Denied(_) | ConnectError::ChooseAccount(_) => {
            guest.to(&format!("/form?{}", query(&[])))
        }
        error => guest.to(&format!("/failed?{}", query(&[("reason", error.code())]))),
    }
}
