//! What was asked and what was served: the other side of the comparison.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::faults::Provider;
use crate::hooks::HookLine;
use crate::message::Reply;
use crate::settings::REQUESTS_REMEMBERED;
use crate::state::State;
use crate::world::Rider;
use crate::world::truth::{Counts, RiderTruth};
use crate::{dexcom, fatsecret, freestylelibre, polar, rouvy, virtuagym, whoop, withings};

/// Everything that a checker may want to know, at one instant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The simulated time, in Unix milliseconds.
    pub now: i64,
    /// TrainerRoad's generation at present.
    pub generation: String,
    /// Whether both generations of its calendar answer.
    pub both: bool,
    /// The generation of its cookie.
    pub cookie: String,
    /// All requests.
    pub requests: RequestTotals,
    /// Strava's tokens.
    pub tokens: TokenTotals,
    /// Tokens by provider, Strava's too.
    #[serde(default)]
    pub provider_tokens: BTreeMap<Provider, TokenTotals>,
    /// The same by provider and rider, as far as it is known whose they are; by user name.
    #[serde(default)]
    pub rider_tokens: BTreeMap<Provider, BTreeMap<String, TokenTotals>>,
    /// TrainerRoad's sessions.
    pub sessions: SessionTotals,
    /// Requests by endpoint and status.
    pub endpoints: Vec<EndpointLine>,
    /// Every distinct body that was served with data of a rider.
    pub documents: Vec<DocumentLine>,
    /// The truth of Strava and TrainerRoad.
    pub riders: Vec<RiderTruth>,
    /// The truth of the others, of every rider who ever signed in there; by user name, newest last.
    #[serde(default)]
    pub things: BTreeMap<Provider, BTreeMap<String, Vec<Thing>>>,
    /// Hooks that were sent.
    #[serde(default)]
    pub hooks: Vec<HookLine>,
}

/// Requests of all providers. The controls do not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestTotals {
    /// All.
    pub total: u64,
    /// Answered with 429, by quota or by fault.
    pub rate_limited: u64,
    /// That met a fault.
    pub faults: u64,
}

/// What became of codes and tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenTotals {
    /// Authorization codes given.
    pub codes: u64,
    /// Sign-ins that the rider refused.
    pub denied: u64,
    /// Codes redeemed for tokens.
    pub issued: u64,
    /// Codes that were redeemed once more, which took back what they had given.
    pub replayed: u64,
    /// Refreshes that gave new tokens; where it rotates, the refresh token with them.
    pub rotated: u64,
    /// Refreshes that gave back what was still good.
    pub unchanged: u64,
    /// Requests for a token that were refused.
    pub refused: u64,
    /// Grants that were taken back.
    pub revoked: u64,
}

/// TrainerRoad's sessions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTotals {
    /// Forms posted with a good password.
    pub issued: u64,
    /// Forms posted with anything else.
    pub refused: u64,
    /// Requests for data that were sent to the sign-in page.
    pub turned_away: u64,
}

/// Requests of one endpoint that ended alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointLine {
    /// Whose.
    pub provider: Provider,
    /// For example `activities.detail`.
    pub endpoint: String,
    /// The answer's.
    pub status: u16,
    /// How many.
    pub count: u64,
}

/// One distinct body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentLine {
    /// Whose.
    pub provider: Provider,
    /// For example `activities.detail`.
    pub endpoint: String,
    /// The rider's user name.
    pub user: String,
    /// What it is about; empty for a list.
    pub id: String,
    /// Of its bytes, in lower-case hexadecimal.
    pub sha256: String,
    /// Its length.
    pub bytes: usize,
    /// TrainerRoad's or ROUVY's generation when it was first served; empty for others.
    pub generation: String,
    /// How often it was served.
    pub times: u64,
    /// Unix milliseconds.
    pub first: i64,
    /// Unix milliseconds.
    pub last: i64,
    /// Numbers of the requests that got it, in order of arrival; the first 16.
    pub requests: Vec<u64>,
}

/// One thing that a provider's cloud holds of a rider.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Thing {
    /// `activity`, `sleep`, `daily`, `body`, `sample`, `athlete` and so on.
    pub kind: String,
    /// The provider's id of it.
    pub id: String,
    /// Unix milliseconds.
    pub start: Option<i64>,
    /// Unix milliseconds.
    pub end: Option<i64>,
    /// In the units and under the names that the provider documents.
    pub values: BTreeMap<String, f64>,
}

