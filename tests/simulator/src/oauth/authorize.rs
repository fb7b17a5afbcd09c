//! The page on which a rider says what an application may see, and the way back from it.

use std::net::IpAddr;

use url::{Host, Url};

use crate::message::{Asked, Reply};
use crate::state::State;

use super::page::form;
use super::{Client, Code, Pkce, Realm, Refusal, Rules, after};

/// What an application asks for.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    client: String,
    redirect: Url,
    /// As it was written, for the token endpoint to compare.
    written: String,
    state: Option<String>,
    pub(super) scopes: Vec<String>,
    challenge: Option<String>,
}

/// What a rider says to it.
#[derive(Debug, Clone)]
pub(crate) enum Decision {
    /// To all of it but these.
    Allow {
        username: String,
        unticked: Vec<String>,
    },
    Deny,
}

/// Why there is no page.
#[derive(Debug)]
enum Stop {
    /// The application is not known or did not say where to go back to: the rider is told, and goes nowhere.
    Here(Refusal),
    /// The browser goes back with the error.
    Back(String),
}

fn wish(state: &State, realm: Realm, query: &dyn Fn(&str) -> Option<String>) -> Result<Wish, Stop> {
    let here = |about| Stop::Here(Refusal::new("invalid_request", about));
    let server = state.oauth.at(realm);
    let id = query("client_id").unwrap_or_default();
    let client = server.clients.get(&id).ok_or(Stop::Here(Refusal::new("invalid_client", "unknown client_id")))?;
    let written = query("redirect_uri").ok_or_else(|| here("redirect_uri is missing"))?;
    let redirect = Url::parse(&written).ok().filter(|url| is_registered(client, url, &written));
    let redirect = redirect.ok_or_else(|| here("redirect_uri is not registered"))?;
    let mut wish = Wish { client: id, redirect, written, state: query("state"), scopes: Vec::new(), challenge: None };
    match check(&server.rules, query) {
        Ok((scopes, challenge)) => {
            wish.scopes = scopes;
            wish.challenge = challenge;
            Ok(wish)
        }
        Err(refusal) => {
            let pairs = [("error", refusal.error), ("error_description", refusal.about)];
            Err(Stop::Back(back(&wish, &pairs, server.issuer.as_deref())))
        }
    }
}

/// Everything that is told to the application when it is wrong: the scopes and the challenge.
fn check(rules: &Rules, query: &dyn Fn(&str) -> Option<String>) -> Result<(Vec<String>, Option<String>), Refusal> {
    if query("response_type").as_deref() != Some("code") {
        return Err(Refusal::new("unsupported_response_type", "response_type has to be code"));
    }
    if query("state").unwrap_or_default().chars().count() < rules.state_least {
        return Err(Refusal::new("invalid_state", "the state is missing or has too few characters to be safe"));
    }
    let challenge = query("code_challenge").filter(|challenge| !challenge.is_empty());
    let challenge = match (rules.pkce, challenge) {
        (Pkce::Ignored, _) | (Pkce::Honoured, None) => None,
        (Pkce::Required, None) => return Err(Refusal::new("invalid_request", "code_challenge is missing")),
        (Pkce::Required | Pkce::Honoured, Some(challenge)) => {
            // SHA-256 in base64url.
            if query("code_challenge_method").as_deref() != Some("S256") || challenge.len() != 43 {
                return Err(Refusal::new("invalid_request", "code_challenge_method has to be S256"));
            }
            Some(challenge)
        }
    };
    let Some(separator) = rules.separator else {
        return Ok((rules.scopes.iter().map(|scope| scope.name.to_owned()).collect(), challenge));
    };
    let text = query("scope").unwrap_or_default();
    let scopes: Vec<String> = text.split(separator).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    let known = |scope: &String| rules.scopes.iter().any(|one| one.name == scope);
    if scopes.is_empty() || !scopes.iter().all(known) {
        return Err(Refusal::new("invalid_scope", "the scope is missing, unknown or malformed"));
    }
    Ok((scopes, challenge))
}

fn is_registered(client: &Client, redirect: &Url, written: &str) -> bool {
    if redirect.fragment().is_some() {
        return false;
    }
    if client.redirect_uris.is_empty() {
        return is_loopback(redirect);
    }
    client.redirect_uris.iter().any(|registered| registered == written)
}

/// Whether an address is one of this machine's own.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}

