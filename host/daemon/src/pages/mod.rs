//! The pages that users see while they connect an account. They work without script, keyboard and screen reader included.
//!
//! | route | what it shows |
//! |---|---|
//! | `GET /connect/{session}` | the choice of a provider (`?q=` narrows it), or with `?provider=`, or where there is but one: what is read |
//! | `POST /connect/{session}` | the user agrees, and goes on to the provider or to a form |
//! | `GET`, `POST /connect/{session}/form` | a provider's form, and the choice among several accounts |
//! | `GET /connect/{session}/done`, `/connect/{session}/failed` | how it ended, and the way back to the platform |
//! | `GET /connect/failed` | the same where nobody knows of a session |
//! | `GET /oauth/{provider}/{project}/callback` | the user is back, and is sent on |
//! | `GET /connect/style.css`, `/connect/icon.svg` | what they look like |

mod callback;
mod ending;
mod form;
mod session;
mod texts;
mod view;

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::get;
use gearshift_connect::{Browser, ConnectError, ConnectSettings, Language, Visit};

use crate::house::House;
use crate::public::now;
use view::Frame;

/// The routes.
pub(crate) fn routes() -> Router<Arc<House>> {
    let pages = Router::new()
        .route("/connect/failed", get(ending::nowhere))
        .route("/connect/{session}", get(session::show).post(session::agree))
        .route("/connect/{session}/form", get(form::show).post(form::hand_in))
        .route("/connect/{session}/done", get(ending::done))
        .route("/connect/{session}/failed", get(ending::failed))
        .route("/oauth/{provider}/{project}/callback", get(callback::callback))
        .layer(middleware::map_response(guarded));
    Router::new()
        .route("/connect/style.css", get(|| asset("text/css", include_str!("../../templates/style.css"))))
        .route("/connect/icon.svg", get(|| asset("image/svg+xml", include_str!("../../templates/icon.svg"))))
        .merge(pages)
}

/// What a request for a page brings.
pub(super) struct Guest {
    house: Arc<House>,
    /// The session's id; empty where its address has none.
    id: String,
    cookie: Option<String>,
    /// The browser's language, where the session has none.
    language: Language,
}

impl FromRequestParts<Arc<House>> for Guest {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        house: &Arc<House>,
    ) -> Result<Self, Self::Rejection> {
        let house = house.clone();
        let id = Path::<String>::from_request_parts(parts, &house).await.map_or_else(|_| String::new(), |Path(id)| id);
        let cookie = cookie(&parts.headers, cookie_name(house.connect.settings())).map(str::to_owned);
        Ok(Self { house, id, cookie, language: accepted(&parts.headers) })
    }
}

impl Guest {
    async fn visit(&self) -> Result<Visit, ConnectError> {
        self.house.connect.visit(&self.id, self.cookie.as_deref(), now()).await
    }

    fn browser<'a>(&'a self, proof: &'a str) -> Browser<'a> {
        Browser { cookie: self.cookie.as_deref(), proof }
    }

    fn root(&self) -> String {
        self.house.connect.settings().base_url.path().trim_end_matches('/').to_owned()
    }

    fn speaks(&self, visit: &Visit) -> Language {
        visit.language.unwrap_or(self.language)
    }

    /// The frame of a page of a session, about a provider by its name.
    fn frame(&self, visit: &Visit, provider: Option<&str>) -> Frame {
        Frame::of(self.root(), &self.id, visit, self.speaks(visit), provider)
    }

    /// A redirect within the session's pages.
    fn to(&self, rest: &str) -> Response {
        Redirect::to(&format!("{}/connect/{}{rest}", self.root(), self.id)).into_response()
    }

    /// A page of a session. The browser gets its cookie, so that one which comes with a form and without that cookie was sent by
    /// another site.
    fn page(&self, visit: &Visit, status: StatusCode, template: &impl Template) -> Response {
        let settings = self.house.connect.settings();
        let mut response = page(status, template);
        let secure = if is_secure(settings) { "; Secure" } else { "" };
        let lifetime = (settings.session_lifetime + settings.login_lifetime).as_secs();
        // Lax: it has to come along when the provider sends the browser back, and does not with another site's form.
        let name = cookie_name(settings);
        let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax; Max-Age={lifetime}{secure}", visit.cookie);
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

fn page(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// What a form of ours brings, by name.
struct Given(Vec<(String, String)>);

impl Given {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }
}

fn is_secure(settings: &ConnectSettings) -> bool {
    settings.base_url.scheme() == "https"
}

/// On https, the name keeps the cookie from being set by a neighbouring host.
fn cookie_name(settings: &ConnectSettings) -> &'static str {
    if is_secure(settings) { "__Host-gearshift-browser" } else { "gearshift-browser" }
}

fn cookie<'h>(headers: &'h HeaderMap, wanted: &str) -> Option<&'h str> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The first language of the browser's that we speak.
fn accepted(headers: &HeaderMap) -> Language {
    let listed = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let tags = listed.split(',').map(|entry| entry.split(';').next().unwrap_or_default().trim());
    tags.filter_map(Language::of).next().unwrap_or_default()
}

async fn asset(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, text).into_response()
}

/// A form goes to us and nowhere else, also by redirects, which Chromium counts in.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// What every page of a sign-in needs: no address of it reaches another site, a cache or a frame.
async fn guarded(mut response: Response) -> Response {
    const HEADERS: [(header::HeaderName, &str); 4] = [
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        for (listed, language) in [
            ("de-AT,de;q=0.9,en;q=0.8", Language::De),
            ("fr-FR, de;q=0.5, en;q=0.4", Language::De),
            ("en-US,en;q=0.9,de;q=0.8", Language::En),
            ("fr", Language::En),
            ("", Language::En),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_LANGUAGE, HeaderValue::from_static(listed))]);
            assert_eq!(accepted(&headers), language, "{listed}");
        }
    }
}
