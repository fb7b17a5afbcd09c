//! Dexcom: three regions that know nothing of each other's users, applications and tokens.
//!
//! | call, below `/dexcom`, `/dexcom-eu` and `/dexcom-jp` | |
//! |---|---|
//! | `GET`, `POST /v2/oauth2/login` | the page; the only scope is `offline_access` |
//! | `POST /v2/oauth2/token` | secret in the form; a code lives a minute, a refresh token is good once |
//! | `/v3/users/self/…` | [`data`] |

mod data;

use http::Method;
use serde_json::json;

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::oauth::{self, Realm, Refusal, Tokens};
use crate::state::State;

pub(crate) use data::things;

const TOKEN: &str = "/v2/oauth2/token";

fn region(prefix: &str) -> Realm {
    match prefix {
        "dexcom-eu" => Realm::DexcomEu,
        "dexcom-jp" => Realm::DexcomJp,
        _ => Realm::DexcomUs,
    }
}

fn give(state: &mut State, tokens: Tokens) -> Reply {
    let body = json!({
        "access_token": tokens.access,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "refresh_token": tokens.refresh,
        // What its server adds of its own accord.
        "refresh_expires_in": 0,
        "not-before-policy": "0,",
        "session_state": state.random.guid(),
    });
    Reply::json(200, &body).with("cache-control", "no-store").to(&tokens.username)
}

pub(crate) fn whose(state: &State, prefix: &str, asked: &Asked) -> Option<String> {
    oauth::viewer(state, region(prefix), asked).map(|viewer| viewer.username)
}

pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    if asked.path == TOKEN { oauth::fail(fault) } else { data::fail(fault) }
}

/// The authorization server whose page has this path.
pub(crate) fn realm(prefix: &str, path: &[&str]) -> Option<Realm> {
    (path == ["v2", "oauth2", "login"]).then(|| region(prefix))
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let realm = region(prefix);
    match (&asked.method, path.as_slice()) {
        (&Method::GET, ["v2", "oauth2", "login"]) => {
            oauth::page(state, realm, asked, Refusal::reply).at("oauth.authorize")
        }
        (&Method::POST, ["v2", "oauth2", "login"]) => {
            oauth::submit(state, realm, asked, Refusal::reply).at("oauth.consent")
        }
        (&Method::POST, ["v2", "oauth2", "token"]) => match oauth::token(state, realm, asked) {
            Ok(tokens) => give(state, tokens),
            Err(refusal) => refusal.reply(),
        }
        .at("oauth.token"),
        (_, ["v3", ..]) => match oauth::viewer(state, realm, asked) {
            Some(viewer) => data::answer(state, asked, &viewer, &path).to(&viewer.username),
            None => data::unauthorized().at("unauthorized"),
        },
        _ => Reply::json(404, &json!({ "message": "Not Found" })),
    }
}
