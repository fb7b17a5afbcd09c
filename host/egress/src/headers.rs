//! Which headers a guest may set.

use http::header::{HeaderMap, HeaderName, HeaderValue};

use crate::{EgressError, EgressSettings};

/// Headers that are the host's: credentials, the connection itself, where the request goes, and how the answer is coded.
const HOSTS_OWN: &[&str] = &[
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "cookie2",
    "expect",
    "forwarded",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Families of headers that are the host's. Method overrides would turn a granted GET into a DELETE.
const HOSTS_OWN_FAMILIES: &[&str] =
    &["proxy-", "x-forwarded-", "x-http-method", "x-method-override", "x-original-", "x-rewrite-"];

/// Reads a guest's headers. `placed` are the names that the manifest's rules put a credential in.
pub(crate) fn of_guest(
    headers: &[(String, String)],
    placed: &[String],
    settings: &EgressSettings,
) -> Result<HeaderMap, EgressError> {
    let bytes: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
    if bytes > settings.max_header_bytes {
        let limit = settings.max_header_bytes;
        return Err(EgressError::TooLarge { what: "the request's head", limit, setting: "egress.max_header_bytes" });
    }
    if headers.len() > settings.max_headers {
        return Err(EgressError::invalid(format!(
            "the request has more than {} headers (egress.max_headers): leave some out",
            settings.max_headers
        )));
    }
    let mut map = HeaderMap::with_capacity(headers.len() + 8);
    for (name, value) in headers {
        let name = self::name(name)?;
        let owned = HOSTS_OWN.contains(&name.as_str())
            || HOSTS_OWN_FAMILIES.iter().any(|family| name.as_str().starts_with(family))
            || placed.iter().any(|each| name.as_str().eq_ignore_ascii_case(each));
        if owned {
            return Err(EgressError::denied(format!(
                "the header `{name}` is set by the host: leave it out; credentials go where the manifest's `carry` and [[fill]] say"
            )));
        }
        map.append(name, self::value(value)?);
    }
    Ok(map)
}

/// Reads the headers of the host's own request.
pub(crate) fn of_host(headers: &[(String, String)]) -> Result<HeaderMap, EgressError> {
    let mut map = HeaderMap::with_capacity(headers.len() + 4);
    for (name, value) in headers {
        map.append(self::name(name)?, self::value(value)?);
    }
    Ok(map)
}

pub(crate) fn name(name: &str) -> Result<HeaderName, EgressError> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| {
        EgressError::invalid(format!("`{}` is no header name: use letters, digits and -", name.escape_default()))
    })
}

pub(crate) fn value(value: &str) -> Result<HeaderValue, EgressError> {
    // The value itself may be a secret.
    HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| EgressError::invalid("a header's value holds a line break or control character: leave it out"))
}

/// A header's value as text; bytes beyond ASCII are read as Latin-1, as RFC 9110 section 5.5 suggests, so that none is lost.
pub(crate) fn text(value: &HeaderValue) -> String {
    value.as_bytes().iter().copied().map(char::from).collect()
}
