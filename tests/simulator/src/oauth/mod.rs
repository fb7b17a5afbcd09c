//! One OAuth 2 authorization server for all providers whose dialects differ in data alone.
//!
//! [`Rules`] say how one behaves, [`Realm`] says which there are. Each remembers its own clients, codes and grants in a
//! [`Server`]. A provider's module routes requests to [`page()`], [`submit`] and [`token`], and words what comes of them.
//!
//! A code is good once: used again, it takes back what its first use gave (RFC 6749, 4.1.2). A refresh token that was
//! rotated away gives new tokens as long as the rules' grace lasts, and nothing after that.

mod authorize;
mod page;
mod realm;
mod rules;
mod signed;
mod tokens;

use std::collections::{BTreeMap, HashMap};

use serde_json::json;

use crate::apps::Apps;
use crate::clock::SECOND;
use crate::faults::{Fault, Provider};
use crate::message::{Asked, Reply};
use crate::state::State;

pub(crate) use authorize::{Decision, decide, is_loopback, page, submit};
pub(crate) use page::sheet;
pub(crate) use realm::{Realm, home, user_id};
pub use rules::{App, ClientAuth, Lifetimes, Pkce, Refresh, Rules, Scope};
use signed::client_of;
pub(crate) use signed::{by_signature, mac, nonce};
pub(crate) use tokens::{Tokens, token};

/// Whose token a request carries, and what it may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Viewer {
    pub(crate) username: String,
    /// The provider's id of the user.
    pub(crate) id: String,
    pub(crate) scopes: Vec<String>,
    /// `us`, `eu` or `jp` where a provider has a cloud for each; empty elsewhere.
    pub(crate) region: &'static str,
}

impl Viewer {
    /// Whether the rider allowed this.
    pub(crate) fn may(&self, scope: &str) -> bool {
        self.scopes.iter().any(|given| given == scope)
    }
}

/// An application.
#[derive(Debug, Clone)]
struct Client {
    secret: String,
    redirect_uris: Vec<String>,
}

/// What a rider's consent is redeemed with.
#[derive(Debug, Clone)]
struct Code {
    client: String,
    username: String,
    scopes: Vec<String>,
    redirect: String,
    challenge: Option<String>,
    /// Unix milliseconds.
    expires: i64,
    /// Whether it was used, and what that gave.
    used: bool,
    gave: Option<u64>,
}

/// What a rider gave an application, once.
#[derive(Debug, Clone)]
struct Grant {
    client: String,
    username: String,
    scopes: Vec<String>,
    access: Vec<String>,
    refresh: Vec<String>,
    /// How often new tokens were given for it.
    issues: u64,
}

/// A token, and the instant in Unix milliseconds from which on it is good for nothing.
#[derive(Debug, Clone, Copy)]
struct Token {
    grant: u64,
    until: i64,
}

/// What one authorization server remembers.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) rules: Rules,
    issuer: Option<String>,
    clients: BTreeMap<String, Client>,
    codes: HashMap<String, Code>,
    access: HashMap<String, Token>,
    refresh: HashMap<String, Token>,
    grants: BTreeMap<u64, Grant>,
    nonces: HashMap<String, (String, i64)>,
    made: u64,
}

impl Server {
    fn of(app: &App) -> Server {
        let client = Client { secret: app.client_secret.clone(), redirect_uris: app.redirect_uris.clone() };
        Server {
            rules: app.rules.clone(),
            issuer: app.issuer.clone(),
            clients: BTreeMap::from([(app.client_id.clone(), client)]),
            codes: HashMap::new(),
            access: HashMap::new(),
            refresh: HashMap::new(),
            grants: BTreeMap::new(),
            nonces: HashMap::new(),
            made: 0,
        }
    }

    fn forget(&mut self, id: u64) -> Option<Grant> {
        let grant = self.grants.remove(&id)?;
        self.access.retain(|_, token| token.grant != id);
        self.refresh.retain(|_, token| token.grant != id);
        Some(grant)
    }
}

/// All authorization servers.
#[derive(Debug)]
pub(crate) struct OAuth {
    whoop: Server,
    garmin: Server,
    withings: Server,
    polar_v3: Server,
    polar_v4: Server,
    dexcom_us: Server,
    dexcom_eu: Server,
    dexcom_jp: Server,
}

impl OAuth {
    pub(crate) fn new(apps: &Apps) -> OAuth {
        OAuth {
            whoop: Server::of(&apps.whoop),
            garmin: Server::of(&apps.garmin),
            withings: Server::of(&apps.withings),
            polar_v3: Server::of(&apps.polar),
            polar_v4: Server::of(&apps.polar_v4),
            dexcom_us: Server::of(&apps.dexcom),
            dexcom_eu: Server::of(&apps.dexcom_eu),
            dexcom_jp: Server::of(&apps.dexcom_jp),
        }
    }

    pub(crate) fn at(&self, realm: Realm) -> &Server {
        match realm {
            Realm::Whoop => &self.whoop,
            Realm::Garmin => &self.garmin,
            Realm::Withings => &self.withings,
            Realm::PolarV3 => &self.polar_v3,
            Realm::PolarV4 => &self.polar_v4,
            Realm::DexcomUs => &self.dexcom_us,
            Realm::DexcomEu => &self.dexcom_eu,
            Realm::DexcomJp => &self.dexcom_jp,
        }
    }

