//! Polar: AccessLink v3 and the Dynamic API v4, side by side.
//!
//! | call | |
//! |---|---|
//! | `GET`, `POST /polar-flow/oauth2/authorization`, `POST /polar-remote/v2/oauth2/token` | v3: HTTP Basic, no refresh token, `x_user_id` |
//! | `GET`, `POST /polar-auth/oauth/authorize`, `POST /polar-auth/oauth/token` | v4: HTTP Basic, a refresh token |
//! | `POST /polar/v3/users` | registers the user: until then every other call of v3 is a 403; again, it is a 409 |
//! | `DELETE /polar/v3/users/{id}` | takes that back, and the token with it |
//! | `/polar/v3/…`, `/polar/v4/data/…` | [`data`] |

mod data;

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use crate::clock::bare;
use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::oauth::{self, Realm, Refusal, Tokens, Viewer};
use crate::state::State;

pub(crate) use data::things;

/// What Polar remembers beside its tokens.
#[derive(Debug, Default)]
pub(crate) struct Polar {
    /// Application and rider, and under which id the application registered them.
    registered: BTreeMap<(String, String), String>,
}

impl Polar {
    /// Forgets that an application, or any, registered a rider.
    fn forget(&mut self, client: Option<&str>, username: &str) {
        self.registered.retain(|(of, user), _| user != username || client.is_some_and(|client| client != of));
    }
}

/// A rider took back what they had given: they are registered no more.
pub(crate) fn withdrawn(state: &mut State, username: &str) {
    state.polar.forget(None, username);
}

fn give_v3(tokens: Tokens) -> Reply {
    let body = json!({
        "access_token": tokens.access,
        "token_type": "bearer",
        "expires_in": tokens.expires_in,
        "x_user_id": tokens.id.parse::<i64>().unwrap_or_default(),
    });
    Reply::json(200, &body).to(&tokens.username)
}

fn give_v4(state: &mut State, tokens: Tokens) -> Reply {
    let body = json!({
        "access_token": tokens.access,
        "token_type": "bearer",
        "refresh_token": tokens.refresh,
        "expires_in": tokens.expires_in,
        "scope": tokens.scopes.join(" "),
        "jti": state.random.guid(),
    });
    Reply::json(200, &body).to(&tokens.username)
}

/// Which generation's token a request needs.
fn generation(asked: &Asked) -> Realm {
    if asked.path.starts_with("/v4/") { Realm::PolarV4 } else { Realm::PolarV3 }
}

pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    oauth::viewer(state, generation(asked), asked).map(|viewer| viewer.username)
}

pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    if matches!(asked.path.as_str(), "/v2/oauth2/token" | "/oauth/token") {
        return oauth::fail(fault);
    }
    data::fail(fault)
}

/// The authorization server whose page has this path.
pub(crate) fn realm(prefix: &str, path: &[&str]) -> Option<Realm> {
    match (prefix, path) {
        ("polar-flow", ["oauth2", "authorization"]) => Some(Realm::PolarV3),
        ("polar-auth", ["oauth", "authorize"]) => Some(Realm::PolarV4),
        _ => None,
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let Some(realm) = realm(prefix, &path) {
        return match asked.method {
            Method::GET => oauth::page(state, realm, asked, Refusal::reply).at("oauth.authorize"),
            Method::POST => oauth::submit(state, realm, asked, Refusal::reply).at("oauth.consent"),
            _ => Reply::empty(405),
        };
    }
    match (&asked.method, prefix, path.as_slice()) {
        (&Method::POST, "polar-remote", ["v2", "oauth2", "token"]) => {
            oauth::token(state, Realm::PolarV3, asked).map_or_else(Refusal::reply, give_v3).at("oauth.token")
        }
        (&Method::POST, "polar-auth", ["oauth", "token"]) => match oauth::token(state, Realm::PolarV4, asked) {
            Ok(tokens) => give_v4(state, tokens),
            Err(refusal) => refusal.reply(),
        }
        .at("oauth.token"),
        (_, "polar", ["v3", ..]) => v3(state, asked, &path),
        (_, "polar", ["v4", ..]) => match oauth::viewer(state, Realm::PolarV4, asked) {
            Some(viewer) => data::answer(state, asked, &viewer, &path).to(&viewer.username),
            None => data::unauthorized().at("unauthorized"),
        },
        _ => Reply::empty(404),
    }
}

fn v3(state: &mut State, asked: &Asked, path: &[&str]) -> Reply {
    let viewer = oauth::viewer(state, Realm::PolarV3, asked);
    let (Some(viewer), Some(client)) = (viewer, oauth::client(state, Realm::PolarV3, asked)) else {
        return data::unauthorized().at("unauthorized");
    };
    let key = (client, viewer.username.clone());
    let registered = state.polar.registered.contains_key(&key);
    match (&asked.method, path) {
        (&Method::POST, ["v3", "users"]) => register(state, asked, &viewer, key).at("users.register"),
        _ if !registered => problem(403, "the user is not registered").at("users.unregistered"),
        (&Method::DELETE, ["v3", "users", id]) if *id == viewer.id => {
            oauth::revoke(state, Realm::PolarV3, Some(&key.0), &viewer.username);
            state.polar.forget(Some(&key.0), &viewer.username);
            Reply::empty(204).at("users.delete")
        }
        (&Method::DELETE, ["v3", "users", _]) => problem(403, "another user's id").at("users.delete"),
        _ => data::answer(state, asked, &viewer, path),
    }
    .to(&viewer.username)
}

fn problem(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "code": status, "message": message }))
}

fn register(state: &mut State, asked: &Asked, viewer: &Viewer, key: (String, String)) -> Reply {
    if !viewer.may("accesslink.read_all") {
        return problem(403, "the user has not given all consents");
    }
    let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    let Some(member) = body.get("member-id").and_then(Value::as_str).filter(|id| !id.is_empty()) else {
        return problem(400, "member-id is missing");
    };
    if state.polar.registered.contains_key(&key) {
        return problem(409, "the user is registered already");
    }
    let Some(rider) = state.world.rider(&viewer.username) else { return data::unauthorized() };
    let answer = json!({
        "polar-user-id": viewer.id.parse::<i64>().unwrap_or_default(),
        "member-id": member,
        "registration-date": format!("{}.000Z", bare(state.clock.now())),
        "first-name": rider.first,
        "last-name": rider.last,
        "gender": if rider.female { "FEMALE" } else { "MALE" },
        "weight": rider.weight,
        "extra-info": [],
    });
    state.polar.registered.insert(key, member.to_owned());
    Reply::json(200, &answer)
}
