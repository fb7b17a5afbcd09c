//! What an answer says beside data. The cloud refuses with HTTP 200 as often as not: what counts is in the body.

use gearshift_sdk::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// This client is too old.
const TOO_OLD: i64 = 920;
/// E-mail and password do not fit, or nobody is signed in. Other clients' notes say so.
const REFUSED: i64 = 2;
/// Too many bad sign-ins, where it stands in the body. Unverified.
const LOCKED: i64 = 429;

/// What every answer is wrapped in.
#[derive(Debug, Default, Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "flex::opt_i64")]
    status: Option<i64>,
    message: Option<String>,
    #[serde(default)]
    data: Value,
    #[serde(default)]
    error: Value,
}

impl Envelope {
    fn text(&self, pointer: &str) -> Option<&str> {
        self.data.pointer(pointer)?.as_str()
    }
}

/// An answer that refuses nothing and is JSON to its end.
///
/// # Errors
/// What the answer says: `upgrade-required` with the least version, `action-required`, `unauthorized`, `forbidden`,
/// `rate-limited`; `changed` for what is not known; else what the status says.
pub(crate) fn whole(answer: Response) -> Result<Response, Failure> {
    let envelope: Option<Envelope> = serde_json::from_slice(&answer.body).ok();
    if let Some(failure) = envelope.as_ref().and_then(|envelope| refusal(&answer, envelope)) {
        return Err(failure);
    }
    let answer = answer.ok()?;
    if answer.is_html() {
        return Err(Failure::changed(&answer.endpoint, "", "a page for people, where data was expected"));
    }
    let answer = answer.whole()?;
    match envelope.and_then(|envelope| envelope.status) {
        Some(0) => Ok(answer),
        Some(other) => Err(Failure::changed(&answer.endpoint, "/status", format!("an unknown status: {other}"))),
        None => Err(Failure::changed(&answer.endpoint, "/status", "an answer without its status")),
    }
}

fn refusal(answer: &Response, envelope: &Envelope) -> Option<Failure> {
    if envelope.status == Some(TOO_OLD) {
        return Some(too_old(envelope));
    }
    if answer.status == 429 || envelope.status == Some(LOCKED) {
        let lockout = envelope.data.pointer("/data/lockout").and_then(Value::as_u64);
        let wait = answer.retry_after().or_else(|| lockout.and_then(|seconds| u32::try_from(seconds).ok()));
        return Some(Failure::rate_limited("LibreLinkUp asks to wait, after bad sign-ins or too many requests", wait));
    }
    if envelope.message.as_deref() == Some("RequiredHeaderMissing") {
        let message = "the cloud wants a header that this version does not send";
        return Some(Failure::changed(&answer.endpoint, "/message", message));
    }
    if let Some(step) = envelope.text("/step/type") {
        return Some(step_open(step));
    }
    if envelope.error.pointer("/message").and_then(Value::as_str) == Some("couldNotLoadPatient") {
        return Some(Failure::forbidden("whose sensor this is does not share it with this account any more"));
    }
    let refused = answer.status == 401 || envelope.status == Some(REFUSED);
    refused.then(|| Failure::unauthorized("LibreLinkUp does not let this account in"))
}

fn too_old(envelope: &Envelope) -> Failure {
    let message = "LibreLinkUp refuses clients of this version: the setting `version` of FREESTYLELIBRE has to be";
    match envelope.text("/minimumVersion") {
        Some(least) => Failure::upgrade_required(format!("{message} {least} at least"), least),
        None => Failure::upgrade_required(format!("{message} a newer one"), ""),
    }
}

/// What only the user can do. It is never done for them: terms are theirs to accept.
fn step_open(step: &str) -> Failure {
    Failure::action_required(match step {
        "tou" => "accept the new terms of use in the app LibreLinkUp, then sign in here again".to_owned(),
        "pp" => "accept the new privacy policy in the app LibreLinkUp, then sign in here again".to_owned(),
        "verifyEmail" => {
            "confirm the e-mail address, as LibreLinkUp has asked by e-mail, then sign in here again".to_owned()
        }
        other => format!("LibreLinkUp asks for a step of its own ({other:?}): open the app, then sign in here again"),
    })
}
