//! Virtuagym: a club whose members ride, at the club's level of API v1.
//!
//! | call | |
//! |---|---|
//! | `GET /virtuagym/api/v1/club/{club}/member` | all members by page, from `sync_from` on |
//! | `GET /virtuagym/api/v1/club/{club}/member/{id}` | one, as a list |
//! | `GET /virtuagym/api/v1/club/{club}/bodymetrics` | [`data`]: all there is of `member_id`, or what was changed since `sync_from` |
//!
//! All of them want `api_key` and `club_secret` in the query. Errors come with HTTP status 200 and their own in the body, but for
//! body metrics, whose status is real. How a wrong key is refused is not recorded: here it is 401 in the way of the endpoint.

mod data;

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use crate::clock::SECOND;
use crate::faults::{Fault, Provider};
use crate::message::{Asked, Reply};
use crate::state::State;
use crate::world::{Rider, World};

pub(crate) use data::things;

/// The club in which all riders are.
pub(crate) const CLUB: &str = "4210";

/// Opens the club. The digits at its start are the club's id.
pub(crate) const CLUB_SECRET: &str = "4210-simulated-club-secret";

/// The portal that has a key from the start, and the key.
pub(crate) const PORTAL: (&str, &str) = ("simulated-virtuagym-portal", "simulated-virtuagym-api-key");

/// How many members a page has; few, so that three do not fit.
const PAGE: usize = 2;

/// What Virtuagym remembers.
#[derive(Debug)]
pub(crate) struct Virtuagym {
    /// API keys by portal.
    keys: BTreeMap<String, String>,
}

impl Default for Virtuagym {
    fn default() -> Self {
        Virtuagym { keys: BTreeMap::from([(PORTAL.0.to_owned(), PORTAL.1.to_owned())]) }
    }
}

impl Virtuagym {
    /// Gives a portal a key, in place of the one that it had.
    pub(crate) fn register(&mut self, portal: &str, key: &str) {
        self.keys.insert(portal.to_owned(), key.to_owned());
    }
}

/// The club's number of a rider.
pub(crate) fn member(rider: &Rider) -> String {
    (77_000 + 7 * rider.number).to_string()
}

/// The account of a rider. Every third has not activated one.
fn user(rider: &Rider) -> Option<i64> {
    (rider.number % 3 != 2).then(|| 9_234_000 + 23 * rider.number as i64)
}

fn find<'w>(world: &'w World, id: &str) -> Option<&'w Rider> {
    world.riders.iter().find(|rider| member(rider) == id)
}

/// Whom a request is about: keys are the club's.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    let id = asked.query("member_id").or_else(|| asked.segments().get(5).cloned())?;
    find(&state.world, &id).map(|rider| rider.username.clone())
}

/// An error in the body of what is no error to HTTP.
fn refuse(status: u16, text: &str) -> Reply {
    refuse_with(200, status, text)
}

fn refuse_with(http: u16, status: u16, text: &str) -> Reply {
    Reply::json(http, &json!({ "statuscode": status, "statusmessage": text, "result_count": 0 }))
}

/// Virtuagym's look for a fault that was planned.
pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    let real = asked.path.ends_with("/bodymetrics");
    let refuse = |status: u16, text: &str| refuse_with(if real { status } else { 200 }, status, text);
    match fault {
        Fault::RateLimited { retry_after } => {
            let reply = refuse(429, "Too many API requests.");
            retry_after.iter().fold(reply, |reply, seconds| reply.with("retry-after", seconds.to_string()))
        }
        Fault::Unauthorized => refuse(401, "Not authorized."),
        Fault::Status { status } => refuse(*status, "The request failed."),
        Fault::Malformed => Reply { body: "{\"statuscode\":200,\"resu".into(), ..refuse_with(200, 200, "") },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Be right back</h1></body></html>".into()),
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (&Method::GET, ["api", "v1", "club", club, rest @ ..]) = (&asked.method, path.as_slice()) else {
        return refuse(420, "Not found.");
    };
    let real = rest == ["bodymetrics"];
    let key = asked.query("api_key").unwrap_or_default();
    let known = state.virtuagym.keys.values().any(|known| *known == key);
    if !known || *club != CLUB || asked.query("club_secret").as_deref() != Some(CLUB_SECRET) {
        return refuse_with(if real { 401 } else { 200 }, 401, "Not authorized.").at("refused-key");
    }
    match rest {
        ["member"] => list(state, asked).at("member.list"),
        ["member", id] => match find(&state.world, id) {
            Some(rider) => page(&[row(rider)], 0, None, state).to(&rider.username).about(*id, Vec::new()),
            None => refuse(420, "Not found."),
        }
        .at("member"),
        ["bodymetrics"] => metrics(state, asked).at("bodymetrics"),
        _ => refuse(420, "Not found."),
    }
}

