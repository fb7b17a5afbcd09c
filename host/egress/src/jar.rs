//! Cookies of one connection, after RFC 6265.
//!
//! Left out: `SameSite`, which is about pages, and the list of public suffixes: a cookie goes only where a route goes, so a
//! cookie for all of `co.uk` reaches none but the provider.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::cookie_date;
use crate::settings::{LARGEST_COOKIE, MOST_COOKIES};

/// The cookies of one connection. Serialised it holds secrets: it belongs in the vault. `Debug` shows names only.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Jar {
    cookies: Vec<Cookie>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cookie {
    name: String,
    value: String,
    domain: String,
    /// Only this host, not those below it.
    host_only: bool,
    path: String,
    secure: bool,
    /// Unix milliseconds; none ends with the session, which here is the connection's.
    expires: Option<i64>,
    created: i64,
}

impl Jar {
    /// How many cookies there are.
    pub fn len(&self) -> usize {
        self.cookies.len()
    }

    /// True where there is none.
    pub fn is_empty(&self) -> bool {
        self.cookies.is_empty()
    }

    /// Takes the value of one `set-cookie` header of an answer from `url`. One that is malformed, too large or for somebody
    /// else's domain is left out, as browsers do.
    pub fn set(&mut self, url: &Url, header: &str, now: i64) {
        let Some(cookie) = Cookie::parse(url, header, now) else { return };
        let before = self.cookies.iter().position(|each| each.same_place(&cookie));
        let created = before.map(|at| self.cookies.remove(at).created);
        if !cookie.expired(now) {
            self.cookies.push(Cookie { created: created.unwrap_or(now), ..cookie });
        }
        self.cookies.retain(|each| !each.expired(now));
        let surplus = self.cookies.len().saturating_sub(MOST_COOKIES);
        self.cookies.drain(..surplus);
    }

    /// The value of the `cookie` header for a request to `url`, if any cookie belongs there.
    pub fn header(&self, url: &Url, now: i64) -> Option<SecretString> {
        let mut fitting: Vec<&Cookie> = self.cookies.iter().filter(|each| each.fits(url, now)).collect();
        fitting.sort_by_key(|each| (std::cmp::Reverse(each.path.len()), each.created));
        let pairs: Vec<String> = fitting.iter().map(|each| format!("{}={}", each.name, each.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; ").into())
    }

    /// The values of all cookies.
    pub(crate) fn values(&self) -> impl Iterator<Item = SecretString> + '_ {
        self.cookies.iter().map(|each| each.value.clone().into())
    }

    /// Value and expiry of the newest cookie of this name.
    pub(crate) fn named(&self, name: &str) -> Option<(&str, Option<i64>)> {
        let found = self.cookies.iter().rev().find(|each| each.name == name)?;
        Some((&found.value, found.expires))
    }
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.cookies.iter().map(|each| &each.name)).finish()
    }
}

impl Cookie {
    fn parse(url: &Url, header: &str, now: i64) -> Option<Self> {
        let host = url.domain()?;
        let mut parts = header.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let printable = |text: &str| text.bytes().all(|byte| byte >= 0x20 && byte != 0x7f);
        if name.is_empty() || name.len() + value.len() > LARGEST_COOKIE || !printable(header) {
            return None;
        }
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.to_owned(),
            host_only: true,
            path: default_path(url.path()),
            secure: false,
            expires: None,
            created: now,
        };
        let mut age = None;
        for attribute in parts {
            let (key, value) = attribute.split_once('=').unwrap_or((attribute, ""));
            let value = value.trim();
            match key.trim().to_ascii_lowercase().as_str() {
                "expires" => cookie.expires = cookie_date::parse(value).or(cookie.expires),
                "max-age" => age = value.parse::<i64>().ok().or(age),
                "domain" => cookie.claim(value.trim_start_matches('.'), host)?,
                "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
                "path" => cookie.path = default_path(url.path()),
                "secure" => cookie.secure = true,
                _ => {}
            }
        }
        if let Some(seconds) = age {
            cookie.expires =
                Some(if seconds <= 0 { i64::MIN } else { now.saturating_add(seconds.saturating_mul(1000)) });
        }
        cookie.keeps_its_prefix(url).then_some(cookie)
    }

    /// Widens the cookie to the hosts below `domain`; none where the answering host is not one of them.
    fn claim(&mut self, domain: &str, host: &str) -> Option<()> {
        let domain = domain.to_ascii_lowercase();
        if domain.is_empty() {
            return Some(());
        }
        if !domain_matches(host, &domain) || !domain.contains('.') {
            return None;
        }
        self.domain = domain;
        self.host_only = false;
        Some(())
    }

    /// `__Secure-` and `__Host-` promise how a cookie was set (draft 6265bis section 4.1.3); others could otherwise overwrite it.
    fn keeps_its_prefix(&self, url: &Url) -> bool {
        let https = url.scheme() == "https";
        let name = self.name.to_ascii_lowercase();
        (https || !self.secure)
            && (!name.starts_with("__secure-") || self.secure)
            && (!name.starts_with("__host-") || (self.secure && self.host_only && self.path == "/"))
    }

    fn same_place(&self, other: &Self) -> bool {
        self.name == other.name && self.domain == other.domain && self.path == other.path
    }

    fn expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }

    fn fits(&self, url: &Url, now: i64) -> bool {
        let Some(host) = url.domain() else { return false };
        let domain = if self.host_only { host == self.domain } else { domain_matches(host, &self.domain) };
        domain
            && path_matches(url.path(), &self.path)
            && (!self.secure || url.scheme() == "https")
            && !self.expired(now)
    }
}

