//! The controls over HTTP.
//!
//! | call | body | answer |
//! |---|---|---|
//! | `GET /_sim/` | | `{"now","generation","both","cookie"}` |
//! | `GET /_sim/users` · `POST /_sim/users` | [`NewRiders`] | accounts: all, or those made |
//! | `POST /_sim/users/{user}/rides` | [`NewRides`] | `{"ids":[…]}` |
//! | `POST /_sim/users/{user}/planned` | `{"count":1}` | `{"ids":[…]}` |
//! | `POST /_sim/users/{user}/rename` | `{"provider","id","name"}` | `{}` |
//! | `POST /_sim/users/{user}/remove` | `{"provider","id"}` | `{}` |
//! | `POST /_sim/users/{user}/postpone` | `{"id","days"}` | `{}` |
//! | `POST /_sim/authorize` (also `/_sim/strava/authorize`) | [`Authorize`] | `{"location"}` |
//! | `POST /_sim/clients` | [`Registration`] and `"provider"` | `{}` |
//! | `POST /_sim/lifetimes` | [`Lifetimes`] and `"provider"` | `{}` |
//! | `POST /_sim/hooks` | [`Hook`] | `{}` |
//! | `POST /_sim/deregister`, `POST /_sim/revoke` | `{"provider","user"}` | `{"hooks":[…]}` |
//! | `POST /_sim/permissions` | `{"provider","user","scopes":[…]}` | `{"hooks":[…]}` |
//! | `POST /_sim/strava/limits` | [`Limits`] | `{}` |
//! | `POST /_sim/trainerroad/generation` | `{"generation","both"?}` | `{}` |
//! | `POST /_sim/trainerroad/cookie` | `{"cookie"}` | `{}` |
//! | `POST /_sim/rouvy/generation` | `{"generation"}` | `{}` |
//! | `POST /_sim/freestylelibre/version` | `{"least"}` | `{}` |
//! | `POST /_sim/freestylelibre/step` | `{"user","step"?}`: `tou`, `pp`, `verifyEmail` | `{}` |
//! | `POST /_sim/expire` | `{"provider","user"?}` | `{}` |
//! | `POST /_sim/clock` | `{"advance_ms"}` or `{"advance_s"}` | `{"now"}` |
//! | `GET`, `POST`, `DELETE /_sim/faults` | one [`Planned`] or a list | those that are left |
//! | `GET /_sim/tokens` | | what became of codes and tokens, by provider |
//! | `GET /_sim/ledger` | | [`Ledger`] |
//!
//! Errors are `{"code","message"}` with 400, or 404 where something does not exist.

use std::time::Duration;

use http::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::faults::{Planned, Provider};
use crate::freestylelibre::LibreStep;
use crate::hooks::{Hook, HookLine};
use crate::ledger::Ledger;
use crate::message::{Asked, Reply};
use crate::oauth::Lifetimes;
use crate::settings::{CookieGeneration, Generation, Limits, RouvyGeneration};
use crate::state::{Shared, State};

