//! Codes and refresh tokens, and what they give.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::clock::SECOND;
use crate::message::Asked;
use crate::state::State;

use super::{Code, Grant, Realm, Refresh, Refusal, Token, after, client_of, user_id};

/// What the token endpoint gives, before the provider words it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) username: String,
    /// The provider's id of the user.
    pub(crate) id: String,
    pub(crate) access: String,
    pub(crate) refresh: Option<String>,
    /// Seconds.
    pub(crate) expires_in: i64,
    /// Seconds.
    pub(crate) refresh_expires_in: i64,
    pub(crate) scopes: Vec<String>,
    /// How often tokens were given for this grant; 1 for the first.
    pub(crate) issues: u64,
}

fn dead(about: &'static str) -> Refusal {
    Refusal::new("invalid_grant", about)
}

/// The token endpoint.
///
/// # Errors
/// The application did not prove who it is, or what it brings is not good.
pub(crate) fn token(state: &mut State, realm: Realm, asked: &Asked) -> Result<Tokens, Refusal> {
    let result = give(state, realm, asked);
    if result.is_err() {
        state.book.count(realm.provider(), None, |totals| totals.refused += 1);
    }
    result
}

fn give(state: &mut State, realm: Realm, asked: &Asked) -> Result<Tokens, Refusal> {
    let now = state.clock.now();
    let server = state.oauth.at_mut(realm);
    let client = client_of(server, asked, now)?;
    match asked.form("grant_type").as_deref() {
        Some("authorization_code") => redeem(state, realm, asked, &client),
        Some("refresh_token") if server.rules.refresh != Refresh::None => refresh(state, realm, asked, &client),
        Some(_) => Err(Refusal::new("unsupported_grant_type", "this grant_type is not known here")),
        None => Err(Refusal::new("invalid_request", "grant_type is missing")),
    }
}

fn redeem(state: &mut State, realm: Realm, asked: &Asked, client: &str) -> Result<Tokens, Refusal> {
    let now = state.clock.now();
    let server = state.oauth.at_mut(realm);
    let name = asked.form("code").unwrap_or_default();
    let code = server.codes.get_mut(&name).ok_or_else(|| dead("invalid code"))?;
    if code.used {
        // Somebody else may have been first: nobody keeps what it gave.
        let gave = code.gave.take();
        let lost = gave.and_then(|id| server.forget(id));
        if let Some(grant) = lost {
            state.book.count(realm.provider(), Some(&grant.username), |totals| {
                totals.replayed += 1;
                totals.revoked += 1;
            });
        }
        return Err(dead("invalid code"));
    }
    // A code is gone with its first use, whatever comes of it.
    code.used = true;
    let code = code.clone();
    fits(&code, asked, client, now)?;
    server.made += 1;
    let id = server.made;
    if let Some(code) = server.codes.get_mut(&name) {
        code.gave = Some(id);
    }
    let offline = server.rules.offline.is_none_or(|scope| code.scopes.iter().any(|given| given == scope));
    let grant = Grant {
        client: code.client,
        username: code.username,
        scopes: code.scopes,
        access: Vec::new(),
        refresh: Vec::new(),
        issues: 0,
    };
    state.book.count(realm.provider(), Some(&grant.username), |totals| totals.issued += 1);
    server.grants.insert(id, grant);
    issue(state, realm, id, offline)
}

fn fits(code: &Code, asked: &Asked, client: &str, now: i64) -> Result<(), Refusal> {
    if code.expires <= now {
        return Err(dead("invalid code"));
    }
    if code.client != client {
        return Err(dead("the code was given to another application"));
    }
    if asked.form("redirect_uri").as_deref() != Some(&code.redirect) {
        return Err(dead("redirect_uri is not that of the authorization request"));
    }
    let Some(challenge) = &code.challenge else { return Ok(()) };
    let verifier = asked.form("code_verifier").unwrap_or_default();
    // RFC 7636, 4.1.
    if !(43..=128).contains(&verifier.len()) {
        return Err(dead("code_verifier has to have 43 to 128 characters"));
    }
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, verifier.as_bytes());
    if URL_SAFE_NO_PAD.encode(digest) != *challenge {
        return Err(dead("code_verifier does not fit code_challenge"));
    }
    Ok(())
}

fn refresh(state: &mut State, realm: Realm, asked: &Asked, client: &str) -> Result<Tokens, Refusal> {
    let now = state.clock.now();
    let server = state.oauth.at_mut(realm);
    let brought = asked.form("refresh_token").unwrap_or_default();
    let token = server.refresh.get(&brought).filter(|token| token.until > now).copied();
    let token = token.ok_or_else(|| dead("invalid refresh_token"))?;
    let grant = server.grants.get_mut(&token.grant).filter(|grant| grant.client == client);
    let grant = grant.ok_or_else(|| dead("invalid refresh_token"))?;
    if server.rules.kills_access {
        for access in grant.access.drain(..) {
            server.access.remove(&access);
        }
    }
    if let Refresh::Rotating { grace } = server.rules.refresh {
        let until = after(now, grace);
        for former in &grant.refresh {
            if let Some(former) = server.refresh.get_mut(former) {
                former.until = former.until.min(until);
            }
        }
    }
    let repeats = |scope: &str| asked.form("scope").unwrap_or_default().split(' ').any(|given| given == scope);
    let offline = server.rules.offline.is_none_or(repeats);
    let username = grant.username.clone();
    state.book.count(realm.provider(), Some(&username), |totals| totals.rotated += 1);
    issue(state, realm, token.grant, offline)
}

fn prune(tokens: &mut Vec<String>, all: &mut HashMap<String, Token>, now: i64) {
    tokens.retain(|token| {
        let lives = all.get(token).is_some_and(|token| token.until > now);
        if !lives {
            all.remove(token);
        }
        lives
    });
}

/// New tokens for a grant.
fn issue(state: &mut State, realm: Realm, id: u64, offline: bool) -> Result<Tokens, Refusal> {
    let (now, seed) = (state.clock.now(), state.world.seed);
    let server = state.oauth.at_mut(realm);
    let rules = &server.rules;
    let lifetime = rules.access_lifetime;
    let grant = server.grants.get_mut(&id).ok_or_else(|| dead("nothing was granted"))?;
    let rider = state.world.rider(&grant.username).ok_or_else(|| dead("there is no such user"))?;
    grant.issues += 1;
    // What is over is not kept.
    prune(&mut grant.access, &mut server.access, now);
    prune(&mut grant.refresh, &mut server.refresh, now);
    let access = state.random.hex(40);
    server.access.insert(access.clone(), Token { grant: id, until: after(now, lifetime) });
    grant.access.push(access.clone());
    let kept = grant.refresh.last().filter(|_| rules.refresh == Refresh::Kept).cloned();
    let refresh = match rules.refresh {
        Refresh::None => None,
        _ if !offline => None,
        _ => Some(kept.unwrap_or_else(|| state.random.hex(40))),
    };
    let mut until = after(now, rules.refresh_lifetime);
    if let Some(refresh) = &refresh
        && !grant.refresh.contains(refresh)
    {
        server.refresh.insert(refresh.clone(), Token { grant: id, until });
        grant.refresh.push(refresh.clone());
    }
    until = refresh.as_ref().and_then(|token| server.refresh.get(token)).map_or(until, |token| token.until);
    Ok(Tokens {
        username: grant.username.clone(),
        id: user_id(realm.provider(), seed, rider, &grant.client),
        access,
        refresh,
        expires_in: lifetime,
        refresh_expires_in: (until - now) / SECOND,
        scopes: grant.scopes.clone(),
        issues: grant.issues,
    })
}
