//! What providers tell an application of their own accord: that a rider took something back, or allows less than before.
//!
//! | provider | what is sent |
//! |---|---|
//! | Strava | a `GET` with a challenge when the hook is registered; then JSON, signed in `x-strava-signature` with the application's secret |
//! | Garmin | JSON, `deregistrations` or `userPermissionsChange`, with `garmin-client-id` |
//! | Withings | a form with `appli=46&action=unlink`, unsigned |
//!
//! The others tell nothing of it. Hooks go to loopback and nowhere else.

mod send;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::SECOND;
use crate::faults::Provider;
use crate::oauth::{Realm, mac, secret, user_id};
use crate::state::State;

pub(crate) use send::{deliver, greet, target};

/// Where a provider tells an application what happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// Who tells.
    pub provider: Provider,
    /// On loopback, `http`.
    pub url: String,
    /// Of which application. Default: the one of the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
    /// What Strava repeats in its challenge. Default: empty.
    #[serde(default)]
    pub verify_token: String,
}

impl Hook {
    /// A hook of the application of the settings.
    pub fn new(provider: Provider, url: &str) -> Hook {
        Hook { provider, url: url.to_owned(), client: None, verify_token: String::new() }
    }

    /// Of another application.
    pub fn client(mut self, client: &str) -> Hook {
        self.client = Some(client.to_owned());
        self
    }

    /// With this to be repeated in the challenge.
    pub fn verify_token(mut self, token: &str) -> Hook {
        self.verify_token = token.to_owned();
        self
    }
}

/// A hook that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookLine {
    /// Who sent it.
    pub provider: Provider,
    /// `deauthorize`, `deregistrations`, `userPermissionsChange` or `unlink`.
    pub event: String,
    /// About whom.
    pub user: String,
    /// How often it was sent.
    pub attempts: u32,
    /// What the last attempt was answered with; none if there was no answer.
    pub status: Option<u16>,
    /// When the last attempt was made, in simulated Unix milliseconds.
    pub at: i64,
}

/// Hooks of all applications, and what was sent to them.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    registered: Vec<Registered>,
    pub(crate) sent: Vec<HookLine>,
    made: i64,
}

#[derive(Debug, Clone)]
struct Registered {
    provider: Provider,
    client: String,
    url: String,
    subscription: i64,
}

impl Hooks {
    /// One hook for each application: another takes its place.
    pub(crate) fn register(&mut self, provider: Provider, client: String, url: String) {
        self.made += 1;
        let subscription = 290_000 + self.made;
        self.registered.retain(|hook| (hook.provider, &hook.client) != (provider, &client));
        self.registered.push(Registered { provider, client, url, subscription });
    }

    pub(crate) fn has(&self, provider: Provider) -> bool {
        self.registered.iter().any(|hook| hook.provider == provider)
    }
}

/// Something to be sent.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    provider: Provider,
    event: &'static str,
    user: String,
    url: String,
    headers: Vec<(&'static str, String)>,
    body: Bytes,
}

/// What happened to what a rider gave.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Happened<'a> {
    Withdrawn,
    Permits(&'a [String]),
}

/// What the applications that a rider had allowed something are told.
pub(crate) fn messages(
    state: &State,
    provider: Provider,
    username: &str,
    clients: &[String],
    happened: Happened<'_>,
) -> Vec<Message> {
    let concerned = |hook: &&Registered| hook.provider == provider && clients.contains(&hook.client);
    let hooks = state.hooks.registered.iter().filter(concerned);
    hooks.filter_map(|hook| message(state, hook, username, happened)).collect()
}

fn message(state: &State, hook: &Registered, username: &str, happened: Happened<'_>) -> Option<Message> {
    let rider = state.world.rider(username)?;
    let id = user_id(hook.provider, state.world.seed, rider, &hook.client);
    let now = state.clock.now() / SECOND;
    let (event, headers, body) = match (hook.provider, happened) {
        (Provider::Strava, Happened::Withdrawn) => {
            let body = strava(rider.athlete, hook.subscription, now).to_string();
            // The machine's time: who checks the signature has no other clock.
            let at = state.clock.real() / SECOND;
            let signature = mac(state.strava.secret(&hook.client)?, &format!("{at}.{body}"));
            let headers = vec![kind(JSON), ("x-strava-signature", format!("t={at},v1={signature}"))];
            ("deauthorize", headers, body)
        }
        (Provider::Garmin, Happened::Withdrawn) => {
            let body = json!({ "deregistrations": [{ "userId": id }] });
            ("deregistrations", garmin(hook), body.to_string())
        }
        (Provider::Garmin, Happened::Permits(permissions)) => {
            let change = json!({
                "userId": id,
                "summaryId": format!("x{now:x}"),
                "permissions": permissions,
                "changeTimeInSeconds": now,
            });
            ("userPermissionsChange", garmin(hook), json!({ "userPermissionsChange": [change] }).to_string())
        }
        (Provider::Withings, Happened::Withdrawn) => {
            ("unlink", vec![kind("application/x-www-form-urlencoded")], format!("userid={id}&appli=46&action=unlink"))
        }
        _ => return None,
    };
    let (provider, user, url) = (hook.provider, username.to_owned(), hook.url.clone());
    Some(Message { provider, event, user, url, headers, body: Bytes::from(body) })
}

const JSON: &str = "application/json";

fn kind(media: &str) -> (&'static str, String) {
    ("content-type", media.to_owned())
}

fn garmin(hook: &Registered) -> Vec<(&'static str, String)> {
    vec![kind(JSON), ("user-agent", "Garmin Health API".into()), ("garmin-client-id", hook.client.clone())]
}

fn strava(athlete: i64, subscription: i64, now: i64) -> Value {
    json!({
        "aspect_type": "update",
        "event_time": now,
        "object_id": athlete,
        "object_type": "athlete",
        "owner_id": athlete,
        "subscription_id": subscription,
        "updates": { "authorized": "false" },
    })
}

/// The application of the settings.
pub(crate) fn usual_client(state: &State, provider: Provider) -> Option<String> {
    let apps = &state.settings.apps;
    let id = match provider {
        Provider::Strava => &state.settings.strava.client_id,
        Provider::Whoop => &apps.whoop.client_id,
        Provider::Garmin => &apps.garmin.client_id,
        Provider::Withings => &apps.withings.client_id,
        Provider::Polar => &apps.polar.client_id,
        Provider::Dexcom => &apps.dexcom.client_id,
        Provider::Trainerroad
        | Provider::Freestylelibre
        | Provider::Virtuagym
        | Provider::Rouvy
        | Provider::Fatsecret => return None,
    };
    Some(id.clone())
}

/// Whether a provider knows this application.
pub(crate) fn knows(state: &State, provider: Provider, client: &str) -> bool {
    match provider {
        Provider::Strava => state.strava.secret(client).is_some(),
        _ => Realm::all(provider).any(|realm| secret(state, realm, client).is_some()),
    }
}