fn domain_matches(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|below| below.ends_with('.'))
}

fn path_matches(path: &str, cookie: &str) -> bool {
    path.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || cookie.ends_with('/') || rest.starts_with('/'))
}

/// The folder of the path that set the cookie: RFC 6265 section 5.1.4.
fn default_path(path: &str) -> String {
    match path.rsplit_once('/') {
        Some((folder, _)) if !folder.is_empty() => folder.to_owned(),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    const NOW: i64 = 1_700_000_000_000;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn jar(set: &[(&str, &str)]) -> Jar {
        let mut jar = Jar::default();
        for (from, header) in set {
            jar.set(&url(from), header, NOW);
        }
        jar
    }

    fn sent(jar: &Jar, to: &str, now: i64) -> String {
        jar.header(&url(to), now).map(|each| each.expose_secret().to_owned()).unwrap_or_default()
    }

    #[test]
    fn a_cookie_without_domain_returns_to_its_host_only() {
        let jar = jar(&[("https://www.ride.test/app/login", "sid=1; Path=/; Secure; HttpOnly")]);
        assert_eq!(sent(&jar, "https://www.ride.test/app/api", NOW), "sid=1");
        for to in ["https://ride.test/", "https://a.www.ride.test/", "https://wwww.ride.test/", "http://www.ride.test/"]
        {
            assert_eq!(sent(&jar, to, NOW), "", "{to}");
        }
    }

    #[test]
    fn a_domain_cookie_goes_to_hosts_below() {
        let jar = jar(&[("https://www.ride.test/", "sid=1; Domain=.Ride.test")]);
        assert_eq!(sent(&jar, "https://api.ride.test/", NOW), "sid=1");
        assert_eq!(sent(&jar, "https://ride.test/", NOW), "sid=1");
        assert_eq!(sent(&jar, "https://bride.test/", NOW), "");
    }

    #[test]
    fn a_cookie_for_somebody_elses_domain_is_left_out() {
        for domain in ["evil.test", "test", "a.www.ride.test"] {
            let jar = jar(&[("https://www.ride.test/", &format!("sid=1; Domain={domain}"))]);
            assert!(jar.is_empty(), "{domain}");
        }
    }

    #[test]
    fn paths_match_on_segments_and_the_longer_goes_first() {
        let jar = jar(&[
            ("https://www.ride.test/app/login", "a=1"),
            ("https://www.ride.test/", "b=2; Path=/"),
            ("https://www.ride.test/", "c=3; Path=/app/api"),
        ]);
        assert_eq!(sent(&jar, "https://www.ride.test/app/api/x", NOW), "c=3; a=1; b=2");
        assert_eq!(sent(&jar, "https://www.ride.test/apple", NOW), "b=2");
    }

    #[test]
    fn expiry_ends_a_cookie_and_max_age_goes_before_expires() {
        let jar = jar(&[
            ("https://www.ride.test/", "a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),
            ("https://www.ride.test/", "b=2; Expires=Tue, 14-Nov-2023 22:13:30 GMT"),
        ]);
        assert_eq!(sent(&jar, "https://www.ride.test/", NOW), "a=1; b=2");
        assert_eq!(sent(&jar, "https://www.ride.test/", NOW + 10_000), "a=1");
        assert_eq!(sent(&jar, "https://www.ride.test/", NOW + 60_000), "");
    }

    #[test]
    fn the_same_place_is_overwritten_and_an_expired_one_removed() {
        let mut jar = jar(&[("https://www.ride.test/", "sid=1; Path=/"), ("https://www.ride.test/", "sid=2; Path=/")]);
        assert_eq!(sent(&jar, "https://www.ride.test/", NOW), "sid=2");
        jar.set(&url("https://www.ride.test/"), "sid=; Path=/; Max-Age=0", NOW);
        assert!(jar.is_empty());
    }

    #[test]
    fn prefixes_keep_their_promise() {
        assert!(jar(&[("https://www.ride.test/", "__Host-s=1; Path=/")]).is_empty());
        assert!(jar(&[("https://www.ride.test/", "__Host-s=1; Path=/; Secure; Domain=ride.test")]).is_empty());
        assert_eq!(jar(&[("https://www.ride.test/", "__Host-s=1; Path=/; Secure")]).len(), 1);
        assert!(jar(&[("http://www.ride.test/", "s=1; Secure")]).is_empty());
    }

    #[test]
    fn a_jar_survives_being_written_and_does_not_show_values() {
        let jar = jar(&[("https://www.ride.test/", "sid=very-secret; Path=/")]);
        let text = serde_json::to_string(&jar).unwrap();
        assert_eq!(serde_json::from_str::<Jar>(&text).unwrap(), jar);
        assert_eq!(format!("{jar:?}"), "{\"sid\"}");
    }

    #[test]
    fn nonsense_is_left_out() {
        let big = format!("a={}", "x".repeat(5000));
        for header in ["", "=1", "novalue", "a=b\u{7}", big.as_str()] {
            assert!(jar(&[("https://www.ride.test/", header)]).is_empty(), "{header:?}");
        }
    }

    #[test]
    fn a_flood_leaves_the_newest() {
        let mut jar = Jar::default();
        for number in 0..500 {
            jar.set(&url("https://www.ride.test/"), &format!("c{number}=1"), NOW);
        }
        assert_eq!(jar.len(), MOST_COOKIES);
        assert!(sent(&jar, "https://www.ride.test/", NOW).contains("c499=1"));
    }
}
