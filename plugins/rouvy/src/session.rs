//! A session is cookies that the host keeps. It renews itself: an answer of 202 says where to go in its body, and brings new
//! cookies, with which the same request is good again.

use gearshift_sdk::prelude::*;
use gearshift_sdk::{Pair, Request, code};
use serde::de::DeserializeOwned;

use crate::{BASE, turbo};

/// How often a request is sent before a session counts as ended: other clients met passing refusals, and never three in a row.
const TRIES: usize = 3;

/// Opens a session.
///
/// # Errors
/// `unauthorized` where ROUVY refuses the person, `changed` where it answers in another way.
pub(crate) fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<Pair>, Failure> {
    let email = subject.setting("email").ok_or_else(|| Failure::invalid("the field `email` is empty"))?;
    let answer = host.post("login", &format!("{BASE}/login.data")).form(&[("email", email)]).fill("login").send()?;
    match (answer.status, turbo::redirect(&answer.body)) {
        (200..=299, Some(to)) if !leads_to_login(&to) => {}
        (200..=299, Some(_)) | (400 | 401 | 403 | 422, _) => return Err(refused()),
        (200..=299, None) => return Err(Failure::changed("login", "", "neither a redirect nor a refusal")),
        _ => return answer.ok().and(Err(Failure::changed("login", "", "a redirect in the body was expected"))),
    }
    // What completes the session: it hands out further cookies.
    let root = host.get("root", &format!("{BASE}/_root.data")).as_user().send()?;
    if root.status == 401 || turbo::redirect(&root.body).is_some_and(|to| leads_to_login(&to)) {
        return Err(Failure::changed("root", "", "signed in, and at once asked to sign in again"));
    }
    root.ok().map(|_| Vec::new())
}

fn refused() -> Failure {
    Failure::unauthorized("ROUVY does not accept this e-mail and password")
}

/// Sends a request of somebody who is signed in, again where the session has just renewed itself.
///
/// # Errors
/// `unauthorized` where the session has ended; `changed` for a page for people or a redirect elsewhere; else what the status says.
pub(crate) fn signed_in<'h>(request: impl Fn() -> Request<'h>) -> Result<Response, Failure> {
    for _ in 0..TRIES {
        let answer = request().as_user().send()?;
        let to = match answer.status {
            300..=399 => answer.header("location").map(str::to_owned),
            200..=299 => turbo::redirect(&answer.body),
            _ => None,
        };
        match to {
            Some(to) if leads_to_login(&to) => {}
            Some(_) => return Err(Failure::changed(&answer.endpoint, "", "a redirect, where data was expected")),
            None if answer.status == 200 && answer.is_html() => {
                return Err(Failure::changed(&answer.endpoint, "", "a page for people, where data was expected"));
            }
            None => return answer.ok(),
        }
    }
    Err(Failure::unauthorized("the session has ended"))
}

/// The same for an answer in turbo-stream, and what it holds.
///
/// # Errors
/// As [`signed_in`]; `unavailable` where it breaks off.
pub(crate) fn data<'h, T: DeserializeOwned>(request: impl Fn() -> Request<'h>) -> Result<(Response, T), Failure> {
    let answer = signed_in(request)?;
    if let Err(turbo::Bad::Short(message)) = turbo::decode(&answer.body) {
        return Err(Failure::new(code::UNAVAILABLE, format!("{}: {message}", answer.endpoint)));
    }
    let value = turbo::read(&answer.body).map_err(|wrong| wrong.at(&answer.endpoint, ""))?;
    Ok((answer, value))
}

/// `/login`, with or without host and query.
fn leads_to_login(to: &str) -> bool {
    let path = to.split(['?', '#']).next().unwrap_or_default();
    path.strip_prefix(BASE).unwrap_or(path).trim_end_matches('/') == "/login"
}