use super::{Authorize, ControlError, NewRiders, NewRides, Registration, grants};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    count: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    provider: Provider,
    id: Value,
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    provider: Provider,
    id: Value,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToGeneration {
    generation: Generation,
    both: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Later {
    id: String,
    days: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToCookie {
    cookie: CookieGeneration,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToVersion {
    least: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToStep {
    user: String,
    step: Option<LibreStep>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ToRouvyGeneration {
    generation: RouvyGeneration,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expire {
    provider: Provider,
    user: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[derive(Default)]
struct Advance {
    advance_ms: u64,
    advance_s: u64,
}

/// Something of a provider's.
#[derive(Debug, Deserialize)]
struct Of<T> {
    provider: Provider,
    #[serde(flatten)]
    what: T,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Whose {
    provider: Provider,
    user: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Permissions {
    provider: Provider,
    user: String,
    scopes: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Planned),
    Many(Vec<Planned>),
}

/// An id may be written as a number or as text.
fn text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn read<T: DeserializeOwned>(asked: &Asked) -> Result<T, ControlError> {
    let body: &[u8] = if asked.body.is_empty() { b"{}" } else { &asked.body };
    serde_json::from_slice(body).map_err(|error| ControlError::Malformed(format!("the body cannot be read: {error}")))
}

fn json_of<T: serde::Serialize>(value: &T) -> Result<Value, ControlError> {
    serde_json::to_value(value).map_err(|error| ControlError::Malformed(error.to_string()))
}

/// Answers a request to the controls.
pub(crate) async fn answer(shared: &Shared, asked: &Asked) -> Reply {
    let result = match told(shared, asked).await {
        Some(result) => result,
        None => control(&mut shared.lock(), asked),
    };
    match result {
        Ok(value) => Reply::json(200, &value),
        Err(error) => {
            let status = if error.is_missing() { 404 } else { 400 };
            Reply::json(status, &json!({ "code": error.code(), "message": error.to_string() }))
        }
    }
}

/// The controls after which a provider may have something to send.
async fn told(shared: &Shared, asked: &Asked) -> Option<Result<Value, ControlError>> {
    if asked.method != Method::POST {
        return None;
    }
    Some(match asked.path.as_str() {
        "/hooks" => match read::<Hook>(asked) {
            Ok(hook) => grants::register_hook(shared, &hook).await.map(|()| json!({})),
            Err(error) => Err(error),
        },
        "/deregister" => match read::<Whose>(asked) {
            Ok(whose) => hooks(grants::deregister(shared, whose.provider, &whose.user).await),
            Err(error) => Err(error),
        },
        "/revoke" => match read::<Whose>(asked) {
            Ok(whose) => hooks(grants::revoke(shared, whose.provider, &whose.user).await),
            Err(error) => Err(error),
        },
        "/permissions" => match read::<Permissions>(asked) {
            Ok(to) => hooks(grants::change_permissions(shared, to.provider, &to.user, &to.scopes).await),
            Err(error) => Err(error),
        },
        _ => return None,
    })
}

fn hooks(sent: Result<Vec<HookLine>, ControlError>) -> Result<Value, ControlError> {
    sent.map(|lines| json!({ "hooks": lines }))
}

fn control(state: &mut State, asked: &Asked) -> Result<Value, ControlError> {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, path.as_slice()) {
        (&Method::GET, []) => Ok(about(state)),
        (&Method::GET, ["ledger"]) => json_of(&Ledger::of(state)),
        (&Method::GET, ["tokens"]) => json_of(state.book.all_tokens()),
        (&Method::GET, ["users"]) => json_of(&super::accounts(state)),
        (&Method::POST, ["users"]) => json_of(&super::add_riders(state, &read::<NewRiders>(asked)?)?),
        (&Method::POST, ["users", user, what]) => rider(state, asked, user, what),
        (&Method::POST, ["expire"]) => {
            let expire: Expire = read(asked)?;
            grants::expire(state, expire.provider, expire.user.as_deref());
            Ok(json!({}))
        }
        (&Method::POST, ["clock"]) => {
            let advance: Advance = read(asked)?;
            state.clock.advance(Duration::from_millis(advance.advance_ms) + Duration::from_secs(advance.advance_s));
            Ok(json!({ "now": state.clock.now() }))
        }
        (method, ["faults"]) => faults(state, asked, method),
        (&Method::POST, ["authorize"] | ["strava", "authorize"]) => {
            Ok(json!({ "location": grants::authorize(state, &read::<Authorize>(asked)?)? }))
        }
        (&Method::POST, ["clients"]) => {
            let of: Of<Registration> = read(asked)?;
            grants::add_client(state, of.provider, &of.what).map(|()| json!({}))
        }
        (&Method::POST, ["lifetimes"]) => {
            let of: Of<Lifetimes> = read(asked)?;
            grants::set_lifetimes(state, of.provider, &of.what).map(|()| json!({}))
        }
        (&Method::POST, ["strava", "limits"]) => {
            state.settings.strava.limits = read::<Limits>(asked)?;
            Ok(json!({}))
        }
        (&Method::POST, ["trainerroad", "generation"]) => {
            let to: ToGeneration = read(asked)?;
            state.settings.trainerroad.generation = to.generation;
            state.settings.trainerroad.both = to.both.unwrap_or(state.settings.trainerroad.both);
            Ok(json!({}))
        }
        (&Method::POST, ["trainerroad", "cookie"]) => {
            state.settings.trainerroad.cookie = read::<ToCookie>(asked)?.cookie;
            Ok(json!({}))
        }
        (&Method::POST, ["freestylelibre", what @ ("version" | "step")]) => libre(state, asked, what),
        (&Method::POST, ["rouvy", "generation"]) => {
            state.settings.rouvy.generation = read::<ToRouvyGeneration>(asked)?.generation;
            Ok(json!({}))
        }
        (method, _) => Err(ControlError::Malformed(format!("no control answers to {method} /_sim{}", asked.path))),
    }
}

fn libre(state: &mut State, asked: &Asked, what: &str) -> Result<Value, ControlError> {
    if what == "version" {
        super::set_libre_version(state, &read::<ToVersion>(asked)?.least)?;
    } else {
        let to: ToStep = read(asked)?;
        super::set_libre_step(state, &to.user, to.step)?;
    }
    Ok(json!({}))
}

fn about(state: &State) -> Value {
    let settings = &state.settings.trainerroad;
    json!({
        "now": state.clock.now(),
        "generation": settings.generation.name(),
        "both": settings.both,
        "cookie": settings.cookie.name(),
    })
}

fn rider(state: &mut State, asked: &Asked, user: &str, what: &str) -> Result<Value, ControlError> {
    match what {
        "rides" => Ok(json!({ "ids": super::add_rides(state, user, &read::<NewRides>(asked)?)? })),
        "planned" => Ok(json!({ "ids": super::add_planned(state, user, read::<Count>(asked)?.count)? })),
        "rename" => {
            let to: Named = read(asked)?;
            super::rename(state, user, to.provider, &text(&to.id), &to.name)?;
            Ok(json!({}))
        }
        "remove" => {
            let item: Item = read(asked)?;
            super::remove(state, user, item.provider, &text(&item.id))?;
            Ok(json!({}))
        }
        "postpone" => {
            let to: Later = read(asked)?;
            super::postpone(state, user, &to.id, to.days)?;
            Ok(json!({}))
        }
        _ => Err(ControlError::Malformed(format!(
            "a rider has no \"{what}\"; try rides, planned, rename, remove or postpone"
        ))),
    }
}

fn faults(state: &mut State, asked: &Asked, method: &Method) -> Result<Value, ControlError> {
    match *method {
        Method::POST => match read::<OneOrMany>(asked)? {
            OneOrMany::One(planned) => state.faults.add(planned),
            OneOrMany::Many(many) => many.into_iter().for_each(|planned| state.faults.add(planned)),
        },
        Method::DELETE => state.faults.clear(),
        _ => {}
    }
    json_of(&state.faults.all())
}
