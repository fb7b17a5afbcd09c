//! What happens to a connection, as Terra's events tell it.

use gearshift_store::{ConnectionStatus, Event, Snapshot, event_type};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::VERSION;
use crate::id::user_id;
use crate::user::User;

/// What of our own event Terra's is made of, beside how the connection stood.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    reason: Option<String>,
    scopes: Scopes,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Scopes {
    lost: Vec<String>,
    gained: Vec<String>,
}

/// Our event as Terra's, and always the same one. None where Terra has no word for it.
///
/// | ours | Terra's |
/// |---|---|
/// | `connection.connected` | `auth` |
/// | `connection.failed` | `auth_cancelled` |
/// | `connection.ended` | `deauth` |
/// | `connection.merged` | `user_reauth` |
/// | `connection.scopes` | `permission_change` |
/// | `connection.changed` to `revoked` | `access_revoked` |
/// | `connection.changed` to `degraded`, `needs-reconnect`, `action-required` | `connection_error` |
#[must_use]
pub fn event(event: &Event) -> Option<Value> {
    let stood = event.about.first()?;
    let told: Told = serde_json::from_str(&event.body).ok()?;
    Some(match event.event_type.as_str() {
        event_type::CONNECTION_CONNECTED => json!({
            "type": "auth", "status": "success", "message": "The user is connected",
            "widget_session_id": null, "user": User::from(stood),
        }),
        event_type::CONNECTION_FAILED => json!({
            "type": "auth_cancelled", "status": "error", "flow_id": user_id(&stood.id),
            "reason": told.reason.as_deref().map(failure), "reference_id": stood.reference,
        }),
        event_type::CONNECTION_ENDED => json!({
            "type": "deauth", "status": "success", "message": "The user is disconnected, and their data is erased",
            "user": User::from(stood),
        }),
        event_type::CONNECTION_MERGED => json!({
            "type": "user_reauth", "status": "warning", "version": VERSION,
            "message": "Two users are one account: the old one goes on as the new one",
            "old_user": User::from(stood), "new_user": event.about.get(1).map(User::from),
        }),
        event_type::CONNECTION_SCOPES => json!({
            "type": "permission_change", "status": "warning", "version": VERSION,
            "message": "The user's permissions are others",
            "scopes_added": told.scopes.gained.join(","), "scopes_removed": told.scopes.lost.join(","),
            "user": User::from(stood),
        }),
        event_type::CONNECTION_CHANGED => changed(stood, told.reason)?,
        _ => return None,
    })
}

fn changed(stood: &Snapshot, reason: Option<String>) -> Option<Value> {
    let (name, otherwise) = match stood.status {
        ConnectionStatus::Connecting | ConnectionStatus::Connected => return None,
        ConnectionStatus::Revoked => ("access_revoked", "The user has withdrawn access at the provider"),
        ConnectionStatus::Degraded => ("connection_error", "Data comes in part"),
        ConnectionStatus::NeedsReconnect => ("connection_error", "The user has to sign in again"),
        ConnectionStatus::ActionRequired => ("connection_error", "The user has to do something at the provider"),
    };
    let message = reason.unwrap_or_else(|| otherwise.to_owned());
    Some(json!({ "type": name, "status": "warning", "message": message, "user": User::from(stood) }))
}

