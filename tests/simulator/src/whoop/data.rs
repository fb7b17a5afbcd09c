//! WHOOP's API v2: collections by page, and one thing by its id.
//!
//! | call below `/developer` | scope |
//! |---|---|
//! | `GET /v2/cycle`, `/v2/cycle/{id}` | `read:cycles` |
//! | `GET /v2/recovery`, `/v2/cycle/{id}/recovery` | `read:recovery` |
//! | `GET /v2/activity/sleep`, `/v2/activity/sleep/{id}`, `/v2/cycle/{id}/sleep` | `read:sleep` |
//! | `GET /v2/activity/workout`, `/v2/activity/workout/{id}` | `read:workout` |
//! | `GET /v2/user/profile/basic` | `read:profile` |
//! | `GET /v2/user/measurement/body` | `read:body_measurement` |
//!
//! WHOOP does not document the body of an error: what stands in those here is made up.

mod made;

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use jiff::Timestamp;
use serde_json::{Value, json};

use self::made::{Item, Member};
use crate::faults::{Fault, Provider};
use crate::ledger::Thing;
use crate::message::{Asked, Reply};
use crate::oauth::{Viewer, user_id};
use crate::state::State;
use crate::world::World;

/// Documented: items of a page unless asked otherwise, and at most.
const PER_PAGE: usize = 10;
const MOST_PER_PAGE: usize = 25;

/// What WHOOP tells of its limits, in this form.
const LIMITS: &str = "100, 100;window=60, 10000;window=86400";

fn fault(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message }))
}

/// Answers a data request; `path` is what stands below `/developer`.
pub(crate) fn answer(state: &mut State, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let Some(rider) = state.world.rider(&viewer.username) else { return unauthorized() };
    let id = viewer.id.parse().unwrap_or_default();
    let member = Member { rider, seed: state.world.seed, id, now: state.clock.now() };
    if asked.method != Method::GET {
        return fault(404, "Not Found");
    }
    read(&member, asked, viewer, path).to(&viewer.username)
}

fn read(member: &Member<'_>, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let with = |scope: &str, endpoint: &'static str, answer: &dyn Fn() -> Reply| {
        if viewer.may(scope) { answer() } else { fault(403, "Forbidden") }.at(endpoint)
    };
    match path {
        ["v2", "cycle"] => with("read:cycles", "cycle.list", &|| list(member.cycles(), asked, member.now)),
        ["v2", "cycle", id] => with("read:cycles", "cycle", &|| one(member.cycles(), id)),
        ["v2", "recovery"] => with("read:recovery", "recovery.list", &|| list(member.recoveries(), asked, member.now)),
        ["v2", "cycle", id, "recovery"] => with("read:recovery", "recovery", &|| one(member.recoveries(), id)),
        ["v2", "cycle", id, "sleep"] => with("read:sleep", "sleep", &|| night(member, id)),
        ["v2", "activity", "sleep"] => with("read:sleep", "sleep.list", &|| list(member.sleeps(), asked, member.now)),
        ["v2", "activity", "sleep", id] => with("read:sleep", "sleep", &|| one(member.sleeps(), id)),
        ["v2", "activity", "workout"] => {
            with("read:workout", "workout.list", &|| list(member.workouts(), asked, member.now))
        }
        ["v2", "activity", "workout", id] => with("read:workout", "workout", &|| one(member.workouts(), id)),
        ["v2", "user", "profile", "basic"] => with("read:profile", "profile", &|| whole(member, member.profile())),
        ["v2", "user", "measurement", "body"] => {
            with("read:body_measurement", "body", &|| whole(member, member.body()))
        }
        _ => fault(404, "Not Found"),
    }
}

fn whole(member: &Member<'_>, value: Value) -> Reply {
    let id = member.id.to_string();
    Reply::json(200, &value).about(id.clone(), vec![id])
}

fn one(items: Vec<Item>, id: &str) -> Reply {
    match items.into_iter().find(|item| item.id == id) {
        Some(item) => Reply::json(200, &item.value).about(item.id.clone(), vec![item.id]),
        None => fault(404, "Not Found"),
    }
}

fn night(member: &Member<'_>, cycle: &str) -> Reply {
    let recovery = member.recoveries().into_iter().find(|recovery| recovery.id == cycle);
    match recovery.as_ref().and_then(|recovery| recovery.value.get("sleep_id")?.as_str()) {
        Some(sleep) => one(member.sleeps(), sleep),
        None => fault(404, "Not Found"),
    }
}

