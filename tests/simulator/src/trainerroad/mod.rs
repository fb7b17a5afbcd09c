//! TrainerRoad: what its own web pages call. There is no public API, and the dossier's sources are other people's notes.
//!
//! | call | generation |
//! |---|---|
//! | `GET`, `POST /app/login`, `GET /app/career[/{username}]` | all: [`login`] |
//! | `GET /app/api/member-info`, `/app/api/tss/{username}`, `/app/api/career/{username}/new`, `/app/api/career/{member}/levels`, `/app/api/weight-history/{member}/all`, `/app/api/profile/rider-information` | all: [`member`] |
//! | `GET /app/api/calendar/activities/{username}`, `/app/api/workoutdetails/{id}` | until the calendar changed: [`old`] |
//! | `GET /app/api/react-calendar/{member}/timeline`, `…/activities`, `…/planned-activities`, `/app/api/calendar/plannedactivities/{id}`, `/app/api/workouts/{id}/chart-data`, `POST /app/api/workouts/by-id` | since then: [`new`] |
//!
//! Where nothing is recorded, the simplest is played: a path of the other generation is a 404 page; another member's
//! data is a 403; what is not said to have changed with the calendar answers in every generation; the header
//! `trainerroad-jsonformat: camel-case` acts on every JSON answer, old ones included.

mod casing;
mod login;
mod member;
mod new;
mod old;

use std::collections::HashMap;

use http::Method;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::settings::Generation;
use crate::state::State;
use crate::world::{Rider, Workout};

/// What TrainerRoad remembers.
#[derive(Debug, Default)]
pub(crate) struct TrainerRoad {
    /// By the cookie's value.
    sessions: HashMap<String, login::Session>,
}

/// Which generations have an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Era {
    Old,
    New,
    Any,
}

/// What a request is for.
#[derive(Debug, Clone, Copy)]
struct Route {
    name: &'static str,
    era: Era,
    /// Whether a session is needed; the load of a public profile is the exception.
    open: bool,
    read: fn(&Seen<'_>) -> Reply,
}

/// Everything that an answer may look at.
struct Seen<'a> {
    rider: &'a Rider,
    workouts: &'a [Workout],
    now: i64,
    generation: Generation,
    asked: &'a Asked,
    path: &'a [&'a str],
}

impl Seen<'_> {
    fn workout(&self, id: i64) -> Option<&Workout> {
        self.workouts.iter().find(|workout| workout.id == id)
    }

    /// Whether a user name or member id in the path is the rider's own.
    fn own(&self, who: &str) -> bool {
        self.rider.answers_to(who) || self.rider.member.to_string() == who
    }
}

fn route(method: &Method, path: &[&str]) -> Option<Route> {
    let (name, era, read): (_, _, fn(&Seen<'_>) -> Reply) = match (method, path) {
        (&Method::GET, ["member-info"]) => ("member-info", Era::Any, member::info),
        (&Method::GET, ["tss", _]) => ("tss", Era::Any, member::load),
        (&Method::GET, ["career", _, "new"]) => ("career.new", Era::Any, member::career),
        (&Method::GET, ["career", _, "levels"]) => ("career.levels", Era::Any, member::levels),
        (&Method::GET, ["weight-history", _, "all"]) => ("weight-history", Era::Any, member::weights),
        (&Method::GET, ["profile", "rider-information"]) => ("rider-information", Era::Any, member::profile),
        (&Method::GET, ["calendar", "activities", _]) => ("calendar.activities", Era::Old, old::calendar),
        (&Method::GET, ["workoutdetails", _]) => ("workoutdetails", Era::Old, old::workout),
        (&Method::GET, ["react-calendar", _, "timeline"]) => ("timeline", Era::New, new::timeline),
        (&Method::GET, ["react-calendar", _, "activities"]) => ("activities", Era::New, new::activities),
        (&Method::GET, ["react-calendar", _, "planned-activities"]) => ("planned-activities", Era::New, new::planned),
        (&Method::GET, ["calendar", "plannedactivities", _]) => ("planned-activity", Era::New, new::planned_one),
        (&Method::GET, ["workouts", _, "chart-data"]) => ("chart-data", Era::New, new::chart),
        (&Method::POST, ["workouts", "by-id"]) => ("workouts.by-id", Era::New, new::by_id),
        _ => return None,
    };
    Some(Route { name, era, open: name == "tss", read })
}

/// Whose session a request carries.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    login::session(state, asked).map(|session| session.username.clone())
}

