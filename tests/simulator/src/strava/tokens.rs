//! Codes, tokens, and taking them back.

use serde_json::{Value, json};

use crate::faults::Provider;
use crate::message::{Asked, Reply};
use crate::state::State;

use super::{athlete, errors};

/// What a rider's consent is redeemed with.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) client: String,
    pub(super) username: String,
    pub(super) scopes: Vec<String>,
    /// Unix milliseconds.
    pub(super) expires: i64,
}

/// What a rider gave this application.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub(super) client: String,
    pub(super) username: String,
    pub(super) scopes: Vec<String>,
    access: String,
    /// Unix seconds.
    pub(super) expires: i64,
    refresh: String,
}

fn refuse(state: &mut State, reply: Reply) -> Reply {
    state.book.count(Provider::Strava, None, |totals| totals.refused += 1);
    reply
}

/// The client authenticates in the body, and nowhere else.
fn client(state: &State, asked: &Asked) -> Option<String> {
    let (id, secret) = (asked.form("client_id")?, asked.form("client_secret")?);
    (state.strava.secret(&id) == Some(&secret)).then_some(id)
}

pub(super) fn token(state: &mut State, asked: &Asked) -> Reply {
    let Some(client) = client(state, asked) else {
        return refuse(state, errors::fault(401, "Authorization Error", ("Application", "client_secret", "invalid")));
    };
    match asked.form("grant_type").as_deref() {
        Some("authorization_code") => redeem(state, asked, &client),
        Some("refresh_token") => refresh(state, asked, &client),
        _ => refuse(state, errors::bad("Application", "grant_type")),
    }
}

fn redeem(state: &mut State, asked: &Asked, client: &str) -> Reply {
    // A code is gone with its first use, whatever comes of it.
    let code = asked.form("code").and_then(|code| state.strava.codes.remove(&code));
    let Some(code) = code.filter(|code| code.expires > state.clock.now() && code.client == client) else {
        return refuse(state, errors::bad("AuthorizationCode", "code"));
    };
    let Some(rider) = state.world.rider(&code.username).cloned() else {
        return refuse(state, errors::bad("AuthorizationCode", "code"));
    };
    let same = |grant: &Grant| grant.username == code.username && grant.client == code.client;
    let former = state.strava.grants.iter().find(|(_, grant)| same(grant)).map(|(id, _)| *id);
    let id = former.unwrap_or_else(|| {
        state.strava.made += 1;
        state.strava.made
    });
    state.book.count(Provider::Strava, Some(&code.username), |totals| totals.issued += 1);
    let mut answer = issue(state, id, code);
    if let Value::Object(fields) = &mut answer {
        fields.insert("athlete".into(), athlete::summary(&rider));
    }
    Reply::json(200, &answer).to(&rider.username)
}

/// New tokens for a grant. The former refresh token dies; the former access token lives until it expires.
fn issue(state: &mut State, id: u64, code: Code) -> Value {
    let Code { client, username, scopes, .. } = code;
    let expires = state.clock.now() / 1_000 + state.settings.strava.token_lifetime;
    let (access, refresh) = (state.random.hex(40), state.random.hex(40));
    let grant = Grant { client, username, scopes, access, expires, refresh };
    let strava = &mut state.strava;
    strava.refresh.retain(|_, of| *of != id);
    strava.access.insert(grant.access.clone(), (id, expires));
    strava.refresh.insert(grant.refresh.clone(), id);
    let answer = describe(&grant, state.clock.now());
    strava.grants.insert(id, grant);
    answer
}

fn describe(grant: &Grant, now: i64) -> Value {
    json!({
        "token_type": "Bearer",
        "expires_at": grant.expires,
        "expires_in": grant.expires - now / 1_000,
        "refresh_token": grant.refresh,
        "access_token": grant.access,
    })
}

fn refresh(state: &mut State, asked: &Asked, client: &str) -> Reply {
    let id = asked.form("refresh_token").and_then(|token| state.strava.refresh.get(&token).copied());
    let found = id.and_then(|id| Some((id, state.strava.grants.get(&id)?.clone())));
    let Some((id, grant)) = found.filter(|(_, grant)| grant.client == client) else {
        return refuse(state, errors::bad("RefreshToken", "refresh_token"));
    };
    let now = state.clock.now();
    let username = grant.username.clone();
    let answer = if grant.expires - now / 1_000 > state.settings.strava.unchanged_above {
        state.book.count(Provider::Strava, Some(&username), |totals| totals.unchanged += 1);
        describe(&grant, now)
    } else {
        state.book.count(Provider::Strava, Some(&username), |totals| totals.rotated += 1);
        issue(state, id, Code { client: grant.client, username: grant.username, scopes: grant.scopes, expires: now })
    };
    Reply::json(200, &answer).to(&username)
}

fn forget(state: &mut State, id: u64) -> Option<String> {
    let strava = &mut state.strava;
    strava.access.retain(|_, (of, _)| *of != id);
    strava.refresh.retain(|_, of| *of != id);
    let grant = strava.grants.remove(&id)?;
    state.book.count(Provider::Strava, Some(&grant.username), |totals| totals.revoked += 1);
    Some(grant.username)
}

/// A rider takes back what they gave; returns the applications that lost it.
pub(crate) fn withdraw(state: &mut State, username: &str) -> Vec<String> {
    let theirs = state.strava.grants.iter().filter(|(_, grant)| grant.username == username);
    let lost: Vec<(u64, String)> = theirs.map(|(id, grant)| (*id, grant.client.clone())).collect();
    lost.into_iter().map(|(id, client)| forget(state, id).map_or_else(String::new, |_| client)).collect()
}

/// Changes what a rider allows.
pub(crate) fn permit(state: &mut State, username: &str, scopes: &[String]) {
    for grant in state.strava.grants.values_mut().filter(|grant| grant.username == username) {
        grant.scopes = scopes.to_vec();
    }
}

/// The newer way: the client by HTTP Basic, the token in a form. A token that nobody knows is as good as revoked.
pub(super) fn revoke(state: &mut State, asked: &Asked) -> Reply {
    let client = asked.basic().filter(|(id, secret)| state.strava.secret(id) == Some(secret));
    let Some((client, _)) = client else {
        return refuse(state, errors::fault(401, "Authorization Error", ("Application", "client_secret", "invalid")));
    };
    let Some(token) = asked.form("token") else { return errors::bad("Application", "token") };
    let access = state.strava.access.get(&token).map(|(id, _)| *id);
    let id = access.or_else(|| state.strava.refresh.get(&token).copied());
    let own = |id: &u64| state.strava.grants.get(id).is_some_and(|grant| grant.client == client);
    let user = id.filter(own).and_then(|id| forget(state, id));
    let reply = Reply::empty(200);
    user.map_or(reply.clone(), |user| reply.to(&user))
}

/// The older way, by the access token itself.
pub(super) fn deauthorize(state: &mut State, asked: &Asked) -> Reply {
    let now = state.clock.now();
    let token = super::token(asked, now);
    let id = token.as_ref().and_then(|token| state.strava.access.get(token)).filter(|(_, until)| *until * 1_000 > now);
    let Some((id, _)) = id.copied() else { return errors::unauthorized() };
    let user = forget(state, id).unwrap_or_default();
    Reply::json(200, &json!({ "access_token": token })).to(&user)
}