fn list(items: Vec<Item>, asked: &Asked, now: i64) -> Reply {
    page(items, asked, now).unwrap_or_else(|wrong| fault(400, &format!("{wrong} is invalid")))
}

/// Newest first. `start`: what lasts at that time or comes later; `end`: what begins before it.
fn page(mut items: Vec<Item>, asked: &Asked, now: i64) -> Result<Reply, &'static str> {
    let limit = match asked.query("limit") {
        None => PER_PAGE,
        Some(text) => text.parse().ok().filter(|limit| (1..=MOST_PER_PAGE).contains(limit)).ok_or("limit")?,
    };
    let (start, end) = (instant(asked, "start")?, instant(asked, "end")?);
    let after = asked.query("nextToken").map(|token| place(&token).ok_or("nextToken")).transpose()?;
    items.retain(|item| {
        start.is_none_or(|start| item.end.unwrap_or(now) >= start)
            && end.is_none_or(|end| item.start < end)
            && after.is_none_or(|after| item.start < after)
    });
    items.sort_by_key(|item| std::cmp::Reverse(item.start));
    let more = items.len() > limit;
    items.truncate(limit);
    let token = items.last().filter(|_| more).map(|last| STANDARD.encode(format!("{}:{}", last.start, last.id)));
    let ids = items.iter().map(|item| item.id.clone()).collect();
    let records: Vec<Value> = items.into_iter().map(|item| item.value).collect();
    Ok(Reply::json(200, &json!({ "records": records, "next_token": token })).about("", ids))
}

fn instant(asked: &Asked, name: &'static str) -> Result<Option<i64>, &'static str> {
    let parse = |text: String| text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_| name);
    asked.query(name).map(parse).transpose()
}

/// Where the page before ended.
fn place(token: &str) -> Option<i64> {
    let text = String::from_utf8(STANDARD.decode(token).ok()?).ok()?;
    text.split_once(':')?.0.parse().ok()
}

/// The provider's words for a fault that was planned.
pub(crate) fn fail(planned: &Fault) -> Reply {
    match planned {
        Fault::RateLimited { retry_after } => {
            let reply = fault(429, "Too Many Requests")
                .with("x-ratelimit-limit", LIMITS)
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", "60");
            match retry_after {
                Some(seconds) => reply.with("retry-after", seconds.to_string()),
                None => reply,
            }
        }
        Fault::Unauthorized => unauthorized(),
        Fault::Status { status } => fault(*status, "Error"),
        Fault::Malformed => Reply { body: "{\"records\":[{\"id\":93".into(), ..Reply::json(200, &Value::Null) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Be right back</h1></body></html>".into()),
    }
}

/// A token that is bad, expired or missing.
pub(crate) fn unauthorized() -> Reply {
    fault(401, "Unauthorized")
}

/// What this cloud holds of a rider, newest last. A recovery is told with its day.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let id = user_id(Provider::Whoop, world.seed, rider, "").parse().unwrap_or_default();
    let member = Member { rider, seed: world.seed, id, now };
    let mut things = vec![Thing {
        kind: "athlete".into(),
        id: member.id.to_string(),
        values: numbers(&member.body()),
        ..Thing::default()
    }];
    let days = member.cycles().into_iter().zip(member.recoveries());
    things.extend(days.map(|(cycle, recovery)| {
        let mut day = thing("daily", &cycle);
        day.values.extend(score(&recovery));
        day
    }));
    things.extend(member.sleeps().iter().map(|sleep| thing("sleep", sleep)));
    things.extend(member.workouts().iter().map(|workout| thing("activity", workout)));
    things
}

fn thing(kind: &str, item: &Item) -> Thing {
    Thing { kind: kind.into(), id: item.id.clone(), start: Some(item.start), end: item.end, values: score(item) }
}

fn score(item: &Item) -> BTreeMap<String, f64> {
    item.value.get("score").map(numbers).unwrap_or_default()
}

/// The numbers of an answer by name, however deep they lie.
fn numbers(value: &Value) -> BTreeMap<String, f64> {
    let mut found = BTreeMap::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match value.as_f64() {
            Some(number) => found.extend([(name.clone(), number)]),
            None => found.extend(numbers(value)),
        }
    }
    found
}
