//! A connection as Terra's user.

use gearshift_store::{Connection, ConnectionStatus, Snapshot};
use jiff::Timestamp;
use serde::Serialize;

use crate::id::user_id;

/// A user as Terra's API has it. What is not known is null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct User {
    /// A UUID: see [`user_id`].
    pub user_id: String,
    /// The provider's enum.
    pub provider: String,
    /// ISO 8601, with microseconds and an offset.
    pub created_at: Option<String>,
    /// When an event of it last reached a destination, in the same form.
    pub last_webhook_update: Option<String>,
    /// What the user granted, in the provider's words, with commas between them.
    pub scopes: Option<String>,
    /// The platform's own name for its user.
    pub reference_id: Option<String>,
    /// Whether data flows, be it in part.
    pub active: bool,
}

impl From<&Snapshot> for User {
    fn from(stood: &Snapshot) -> Self {
        Self {
            user_id: user_id(&stood.id),
            provider: stood.provider.clone(),
            created_at: time(stood.created),
            last_webhook_update: stood.delivered.and_then(time),
            scopes: Some(stood.scopes.join(",")).filter(|scopes| !scopes.is_empty()),
            reference_id: stood.reference.clone(),
            active: matches!(stood.status, ConnectionStatus::Connected | ConnectionStatus::Degraded),
        }
    }
}

impl From<&Connection> for User {
    fn from(connection: &Connection) -> Self {
        Self::from(&Snapshot::from(connection))
    }
}

/// A time in Unix milliseconds as Terra writes it.
#[must_use]
pub fn time(millis: i64) -> Option<String> {
    let time = Timestamp::from_millisecond(millis).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S%.6f+00:00").to_string())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn snapshot() -> Snapshot {
        Snapshot {
            id: "conn_0199c0a2d4ee7bb1a0cc00112233aabb".into(),
            provider: "RIDES".into(),
            reference: Some("user-7".into()),
            status: ConnectionStatus::Connected,
            scopes: vec!["read".into(), "write".into()],
            created: 1_790_000_000_123,
            delivered: Some(1_790_000_001_000),
        }
    }

    #[test]
    fn a_user_is_what_is_known_of_a_connection() {
        let user = User::from(&snapshot());
        assert_eq!(user.user_id, "0199c0a2-d4ee-7bb1-a0cc-00112233aabb");
        assert_eq!(user.created_at.as_deref(), Some("2026-09-21T14:13:20.123000+00:00"));
        assert_eq!(user.last_webhook_update.as_deref(), Some("2026-09-21T14:13:21.000000+00:00"));
        assert_eq!(user.scopes.as_deref(), Some("read,write"));
        let bare = Snapshot { scopes: Vec::new(), delivered: None, reference: None, ..snapshot() };
        let bare = User::from(&bare);
        assert_eq!((bare.scopes, bare.last_webhook_update, bare.reference_id), (None, None, None));
    }

    #[test]
    fn a_user_is_active_while_data_flows() {
        use ConnectionStatus::{ActionRequired, Connected, Connecting, Degraded, NeedsReconnect, Revoked};
        let active = |status| User::from(&Snapshot { status, ..snapshot() }).active;
        assert!([Connected, Degraded].into_iter().all(active));
        assert!(![Connecting, NeedsReconnect, ActionRequired, Revoked].into_iter().any(active));
    }
}
