//! The page between a platform and a provider, and the way back.

use std::sync::Arc;

use axum::extract::{Form, Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use gearshift_connect::{ConnectSettings, Returning};
use serde::Deserialize;

use super::now;
use crate::house::House;

/// Where a sign-in ends that has nowhere else to go. Always by a redirect: the address with code and state is in no history.
pub(super) const DONE: &str = "/connect/done";
/// The same for one that failed.
pub(super) const FAILED: &str = "/connect/failed";

/// What the link is about. Looking at it changes nothing, so that a preview or a scanner does not use it up. The browser gets its
/// cookie here, so that one which comes with a form and without that cookie was sent by another site.
pub(super) async fn show(State(house): State<Arc<House>>, Path(link): Path<String>, headers: HeaderMap) -> Response {
    let settings = house.connect.settings();
    let name = cookie_name(settings);
    let invitation = match house.connect.look_at_link(&link, cookie(&headers, name), now()).await {
        Ok(invitation) => invitation,
        Err(error) => return guarded(failed(error.code())),
    };
    let (project, provider) = (escape(&invitation.project), escape(&invitation.provider));
    let text = format!(
        "<p>{project} wants to read your data at {provider}. You sign in at {provider} itself: your password stays there.</p>\
         <form method=\"post\"><input type=\"hidden\" name=\"proof\" value=\"{proof}\">\
         <button>Continue to {provider}</button></form>",
        proof = invitation.proof
    );
    let mut response = page(StatusCode::OK, &format!("Connect {provider}"), &text);
    let secure = if is_secure(settings) { "; Secure" } else { "" };
    let lifetime = settings.login_lifetime.as_secs();
    // Lax: it has to come along when the provider sends the browser back, and does not with another site's form.
    let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}{secure}", invitation.cookie);
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    guarded(response)
}

/// What the page's form brings.
#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    proof: String,
}

/// The user goes on: from here to the end the sign-in belongs to this browser.
pub(super) async fn open(
    State(house): State<Arc<House>>,
    Path(link): Path<String>,
    headers: HeaderMap,
    Form(Shown { proof }): Form<Shown>,
) -> Response {
    let shown = cookie(&headers, cookie_name(house.connect.settings()));
    guarded(match house.connect.open_link(&link, shown, &proof, now()).await {
        Ok(opened) => Redirect::to(&opened.url).into_response(),
        Err(error) => failed(error.code()),
    })
}

fn is_secure(settings: &ConnectSettings) -> bool {
    settings.base_url.scheme() == "https"
}

/// On https, the name keeps the cookie from being set by a neighbouring host.
fn cookie_name(settings: &ConnectSettings) -> &'static str {
    if is_secure(settings) { "__Host-gearshift-browser" } else { "gearshift-browser" }
}

/// The user is back from the provider.
pub(super) async fn callback(
    State(house): State<Arc<House>>,
    Path((provider, project)): Path<(String, String)>,
    Query(query): Query<Vec<(String, String)>>,
    headers: HeaderMap,
) -> Response {
    let shown = cookie(&headers, cookie_name(house.connect.settings())).map(str::to_owned);
    let (connect, named) = (house.connect.clone(), provider.clone());
    // To its end, whether or not the browser waits for it: a code is good once, and so may be what it is exchanged for.
    let ended = tokio::spawn(async move {
        let back = Returning { provider: &named, project: &project, query: &query, cookie: shown.as_deref() };
        connect.callback(&back, now()).await
    });
    let Ok(ended) = ended.await else { return guarded(failed("internal")) };
    let response = match ended {
        Ok(signed_in) => {
            if let Err(error) = house.sync.pull_now(&signed_in.connection).await {
                tracing::error!(%error, "a first pull could not be put in the queue: the next start does it");
            }
            match signed_in.redirect.as_str() {
                "" => Redirect::to(DONE).into_response(),
                redirect => Redirect::to(redirect).into_response(),
            }
        }
        Err(failure) => {
            tracing::info!(provider, code = failure.error.code(), "a sign-in failed");
            match failure.redirect.as_str() {
                "" => Redirect::to(&format!("{FAILED}?reason={}", failure.error.code())).into_response(),
                redirect => Redirect::to(redirect).into_response(),
            }
        }
    };
    guarded(response)
}

/// The end of a sign-in that went well.
pub(super) async fn done() -> Response {
    guarded(page(StatusCode::OK, "Connected", "<p>Your account is connected. You can close this page.</p>"))
}

/// Why a sign-in failed, by its stable code.
#[derive(Debug, Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
}

/// The end of a sign-in that did not.
pub(super) async fn not_done(Query(Reason { reason }): Query<Reason>) -> Response {
    guarded(failed(&reason))
}

fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

fn failed(code: &str) -> Response {
    let text = match code {
        "stale-login" => {
            "<p>This link has been used, has expired, or was opened in another browser. Go back to where you came from and begin again.</p>"
        }
        "denied" => {
            "<p>Nothing was connected, since access was not allowed. Go back to where you came from to try again.</p>"
        }
        _ => "<p>Your account was not connected. Go back to where you came from and try again.</p>",
    };
    page(StatusCode::BAD_REQUEST, "Not connected", text)
}

fn page(status: StatusCode, title: &str, text: &str) -> Response {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><main><h1>{title}</h1>{text}</main></html>"
    );
    (status, Html(body)).into_response()
}

/// What every page of a sign-in needs: no address of it reaches another site, a cache or a frame.
fn guarded(mut response: Response) -> Response {
    const HEADERS: [(header::HeaderName, &str); 5] = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
