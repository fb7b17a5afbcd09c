//! Strava: OAuth 2 with its dialect, and API v3.
//!
//! | call | |
//! |---|---|
//! | `GET`, `POST /oauth/authorize` (`/oauth/mobile/authorize`, `/api/v3/oauth/authorize`) | [`authorize`] |
//! | `POST /oauth/token`, `/api/v3/oauth/token`, `/oauth/revoke`, `/oauth/deauthorize` | [`tokens`] |
//! | `GET /api/v3/athlete`, `/athlete/zones`, `/athletes/{id}/stats`, `/gear/{id}` | [`athlete`] |
//! | `GET /api/v3/athlete/activities`, `/activities/{id}`, `…/laps`, `…/zones`, `…/comments`, `…/kudos` | [`activities`] |
//! | `GET /api/v3/activities/{id}/streams` | [`streams`] |
//!
//! Hooks tell that an athlete took an application's access away; [`crate::Control::hook`] registers them, and there is no
//! call of the API for it. Left out until something needs them: hooks about activities, uploads, routes, segments, clubs.

mod activities;
mod athlete;
mod authorize;
mod errors;
mod limits;
mod polyline;
mod streams;
mod tokens;

use std::collections::{BTreeMap, HashMap};

use http::Method;

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::settings::StravaSettings;
use crate::state::State;
use crate::world::Rider;

pub(crate) use authorize::decide;
pub(crate) use tokens::{permit, withdraw};

/// From this instant on a token is read from the `Authorization` header alone: 2027-06-01, as announced.
const HEADER_ONLY: i64 = 1_811_808_000_000;

/// What Strava remembers.
#[derive(Debug, Default)]
pub(crate) struct Strava {
    /// Applications and their secrets.
    clients: BTreeMap<String, String>,
    codes: HashMap<String, tokens::Code>,
    /// Access token to grant and the second in which it expires.
    access: HashMap<String, (u64, i64)>,
    /// Refresh token to grant.
    refresh: HashMap<String, u64>,
    grants: HashMap<u64, tokens::Grant>,
    made: u64,
    usage: limits::Usage,
}

impl Strava {
    pub(crate) fn new(settings: &StravaSettings) -> Strava {
        let clients = BTreeMap::from([(settings.client_id.clone(), settings.client_secret.clone())]);
        Strava { clients, ..Strava::default() }
    }

    /// Registers one more application.
    pub(crate) fn register(&mut self, id: &str, secret: &str) {
        self.clients.insert(id.to_owned(), secret.to_owned());
    }

    pub(crate) fn secret(&self, client: &str) -> Option<&str> {
        self.clients.get(client).map(String::as_str)
    }
}

/// Whose data a request may see.
#[derive(Debug, Clone)]
struct Viewer {
    username: String,
    scopes: Vec<String>,
}

impl Viewer {
    fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|given| given == scope)
    }

    /// Whether the rider's own private activities are seen too.
    fn sees_all(&self) -> bool {
        self.may("activity:read_all")
    }

    fn sees_activities(&self) -> bool {
        self.may("activity:read") || self.sees_all()
    }
}

fn token(asked: &Asked, now: i64) -> Option<String> {
    let elsewhere =
        || (now < HEADER_ONLY).then(|| asked.query("access_token").or_else(|| asked.form("access_token"))).flatten();
    asked.bearer().map(str::to_owned).or_else(elsewhere)
}

fn viewer(state: &State, asked: &Asked) -> Option<Viewer> {
    let now = state.clock.now();
    let (grant, expires) = state.strava.access.get(&token(asked, now)?)?;
    if *expires * 1_000 <= now {
        return None;
    }
    let grant = state.strava.grants.get(grant)?;
    Some(Viewer { username: grant.username.clone(), scopes: grant.scopes.clone() })
}

/// Whose token a request carries.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    viewer(state, asked).map(|viewer| viewer.username)
}

/// Ends the access tokens of one rider, or of all; the refresh tokens stay good.
pub(crate) fn expire(state: &mut State, username: Option<&str>) {
    let now = state.clock.now() / 1_000;
    for (id, grant) in &mut state.strava.grants {
        if username.is_none_or(|username| grant.username == username) {
            grant.expires = grant.expires.min(now);
            state.strava.access.retain(|_, (of, _)| of != id);
        }
    }
}

