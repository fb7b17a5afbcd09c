//! How FatSecret is asked, and what its numbers for errors mean.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use crate::days;
use crate::wire::{Said, Wrong};

/// Where everything is. A route in adapter.toml says the same.
const BASE: &str = "https://platform.fatsecret.com/rest/";

/// Asks for something of a day, or of its month.
///
/// # Errors
/// What the answer says, be it in its status or in its body.
pub(crate) fn get(host: &Host<'_>, endpoint: &str, path: &str, day: Date) -> Result<Response, Failure> {
    let request = host.get(endpoint, &format!("{BASE}{path}")).as_user();
    let response = request.query("date", days::number(day)).query("format", "json").send()?;
    let said: Option<Said> = serde_json::from_slice(&response.body).ok();
    match said.and_then(|said| said.error) {
        Some(wrong) => Err(failure(&response, &wrong)),
        None if response.is_html() => {
            let response = response.ok()?;
            Err(Failure::changed(&response.endpoint, "", "a page for people, where data was expected"))
        }
        None => response.ok()?.whole(),
    }
}

fn failure(response: &Response, wrong: &Wrong) -> Failure {
    let (endpoint, words) = (&response.endpoint, wrong.message.as_deref().unwrap_or("without a word"));
    let text = format!("{endpoint} answered error {}: {words}", wrong.code);
    match wrong.code {
        9 => Failure::unauthorized(text),
        // The application's keys, or the address that it comes from.
        5 | 8 | 21 => {
            Failure::forbidden(format!("FatSecret does not take the application's keys or its address: {text}"))
        }
        // A clock that is off, and a signature that looks like an earlier one.
        1 | 6 | 7 => Failure::unavailable(text, response.retry_after()),
        12 => Failure::rate_limited(text, response.retry_after()),
        // The request was right when this version was written.
        _ => Failure::changed(endpoint, "/error/code", text),
    }
}
