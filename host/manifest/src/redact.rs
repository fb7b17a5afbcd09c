//! URLs as logs and archives may have them.

use url::Url;
use url::form_urlencoded;

use crate::auth::CarryPlace;
use crate::manifest::Manifest;

/// What stands where a secret value stood.
const REDACTED: &str = "redacted";

/// Query parameters that are secrets wherever they turn up, compared without case.
const ALWAYS: &[&str] = &[
    "access_token",
    "api_key",
    "apikey",
    "auth",
    "client_secret",
    "code",
    "id_token",
    "key",
    "oauth_signature",
    "oauth_token",
    "oauth_verifier",
    "password",
    "refresh_token",
    "sig",
    "signature",
    "state",
    "token",
];

/// The URL without user, fragment and the values of secret query parameters: those that a route of this host or a carry marks,
/// and those that are secret by custom. Of an address that only a linked route admits every value is taken out, for such
/// addresses are signed.
pub fn redact(manifest: &Manifest, url: &Url) -> String {
    let mut out = url.clone();
    out.set_fragment(None);
    // A URL without a host cannot have either; nothing of it is shown then.
    if out.set_username("").is_err() || out.set_password(None).is_err() {
        return format!("{}:{REDACTED}", url.scheme());
    }
    let Some(query) = url.query() else {
        return out.into();
    };
    let host = url.host_str().unwrap_or_default();
    let here = || manifest.texts().flat_map(|text| &text.routes).filter(|route| route.host.matches(host));
    let plain = here().any(|route| !route.linked && route.holds(url));
    let signed = !plain && here().any(|route| route.linked);
    let parts: Vec<String> = query
        .split('&')
        .map(|part| {
            let Some((name, _)) = form_urlencoded::parse(part.as_bytes()).next() else {
                return part.to_owned();
            };
            let marked = here().any(|route| route.secret_query.iter().any(|secret| *secret == name));
            let carried = manifest
                .auth
                .carry
                .iter()
                .any(|carry| matches!(&carry.place, CarryPlace::Query(secret) if *secret == name));
            let custom = ALWAYS.iter().any(|secret| name.eq_ignore_ascii_case(secret));
            if signed || marked || carried || custom {
                format!("{}={REDACTED}", part.split('=').next().unwrap_or_default())
            } else {
                part.to_owned()
            }
        })
        .collect();
    out.set_query(Some(&parts.join("&")));
    out.into()
}
