//! Reads a URL so that nobody behind us can read it otherwise.
//!
//! `url` follows the browsers: it forgives backslashes, tabs and missing slashes. Each forgiveness is a way to make two readers
//! disagree on the host, so whatever it would forgive is refused before it is asked. Dots it resolves, and from then on only its
//! result is used; what a server might still decode to another path, a route does not admit.

use url::Url;

use crate::EgressError;

/// Parses an absolute http or https URL that has one reading only.
pub(crate) fn parse(raw: &str, longest: usize) -> Result<Url, EgressError> {
    if raw.len() > longest {
        return Err(EgressError::TooLarge { what: "the URL", limit: longest, setting: "egress.max_url" });
    }
    if let Some(odd) = raw.chars().find(|each| !each.is_ascii_graphic() || *each == '\\') {
        return Err(EgressError::invalid(format!(
            "the URL has the character {}: percent-encode it, or write the host in its xn-- form",
            odd.escape_default()
        )));
    }
    let (authority, rest) =
        split(raw).ok_or_else(|| EgressError::invalid("the URL is not absolute: write https://name/path"))?;
    if authority.contains('@') {
        return Err(EgressError::denied("the URL has user information before its host: leave it out"));
    }
    if authority.is_empty() || authority.contains('%') {
        return Err(EgressError::invalid("the URL has no plain host: write https://name/path"));
    }
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    if path.starts_with("//") {
        return Err(EgressError::invalid(
            "the path begins with two slashes, which some servers read as a host: write one",
        ));
    }
    let mut url = Url::parse(raw).map_err(|error| EgressError::invalid(format!("the URL cannot be read ({error})")))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(EgressError::denied("the URL has user information before its host: leave it out"));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Authority and what follows it.
fn split(raw: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = raw.split_once("://")?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    rest.split_at_checked(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(raw: &str) -> &'static str {
        parse(raw, 8192).map_or_else(|error| error.code(), |_| "read")
    }

    #[test]
    fn plain_urls_are_read() {
        for raw in [
            "https://www.ride.test",
            "https://www.ride.test/a/b?c=d%20e&f=..%2F..",
            "HTTPS://WWW.RIDE.TEST/a.b/..c/...",
            "https://www.ride.test/name%2Fwith%20slash",
            "https://www.ride.test/a//b",
            "https://www.ride.test?x=//y@z",
        ] {
            assert_eq!(code(raw), "read", "{raw}");
        }
    }

    #[test]
    fn user_information_is_refused() {
        for raw in [
            "https://www.ride.test@evil.test/",
            "https://a:b@www.ride.test/",
            "https://@www.ride.test/",
            "https://x%40y@z.test/",
        ] {
            assert_eq!(code(raw), "denied", "{raw}");
        }
    }

    #[test]
    fn dots_are_resolved_before_a_route_is_asked() {
        for path in ["/api/../oauth", "/api/%2e%2e/oauth", "/api/.%2E/oauth", "/./oauth"] {
            let url = parse(&format!("https://www.ride.test{path}"), 8192).unwrap();
            assert_eq!(url.path(), "/oauth", "{path}");
        }
    }

    #[test]
    fn what_a_browser_would_forgive_is_refused() {
        for raw in [
            "//evil.test/",
            "/api",
            "https:evil.test",
            "https:/evil.test",
            "https:///evil.test/",
            "https://www.ride.test//evil.test/",
            "https:\\\\evil.test/",
            "https://www.ride.test\\@evil.test/",
            "https://www.ride.test/\\evil.test/",
            "https://www.ride.te\tst/",
            " https://www.ride.test/",
            "https://www.ride.test/\r\nhost: evil.test",
            "https://www.rıde.test/",
            "https://%65vil.test/",
            "https://１２７.0.0.1/",
            "ftp://www.ride.test/",
            "file:///etc/passwd",
        ] {
            assert_eq!(code(raw), "invalid", "{raw}");
        }
        assert_eq!(code(&format!("https://www.ride.test/{}", "a".repeat(9000))), "too-large");
    }
}
