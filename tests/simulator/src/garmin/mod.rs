//! Garmin: OAuth 2 with a proof key, and what its API says of a user. Its data comes by hooks, which are not played.
//!
//! | call | |
//! |---|---|
//! | `GET`, `POST /garmin-connect/oauth2Confirm` | the page; no scopes are asked for, the rider unticks permissions |
//! | `POST /garmin-auth/di-oauth2-service/oauth/token` | secret in the form, S256 mandatory; the refresh token rotates |
//! | `GET /garmin/wellness-api/rest/user/id`, `…/user/permissions` (also below `/partner-gateway`) | |
//! | `DELETE /garmin/wellness-api/rest/user/registration` | everything that the rider gave this application is taken back |

use http::Method;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::oauth::{self, Realm, Refusal, Tokens};
use crate::state::State;

const TOKEN: &str = "/di-oauth2-service/oauth/token";

fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "errorMessage": message }))
}

fn give(state: &mut State, tokens: Tokens) -> Reply {
    let body = json!({
        "access_token": tokens.access,
        "expires_in": tokens.expires_in,
        "token_type": "bearer",
        "refresh_token": tokens.refresh,
        // Always the same, whatever the rider allowed.
        "scope": "PARTNER_WRITE PARTNER_READ CONNECT_READ CONNECT_WRITE",
        "jti": state.random.guid(),
        "refresh_token_expires_in": tokens.refresh_expires_in,
    });
    Reply::json(200, &body).with("cache-control", "no-store").to(&tokens.username)
}

pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    oauth::viewer(state, Realm::Garmin, asked).map(|viewer| viewer.username)
}

pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    if asked.path == TOKEN {
        return oauth::fail(fault);
    }
    match fault {
        Fault::RateLimited { retry_after } => {
            let reply = error(429, "Too many requests");
            retry_after.iter().fold(reply, |reply, seconds| reply.with("retry-after", seconds.to_string()))
        }
        Fault::Unauthorized => unauthorized(),
        Fault::Status { status } => error(*status, "The request failed"),
        Fault::Malformed => Reply { body: "{\"userId\":\"7c".into(), ..Reply::json(200, &Value::Null) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Garmin Connect is down</h1></body></html>".into()),
    }
}

fn unauthorized() -> Reply {
    error(401, "The access token is not good")
}

/// The authorization server whose page has this path.
pub(crate) fn realm(prefix: &str, path: &[&str]) -> Option<Realm> {
    ((prefix, path) == ("garmin-connect", &["oauth2Confirm"])).then_some(Realm::Garmin)
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, prefix, path.as_slice()) {
        (&Method::GET, "garmin-connect", ["oauth2Confirm"]) => {
            oauth::page(state, Realm::Garmin, asked, Refusal::reply).at("oauth.authorize")
        }
        (&Method::POST, "garmin-connect", ["oauth2Confirm"]) => {
            oauth::submit(state, Realm::Garmin, asked, Refusal::reply).at("oauth.consent")
        }
        (&Method::POST, "garmin-auth", ["di-oauth2-service", "oauth", "token"]) => {
            let result = oauth::token(state, Realm::Garmin, asked);
            match result {
                Ok(tokens) => give(state, tokens),
                Err(refusal) => refusal.reply(),
            }
            .at("oauth.token")
        }
        (method, "garmin", ["wellness-api" | "partner-gateway", "rest", "user", what]) => {
            user(state, asked, method, what)
        }
        _ => error(404, "Not Found"),
    }
}

fn user(state: &mut State, asked: &Asked, method: &Method, what: &str) -> Reply {
    let Some(viewer) = oauth::viewer(state, Realm::Garmin, asked) else { return unauthorized().at("unauthorized") };
    let reply = match (method, what) {
        (&Method::GET, "id") => Reply::json(200, &json!({ "userId": viewer.id })).at("user.id"),
        (&Method::GET, "permissions") => Reply::json(200, &json!(viewer.scopes)).at("user.permissions"),
        (&Method::DELETE, "registration") => {
            let client = oauth::client(state, Realm::Garmin, asked);
            oauth::revoke(state, Realm::Garmin, client.as_deref(), &viewer.username);
            Reply::empty(204).at("user.registration")
        }
        _ => error(404, "Not Found"),
    };
    reply.to(&viewer.username)
}
