//! Withings' data: forms by POST, answered with HTTP 200 and a status of their own.
//!
//! | call | `action` | scope |
//! |---|---|---|
//! | `POST /measure` | `getmeas` | `user.metrics` |
//! | `POST /v2/measure` | `getactivity`, `getworkouts` | `user.activity` |
//! | `POST /v2/sleep` | `getsummary`, `get` | `user.sleepevents` |
//! | `POST /v2/user` | `getdevice`, `getgoals` | `user.info` |
//!
//! Which scope a call needs is not in the documentation at hand, nor which status a call without it gets: real ones were seen
//! with 403, "insufficient_scope". Left out until something needs them: what happened within a day, electrocardiograms, hooks.

mod body;
mod made;
mod night;

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Map, Value, json};

use self::made::{Item, Member, get};
use crate::clock::{SECOND, day};
use crate::faults::Fault;
use crate::ledger::Thing;
use crate::message::{Asked, Reply};
use crate::oauth::Viewer;
use crate::state::State;
use crate::world::World;

/// Rows of a page. Real ones have hundreds; with so few the days that are there fill two.
const PER_PAGE: usize = 25;

/// Documented: moments of a night are those of the first 24 hours, in seconds.
const MOST_OF_A_NIGHT: i64 = 86_400;

/// What a day says unless asked for more.
const USUAL_OF_A_DAY: &str = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories";

fn wrong(name: &str) -> Reply {
    status(503, &format!("Invalid Params: {name}"))
}

fn status(status: u16, error: &str) -> Reply {
    Reply::json(200, &json!({ "status": status, "body": {}, "error": error }))
}

fn good(body: &Value) -> Reply {
    Reply::json(200, &json!({ "status": 0, "body": body }))
}

/// Answers a data request; `path` is what stands below the host's root.
pub(crate) fn answer(state: &mut State, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let Some(rider) = state.world.rider(&viewer.username) else { return unauthorized() };
    let member = Member { rider, seed: state.world.seed, now: state.clock.now() };
    if asked.method != Method::POST {
        return wrong("method");
    }
    let action = asked.form("action").unwrap_or_default();
    let with = |scope: &str, endpoint: &'static str, answer: &dyn Fn() -> Result<Reply, &'static str>| {
        let reply = if viewer.may(scope) {
            answer().unwrap_or_else(wrong)
        } else {
            status(403, "insufficient_scope: the access token may not do this")
        };
        reply.at(endpoint).to(&viewer.username)
    };
    match (path, action.as_str()) {
        (["measure"], "getmeas") => with("user.metrics", "measure.getmeas", &|| measures(&member, asked)),
        (["v2", "measure"], "getactivity") => with("user.activity", "measure.getactivity", &|| {
            let fields = fields(asked, USUAL_OF_A_DAY);
            page(asked, "activities", member.days(), |row| keep(row, &fields, false))
        }),
        (["v2", "measure"], "getworkouts") => with("user.activity", "measure.getworkouts", &|| {
            let fields = fields(asked, "calories");
            page(asked, "series", member.workouts(), |row| keep(row, &fields, true))
        }),
        (["v2", "sleep"], "getsummary") => with("user.sleepevents", "sleep.getsummary", &|| {
            let fields = fields(asked, "wakeupduration,lightsleepduration,deepsleepduration,wakeupcount");
            page(asked, "series", member.nights(), |row| keep(row, &fields, true))
        }),
        (["v2", "sleep"], "get") => with("user.sleepevents", "sleep.get", &|| moments(&member, asked)),
        (["v2", "user"], "getdevice") => {
            with("user.info", "user.getdevice", &|| Ok(good(&json!({ "devices": member.devices() }))))
        }
        (["v2", "user"], "getgoals") => {
            with("user.info", "user.getgoals", &|| Ok(good(&json!({ "goals": member.goals() }))))
        }
        _ => wrong("action"),
    }
}

