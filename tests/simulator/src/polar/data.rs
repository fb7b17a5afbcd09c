//! Polar's data of one world in two APIs: AccessLink v3 and the Dynamic API v4. What they tell of is in [`made`].
//!
//! | call | answered by |
//! |---|---|
//! | `GET /v3/exercises…`, `/v3/users/…` | [`v3`]; the registration of users is not data |
//! | `GET /v4/data/…` | [`v4`] |
//!
//! Polar documents neither the body of an error nor how many requests are left in which form; what stands in those is made up.

mod made;
mod v3;
mod v4;

use http::Method;
use serde_json::{Value, json};

use crate::faults::{Fault, Provider};
use crate::ledger::Thing;
use crate::message::{Asked, Reply};
use crate::oauth::{Viewer, user_id};
use crate::state::State;
use crate::world::World;

use made::Member;

/// Spent, allowed, and seconds until the count begins anew: of a quarter of an hour, and of a day.
const LIMITS: [(&str, &str); 3] =
    [("ratelimit-usage", "12, 340"), ("ratelimit-limit", "520, 5100"), ("ratelimit-reset", "413, 57600")];

fn fault(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": message }))
}

/// 204, Polar's word for nothing there.
fn nothing() -> Reply {
    Reply::empty(204)
}

/// Answers a data request; `path` is what stands below the host's root.
pub(crate) fn answer(state: &mut State, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let Some(rider) = state.world.rider(&viewer.username) else { return unauthorized() };
    let member = Member { rider, seed: state.world.seed, now: state.clock.now() };
    let reply = match path {
        _ if asked.method != Method::GET => fault(404, "not found"),
        ["v3", rest @ ..] => v3::read(&member, asked, viewer, rest),
        ["v4", "data", rest @ ..] => v4::read(&member, asked, viewer, rest),
        _ => fault(404, "not found"),
    };
    LIMITS.iter().fold(reply.to(&viewer.username), |reply, (name, value)| reply.with(name, *value))
}

/// The provider's words for a fault that was planned.
pub(crate) fn fail(planned: &Fault) -> Reply {
    match planned {
        Fault::RateLimited { retry_after } => {
            let reply = fault(429, "too many requests");
            let reply = reply.with("ratelimit-usage", "520, 900").with("ratelimit-limit", "520, 5100");
            match retry_after {
                Some(seconds) => reply.with("ratelimit-reset", format!("{seconds}, 57600")),
                None => reply,
            }
        }
        Fault::Unauthorized => unauthorized(),
        Fault::Status { status } => fault(*status, "error"),
        Fault::Malformed => Reply { body: "{\"nights\":[{\"date\":".into(), ..Reply::json(200, &Value::Null) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Polar Flow is being updated</h1></body></html>".into()),
    }
}

/// A token that is bad, expired or missing.
pub(crate) fn unauthorized() -> Reply {
    fault(401, "unauthorized")
}

/// What this cloud holds of a rider, newest last. A session stands there twice, under its id in v3 and under that in v4; a night
/// has what its rest came to. Durations are seconds, `height` is centimetres.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let member = Member { rider, seed: world.seed, now };
    let thing = |kind: &str, id: String, values: &[(&str, f64)]| Thing {
        kind: kind.into(),
        id,
        values: values.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect(),
        ..Thing::default()
    };
    let id = user_id(Provider::Polar, world.seed, rider, "");
    let mut things = vec![thing("athlete", id, &[("weight", rider.weight), ("height", member.height())])];
    for night in member.nights() {
        let found = thing("sleep", night.date.clone(), &night.values());
        things.push(Thing { start: Some(night.start), end: Some(night.end), ..found });
    }
    for day in member.days() {
        things.push(thing("daily", day.date.clone(), &day.values()));
    }
    for session in member.sessions() {
        for id in [&session.exercise, &session.session] {
            let found = thing("activity", id.clone(), &session.values());
            things.push(Thing { start: Some(session.start), end: Some(session.end()), ..found });
        }
    }
    things
}
