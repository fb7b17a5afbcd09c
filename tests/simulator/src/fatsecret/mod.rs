//! FatSecret: OAuth 1.0a, and its Platform API as far as a user's diary and weight go.
//!
//! | call | |
//! |---|---|
//! | `POST /fatsecret-auth/oauth/request_token` | [`mod@signed`]: with `oauth_callback`, which has to be on loopback |
//! | `GET`, `POST /fatsecret-auth/oauth/authorize` | the page |
//! | `POST /fatsecret-auth/oauth/access_token` | a request token is good once |
//! | `GET /fatsecret/rest/…`, `GET /fatsecret/rest/server.api?method=…` | [`data`] |
//!
//! A signature is read from query and form alone: that a header would do is not documented. Errors of the API have HTTP status
//! 200 and a number in the body; which status the others have is not recorded, here it is 401. What the browser brings back
//! when the rider says no is not recorded either: here it is the request token without a verifier.

mod data;
mod page;
mod signed;

use std::collections::{BTreeMap, HashMap, HashSet};

use http::Method;
use serde_json::json;

use crate::faults::{Fault, Provider};
use crate::message::{Asked, Reply};
use crate::state::State;

pub(crate) use data::things;
pub(crate) use page::decide;
use signed::{Refusal, signed};

/// The application that is registered from the start: its consumer key and shared secret.
pub(crate) const CONSUMER: (&str, &str) = ("simulated-fatsecret-client", "simulated-fatsecret-secret");

/// A token that is about to be allowed.
#[derive(Debug, Clone)]
struct Request {
    consumer: String,
    secret: String,
    callback: String,
    /// What the rider who said yes brings back, and who they are.
    allowed: Option<(String, String)>,
}

/// A token that lasts until it is taken back.
#[derive(Debug, Clone)]
struct Access {
    consumer: String,
    secret: String,
    username: String,
    /// The highest timestamp that came with it.
    latest: u64,
}

/// What FatSecret remembers.
#[derive(Debug)]
pub(crate) struct Fatsecret {
    consumers: BTreeMap<String, String>,
    requests: HashMap<String, Request>,
    access: HashMap<String, Access>,
    /// Consumer, token, timestamp and nonce of every signature.
    seen: HashSet<(String, String, u64, String)>,
}

impl Default for Fatsecret {
    fn default() -> Self {
        Fatsecret {
            consumers: BTreeMap::from([(CONSUMER.0.to_owned(), CONSUMER.1.to_owned())]),
            requests: HashMap::new(),
            access: HashMap::new(),
            seen: HashSet::new(),
        }
    }
}

impl Fatsecret {
    /// Registers one more application, or an application again.
    pub(crate) fn register(&mut self, key: &str, secret: &str) {
        self.consumers.insert(key.to_owned(), secret.to_owned());
    }
}

/// A rider takes back what they gave; returns the applications that lost something.
pub(crate) fn withdraw(state: &mut State, username: &str) -> Vec<String> {
    let access = &mut state.fatsecret.access;
    let theirs = access.extract_if(|_, access| access.username == username);
    let consumers: Vec<String> = theirs.map(|(_, access)| access.consumer).collect();
    for _ in &consumers {
        state.book.count(Provider::Fatsecret, Some(username), |totals| totals.revoked += 1);
    }
    consumers
}

/// Whose token a request carries.
pub(crate) fn whose(state: &State, asked: &Asked) -> Option<String> {
    state.fatsecret.access.get(&asked.query("oauth_token")?).map(|access| access.username.clone())
}

/// FatSecret's look for a fault that was planned.
pub(crate) fn fail(prefix: &str, fault: &Fault) -> Reply {
    let said = |http, code: u16, text: &str| Reply::json(http, &json!({ "error": { "code": code, "message": text } }));
    let api = prefix == "fatsecret";
    match fault {
        Fault::RateLimited { .. } => said(if api { 200 } else { 429 }, 12, "User is performing too many actions"),
        Fault::Unauthorized => said(if api { 200 } else { 401 }, 9, "Invalid access token"),
        Fault::Status { status } => said(*status, 1, "An unknown error occurred: 'please try again later'"),
        Fault::Malformed if api => Reply { body: "{\"month\":{\"day\":[{\"da".into(), ..said(200, 1, "") },
        Fault::Malformed => Reply::text(200, "oauth_callback_confirmed=true&oauth_token=5e1"),
        _ => Reply::html(200, "<!DOCTYPE html><html><body><h1>Back in a moment</h1></body></html>".into()),
    }
}

