//! The user is back from the provider.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse as _, Redirect, Response};
use gearshift_connect::{NotSignedIn, Returning};

use super::{Guest, ending};
use crate::public::now;

/// Always answered by a redirect: the address with code and state is in no history.
pub(super) async fn callback(
    guest: Guest,
    Path((provider, project)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    let (connect, named, shown) = (guest.house.connect.clone(), provider.clone(), guest.cookie.clone());
    // To its end, whether or not the browser waits for it: a code is good once, and so may be what it is exchanged for.
    let ended = tokio::spawn(async move {
        let back = Returning { provider: &named, project: &project, query: &query, cookie: shown.as_deref() };
        connect.callback(&back, now()).await
    });
    match ended.await {
        Ok(Ok(signed_in)) => {
            if let Err(error) = guest.house.sync.pull_now(&signed_in.connection).await {
                tracing::error!(%error, "a first pull could not be put in the queue: the next start does it");
            }
            match signed_in.redirect.as_str() {
                "" => Redirect::to(&format!("{}/connect/{}/done", guest.root(), signed_in.session)).into_response(),
                redirect => Redirect::to(redirect).into_response(),
            }
        }
        Ok(Err(failure)) => {
            tracing::info!(provider, code = failure.error.code(), "a sign-in failed");
            Redirect::to(&failed(&guest.root(), &provider, &failure)).into_response()
        }
        Err(_) => ending::without_session(&guest, "internal"),
    }
}

fn failed(root: &str, provider: &str, failure: &NotSignedIn) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("reason", failure.error.code());
    match failure.session.as_str() {
        "" => format!("{root}/connect/failed?{}", query.finish()),
        session => {
            let query = query.append_pair("provider", &provider.to_ascii_uppercase()).finish();
            format!("{root}/connect/{session}/failed?{query}")
        }
    }
}