/// Strava's words for a fault that was planned.
pub(crate) fn fail(state: &mut State, fault: &Fault) -> Reply {
    let now = state.clock.now();
    let limits = state.settings.strava.limits;
    let reply = match fault {
        Fault::RateLimited { retry_after: Some(seconds) } => {
            errors::rate_limited().with("retry-after", seconds.to_string())
        }
        Fault::RateLimited { retry_after: None } => errors::rate_limited(),
        Fault::Unauthorized => errors::unauthorized(),
        Fault::Status { status } => errors::of_status(*status),
        Fault::Malformed => {
            Reply { body: "{\"id\":15100001013,\"name\":\"Mor".into(), ..Reply::json(200, &serde_json::Value::Null) }
        }
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>We'll be right back</h1></body></html>".into()),
    };
    state.strava.usage.mark(reply, &limits, now)
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, path.as_slice()) {
        (
            &Method::GET,
            ["oauth", "authorize"] | ["oauth", "mobile", "authorize"] | ["api", "v3", "oauth", "authorize"],
        ) => authorize::page(state, asked).at("oauth.authorize"),
        (
            &Method::POST,
            ["oauth", "authorize"] | ["oauth", "mobile", "authorize"] | ["api", "v3", "oauth", "authorize"],
        ) => authorize::submit(state, asked).at("oauth.consent"),
        (&Method::POST, ["oauth", "token"] | ["api", "v3", "oauth", "token"]) => {
            tokens::token(state, asked).at("oauth.token")
        }
        (&Method::POST, ["oauth", "revoke"]) => tokens::revoke(state, asked).at("oauth.revoke"),
        (&Method::POST, ["oauth", "deauthorize"] | ["api", "v3", "oauth", "deauthorize"]) => {
            tokens::deauthorize(state, asked).at("oauth.deauthorize")
        }
        (_, ["api", "v3", rest @ ..]) => api(state, asked, rest),
        _ => errors::not_found("Page"),
    }
}

fn api(state: &mut State, asked: &Asked, path: &[&str]) -> Reply {
    let now = state.clock.now();
    let Some(viewer) = viewer(state, asked) else { return errors::unauthorized().at("unauthorized") };
    let limits = state.settings.strava.limits;
    let within = state.strava.usage.count(&limits, asked.method == Method::GET, now);
    let reply = if !within {
        let seconds = limits::until_next_quarter(now).to_string();
        let reply = errors::rate_limited();
        if limits.retry_after { reply.with("retry-after", seconds) } else { reply }
    } else if let Some(rider) = state.world.rider(&viewer.username) {
        read(rider, &viewer, asked, path)
    } else {
        errors::unauthorized()
    };
    state.strava.usage.mark(reply, &limits, now).to(&viewer.username)
}

fn read(rider: &Rider, viewer: &Viewer, asked: &Asked, path: &[&str]) -> Reply {
    if asked.method != Method::GET {
        return errors::not_found("Path");
    }
    match path {
        ["athlete"] => athlete::athlete(rider, viewer).at("athlete"),
        ["athlete", "zones"] => athlete::zones(rider, viewer).at("athlete.zones"),
        ["athletes", id, "stats"] => athlete::stats(rider, viewer, id).at("athlete.stats"),
        ["gear", id] => athlete::gear(rider, id).at("gear"),
        ["athlete", "activities"] => activities::list(rider, viewer, asked).at("activities.list"),
        ["activities", id] => activities::detail(rider, viewer, id).at("activities.detail"),
        ["activities", id, "streams"] => streams::streams(rider, viewer, id, asked).at("activities.streams"),
        ["activities", id, "laps"] => activities::laps(rider, viewer, id).at("activities.laps"),
        ["activities", id, "zones"] => activities::zones(rider, viewer, id).at("activities.zones"),
        ["activities", id, "comments" | "kudos"] => activities::talk(rider, viewer, id).at("activities.talk"),
        _ => errors::not_found("Path"),
    }
}