/// Ends the sessions of one rider, or of all.
pub(crate) fn expire(state: &mut State, username: Option<&str>) {
    state.trainerroad.sessions.retain(|_, session| username.is_some_and(|username| session.username != username));
}

fn gone() -> Reply {
    Reply::html(404, "<!DOCTYPE html><html><head><title>404</title></head><body><h1>Off course</h1><p>There is nothing at this address.</p></body></html>".into())
}

fn message(status: u16, text: &str) -> Reply {
    Reply::json(status, &json!({ "Message": text }))
}

fn wants_camel(asked: &Asked) -> bool {
    asked.header("trainerroad-jsonformat").is_some_and(|format| format.eq_ignore_ascii_case("camel-case"))
}

/// JSON in the case that the request asked for.
fn data(asked: &Asked, value: &Value) -> Reply {
    Reply::json(200, &if wants_camel(asked) { casing::camel(value) } else { casing::pascal(value) })
}

/// The same for what is written as its generation wrote it: the case of one key in it was a change.
fn written(asked: &Asked, value: &Value) -> Reply {
    Reply::json(200, &if wants_camel(asked) { casing::camel(value) } else { value.clone() })
}

/// TrainerRoad's look for a fault that was planned. Nothing is recorded about its 429.
pub(crate) fn fail(asked: &Asked, fault: &Fault) -> Reply {
    match fault {
        Fault::RateLimited { retry_after: Some(seconds) } => {
            Reply::text(429, "Too Many Requests").with("retry-after", seconds.to_string())
        }
        Fault::RateLimited { retry_after: None } => Reply::text(429, "Too Many Requests"),
        Fault::Unauthorized => login::turn_away(asked),
        Fault::Status { status: 404 } => gone(),
        Fault::Status { status } => message(*status, "An error has occurred."),
        Fault::Malformed => Reply { body: "{\"Id\":\"5600\",\"Wor".into(), ..Reply::json(200, &Value::Null) },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Scheduled maintenance</h1></body></html>".into()),
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, path.as_slice()) {
        (&Method::GET, ["app", "login"]) => login::page(state, asked, None).at("login.page"),
        (&Method::POST, ["app", "login"]) => login::submit(state, asked).at("login"),
        (&Method::GET, ["app", "career"] | ["app", "career", _]) => login::career(state, asked).at("career"),
        (method, ["app", "api", rest @ ..]) => api(state, asked, method, rest),
        _ => gone(),
    }
}

fn api(state: &mut State, asked: &Asked, method: &Method, path: &[&str]) -> Reply {
    let settings = &state.settings.trainerroad;
    let (generation, both) = (settings.generation, settings.both);
    let Some(route) = route(method, path) else { return gone() };
    let lives = match route.era {
        Era::Any => true,
        Era::Old => both || generation != Generation::ReactCalendar,
        Era::New => both || generation == Generation::ReactCalendar,
    };
    if !lives {
        return gone().at(route.name);
    }
    let visitor = whose(state, asked);
    let rider = match &visitor {
        Some(username) => state.world.rider(username),
        None if route.open => path.last().and_then(|username| state.world.rider(username)).filter(|rider| rider.public),
        None => None,
    };
    let Some(rider) = rider else {
        state.book.sessions.turned_away += 1;
        return login::turn_away(asked).at(route.name);
    };
    let seen = Seen { rider, workouts: &state.world.workouts, now: state.clock.now(), generation, asked, path };
    (route.read)(&seen).at(route.name).to(&rider.username)
}