fn back(wish: &Wish, pairs: &[(&str, &str)], issuer: Option<&str>) -> String {
    let mut url = wish.redirect.clone();
    {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(pairs);
        if let Some(state) = &wish.state {
            query.append_pair("state", state);
        }
        if let Some(issuer) = issuer {
            query.append_pair("iss", issuer);
        }
    }
    url.into()
}

/// The sign-in page; `refuse` words why there is none.
pub(crate) fn page(state: &State, realm: Realm, asked: &Asked, refuse: fn(Refusal) -> Reply) -> Reply {
    match wish(state, realm, &|name| asked.query(name)) {
        Ok(wish) => form(&state.oauth.at(realm).rules, realm, &wish, asked, None),
        Err(Stop::Here(refusal)) => refuse(refusal),
        Err(Stop::Back(url)) => Reply::redirect(&url),
    }
}

/// What the rider answered on the page.
pub(crate) fn submit(state: &mut State, realm: Realm, asked: &Asked, refuse: fn(Refusal) -> Reply) -> Reply {
    let wish = match wish(state, realm, &|name| asked.query(name)) {
        Ok(wish) => wish,
        Err(Stop::Here(refusal)) => return refuse(refusal),
        Err(Stop::Back(url)) => return Reply::redirect(&url),
    };
    if asked.form("answer").as_deref() == Some("cancel") {
        return Reply::redirect(&conclude(state, realm, &wish, &Decision::Deny));
    }
    let (email, password) = (asked.form("email").unwrap_or_default(), asked.form("password").unwrap_or_default());
    let rider = state.world.rider(&email).filter(|rider| rider.password == password);
    let Some(rider) = rider else {
        let problem = "The e-mail or the password did not match. Please try again.";
        return form(&state.oauth.at(realm).rules, realm, &wish, asked, Some(problem));
    };
    if !realm.knows(rider) {
        let problem = "There is no account with this e-mail in this region.";
        return form(&state.oauth.at(realm).rules, realm, &wish, asked, Some(problem));
    }
    let username = rider.username.clone();
    let ticked = asked.form_all("scope");
    let unticked = wish.scopes.iter().filter(|scope| !ticked.contains(scope)).cloned().collect();
    Reply::redirect(&conclude(state, realm, &wish, &Decision::Allow { username, unticked }))
}

fn conclude(state: &mut State, realm: Realm, wish: &Wish, decision: &Decision) -> String {
    let issuer = state.oauth.at(realm).issuer.clone();
    let Decision::Allow { username, unticked } = decision else {
        state.book.count(realm.provider(), None, |totals| totals.denied += 1);
        return back(wish, &[("error", "access_denied")], issuer.as_deref());
    };
    state.book.count(realm.provider(), Some(username), |totals| totals.codes += 1);
    let (now, code) = (state.clock.now(), state.random.hex(40));
    let server = state.oauth.at_mut(realm);
    // What the page does not ask cannot be unticked.
    let asked = |name: &String| server.rules.scopes.iter().any(|scope| scope.name == name && !scope.text.is_empty());
    let given = |scope: &&String| !asked(scope) || !unticked.contains(scope);
    let fresh = Code {
        client: wish.client.clone(),
        username: username.clone(),
        scopes: wish.scopes.iter().filter(given).cloned().collect(),
        redirect: wish.written.clone(),
        challenge: wish.challenge.clone(),
        expires: after(now, server.rules.code_lifetime),
        used: false,
        gave: None,
    };
    server.codes.insert(code.clone(), fresh);
    back(wish, &[("code", &code)], issuer.as_deref())
}

/// For a test that has no browser: what the page would redirect to. The error is what the page would say.
pub(crate) fn decide(state: &mut State, realm: Realm, url: &Url, decision: &Decision) -> Result<String, String> {
    let query = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let wish = match wish(state, realm, &query) {
        Ok(wish) => wish,
        Err(Stop::Here(refusal)) => return Err(format!("{}: {}", refusal.error, refusal.about)),
        Err(Stop::Back(url)) => return Ok(url),
    };
    if let Decision::Allow { username, .. } = decision {
        let known = state.world.rider(username).is_some_and(|rider| realm.knows(rider));
        if !known {
            return Err(format!("{username} has no account in this region"));
        }
    }
    Ok(conclude(state, realm, &wish, decision))
}
