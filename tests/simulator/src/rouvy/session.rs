//! The sign-in, and the cookies that a session consists of.
//!
//! `rouvy_session` wraps a token that lives for an hour. When it is over, the answer is 202 with a redirect in its body and a new
//! cookie, and the same request is good then. What the second cookie is called, which `_root.data` hands out, is not recorded.

use std::collections::HashMap;

use crate::clock::SECOND;
use crate::faults::Provider;
use crate::message::{Asked, Reply};
use crate::settings::RouvyGeneration;
use crate::state::State;

use super::{stream, turbo};

const SESSION: &str = "rouvy_session";
const COMPLETE: &str = "rouvy_root";

/// Where all refusals lead.
const LOGIN: &str = "https://riders.rouvy.com/login";

/// What ROUVY remembers.
#[derive(Debug, Default)]
pub(crate) struct Rouvy {
    /// By the session cookie's value.
    sessions: HashMap<String, Session>,
}

#[derive(Debug, Clone)]
struct Session {
    username: String,
    /// Unix milliseconds: when the cookie has to be renewed.
    stale: i64,
    /// Unix milliseconds: when one has to sign in again.
    over: i64,
    complete: Option<String>,
}

/// Ends the sessions of one rider, or of all.
pub(crate) fn expire(state: &mut State, username: Option<&str>) {
    state.rouvy.sessions.retain(|_, session| username.is_some_and(|username| session.username != username));
}

fn held(state: &State, asked: &Asked) -> Option<(String, Session)> {
    let value = asked.cookie(SESSION)?;
    let session = state.rouvy.sessions.get(&value).filter(|session| session.over > state.clock.now())?;
    Some((value, session.clone()))
}

/// Whose session a request carries, renewed or not.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    held(state, asked).map(|(_, session)| session.username)
}

/// The answer to nobody.
pub(super) fn turn_away(state: &mut State) -> Reply {
    state.book.sessions.turned_away += 1;
    match state.settings.rouvy.generation {
        RouvyGeneration::Status401 => Reply::text(401, ""),
        RouvyGeneration::Redirect202 | RouvyGeneration::Deferred => stream(202, turbo::redirect(LOGIN)),
    }
}

/// Who asks for data, or what they are told instead.
pub(super) fn rider(state: &mut State, asked: &Asked) -> Result<String, Reply> {
    let Some((value, session)) = held(state, asked) else { return Err(turn_away(state)) };
    if session.complete.is_none() || asked.cookie(COMPLETE) != session.complete {
        return Err(turn_away(state));
    }
    if session.stale > state.clock.now() {
        return Ok(session.username);
    }
    if state.settings.rouvy.generation == RouvyGeneration::Status401 {
        return Err(turn_away(state));
    }
    state.rouvy.sessions.remove(&value);
    let username = session.username.clone();
    let cookie = begin(state, session);
    state.book.count(Provider::Rouvy, Some(&username), |totals| totals.rotated += 1);
    Err(stream(202, turbo::redirect(LOGIN)).with("set-cookie", cookie).to(&username))
}

/// Gives a session a new cookie.
fn begin(state: &mut State, session: Session) -> String {
    let now = state.clock.now();
    state.rouvy.sessions.retain(|_, session| session.over > now);
    let value = state.random.hex(96);
    let stale = now + state.settings.rouvy.token_lifetime * SECOND;
    state.rouvy.sessions.insert(value.clone(), Session { stale, ..session });
    format!("{SESSION}={value}; Path=/; HttpOnly; Secure; SameSite=Lax")
}

/// `POST /login.data`.
pub(super) fn login(state: &mut State, asked: &Asked) -> Reply {
    let (email, password) = (asked.form("email").unwrap_or_default(), asked.form("password").unwrap_or_default());
    let rider = state
        .world
        .rider(&email)
        .filter(|rider| rider.email.eq_ignore_ascii_case(&email) && rider.password == password);
    let Some(username) = rider.map(|rider| rider.username.clone()) else {
        state.book.count(Provider::Rouvy, None, |totals| totals.refused += 1);
        return stream(400, turbo::encode(&serde_json::json!({ "error": "invalid-credentials" })));
    };
    state.book.count(Provider::Rouvy, Some(&username), |totals| totals.issued += 1);
    let over = state.clock.now() + state.settings.rouvy.session_lifetime * SECOND;
    let cookie = begin(state, Session { username: username.clone(), stale: 0, over, complete: None });
    stream(202, turbo::redirect("/")).with("set-cookie", cookie).to(&username)
}

/// `GET /_root.data`: completes a session.
pub(super) fn root(state: &mut State, asked: &Asked) -> Reply {
    let Some((value, session)) = held(state, asked) else { return turn_away(state) };
    let complete = session.complete.unwrap_or_else(|| state.random.hex(32));
    if let Some(session) = state.rouvy.sessions.get_mut(&value) {
        session.complete = Some(complete.clone());
    }
    let cookie = format!("{COMPLETE}={complete}; Path=/; HttpOnly; Secure");
    let page = serde_json::json!({ "root": { "data": { "signedIn": true } } });
    stream(200, turbo::encode(&page)).with("set-cookie", cookie).to(&session.username)
}