/// Answers a request.
pub(crate) fn answer(state: &mut State, prefix: &str, asked: &Asked) -> Reply {
    let segments = asked.segments();
    let path: Vec<&str> = segments.iter().map(String::as_str).collect();
    match (&asked.method, prefix, path.as_slice()) {
        (&Method::POST, "fatsecret-auth", ["oauth", "request_token"]) => {
            request_token(state, asked).unwrap_or_else(Refusal::turned_away).at("oauth.request")
        }
        (&Method::POST, "fatsecret-auth", ["oauth", "access_token"]) => {
            access_token(state, asked).unwrap_or_else(Refusal::turned_away).at("oauth.token")
        }
        (&Method::GET, "fatsecret-auth", ["oauth", "authorize"]) => page::page(state, asked).at("oauth.authorize"),
        (&Method::POST, "fatsecret-auth", ["oauth", "authorize"]) => page::submit(state, asked).at("oauth.consent"),
        (&Method::GET, "fatsecret", path) => data::answer(state, asked, path),
        _ => Reply::html(404, "<!DOCTYPE html><html><body><h1>Not found</h1></body></html>".into()),
    }
}

fn count_refused(state: &mut State, refusal: Refusal) -> Refusal {
    state.book.count(Provider::Fatsecret, None, |totals| totals.refused += 1);
    refusal
}

fn request_token(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    let signature = signed(state, "fatsecret-auth", asked, None).map_err(|refusal| count_refused(state, refusal))?;
    let callback = signature.parameter("oauth_callback").unwrap_or_default();
    if !page::leads_home(callback) {
        return Err(Refusal::missing("oauth_callback"));
    }
    let (token, secret) = (state.random.hex(32), state.random.hex(32));
    let request = Request {
        consumer: signature.consumer.clone(),
        secret: secret.clone(),
        callback: callback.to_owned(),
        allowed: None,
    };
    state.fatsecret.requests.insert(token.clone(), request);
    Ok(form(&[("oauth_callback_confirmed", "true"), ("oauth_token", &token), ("oauth_token_secret", &secret)]))
}

fn access_token(state: &mut State, asked: &Asked) -> Result<Reply, Refusal> {
    let brought = asked.query("oauth_token").or_else(|| asked.form("oauth_token")).unwrap_or_default();
    let request = state.fatsecret.requests.get(&brought).cloned();
    let request = request.ok_or(Refusal::TOKEN).map_err(|refusal| count_refused(state, refusal))?;
    let known = Some((request.consumer.as_str(), request.secret.as_str()));
    let signature = signed(state, "fatsecret-auth", asked, known).map_err(|refusal| count_refused(state, refusal))?;
    // It is gone with its first use, whatever comes of it.
    state.fatsecret.requests.remove(&brought);
    let allowed = request.allowed.filter(|(verifier, _)| signature.parameter("oauth_verifier") == Some(verifier));
    let (_, username) = allowed.ok_or(Refusal::TOKEN).map_err(|refusal| count_refused(state, refusal))?;
    let (token, secret) = (state.random.hex(32), state.random.hex(32));
    let access = Access { consumer: request.consumer, secret: secret.clone(), username: username.clone(), latest: 0 };
    state.fatsecret.access.insert(token.clone(), access);
    state.book.count(Provider::Fatsecret, Some(&username), |totals| totals.issued += 1);
    Ok(form(&[("oauth_token", &token), ("oauth_token_secret", &secret)]).to(&username))
}

fn form(pairs: &[(&str, &str)]) -> Reply {
    Reply::text(200, &url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish())
}