/// Seconds or another whole number of a form.
fn number(asked: &Asked, name: &'static str) -> Result<Option<i64>, &'static str> {
    asked.form(name).map(|text| text.parse().map_err(|_| name)).transpose()
}

fn fields(asked: &Asked, usual: &str) -> BTreeSet<String> {
    let named = asked.form("data_fields").unwrap_or_else(|| usual.to_owned());
    named.split(',').map(str::to_owned).collect()
}

/// Only the data that were asked for: of a day they stand in the row itself, elsewhere in `data`.
fn keep(mut row: Value, fields: &BTreeSet<String>, below: bool) -> Value {
    let data = if below { row.get_mut("data") } else { Some(&mut row) };
    if let Some(Value::Object(data)) = data {
        data.retain(|name, _| fields.contains(name) || (!below && !made::OF_A_DAY.contains(&name.as_str())));
    }
    row
}

/// What was measured, by page. Without a time it is all there is.
fn measures(member: &Member<'_>, asked: &Asked) -> Result<Reply, &'static str> {
    let (start, end) = (number(asked, "startdate")?, number(asked, "enddate")?);
    let since = number(asked, "lastupdate")?;
    let category = number(asked, "category")?;
    let kinds = asked.form("meastypes").or_else(|| asked.form("meastype"));
    let kinds: Option<BTreeSet<String>> = kinds.map(|kinds| kinds.split(',').map(str::to_owned).collect());
    let mut groups = member.groups();
    groups.retain(|group| {
        let at = group.start / SECOND;
        since.is_none_or(|since| group.modified >= since)
            && start.is_none_or(|start| at >= start)
            && end.is_none_or(|end| at <= end)
            && category.is_none_or(|category| *group.get("category") == category)
    });
    for group in &mut groups {
        if let (Some(kinds), Some(Value::Array(measures))) = (&kinds, group.value.get_mut("measures")) {
            measures.retain(|measure| kinds.contains(&get(measure, "type").to_string()));
        }
    }
    groups.retain(|group| group.get("measures").as_array().is_some_and(|measures| !measures.is_empty()));
    let (ids, rows, next) = cut(asked, groups)?;
    let mut body = json!({
        "updatetime": member.now / SECOND,
        "timezone": member.rider.zone.name,
        "measuregrps": rows,
    });
    // Here, and here alone, it is a number, and is there only where there is more.
    if let (Some(next), Some(body)) = (next, body.as_object_mut()) {
        body.extend([("more".to_owned(), json!(1)), ("offset".to_owned(), json!(next))]);
    }
    Ok(good(&body).about("", ids))
}

/// A page of rows by day.
fn page(
    asked: &Asked,
    name: &str,
    mut items: Vec<Item>,
    shown: impl Fn(Value) -> Value,
) -> Result<Reply, &'static str> {
    let since = number(asked, "lastupdate")?;
    let ymd = |name: &'static str| match asked.form(name) {
        Some(text) => day(&text).map(|_| Some(text)).ok_or(name),
        None => Ok(None),
    };
    let (start, end) = (ymd("startdateymd")?, ymd("enddateymd")?);
    if since.is_none() && (start.is_none() || end.is_none()) {
        return Err("startdateymd");
    }
    items.retain(|item| {
        since.is_none_or(|since| item.modified >= since)
            && start.as_ref().is_none_or(|start| item.date >= *start)
            && end.as_ref().is_none_or(|end| item.date <= *end)
    });
    let (ids, rows, next) = cut(asked, items)?;
    let rows: Vec<Value> = rows.into_iter().map(shown).collect();
    let mut body = Map::new();
    body.insert(name.to_owned(), rows.into());
    body.insert("more".to_owned(), next.is_some().into());
    body.insert("offset".to_owned(), next.unwrap_or(0).into());
    Ok(good(&body.into()).about("", ids))
}

type Cut = (Vec<String>, Vec<Value>, Option<usize>);

/// The rows from `offset` on, and where the next page begins if there is one.
fn cut(asked: &Asked, items: Vec<Item>) -> Result<Cut, &'static str> {
    let offset = number(asked, "offset")?.unwrap_or(0);
    let offset = usize::try_from(offset).map_err(|_| "offset")?;
    let next = offset.saturating_add(PER_PAGE);
    let next = (next < items.len()).then_some(next);
    let page: Vec<Item> = items.into_iter().skip(offset).take(PER_PAGE).collect();
    let ids = page.iter().map(|item| item.id.clone()).collect();
    Ok((ids, page.into_iter().map(|item| item.value).collect(), next))
}

/// The stretches of every night that reaches into this time, of whichever device.
fn moments(member: &Member<'_>, asked: &Asked) -> Result<Reply, &'static str> {
    let start = number(asked, "startdate")?.ok_or("startdate")?;
    let end = number(asked, "enddate")?.ok_or("enddate")?.min(start.saturating_add(MOST_OF_A_NIGHT));
    let fields = fields(asked, "");
    let nights = member.nights();
    let inside: Vec<&Item> = nights
        .iter()
        .filter(|night| night.start / SECOND < end && night.end.is_some_and(|until| until / SECOND > start))
        .collect();
    let series: Vec<Value> = inside.iter().flat_map(|night| member.stretches(night, &fields)).collect();
    let ids = inside.iter().map(|night| night.id.clone()).collect();
    Ok(good(&json!({ "series": series })).about(start.to_string(), ids))
}

/// Withings' words for a fault that was planned. What comes from before its servers has a status of HTTP's.
pub(crate) fn fail(planned: &Fault) -> Reply {
    match planned {
        Fault::RateLimited { .. } => status(601, "Too many requests"),
        Fault::Unauthorized => unauthorized(),
        Fault::Status { status: code } if *code < 500 => status(*code, "An error occurred"),
        Fault::Status { status: code } => Reply::html(
            *code,
            "<html><body><center><h1>The service is not available</h1></center></body></html>".into(),
        ),
        Fault::Malformed => Reply { body: "{\"status\":0,\"body\":{\"ser".into(), ..good(&Value::Null) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Back in a moment</h1></body></html>".into()),
    }
}

/// A token that is bad, expired or missing.
pub(crate) fn unauthorized() -> Reply {
    status(401, "invalid_token: The access token is not valid")
}

/// What this cloud holds of a rider, newest last. Of a day that two sources counted it is Withings' own.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let member = Member { rider, seed: world.seed, now };
    let mut things: Vec<Thing> = member
        .groups()
        .into_iter()
        .filter(|group| *group.get("category") == 1)
        .map(|group| group.thing("body"))
        .collect();
    let mut days: Vec<Item> = member.days();
    // Withings' own first, so that it is the one that stays.
    days.sort_by_key(|day| (day.start, *day.get("brand") != 1));
    days.dedup_by_key(|day| day.start);
    things.extend(days.into_iter().map(|day| Thing {
        id: day.date.clone(),
        start: None,
        end: None,
        ..day.thing("daily")
    }));
    things.extend(member.nights().into_iter().map(|night| night.thing("sleep")));
    things.extend(member.workouts().into_iter().map(|workout| workout.thing("activity")));
    things
}
