//! WHOOP: OAuth 2 as ORY serves it, and API v2.
//!
//! | call | |
//! |---|---|
//! | `GET`, `POST /oauth/oauth2/auth` | the page; `state` has at least 8 characters |
//! | `POST /oauth/oauth2/token` | secret in the form; a refresh ends both former tokens at once, and repeats `scope=offline` |
//! | `DELETE /developer/v2/user/access` | everything that the rider gave this application is taken back |
//! | `/developer/…` | [`data`] |

mod data;

use http::Method;
use serde_json::json;

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::oauth::{self, Realm, Refusal, Tokens};
use crate::state::State;

pub(crate) use data::things;

const TOKEN: &str = "/oauth/oauth2/token";

/// ORY's look of an error.
fn refuse(refusal: Refusal) -> Reply {
    let body = json!({
        "error": refusal.error,
        "error_description": "The request could not be granted.",
        "error_hint": refusal.about,
        "status_code": refusal.status(),
    });
    Reply::json(refusal.status(), &body)
}

fn give(tokens: Tokens) -> Reply {
    let mut body = json!({
        "access_token": tokens.access,
        "expires_in": tokens.expires_in,
        "scope": tokens.scopes.join(" "),
        "token_type": "bearer",
    });
    if let (Some(refresh), Some(fields)) = (tokens.refresh, body.as_object_mut()) {
        fields.insert("refresh_token".into(), refresh.into());
    }
    Reply::json(200, &body).with("cache-control", "no-store").to(&tokens.username)
}

pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    oauth::viewer(state, Realm::Whoop, asked).map(|viewer| viewer.username)
}

pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    if asked.path == TOKEN { oauth::fail(fault) } else { data::fail(fault) }
}

/// The authorization server whose page has this path.
pub(crate) fn realm(path: &[&str]) -> Option<Realm> {
    (path == ["oauth", "oauth2", "auth"]).then_some(Realm::Whoop)
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, path.as_slice()) {
        (&Method::GET, ["oauth", "oauth2", "auth"]) => {
            oauth::page(state, Realm::Whoop, asked, refuse).at("oauth.authorize")
        }
        (&Method::POST, ["oauth", "oauth2", "auth"]) => {
            oauth::submit(state, Realm::Whoop, asked, refuse).at("oauth.consent")
        }
        (&Method::POST, ["oauth", "oauth2", "token"]) => {
            oauth::token(state, Realm::Whoop, asked).map_or_else(refuse, give).at("oauth.token")
        }
        (_, ["developer", rest @ ..]) => api(state, asked, rest),
        _ => Reply::json(404, &json!({ "message": "Not Found" })),
    }
}

fn api(state: &mut State, asked: &Asked, path: &[&str]) -> Reply {
    let Some(viewer) = oauth::viewer(state, Realm::Whoop, asked) else {
        return data::unauthorized().at("unauthorized");
    };
    if (&asked.method, path) == (&Method::DELETE, &["v2", "user", "access"]) {
        let client = oauth::client(state, Realm::Whoop, asked);
        oauth::revoke(state, Realm::Whoop, client.as_deref(), &viewer.username);
        return Reply::empty(204).at("user.access").to(&viewer.username);
    }
    data::answer(state, asked, &viewer, path).to(&viewer.username)
}