fn row(rider: &Rider) -> Value {
    let joined = joined(rider);
    let mut row = json!({
        "member_id": member(rider).parse::<i64>().unwrap_or_default(), "club_id": 4210, "firstname": rider.first,
        "lastname": rider.last, "email": rider.email, "active": true, "is_pro": false,
        "gender": if rider.number % 4 == 3 { "u" } else if rider.female { "f" } else { "m" },
        "member_since": joined, "registration_date": joined, "timestamp_edit": joined,
        "birthday": format!("19{:02}-05-17", 60 + rider.number % 40),
    });
    if let (Some(user), Some(row)) = (user(rider), row.as_object_mut()) {
        row.insert("user_id".into(), json!(user));
    }
    row
}

/// When a rider joined, Unix milliseconds: one a day, so that pages have places to begin.
fn joined(rider: &Rider) -> i64 {
    1_709_251_200_000 + 86_400_000 * rider.number as i64
}

fn page(rows: &[Value], remaining: usize, next: Option<i64>, state: &State) -> Reply {
    let mut status = json!({
        "statuscode": 200, "statusmessage": "Everything OK", "result_count": rows.len(), "timestamp": state.clock.now(),
        "results_remaining": remaining,
    });
    if let (Some(next), Some(status)) = (next, status.as_object_mut()) {
        status.insert("next_page".into(), json!(format!("sync_from={next}")));
    }
    Reply::json(200, &json!({ "status": status, "result": rows }))
}

fn list(state: &State, asked: &Asked) -> Reply {
    let from: i64 = asked.query("sync_from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let left: Vec<&Rider> = state.world.riders.iter().filter(|rider| joined(rider) >= from).collect();
    let rows: Vec<Value> = left.iter().take(PAGE).map(|rider| row(rider)).collect();
    let next = left.get(PAGE).map(|rider| joined(rider));
    page(&rows, left.len().saturating_sub(PAGE), next, state)
}

fn metrics(state: &mut State, asked: &Asked) -> Reply {
    let Some(id) = asked.query("member_id") else {
        return refuse_with(400, 400, "member_id is missing");
    };
    let found = find(&state.world, &id).filter(|rider| user(rider).is_some()).map(|rider| rider.username.clone());
    let Some(username) = found else {
        return refuse_with(404, 404, &format!("Member with member_id {id} not found in club"));
    };
    // Whose data was read is somebody who is connected.
    state.book.count(Provider::Virtuagym, Some(&username), |_| {});
    let from: i64 = asked.query("sync_from").and_then(|from| from.parse().ok()).unwrap_or(0);
    let now = state.clock.now();
    let Some(rider) = state.world.rider(&username) else { return refuse(420, "Not found.") };
    let mut rows = data::rows(state.world.seed, rider, now);
    rows.retain(|row| row.edited() >= from);
    let result: Vec<Value> = rows.iter().map(|row| row.value(user(rider))).collect();
    let body = json!({
        "statuscode": 200, "statusmessage": "Everything OK", "result_count": result.len(), "timestamp": now / SECOND,
        "result": result,
    });
    Reply::json(200, &body).to(&username).about(&id, Vec::new())
}
