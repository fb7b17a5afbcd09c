//! Dexcom's API v3: one account, windows of at most 30 days, no pages.
//!
//! | call below `/v3/users/self` | window |
//! |---|---|
//! | `GET /dataRange` | none |
//! | `GET /egvs`, `/events`, `/calibrations`, `/alerts` | `startDate` (included) and `endDate` (not), by `systemTime` |
//! | `GET /devices` | none |
//!
//! There are no scopes to check. Dexcom does not show the body of an error but for the one of its gateway: what stands in the
//! others is made up, and so is that the longest window is refused beyond 30 days and not cut.

mod entered;
mod made;

use std::collections::BTreeMap;

use http::Method;
use serde_json::{Value, json};

use self::made::{Item, Wearer};
use crate::clock::{DAY, date};
use crate::faults::Fault;
use crate::ledger::Thing;
use crate::message::{Asked, Reply};
use crate::oauth::{Viewer, home};
use crate::state::State;
use crate::world::World;

const LONGEST_WINDOW: i64 = 30 * DAY;

fn fault(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "message": message }))
}

/// Answers a data request; `path` is what stands below the host's root.
pub(crate) fn answer(state: &mut State, asked: &Asked, viewer: &Viewer, path: &[&str]) -> Reply {
    let Some(rider) = state.world.rider(&viewer.username) else { return unauthorized() };
    let wearer = Wearer::new(rider, state.world.seed, viewer.region, state.clock.now());
    let (&Method::GET, ["v3", "users", "self", what]) = (&asked.method, path) else { return fault(404, "Not Found") };
    let of = |kind: &str, items: Vec<Item>| window(kind, items, asked, &viewer.id);
    let reply = match *what {
        "dataRange" => range(&wearer, &viewer.id).at("dataRange"),
        "egvs" => of("egv", wearer.egvs()).at("egvs"),
        "events" => of("event", wearer.events()).at("events"),
        "calibrations" => of("calibration", wearer.calibrations()).at("calibrations"),
        "alerts" => of("alert", Vec::new()).at("alerts"),
        "devices" => list("device", &viewer.id, wearer.devices()).at("devices"),
        _ => fault(404, "Not Found"),
    };
    reply.to(&viewer.username)
}

fn list(kind: &str, user: &str, records: Vec<Value>) -> Reply {
    let value = json!({ "recordType": kind, "recordVersion": "3.0", "userId": user, "records": records });
    Reply::json(200, &value).about("", Vec::new())
}

