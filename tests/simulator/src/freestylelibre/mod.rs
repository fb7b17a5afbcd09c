//! FreeStyle Libre: what the app LibreLinkUp calls. There is no public API, and the dossier's sources are other people's notes.
//!
//! | call, below `/libreview` and `/libreview-REGION` | |
//! |---|---|
//! | `POST /llu/auth/login` | e-mail and password as JSON: [`login`] |
//! | `GET /llu/connections`, `…/{patient}/graph`, `…/{patient}/logbook` | what those share whom the account follows: [`data`] |
//!
//! Everybody follows themselves, and the second of every three one more. An account is in one region, by the rider's number:
//! `eu2`, `us`, `de`, `eu`, `ca`, `fr`, and around; the host without a region is that of the United States.
//!
//! Where nothing is recorded, the simplest is played: a client that is too old meets a 403, one that leaves a header out a 400,
//! and both with the body that is recorded; a bad token meets a 401; a step that is open keeps data closed in the words in which
//! it keeps a sign-in out; a former token is good until it expires.

mod data;
mod login;

use std::collections::HashMap;

use http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::random::Random;
use crate::state::State;
use crate::world::{Rider, World};

pub(crate) use data::things;

/// What the cloud asks a user for before it lets them go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum LibreStep {
    /// New terms of use.
    Tou,
    /// A new privacy policy.
    Pp,
    /// To confirm the e-mail address.
    VerifyEmail,
}

/// What the cloud remembers.
#[derive(Debug)]
pub(crate) struct FreeStyleLibre {
    /// By the token.
    sessions: HashMap<String, login::Session>,
    /// Steps that are open, by user name.
    pub(crate) steps: HashMap<String, LibreStep>,
    /// Bad sign-ins in a row, by user name, and until when nobody may try, in Unix milliseconds.
    locks: HashMap<String, (u32, i64)>,
    /// The least version of a client.
    pub(crate) least: String,
    /// Seconds that a token lives.
    pub(crate) lifetime: i64,
}

impl Default for FreeStyleLibre {
    fn default() -> Self {
        FreeStyleLibre {
            sessions: HashMap::new(),
            steps: HashMap::new(),
            locks: HashMap::new(),
            least: "4.16.0".into(),
            lifetime: 180 * 86_400,
        }
    }
}

/// Where a rider's account is, and its country as the cloud writes it.
pub(crate) fn home(rider: &Rider) -> (&'static str, &'static str) {
    const HOMES: [(&str, &str); 6] =
        [("eu2", "GB"), ("us", "US"), ("de", "DE"), ("eu", "NL"), ("ca", "CA"), ("fr", "FR")];
    HOMES.get(rider.number % HOMES.len()).copied().unwrap_or(("us", "US"))
}

fn region(prefix: &str) -> &str {
    prefix.strip_prefix("libreview-").unwrap_or("us")
}

/// The user's id of who follows, which requests name by its hash.
fn user(seed: u64, username: &str) -> String {
    Random::of(seed, &format!("{username} libre user")).guid()
}

/// The id of who is followed.
pub(crate) fn patient(seed: u64, username: &str) -> String {
    Random::of(seed, &format!("{username} libre patient")).guid()
}

fn account_id(world: &World, username: &str) -> String {
    let user = user(world.seed, username);
    hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, user.as_bytes()))
}

/// `4.16.0` as something that can be compared.
pub(crate) fn version(text: &str) -> Option<Vec<u32>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

/// Whose token a request carries, in whatever region: a token is of the company and not of a host.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    login::session(state, asked).map(|session| session.username.clone())
}

/// Ends the tokens of one rider, or of all.
pub(crate) fn expire(state: &mut State, username: Option<&str>) {
    let mine =
        |session: &login::Session| username.is_none_or(|username| session.username.eq_ignore_ascii_case(username));
    state.freestylelibre.sessions.retain(|_, session| !mine(session));
}

fn missing_header() -> Reply {
    Reply::json(400, &json!({ "message": "RequiredHeaderMissing" }))
}

fn unauthorized() -> Reply {
    Reply::json(401, &json!({ "message": "Unauthorized" }))
}

/// What every call has to say of its client.
fn check_client(state: &State, asked: &Asked) -> Result<(), Reply> {
    let (Some(_), Some(client)) = (asked.header("product"), asked.header("version")) else {
        return Err(missing_header());
    };
    let least = &state.freestylelibre.least;
    match (version(client), version(least)) {
        (Some(client), Some(least)) if client >= least => Ok(()),
        _ => Err(Reply::json(403, &json!({ "data": { "minimumVersion": least }, "status": 920 }))),
    }
}

/// A step that is open, with a token that lives an hour.
fn step(state: &mut State, rider: &Rider) -> Option<Reply> {
    let step = state.freestylelibre.steps.get(&rider.username).copied()?;
    let kind = serde_json::to_value(step).unwrap_or_default();
    let (component, props) = match step {
        LibreStep::VerifyEmail => ("VerifyEmail", json!({ "email": rider.email })),
        LibreStep::Tou | LibreStep::Pp => ("AcceptDocument", json!({ "reaccept": true, "type": kind })),
    };
    let until = state.clock.now() / 1_000 + 3_600;
    let value = json!({ "status": 4, "data": {
        "step": { "type": kind, "componentName": component, "props": props },
        "user": { "accountType": "pat", "country": home(rider).1, "uiLanguage": "en-GB" },
        "authTicket": { "token": login::token(&mut state.random), "expires": until, "duration": 3_600_000 },
    } });
    Some(Reply::json(200, &value))
}

/// The cloud's look for a fault that was planned.
pub(crate) fn fail(fault: &Fault) -> Reply {
    let refuse = |status| Reply::json(status, &json!({ "message": "the request failed" }));
    match fault {
        Fault::RateLimited { retry_after } => {
            retry_after.iter().fold(refuse(429), |reply, seconds| reply.with("retry-after", seconds.to_string()))
        }
        Fault::Unauthorized | Fault::Status { status: 401 } => unauthorized(),
        Fault::Status { status } => refuse(*status),
        Fault::Malformed => Reply { body: "{\"status\":0,\"data\":{\"conn".into(), ..refuse(200) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>".into()),
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    if let Err(refusal) = check_client(state, asked) {
        return refusal.at("refused-client");
    }
    match (&asked.method, path.as_slice()) {
        (&Method::POST, ["llu", "auth", "login"]) => login::submit(state, region(prefix), asked).at("login"),
        (&Method::GET, ["llu", "connections", rest @ ..]) => shared(state, region(prefix), asked, rest),
        _ => Reply::json(404, &json!({ "message": "Not Found" })),
    }
}

fn shared(state: &mut State, region: &str, asked: &Asked, path: &[&str]) -> Reply {
    let rider = whose(state, asked).and_then(|username| state.world.rider(&username).cloned());
    let Some(rider) = rider.filter(|rider| home(rider).0 == region) else {
        return unauthorized().at("unauthorized");
    };
    if asked.header("account-id") != Some(account_id(&state.world, &rider.username).as_str()) {
        return missing_header().at("refused-account");
    }
    if let Some(step) = step(state, &rider) {
        return step.at("step").to(&rider.username);
    }
    let reply = data::answer(state, &rider, path);
    if reply.status.as_u16() != 200 {
        return reply;
    }
    reply.to(&rider.username)
}

/// An answer with data, and the token that is to be used from now on.
fn with_ticket(state: &mut State, rider: &Rider, data: &Value) -> Reply {
    let ticket = login::issue(state, &rider.username);
    Reply::json(200, &json!({ "status": 0, "data": data, "ticket": ticket }))
}
