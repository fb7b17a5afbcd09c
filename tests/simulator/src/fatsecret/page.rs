//! The page on which a rider lets an application in.

use url::Url;

use crate::faults::Provider;
use crate::message::{Asked, Reply};
use crate::oauth::{Decision, is_loopback, sheet};
use crate::state::State;

/// Whether an address is one to which a rider may be sent back.
pub(super) fn leads_home(callback: &str) -> bool {
    Url::parse(callback).is_ok_and(|url| is_loopback(&url))
}

fn knows(state: &State, token: &str) -> bool {
    state.fatsecret.requests.get(token).is_some_and(|request| request.allowed.is_none())
}

fn nothing() -> Reply {
    Reply::html(400, "<!DOCTYPE html><html><body><h1>This request is no longer good</h1></body></html>".into())
}

pub(super) fn page(state: &State, asked: &Asked) -> Reply {
    match asked.query("oauth_token").filter(|token| knows(state, token)) {
        Some(_) => sheet("FatSecret", asked, "", None),
        None => nothing(),
    }
}

pub(super) fn submit(state: &mut State, asked: &Asked) -> Reply {
    let token = asked.query("oauth_token").filter(|token| knows(state, token));
    let Some(token) = token else { return nothing() };
    let decision = if asked.form("answer").as_deref() == Some("cancel") {
        Decision::Deny
    } else {
        let (email, password) = (asked.form("email").unwrap_or_default(), asked.form("password").unwrap_or_default());
        match state.world.rider(&email).filter(|rider| rider.password == password) {
            Some(rider) => Decision::Allow { username: rider.username.clone(), unticked: Vec::new() },
            None => {
                let problem = "The e-mail or the password did not match. Please try again.";
                return sheet("FatSecret", asked, "", Some(problem));
            }
        }
    };
    conclude(state, &token, &decision).map_or_else(nothing, |url| Reply::redirect(&url))
}

/// For a test that has no browser: what the page would redirect to. The error is what the page would say.
pub(crate) fn decide(state: &mut State, url: &Url, decision: &Decision) -> Result<String, String> {
    let token = url.query_pairs().find(|(name, _)| name == "oauth_token").map(|(_, value)| value.into_owned());
    let token = token.filter(|token| knows(state, token)).ok_or("this request is no longer good")?;
    conclude(state, &token, decision).ok_or_else(|| "this request is no longer good".into())
}

fn conclude(state: &mut State, token: &str, decision: &Decision) -> Option<String> {
    let verifier = state.random.hex(16);
    let request = state.fatsecret.requests.get_mut(token)?;
    let mut url = Url::parse(&request.callback).ok()?;
    url.query_pairs_mut().append_pair("oauth_token", token);
    match decision {
        Decision::Allow { username, .. } => {
            url.query_pairs_mut().append_pair("oauth_verifier", &verifier);
            request.allowed = Some((verifier, username.clone()));
            state.book.count(Provider::Fatsecret, Some(username), |totals| totals.codes += 1);
        }
        Decision::Deny => {
            state.fatsecret.requests.remove(token);
            state.book.count(Provider::Fatsecret, None, |totals| totals.denied += 1);
        }
    }
    Some(url.into())
}
