//! What Strava tells: one subscription of the application, and one POST for each change of an activity, and for each athlete who
//! leaves. A call names what changed, and its content is fetched.

use gearshift_sdk::prelude::*;
use serde_json::json;

use super::wire::Event;

/// Strava waits two seconds for an answer, and asks three times in all.
pub(crate) fn receive(inbound: &Inbound) -> Result<Receipt, Failure> {
    match inbound.method.as_str() {
        "GET" => Ok(handshake(inbound)),
        "POST" => {
            // A signature that does not hold is no word of Strava's, or another scheme than is known here: kept, and not acted on.
            if inbound.header("x-strava-signature").is_some() && !inbound.is_verified("signature") {
                return Err(Failure::changed("hook", "", "the signature does not hold"));
            }
            event(&inbound.json()?).map(|notice| Receipt::ok(vec![notice]))
        }
        _ => Ok(Receipt::refuse(405)),
    }
}

/// Made while a subscription is being made. `hub.verify_token` is whatever the operator wrote there and proves nothing that the
/// hook's address does not.
fn handshake(inbound: &Inbound) -> Receipt {
    match (inbound.query("hub.mode"), inbound.query("hub.challenge")) {
        (Some("subscribe"), Some(challenge)) => Receipt::answer(&json!({ "hub.challenge": challenge })),
        _ => Receipt::refuse(400),
    }
}

fn event(event: &Event) -> Result<Notice, Failure> {
    let what = match (event.object_type.as_str(), event.aspect_type.as_str()) {
        ("activity", "create" | "update") => What::Changed(PullRequest {
            stream: "activities".into(),
            id: Some(event.object_id.clone()),
            ..PullRequest::default()
        }),
        // The key that `normalize` gives an activity.
        ("activity", "delete") => What::Deleted(event.object_id.clone()),
        ("athlete", _) if event.updates.authorized == Some(false) => What::Revoked,
        (object, aspect) => {
            let message =
                format!("this version does not read {aspect:?} of {object:?}: the call is kept for one that does");
            return Err(Failure::changed("hook", "/aspect_type", message));
        }
    };
    Ok(Notice::of(&event.owner_id, what))
}