impl Ledger {
    pub(crate) fn of(state: &State) -> Ledger {
        let now = state.clock.now();
        let settings = &state.settings.trainerroad;
        let truth = |rider: &Rider| {
            RiderTruth::of(rider, &state.world.workouts, now, &|item| state.book.served(&rider.username, item))
        };
        Ledger {
            now,
            generation: settings.generation.name().to_owned(),
            both: settings.both,
            cookie: settings.cookie.name().to_owned(),
            requests: state.book.requests.clone(),
            tokens: state.book.tokens(Provider::Strava),
            provider_tokens: state.book.all_tokens().clone(),
            rider_tokens: state.book.riders.clone(),
            sessions: state.book.sessions.clone(),
            endpoints: state.book.endpoints(),
            documents: state.book.documents(),
            riders: state.world.riders.iter().map(truth).collect(),
            things: things(state, now),
            hooks: state.hooks.sent.clone(),
        }
    }
}

fn things(state: &State, now: i64) -> BTreeMap<Provider, BTreeMap<String, Vec<Thing>>> {
    let mut all = BTreeMap::new();
    for (provider, riders) in &state.book.riders {
        let read = match provider {
            Provider::Whoop => whoop::things,
            Provider::Withings => withings::things,
            Provider::Polar => polar::things,
            Provider::Dexcom => dexcom::things,
            Provider::Rouvy => rouvy::things,
            Provider::Freestylelibre => freestylelibre::things,
            Provider::Virtuagym => virtuagym::things,
            Provider::Fatsecret => fatsecret::things,
            Provider::Strava | Provider::Trainerroad | Provider::Garmin => continue,
        };
        let of = riders.keys().map(|username| (username.clone(), read(&state.world, username, now))).collect();
        all.insert(*provider, of);
    }
    all
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    provider: Provider,
    endpoint: &'static str,
    user: String,
    id: String,
    sha256: String,
}

/// The ledger while it is written.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) requests: RequestTotals,
    tokens: BTreeMap<Provider, TokenTotals>,
    riders: BTreeMap<Provider, BTreeMap<String, TokenTotals>>,
    pub(crate) sessions: SessionTotals,
    endpoints: BTreeMap<(Provider, &'static str, u16), u64>,
    documents: BTreeMap<Key, DocumentLine>,
    items: BTreeMap<(String, String), Counts>,
}

impl Book {
    /// Counts something that became of a token, for its provider and, where that is known, for the rider.
    pub(crate) fn count(&mut self, provider: Provider, user: Option<&str>, add: impl Fn(&mut TokenTotals)) {
        add(self.tokens.entry(provider).or_default());
        if let Some(user) = user {
            add(self.riders.entry(provider).or_default().entry(user.to_owned()).or_default());
        }
    }

    pub(crate) fn tokens(&self, provider: Provider) -> TokenTotals {
        self.tokens.get(&provider).cloned().unwrap_or_default()
    }

    pub(crate) fn all_tokens(&self) -> &BTreeMap<Provider, TokenTotals> {
        &self.tokens
    }

    /// Notes an answer. `whole` is false where the connection breaks before its end: then nothing counts as served.
    pub(crate) fn note(
        &mut self,
        provider: Provider,
        generation: &str,
        reply: &Reply,
        (whole, faulty): (bool, bool),
        now: i64,
    ) {
        self.requests.total += 1;
        self.requests.faults += u64::from(faulty);
        self.requests.rate_limited += u64::from(reply.status.as_u16() == 429);
        *self.endpoints.entry((provider, reply.endpoint, reply.status.as_u16())).or_default() += 1;
        let (Some(served), Some(user), true) = (&reply.served, &reply.user, whole) else { return };
        for item in &served.items {
            let counts = self.items.entry((user.clone(), item.clone())).or_default();
            *counts.entry(reply.endpoint.to_owned()).or_default() += 1;
        }
        let sha256 = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &reply.body));
        let key = Key { provider, endpoint: reply.endpoint, user: user.clone(), id: served.id.clone(), sha256 };
        let line = self.documents.entry(key).or_insert_with_key(|key| DocumentLine {
            provider,
            endpoint: key.endpoint.to_owned(),
            user: key.user.clone(),
            id: key.id.clone(),
            sha256: key.sha256.clone(),
            bytes: reply.body.len(),
            generation: generation.to_owned(),
            times: 0,
            first: now,
            last: now,
            requests: Vec::new(),
        });
        line.times += 1;
        line.last = now;
        if line.requests.len() < REQUESTS_REMEMBERED {
            line.requests.push(self.requests.total);
        }
    }

    /// How often each endpoint told a rider of a thing.
    pub(crate) fn served(&self, user: &str, item: &str) -> Counts {
        self.items.get(&(user.to_owned(), item.to_owned())).cloned().unwrap_or_default()
    }

    pub(crate) fn endpoints(&self) -> Vec<EndpointLine> {
        let lines = self.endpoints.iter();
        lines
            .map(|((provider, endpoint, status), count)| EndpointLine {
                provider: *provider,
                endpoint: (*endpoint).to_owned(),
                status: *status,
                count: *count,
            })
            .collect()
    }

    pub(crate) fn documents(&self) -> Vec<DocumentLine> {
        self.documents.values().cloned().collect()
    }
}
