//! How Withings is spoken to, and what its statuses mean.

use gearshift_sdk::prelude::*;

use super::BASE;
use super::wire::{Nonce, Said};

/// Seconds to wait after 601: the limit is one of requests a minute.
const MINUTE: u32 = 60;

/// A call about the user's data.
pub(crate) fn call(host: &Host<'_>, endpoint: &str, path: &str, fields: &[(&str, &str)]) -> Result<Response, Failure> {
    checked(host.post(endpoint, &format!("{BASE}{path}")).as_user().form(fields).send()?)
}

/// Takes back what the user granted to the application.
pub(crate) fn revoke(host: &Host<'_>, user: &str) -> Result<(), Failure> {
    let timestamp = host.now().div_euclid(1_000).to_string();
    let signature = host.sign("nonce", std::slice::from_ref(&timestamp))?;
    let fields = [("action", "getnonce"), ("timestamp", &timestamp), ("signature", &signature)];
    let asked = host.post("signature", &format!("{BASE}/v2/signature")).form(&fields).fill("nonce").send()?;
    let nonce = checked(asked)?.json::<Nonce>()?.body.nonce;
    let signature = host.sign("revoke", std::slice::from_ref(&nonce))?;
    let fields = [("action", "revoke"), ("userid", user), ("nonce", &nonce), ("signature", &signature)];
    checked(host.post("revoke", &format!("{BASE}/v2/oauth2")).form(&fields).fill("revoke").send()?)?;
    Ok(())
}

/// Success, whole, or what Withings says is wrong.
fn checked(response: Response) -> Result<Response, Failure> {
    let response = response.ok()?.whole()?;
    let said: Said = response.json()?;
    match failure(&response.endpoint, &said) {
        Some(failure) => Err(failure),
        None => Ok(response),
    }
}

fn failure(endpoint: &str, said: &Said) -> Option<Failure> {
    let status = said.status;
    let text = match said.error.as_deref() {
        Some(error) if !error.is_empty() => format!("{endpoint} answered status {status}: {error}"),
        _ => format!("{endpoint} answered status {status}"),
    };
    Some(match status {
        0 => return None,
        100..=102 | 200 | 401 => Failure::unauthorized(text),
        // 403 is not documented, and is what a call gets whose scope was not granted.
        214 | 277 | 403 | 2553..=2555 => Failure::forbidden(text),
        601 => Failure::rate_limited(text, Some(MINUTE)),
        // A parameter is missing or wrong. It was right when this version was written.
        201..=213 | 503 => Failure::changed(endpoint, "/status", text),
        // A timeout, a bad state, and errors whose numbers say no more than that.
        _ => Failure::unavailable(text, None),
    })
}
