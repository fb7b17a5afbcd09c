//! The page on which a rider says what an application may see.

use url::Url;

use crate::faults::Provider;
use crate::message::{Asked, Reply, escape};
use crate::oauth::Decision;
use crate::state::State;

use super::errors;
use super::tokens::Code;

/// Every scope that there is, and what the page says of it.
const SCOPES: [(&str, &str); 7] = [
    ("read", "View data about your public profile"),
    ("read_all", "View your private routes and segments"),
    ("profile:read_all", "View your complete profile"),
    ("profile:write", "Change your profile"),
    ("activity:read", "View data about your activities"),
    ("activity:read_all", "View data about your private activities"),
    ("activity:write", "Upload and change your activities"),
];

/// What an application asks for.
#[derive(Debug, Clone)]
struct Wish {
    client: String,
    redirect: Url,
    state: Option<String>,
    scopes: Vec<String>,
}

fn wish(state: &State, query: &dyn Fn(&str) -> Option<String>) -> Result<Wish, Reply> {
    let settings = &state.settings.strava;
    let client = query("client_id").filter(|client| state.strava.clients.contains_key(client));
    let Some(client) = client else { return Err(errors::bad("Application", "client_id")) };
    if query("response_type").as_deref() != Some("code") {
        return Err(errors::bad("Authorize", "response_type"));
    }
    if query("approval_prompt").is_some_and(|prompt| prompt != "auto" && prompt != "force") {
        return Err(errors::bad("Authorize", "approval_prompt"));
    }
    let redirect = query("redirect_uri").and_then(|text| Url::parse(&text).ok());
    let Some(redirect) = redirect.filter(|redirect| is_registered(redirect, &settings.callback_domain)) else {
        return Err(errors::bad("Application", "redirect_uri"));
    };
    let scopes: Vec<String> =
        query("scope").unwrap_or_default().split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    let known = |scope: &String| SCOPES.iter().any(|(name, _)| name == scope);
    if scopes.is_empty() || !scopes.iter().all(known) {
        return Err(errors::bad("Authorize", "scope"));
    }
    Ok(Wish { client, redirect, state: query("state"), scopes })
}

/// Strava registers a domain, without scheme, port or path.
fn is_registered(redirect: &Url, domain: &str) -> bool {
    let host = redirect.host_str().unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1") || host == domain || host.ends_with(&format!(".{domain}"))
}

fn back(wish: &Wish, pairs: &[(&str, &str)]) -> String {
    let mut url = wish.redirect.clone();
    {
        let mut query = url.query_pairs_mut();
        // Strava sends it back even when there was none.
        query.append_pair("state", wish.state.as_deref().unwrap_or_default());
        query.extend_pairs(pairs);
    }
    url.into()
}

/// The sign-in page.
pub(super) fn page(state: &mut State, asked: &Asked) -> Reply {
    match wish(state, &|name| asked.query(name)) {
        Ok(wish) => form(&wish, asked, None),
        Err(reply) => reply,
    }
}

fn form(wish: &Wish, asked: &Asked, problem: Option<&str>) -> Reply {
    let action = escape(&format!("?{}", asked.query));
    let boxes: String = SCOPES
        .iter()
        .filter(|(name, _)| wish.scopes.iter().any(|scope| scope == name))
        .map(|(name, text)| {
            format!("<p><label><input type=\"checkbox\" name=\"scope\" value=\"{name}\" checked> {text}</label></p>\n")
        })
        .collect();
    let problem = problem.map_or_else(String::new, |text| format!("<p role=\"alert\">{text}</p>\n"));
    Reply::html(
        200,
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Authorize | simulated Strava</title></head><body>\n\
             <h1>Authorize this application to connect to Strava</h1>\n{problem}<form method=\"post\" action=\"{action}\">\n\
             <p><label>E-mail <input type=\"email\" name=\"email\" autocomplete=\"username\"></label></p>\n\
             <p><label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\"></label></p>\n{boxes}\
             <button name=\"answer\" value=\"authorize\">Authorize</button>\n<button name=\"answer\" value=\"cancel\">Cancel</button>\n\
             </form></body></html>\n"
        ),
    )
}

/// What the rider answered on the page.
pub(super) fn submit(state: &mut State, asked: &Asked) -> Reply {
    let wish = match wish(state, &|name| asked.query(name)) {
        Ok(wish) => wish,
        Err(reply) => return reply,
    };
    if asked.form("answer").as_deref() == Some("cancel") {
        return Reply::redirect(&conclude(state, &wish, &Decision::Deny));
    }
    let (email, password) = (asked.form("email").unwrap_or_default(), asked.form("password").unwrap_or_default());
    let rider = state.world.rider(&email).filter(|rider| rider.password == password);
    let Some(username) = rider.map(|rider| rider.username.clone()) else {
        return form(&wish, asked, Some("The e-mail or the password did not match. Please try again."));
    };
    let ticked = asked.form_all("scope");
    let unticked = wish.scopes.iter().filter(|scope| !ticked.contains(scope)).cloned().collect();
    Reply::redirect(&conclude(state, &wish, &Decision::Allow { username, unticked }))
}

fn conclude(state: &mut State, wish: &Wish, decision: &Decision) -> String {
    let Decision::Allow { username, unticked } = decision else {
        state.book.count(Provider::Strava, None, |totals| totals.denied += 1);
        return back(wish, &[("error", "access_denied")]);
    };
    let scopes: Vec<String> = wish.scopes.iter().filter(|scope| !unticked.contains(scope)).cloned().collect();
    let code = state.random.hex(40);
    let granted = scopes.join(",");
    let expires = state.clock.now() + state.settings.strava.code_lifetime * 1_000;
    state
        .strava
        .codes
        .insert(code.clone(), Code { client: wish.client.clone(), username: username.clone(), scopes, expires });
    state.book.count(Provider::Strava, Some(username), |totals| totals.codes += 1);
    back(wish, &[("code", &code), ("scope", &granted)])
}

/// For a test that has no browser: what the page would redirect to. The error is Strava's.
pub(crate) fn decide(state: &mut State, url: &Url, decision: &Decision) -> Result<String, String> {
    let query = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let wish = wish(state, &query).map_err(|reply| String::from_utf8_lossy(&reply.body).into_owned())?;
    Ok(conclude(state, &wish, decision))
}