    pub(crate) fn at_mut(&mut self, realm: Realm) -> &mut Server {
        match realm {
            Realm::Whoop => &mut self.whoop,
            Realm::Garmin => &mut self.garmin,
            Realm::Withings => &mut self.withings,
            Realm::PolarV3 => &mut self.polar_v3,
            Realm::PolarV4 => &mut self.polar_v4,
            Realm::DexcomUs => &mut self.dexcom_us,
            Realm::DexcomEu => &mut self.dexcom_eu,
            Realm::DexcomJp => &mut self.dexcom_jp,
        }
    }
}

/// Why a token or a page was refused, in the words of RFC 6749.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: &'static str,
    pub(crate) about: &'static str,
}

impl Refusal {
    fn new(error: &'static str, about: &'static str) -> Refusal {
        Refusal { error, about }
    }

    /// 401 for an application that did not prove who it is, else 400.
    pub(crate) fn status(self) -> u16 {
        if self.error == "invalid_client" { 401 } else { 400 }
    }

    /// As RFC 6749 has it.
    pub(crate) fn reply(self) -> Reply {
        Reply::json(self.status(), &json!({ "error": self.error, "error_description": self.about }))
    }
}

/// A token endpoint's words for a fault that was planned. That the grant is dead is what it calls unauthorized.
pub(crate) fn fail(fault: &Fault) -> Reply {
    let refuse = |status, error: &str| Reply::json(status, &json!({ "error": error }));
    match fault {
        Fault::RateLimited { retry_after } => {
            let reply = refuse(429, "temporarily_unavailable");
            retry_after.iter().fold(reply, |reply, seconds| reply.with("retry-after", seconds.to_string()))
        }
        Fault::Unauthorized => Refusal::new("invalid_grant", "the grant is no longer good").reply(),
        Fault::Status { status: 401 } => refuse(401, "invalid_client"),
        Fault::Status { status } if *status < 500 => refuse(*status, "invalid_request"),
        Fault::Status { status } => refuse(*status, "server_error"),
        Fault::Malformed => Reply { body: "{\"access_token\":\"5e1".into(), ..refuse(200, "") },
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Back in a moment</h1></body></html>".into()),
    }
}

/// Whose token of this authorization server a request carries, if it is good.
pub(crate) fn viewer(state: &State, realm: Realm, asked: &Asked) -> Option<Viewer> {
    let server = state.oauth.at(realm);
    let token = server.access.get(asked.bearer()?).filter(|token| token.until > state.clock.now())?;
    let grant = server.grants.get(&token.grant)?;
    let rider = state.world.rider(&grant.username)?;
    Some(Viewer {
        username: grant.username.clone(),
        id: user_id(realm.provider(), state.world.seed, rider, &grant.client),
        scopes: grant.scopes.clone(),
        region: realm.region(),
    })
}

/// The application to which the token of a request was given.
pub(crate) fn client(state: &State, realm: Realm, asked: &Asked) -> Option<String> {
    let server = state.oauth.at(realm);
    let token = server.access.get(asked.bearer()?)?;
    server.grants.get(&token.grant).map(|grant| grant.client.clone())
}

/// Takes back everything that a rider gave, to one application or to all; returns those that lost something.
pub(crate) fn revoke(state: &mut State, realm: Realm, client: Option<&str>, username: &str) -> Vec<String> {
    let server = state.oauth.at_mut(realm);
    let theirs = |grant: &Grant| grant.username == username && client.is_none_or(|client| grant.client == client);
    let ids: Vec<u64> = server.grants.iter().filter(|(_, grant)| theirs(grant)).map(|(id, _)| *id).collect();
    let mut clients: Vec<String> = ids.iter().filter_map(|id| server.forget(*id)).map(|grant| grant.client).collect();
    for _ in &clients {
        state.book.count(realm.provider(), Some(username), |totals| totals.revoked += 1);
    }
    clients.sort_unstable();
    clients.dedup();
    clients
}

/// Changes what a rider allows; returns the applications that this concerns.
pub(crate) fn permit(state: &mut State, realm: Realm, username: &str, scopes: &[String]) -> Vec<String> {
    let grants = state.oauth.at_mut(realm).grants.values_mut().filter(|grant| grant.username == username);
    let mut clients: Vec<String> = grants
        .map(|grant| {
            grant.scopes = scopes.to_vec();
            grant.client.clone()
        })
        .collect();
    clients.sort_unstable();
    clients.dedup();
    clients
}

/// Ends the access tokens of one rider, or of all; the refresh tokens stay good.
pub(crate) fn expire(state: &mut State, provider: Provider, username: Option<&str>) {
    for realm in Realm::all(provider) {
        let server = state.oauth.at_mut(realm);
        for grant in server.grants.values_mut() {
            if username.is_none_or(|username| grant.username == username) {
                for token in grant.access.drain(..) {
                    server.access.remove(&token);
                }
            }
        }
    }
}

/// Registers one more application, or an application again.
pub(crate) fn register(state: &mut State, realm: Realm, id: &str, secret: &str, redirect_uris: &[String]) {
    let client = Client { secret: secret.to_owned(), redirect_uris: redirect_uris.to_vec() };
    state.oauth.at_mut(realm).clients.insert(id.to_owned(), client);
}

/// The secret of an application.
pub(crate) fn secret<'a>(state: &'a State, realm: Realm, client: &str) -> Option<&'a str> {
    state.oauth.at(realm).clients.get(client).map(|client| client.secret.as_str())
}

/// An instant so many seconds from now. A lifetime beyond all measure stays within the calendar.
fn after(now: i64, seconds: i64) -> i64 {
    now.saturating_add(seconds.saturating_mul(SECOND))
}