/// Why a sign-in failed: a no is told in the word of OAuth 2, everything else by our own code.
#[must_use]
pub fn failure(code: &str) -> &str {
    if code == "denied" { "access_denied" } else { code }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::user::tests::snapshot;

    fn ours(event_type: &str, body: &Value, about: Vec<Snapshot>) -> Event {
        Event {
            seq: 1,
            id: "evt_1".into(),
            project: "shop".into(),
            connection: "conn_0199c0a2d4ee7bb1a0cc00112233aabb".into(),
            record: None,
            kind: None,
            revision: None,
            event_type: event_type.into(),
            body: body.to_string(),
            about,
            created: 0,
        }
    }

    fn told(event_type: &str, body: &Value, stood: Snapshot) -> Option<Value> {
        event(&ours(event_type, body, vec![stood]))
    }

    fn of(status: ConnectionStatus) -> Snapshot {
        Snapshot { status, ..snapshot() }
    }

    #[test]
    fn a_sign_in_is_auth() {
        let told = told(event_type::CONNECTION_CONNECTED, &json!({"again": false}), snapshot()).unwrap();
        let expected = json!({
            "type": "auth", "status": "success", "message": told["message"], "widget_session_id": null,
            "user": {
                "user_id": "0199c0a2-d4ee-7bb1-a0cc-00112233aabb", "provider": "RIDES", "reference_id": "user-7", "active": true,
                "created_at": "2026-09-21T14:13:20.123000+00:00", "last_webhook_update": "2026-09-21T14:13:21.000000+00:00",
                "scopes": "read,write",
            },
        });
        assert_eq!(told, expected);
    }

    #[test]
    fn a_failed_sign_in_is_auth_cancelled_with_a_reason() {
        let cancelled = |reason: &str| {
            told(event_type::CONNECTION_FAILED, &json!({"reason": reason}), of(ConnectionStatus::Revoked)).unwrap()
        };
        let expected = json!({
            "type": "auth_cancelled", "status": "error", "flow_id": "0199c0a2-d4ee-7bb1-a0cc-00112233aabb",
            "reason": "access_denied", "reference_id": "user-7",
        });
        assert_eq!(cancelled("denied"), expected);
        assert_eq!(cancelled("issuer")["reason"], "issuer");
    }

    #[test]
    fn a_change_for_the_worse_is_told_and_one_for_the_better_is_not() {
        use ConnectionStatus::{ActionRequired, Connected, Degraded, NeedsReconnect, Revoked};
        let name = |status, body: &Value| {
            told(event_type::CONNECTION_CHANGED, body, of(status))
                .map(|told| (told["type"].clone(), told["message"].clone()))
        };
        assert_eq!(name(Connected, &json!({})), None);
        let why = json!({"reason": "it said so"});
        assert_eq!(name(Revoked, &why), Some((json!("access_revoked"), json!("it said so"))));
        for status in [Degraded, NeedsReconnect, ActionRequired] {
            assert_eq!(name(status, &why), Some((json!("connection_error"), json!("it said so"))));
            assert!(name(status, &json!({})).unwrap().1.as_str().is_some_and(|message| !message.is_empty()));
        }
    }

    #[test]
    fn scopes_are_told_by_what_differs() {
        let body = json!({"scopes": {"granted": ["read"], "lost": ["a", "b"], "gained": []}});
        let told = told(event_type::CONNECTION_SCOPES, &body, snapshot()).unwrap();
        assert_eq!((&told["scopes_removed"], &told["scopes_added"]), (&json!("a,b"), &json!("")));
        assert_eq!((&told["type"], &told["version"]), (&json!("permission_change"), &json!("2022-03-16")));
    }

    #[test]
    fn what_is_merged_is_an_old_user_with_a_new_one() {
        let (old, new) = (of(ConnectionStatus::Revoked), Snapshot { id: format!("conn_{:032x}", 7), ..snapshot() });
        let told = event(&ours(event_type::CONNECTION_MERGED, &json!({}), vec![old, new])).unwrap();
        assert_eq!((&told["type"], &told["old_user"]["active"]), (&json!("user_reauth"), &json!(false)));
        assert_eq!(told["new_user"]["user_id"], "00000000-0000-0000-0000-000000000007");
        assert_eq!(told["new_user"]["active"], true);
    }

    #[test]
    fn what_ends_is_deauth() {
        let told = told(event_type::CONNECTION_ENDED, &json!({"erased": {}}), of(ConnectionStatus::Revoked)).unwrap();
        assert_eq!(
            (&told["type"], &told["status"], &told["user"]["active"]),
            (&json!("deauth"), &json!("success"), &json!(false))
        );
    }

    #[test]
    fn what_terra_has_no_word_for_is_not_told() {
        assert_eq!(told(event_type::RECORD_CREATED, &json!({}), snapshot()), None);
        assert_eq!(
            event(&ours(event_type::CONNECTION_ENDED, &json!({}), Vec::new())),
            None,
            "written by an older release"
        );
    }
}
