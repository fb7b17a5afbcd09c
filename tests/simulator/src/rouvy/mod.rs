//! ROUVY: what its own web pages call. There is no public API, and the sources are other people's clients.
//!
//! | call | |
//! |---|---|
//! | `POST /login.data`, `GET /_root.data` | [`session`] |
//! | `GET /user-settings.data` | the profile |
//! | `GET /resources/activities-pagination.data?offset=` | the list, newest first |
//! | `GET /resources/activity-fit/{id}` | the original file; that it lies here is made up |
//!
//! Answers are turbo-stream ([`turbo`]) and files FIT ([`fit`]). Generations change how an ended session shows, and whether the
//! list comes on a line of its own.

mod data;
mod fit;
mod session;
mod turbo;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::faults::Fault;
use crate::message::{Asked, Reply};
use crate::settings::RouvyGeneration;
use crate::state::State;

pub(crate) use data::things;
pub(crate) use session::{Rouvy, expire, whose};

/// Activities of a page of the list. Not recorded; small, so that there are several.
const PER_PAGE: usize = 5;

const BASE: &str = "https://riders.rouvy.com";

fn stream(status: u16, text: String) -> Reply {
    let mut reply = Reply::text(status, &text);
    reply.headers = vec![("content-type", "text/x-script".into()), ("x-remix-response", "yes".into())];
    reply
}

fn gone() -> Reply {
    Reply::html(
        404,
        "<!DOCTYPE html><html><head><title>404</title></head><body><h1>No such road</h1></body></html>".into(),
    )
}

/// ROUVY's look for a fault that was planned. Nothing is recorded about its 429.
pub(crate) fn fail(state: &mut State, fault: &Fault) -> Reply {
    match fault {
        Fault::RateLimited { retry_after: Some(seconds) } => {
            Reply::text(429, "Too Many Requests").with("retry-after", seconds.to_string())
        }
        Fault::RateLimited { retry_after: None } => Reply::text(429, "Too Many Requests"),
        Fault::Unauthorized => session::turn_away(state),
        Fault::Status { status: 404 } => gone(),
        Fault::Status { status } => Reply::text(*status, "Unexpected Server Error"),
        Fault::Malformed => stream(200, "[{\"_1\":2},\"routes/resources.activi".into()),
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Under maintenance</h1></body></html>".into()),
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, path.as_slice()) {
        (&Method::POST, ["login.data"]) => session::login(state, asked).at("login"),
        (&Method::GET, ["_root.data"]) => session::root(state, asked).at("root"),
        (&Method::GET, ["user-settings.data"]) => signed_in(state, asked, settings).at("user-settings"),
        (&Method::GET, ["resources", "activities-pagination.data"]) => signed_in(state, asked, list).at("activities"),
        (&Method::GET, ["resources", "activity-fit", id]) => {
            signed_in(state, asked, |state, _, username| file(state, username, id)).at("activity-fit")
        }
        _ => gone(),
    }
}

fn signed_in(state: &mut State, asked: &Asked, read: impl Fn(&State, &Asked, &str) -> Reply) -> Reply {
    match session::rider(state, asked) {
        Ok(username) => read(state, asked, &username).to(&username),
        Err(reply) => reply,
    }
}

fn settings(state: &State, _: &Asked, username: &str) -> Reply {
    let Some(rider) = state.world.rider(username) else { return gone() };
    let page = json!({
        "root": { "data": data::profile(state.world.seed, rider) },
        "routes/_main.user-settings": { "data": {} },
    });
    stream(200, turbo::encode(&page)).about(username, vec![username.to_owned()])
}

fn list(state: &State, asked: &Asked, username: &str) -> Reply {
    let Some(rider) = state.world.rider(username) else { return gone() };
    let offset = asked.query("offset").and_then(|offset| offset.parse().ok()).unwrap_or(0);
    let rides = data::rides(state.world.seed, rider, state.clock.now());
    let page: Vec<&data::Ride> = rides.iter().skip(offset).take(PER_PAGE).collect();
    let items: Value = page.iter().map(|ride| ride.item(BASE)).collect();
    let items = match state.settings.rouvy.generation {
        RouvyGeneration::Deferred => json!({ turbo::LATER: items }),
        RouvyGeneration::Status401 | RouvyGeneration::Redirect202 => items,
    };
    let more = offset + page.len() < rides.len();
    let held = json!({ "activities": items, "offset": offset, "hasMore": more });
    let ids = page.iter().map(|ride| ride.id.clone()).collect();
    let whole = json!({ "routes/resources.activities-pagination": { "data": held } });
    stream(200, turbo::encode(&whole)).about("", ids)
}

fn file(state: &State, username: &str, id: &str) -> Reply {
    let rides = state.world.rider(username).map(|rider| data::rides(state.world.seed, rider, state.clock.now()));
    let Some(ride) = rides.unwrap_or_default().into_iter().find(|ride| ride.filed && ride.id == id) else {
        return gone();
    };
    let mut reply = Reply::text(200, "").with("content-disposition", format!("attachment; filename=\"{id}.fit\""));
    reply.headers.retain(|(name, _)| *name != "content-type");
    reply.body = Bytes::from(ride.file());
    reply.with("content-type", "application/octet-stream").about(id, vec![id.to_owned()])
}
