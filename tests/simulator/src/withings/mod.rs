//! Withings: OAuth 2 in an envelope, and its API of forms.
//!
//! | call | |
//! |---|---|
//! | `GET`, `POST /withings-account/oauth2_user/authorize2` | the page; scopes are separated by commas |
//! | `POST /withings/v2/oauth2` `action=requesttoken` | a code lives 30 s; secret, or nonce and signature |
//! | `POST /withings/v2/oauth2` `action=revoke` | by nonce and signature alone, with `userid` |
//! | `POST /withings/v2/signature` `action=getnonce` | a nonce is good once, for 30 minutes |
//! | `POST /withings/…` | [`data`] |
//!
//! Every answer has HTTP status 200; its own is in the body. Which number a dead code or refresh token has is not in the
//! documentation: real ones were seen with 503, "Invalid Params". An application that is not recognised has 401.

mod data;

use http::Method;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::oauth::{self, Realm, Refusal, Tokens};
use crate::state::State;

pub(crate) use data::things;

fn envelope(body: &Value) -> Reply {
    Reply::json(200, &json!({ "status": 0, "body": body }))
}

fn error(status: u16, text: &str) -> Reply {
    Reply::json(200, &json!({ "status": status, "body": {}, "error": text }))
}

fn refuse(refusal: Refusal) -> Reply {
    match refusal.error {
        "invalid_client" => error(401, "Invalid client credentials"),
        _ => error(503, &format!("Invalid Params: {}", refusal.about)),
    }
}

fn give(state: &mut State, tokens: Tokens) -> Reply {
    let number = tokens.id.parse::<i64>().unwrap_or_default();
    // Documented as either: here it takes turns.
    let userid = if tokens.issues % 2 == 1 { json!(tokens.id) } else { json!(number) };
    let body = json!({
        "userid": userid,
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "scope": tokens.scopes.join(","),
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "csrf_token": state.random.hex(32),
    });
    envelope(&body).to(&tokens.username)
}

pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    oauth::viewer(state, Realm::Withings, asked).map(|viewer| viewer.username)
}

pub(crate) fn fail(fault: &Fault) -> Reply {
    data::fail(fault)
}

/// The authorization server whose page has this path.
pub(crate) fn realm(prefix: &str, path: &[&str]) -> Option<Realm> {
    ((prefix, path) == ("withings-account", &["oauth2_user", "authorize2"])).then_some(Realm::Withings)
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, prefix, path.as_slice()) {
        (&Method::GET, "withings-account", ["oauth2_user", "authorize2"]) => {
            oauth::page(state, Realm::Withings, asked, Refusal::reply).at("oauth.authorize")
        }
        (&Method::POST, "withings-account", ["oauth2_user", "authorize2"]) => {
            oauth::submit(state, Realm::Withings, asked, Refusal::reply).at("oauth.consent")
        }
        (&Method::POST, "withings", ["v2", "oauth2"]) => act(state, asked),
        (&Method::POST, "withings", ["v2", "signature"]) => {
            let nonce = if asked.form("action").as_deref() == Some("getnonce") {
                oauth::nonce(state, Realm::Withings, asked)
            } else {
                Err(Refusal { error: "invalid_request", about: "action" })
            };
            nonce.map_or_else(refuse, |nonce| envelope(&json!({ "nonce": nonce }))).at("signature")
        }
        (_, "withings", path) => match oauth::viewer(state, Realm::Withings, asked) {
            Some(viewer) => data::answer(state, asked, &viewer, path).to(&viewer.username),
            None => data::unauthorized().at("unauthorized"),
        },
        _ => Reply::html(404, "<!DOCTYPE html><html><body><h1>Not found</h1></body></html>".into()),
    }
}

fn act(state: &mut State, asked: &Asked) -> Reply {
    match asked.form("action").as_deref() {
        Some("requesttoken") => match oauth::token(state, Realm::Withings, asked) {
            Ok(tokens) => give(state, tokens),
            Err(refusal) => refuse(refusal),
        }
        .at("oauth.token"),
        Some("revoke") => revoke(state, asked).map_or_else(refuse, |()| envelope(&json!({}))).at("oauth.revoke"),
        _ => error(503, "Invalid Params: action"),
    }
}

/// The user is named by the provider's id: a token is not asked for.
fn revoke(state: &mut State, asked: &Asked) -> Result<(), Refusal> {
    let now = state.clock.now();
    let client = oauth::by_signature(state.oauth.at_mut(Realm::Withings), asked, now)?;
    let wanted = asked.form("userid").unwrap_or_default();
    let (provider, seed) = (Realm::Withings.provider(), state.world.seed);
    let rider = state.world.riders.iter().find(|rider| oauth::user_id(provider, seed, rider, &client) == wanted);
    let username = rider.map(|rider| rider.username.clone());
    let username = username.ok_or(Refusal { error: "invalid_request", about: "userid" })?;
    oauth::revoke(state, Realm::Withings, Some(&client), &username);
    Ok(())
}
