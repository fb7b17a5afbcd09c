//! What Garmin tells: one POST for each kind of notice, `{"kind": [{"userId": …}, …]}`, to the address that is set for that kind
//! at <https://apis.garmin.com/tools/endpoints>. There is no handshake.

use std::collections::BTreeMap;

use gearshift_sdk::json;
use gearshift_sdk::prelude::*;
use serde::de::IgnoredAny;

use super::wire::Told;

/// Kinds that are read. Both have to be served by whoever is let in; all others are pings and pushes of data.
const READ: [&str; 2] = ["deregistrations", "userPermissionsChange"];

pub(crate) fn receive(inbound: &Inbound) -> Result<Receipt, Failure> {
    if inbound.method != "POST" {
        return Ok(Receipt::refuse(405));
    }
    // A push may be megabytes of what is not read: first only whose names it bears.
    let kinds: BTreeMap<String, IgnoredAny> = inbound.json()?;
    if kinds.is_empty() {
        return Err(Failure::changed("hook", "", "a call that names no kind of notice"));
    }
    if let Some(kind) = kinds.keys().find(|kind| !READ.contains(&kind.as_str())) {
        let message = format!("this version does not read `{kind}` yet: the call is kept for one that does");
        return Err(Failure::changed("hook", &format!("/{}", json::escape(kind)), message));
    }
    let mut told: Told = inbound.json()?;
    // Each says all that is allowed, so that the newest has to be the last.
    told.user_permissions_change.sort_by_key(|change| change.change_time_in_seconds);
    let changes = told.user_permissions_change.into_iter();
    let changes = changes.map(|change| Notice::of(change.user_id, What::Scopes(change.permissions)));
    let gone = told.deregistrations.into_iter().map(|user| Notice::of(user.id, What::Revoked));
    Ok(Receipt::ok(changes.chain(gone).collect()))
}