/// What lies within the window that was asked for, newest first.
fn window(kind: &str, mut items: Vec<Item>, asked: &Asked, user: &str) -> Reply {
    let moment = |name: &str| {
        let text = asked.query(name)?;
        let moment: jiff::civil::DateTime = text.parse().ok().filter(|_| text.len() == "2026-03-10T00:00:00".len())?;
        Some(moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
    };
    let (Some(start), Some(end)) = (moment("startDate"), moment("endDate")) else {
        return fault(400, "startDate and endDate are required, as in 2026-03-10T00:00:00");
    };
    if end <= start || end - start > LONGEST_WINDOW {
        return fault(400, "the window has to have 30 days or less, and an end after its start");
    }
    items.retain(|item| (start..end).contains(&item.at));
    items.sort_by_key(|item| std::cmp::Reverse(item.at));
    let ids = items.iter().map(|item| item.id.clone()).collect();
    list(kind, user, items.into_iter().map(|item| item.json).collect()).about("", ids)
}

fn range(wearer: &Wearer<'_>, user: &str) -> Reply {
    let of = |items: &[Item]| {
        let bound = |at: Option<i64>| at.map(|at| wearer.bound(at));
        let times = || items.iter().map(|item| item.at);
        match (bound(times().min()), bound(times().max())) {
            (Some(start), Some(end)) => json!({ "start": start, "end": end }),
            _ => Value::Null,
        }
    };
    let value = json!({
        "recordType": "dataRange",
        "recordVersion": "3.0",
        "userId": user,
        "calibrations": of(&wearer.calibrations()),
        "egvs": of(&wearer.egvs()),
        "events": of(&wearer.events()),
    });
    Reply::json(200, &value).about(user, Vec::new())
}

/// The provider's words for a fault that was planned.
pub(crate) fn fail(fault: &Fault) -> Reply {
    let refuse = |status| self::fault(status, "the request failed");
    match fault {
        Fault::RateLimited { retry_after } => {
            retry_after.iter().fold(refuse(429), |reply, seconds| reply.with("retry-after", seconds.to_string()))
        }
        Fault::Unauthorized | Fault::Status { status: 401 } => unauthorized(),
        Fault::Status { status } => refuse(*status),
        Fault::Malformed => Reply { body: "{\"recordType\":\"egv\",\"reco".into(), ..refuse(200) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>".into()),
    }
}

/// A token that is bad, expired or missing: the gateway's words.
pub(crate) fn unauthorized() -> Reply {
    let detail = json!({ "errorcode": "keymanagement.service.invalid_access_token" });
    Reply::json(401, &json!({ "fault": { "faultstring": "Invalid Access Token", "detail": detail } }))
}

/// What this cloud holds of a rider: glucose by transmitter and day in UTC, then one by one what they entered and has not been
/// deleted; newest last.
pub(crate) fn things(world: &World, username: &str, now: i64) -> Vec<Thing> {
    let Some(rider) = world.rider(username) else { return Vec::new() };
    let wearer = Wearer::new(rider, world.seed, home(rider), now);
    let mut days: BTreeMap<(String, String), Vec<Item>> = BTreeMap::new();
    for item in wearer.egvs() {
        let transmitter = item.member("transmitterId").as_str().unwrap_or_default().to_owned();
        days.entry((date(item.at), transmitter)).or_default().push(item);
    }
    let days = days.into_iter().map(|((day, transmitter), items)| day_of_glucose(&day, &transmitter, &items));
    let entered = wearer.events().into_iter().filter(|item| item.member("eventStatus") != "deleted");
    days.chain(entered.chain(wearer.calibrations()).map(|item| one(&item))).collect()
}

/// `readings` counts those with a number; `mean`, `lowest` and `highest` are of these, in the account's unit.
fn day_of_glucose(day: &str, transmitter: &str, items: &[Item]) -> Thing {
    let values: Vec<f64> = items.iter().filter_map(|item| item.member("value").as_f64()).collect();
    let with = |status: &str| items.iter().filter(|item| item.member("status") == status).count() as f64;
    let count = values.len() as f64;
    let all = [
        ("readings", count),
        ("mean", values.iter().sum::<f64>() / count.max(1.0)),
        ("lowest", values.iter().copied().fold(f64::INFINITY, f64::min)),
        ("highest", values.iter().copied().fold(f64::NEG_INFINITY, f64::max)),
        ("high", with("high")),
        ("low", with("low")),
    ];
    Thing {
        kind: "body".into(),
        id: format!("{transmitter}/{day}"),
        start: items.iter().map(|item| item.at).min(),
        end: items.iter().map(|item| item.at).max(),
        values: all
            .into_iter()
            .filter(|(_, value)| value.is_finite())
            .map(|(name, value)| (name.into(), value))
            .collect(),
    }
}

fn one(item: &Item) -> Thing {
    let value = item.member("value");
    let number = value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let kind = match item.member("eventType").as_str() {
        Some("carbs") => "nutrition",
        Some("exercise") => "activity",
        Some("health" | "notes") => "observation",
        _ => "body",
    };
    Thing {
        kind: kind.into(),
        id: item.id.clone(),
        start: Some(item.at),
        end: None,
        values: number.map(|number| ("value".into(), number)).into_iter().collect(),
    }
}
