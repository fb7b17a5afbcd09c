//! E-mail and password, the region, and tokens.

use serde_json::{Value, json};

use crate::clock::SECOND;
use crate::faults::Provider;
use crate::message::{Asked, Reply};
use crate::random::Random;
use crate::state::State;

use super::{home, step, user};

/// Bad sign-ins in a row after which nobody may try, and for how many seconds. Reconstructed.
const FAILURES: u32 = 3;
const LOCKOUT: i64 = 300;

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) username: String,
    /// Unix milliseconds.
    expires: i64,
}

pub(super) fn session<'s>(state: &'s State, asked: &Asked) -> Option<&'s Session> {
    let session = state.freestylelibre.sessions.get(asked.bearer()?)?;
    (session.expires > state.clock.now()).then_some(session)
}

/// Something that looks like a signed one, and says nothing.
pub(super) fn token(random: &mut Random) -> String {
    format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", random.hex(96), random.hex(43))
}

/// A new token, as answers carry it.
pub(super) fn issue(state: &mut State, username: &str) -> Value {
    let now = state.clock.now();
    let lifetime = state.freestylelibre.lifetime;
    let (token, expires) = (token(&mut state.random), now + lifetime * SECOND);
    let sessions = &mut state.freestylelibre.sessions;
    sessions.retain(|_, session| session.expires > now);
    sessions.insert(token.clone(), Session { username: username.to_owned(), expires });
    json!({ "token": token, "expires": expires / SECOND, "duration": lifetime * SECOND })
}

fn refused() -> Reply {
    Reply::json(200, &json!({ "status": 2, "error": { "message": "notAuthenticated" } }))
}

fn locked() -> Reply {
    let data = json!({ "failures": FAILURES, "interval": 60, "lockout": LOCKOUT });
    Reply::json(429, &json!({ "status": 429, "data": { "code": 60, "data": data, "message": "locked" } }))
}

pub(super) fn submit(state: &mut State, region: &str, asked: &Asked) -> Reply {
    let body: Value = serde_json::from_slice(&asked.body).unwrap_or_default();
    let field = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let Some(rider) = state.world.rider(field("email")).filter(|rider| rider.email == field("email")).cloned() else {
        state.book.count(Provider::Freestylelibre, None, |tokens| tokens.refused += 1);
        return refused();
    };
    let now = state.clock.now();
    let (failures, until) = state.freestylelibre.locks.get(&rider.username).copied().unwrap_or_default();
    if until > now {
        return locked();
    }
    if rider.password != field("password") {
        let failures = failures + 1;
        let lock = if failures >= FAILURES { (0, now + LOCKOUT * SECOND) } else { (failures, 0) };
        state.freestylelibre.locks.insert(rider.username.clone(), lock);
        state.book.count(Provider::Freestylelibre, Some(&rider.username), |tokens| tokens.refused += 1);
        return refused();
    }
    state.freestylelibre.locks.remove(&rider.username);
    let (own, country) = home(&rider);
    if own != region {
        return elsewhere(own);
    }
    if let Some(step) = step(state, &rider) {
        return step;
    }
    let ticket = issue(state, &rider.username);
    state.book.count(Provider::Freestylelibre, Some(&rider.username), |tokens| tokens.issued += 1);
    let value = json!({ "status": 0, "data": {
        "user": {
            "id": user(state.world.seed, &rider.username), "firstName": rider.first, "lastName": rider.last,
            "email": rider.email, "country": country, "uiLanguage": "en", "accountType": "pat", "uom": "0",
            "practices": {}, "devices": {},
        },
        "messages": { "unread": 0 },
        "notifications": { "unresolved": 0 },
        "authTicket": ticket,
        "invitations": null,
    } });
    Reply::json(200, &value).to(&rider.username)
}

/// Notes do not agree where it is said: `eu` says it beside `data`, the others within.
fn elsewhere(region: &str) -> Reply {
    let value = match region {
        "eu" => json!({ "status": 0, "redirect": true, "region": region }),
        _ => json!({ "status": 0, "data": { "redirect": true, "region": region } }),
    };
    Reply::json(200, &value)
}
