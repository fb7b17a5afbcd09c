//! A route admits what it says and no spelling of anything else.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use gearshift_manifest::{Credential, HostPattern, Manifest, Route, UrlPattern};
use proptest::prelude::*;
use url::Url;

const SESSION: &str = include_str!("manifests/session.toml");
const OAUTH: &str = include_str!("manifests/oauth.toml");

fn route(host: &str, path: &str) -> Route {
    let text = format!("host = \"{host}\"\npath = \"{path}\"\nmethods = [\"GET\"]");
    toml::from_str(&text).unwrap()
}

fn admits(route: &Route, url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| route.admits("GET", &url))
}

#[test]
fn a_prefix_ends_on_a_segment() {
    let folder = route("api.example.com", "/v1/");
    for inside in ["/v1/", "/v1/rides", "/v1/rides/7?page=2", "/v1/a%20b", "/v1/100%25", "/v1/caf%C3%A9", "/v1/a;b=c"] {
        assert!(admits(&folder, &format!("https://api.example.com{inside}")), "{inside}");
    }
    for outside in ["/", "/v1", "/v10/rides", "/v2/rides", "/V1/rides", "/x/v1/rides"] {
        assert!(!admits(&folder, &format!("https://api.example.com{outside}")), "{outside}");
    }
    let page = route("api.example.com", "/v1");
    for inside in ["/v1", "/v1/", "/v1/rides", "/v1?x"] {
        assert!(admits(&page, &format!("https://api.example.com{inside}")), "{inside}");
    }
    assert!(!admits(&page, "https://api.example.com/v10"));
}

#[test]
fn a_path_that_could_be_read_otherwise_is_refused() {
    let route = route("api.example.com", "/v1/");
    for trick in [
        "/v1/../admin",
        "/v1/%2e%2e/admin",
        "/v1/.%2E/admin",
        "/v1/..%2fadmin",
        "/v1/%2e%2e%2fadmin",
        "/v1/%252e%252e/admin",
        "/v1/%252e%252e%252fadmin",
        "/v1/%25252e%25252e%25252fadmin",
        "/v1/%2525252525252fadmin",
        "/v1\\..\\admin",
        "/v1/%5c..%5cadmin",
        "/v1/a%2fb",
        "/v1/a%2Fb",
        "/v1/a%252fb",
        "/v1/..;/admin",
        "/v1/..;x=y/admin",
        "/v1/%2e%2e;/admin",
        "/v1/a%00b",
        "/v1/a%0d%0aHost:x",
        "/v1/a%7f",
        "/%76%31/rides",
        "//v1/rides",
    ] {
        assert!(!admits(&route, &format!("https://api.example.com{trick}")), "{trick}");
    }
}

#[test]
fn only_https_the_default_port_and_the_named_host_are_reached() {
    let route = route("api.example.com", "/");
    for fine in [
        "https://api.example.com/",
        "https://API.Example.COM/",
        "https://api.example.com:443/",
        "https:\\\\api.example.com\\",
    ] {
        assert!(admits(&route, fine), "{fine}");
    }
    for other in [
        "http://api.example.com/",
        "ftp://api.example.com/",
        "https://api.example.com:8443/",
        "https://api.example.com:80/",
        "https://user@api.example.com/",
        "https://user:word@api.example.com/",
        "https://:word@api.example.com/",
        "https://api.example.com@evil.example/",
        "https://api.example.com.evil.example/",
        "https://evil.example/api.example.com/",
        "https://evil.example#api.example.com/",
        "https://evil.example\\@api.example.com/",
        "https://xapi.example.com/",
        "https://example.com/",
        "https://api.example.com./",
        "https://93.184.215.14/",
        "https://[::1]/",
        "https://0x7f000001/",
        "https://2130706433/",
    ] {
        assert!(!admits(&route, other), "{other}");
    }
}

#[test]
fn methods_are_compared_as_they_are() {
    let route = route("api.example.com", "/");
    let url = Url::parse("https://api.example.com/").unwrap();
    for (method, admitted) in
        [("GET", true), ("get", false), ("POST", false), ("HEAD", false), ("GET ", false), ("", false)]
    {
        assert_eq!(route.admits(method, &url), admitted, "{method}");
    }
}

#[test]
fn wildcards_reach_what_they_name() {
    for (pattern, host, matched) in [
        ("*.cloudfront.net", "d1.cloudfront.net", true),
        ("*.cloudfront.net", "a.b.cloudfront.net", true),
        ("*.cloudfront.net", "cloudfront.net", false),
        ("*.cloudfront.net", ".cloudfront.net", false),
        ("*.cloudfront.net", "a..cloudfront.net", false),
        ("*.cloudfront.net", "xcloudfront.net", false),
        ("*.cloudfront.net", "d1.cloudfront.net.evil.example", false),
        ("api*.libreview.io", "api.libreview.io", true),
        ("api*.libreview.io", "api-eu.libreview.io", true),
        ("api*.libreview.io", "API-EU.LibreView.io", true),
        ("api*.libreview.io", "api.eu.libreview.io", false),
        ("api*.libreview.io", "xapi.libreview.io", false),
        ("api*.libreview.io", "libreview.io", false),
        ("*-api.example.com", "eu-api.example.com", true),
        ("*-api.example.com", "api.example.com", false),
        ("a*a.example.com", "a.example.com", false),
        ("a*a.example.com", "aa.example.com", true),
    ] {
        assert_eq!(HostPattern::parse(pattern).unwrap().matches(host), matched, "{pattern} and {host}");
    }
}

#[test]
fn covering_is_matching_everything_that_the_other_matches() {
    for (wide, narrow, covered) in [
        ("*.x.com", "a.x.com", true),
        ("*.x.com", "*.x.com", true),
        ("*.x.com", "*.a.x.com", true),
        ("*.x.com", "api*.x.com", true),
        ("*.x.com", "api*.b.x.com", true),
        ("*.x.com", "x.com", false),
        ("*.x.com", "*.yx.com", false),
        ("*.a.x.com", "*.x.com", false),
        ("api*.x.com", "api-*.x.com", true),
        ("api-*.x.com", "api*.x.com", false),
        ("api*.x.com", "*.x.com", false),
        ("api*.x.com", "api-eu.x.com", true),
        ("a.x.com", "a.x.com", true),
        ("a.x.com", "a*.x.com", false),
        ("a.x.com", "*.a.x.com", false),
    ] {
        let read = |text| HostPattern::parse(text).unwrap();
        assert_eq!(read(wide).covers(&read(narrow)), covered, "{wide} and {narrow}");
    }
}

#[test]
fn a_url_of_a_rule_is_met_exactly() {
    let exact = UrlPattern::parse("https://api*.libreview.io/llu/auth/login").unwrap();
    let below = UrlPattern::parse("https://api.example.com/app/*").unwrap();
    for (pattern, url, met) in [
        (&exact, "https://api-eu.libreview.io/llu/auth/login", true),
        (&exact, "https://api.libreview.io/llu/auth/login?x=1#y", true),
        (&exact, "https://api.libreview.io/llu/auth/login/", false),
        (&exact, "https://api.libreview.io/llu/auth/logi", false),
        (&exact, "https://api.libreview.io/llu/auth/%6cogin", false),
        (&exact, "http://api.libreview.io/llu/auth/login", false),
        (&exact, "https://libreview.io/llu/auth/login", false),
        (&below, "https://api.example.com/app/", true),
        (&below, "https://api.example.com/app/x/y", true),
        (&below, "https://api.example.com/app", false),
        (&below, "https://api.example.com/app/..%2fx", false),
    ] {
        assert_eq!(pattern.matches(&Url::parse(url).unwrap()), met, "{pattern} and {url}");
    }
    assert_eq!(exact.to_string(), "https://api*.libreview.io/llu/auth/login");
    assert_eq!(below.to_string(), "https://api.example.com/app/*");
}

#[test]
fn a_request_finds_its_route_and_rules() {
    let session = Manifest::parse(SESSION).unwrap();
    let login = Url::parse("https://api-eu.harbour.example/login").unwrap();
    let rides = Url::parse("https://api-eu.harbour.example/app/rides").unwrap();
    assert!(session.route("POST", &login, Credential::None).is_some());
    assert!(session.route("POST", &login, Credential::User).is_none());
    assert!(session.route("GET", &rides, Credential::User).is_some());
    assert!(session.route("DELETE", &rides, Credential::User).is_none());
    assert_eq!(session.fills("login", "POST", &login).len(), 1);
    assert!(session.fills("login", "POST", &rides).is_empty());
    assert!(session.fills("again", "POST", &login).is_empty());
    assert_eq!(session.captures("POST", &login).len(), 3);
    assert_eq!(session.captures("GET", &rides)[0].name, "token");

    let oauth = Manifest::parse(OAUTH).unwrap();
    let file = Url::parse("https://eu.files.meadow.example/7.fit").unwrap();
    assert!(oauth.route("GET", &file, Credential::None).is_none(), "a linked route is not for addresses of one's own");
    assert!(oauth.linked_route("GET", &file).is_some());
}

proptest! {
    #[test]
    fn whatever_is_admitted_stays_below_its_prefix(tail in r"[a-z0-9./\\%;?#@:2ef5c]{0,24}") {
        let route = route("api.example.com", "/v1/");
        if let Ok(url) = Url::parse(&format!("https://api.example.com/v1/{tail}"))
            && route.admits("GET", &url)
        {
            prop_assert_eq!(url.host_str(), Some("api.example.com"));
            // A server that decodes once more, and resolves what it then sees, is still below the prefix.
            let mut path = url.path().to_owned();
            for _ in 0..3 {
                let decoded = percent_decode(&path);
                let again = Url::parse("https://api.example.com").unwrap().join(&decoded.replace(['?', '#'], "_"));
                prop_assert!(again.is_ok_and(|url| url.path().starts_with("/v1/")), "{}", decoded);
                path = decoded;
            }
        }
    }

    #[test]
    fn another_host_is_never_admitted(host in "[a-z0-9.-]{1,30}") {
        if let Ok(url) = Url::parse(&format!("https://{host}/v1/"))
            && url.host_str() != Some("api.example.com")
        {
            prop_assert!(!route("api.example.com", "/v1/").admits("GET", &url));
        }
    }

    #[test]
    fn covering_agrees_with_matching(wide in pattern(), narrow in pattern(), host in "[ab]{0,2}(\\.[ab]{1,2}){1,3}\\.x\\.com") {
        let (wide, narrow) = (HostPattern::parse(&wide).unwrap(), HostPattern::parse(&narrow).unwrap());
        if wide.covers(&narrow) && narrow.matches(&host) {
            prop_assert!(wide.matches(&host), "{} covers {} and not {}", wide, narrow, host);
        }
    }

    #[test]
    fn reading_never_panics(text in ".{0,200}") {
        let _ = Manifest::parse(&text);
        let _ = HostPattern::parse(&text);
        let _ = UrlPattern::parse(&text);
    }

    #[test]
    fn reading_a_damaged_manifest_never_panics(at in 0..SESSION.len(), noise in "[\"\\[\\]{}=.a\\n]{1,3}") {
        let mut text = SESSION.to_owned();
        text.insert_str(at, &noise);
        let _ = Manifest::parse(&text);
    }
}

fn pattern() -> impl Strategy<Value = String> {
    ("[ab]{0,1}\\*?[ab]{1,1}|\\*", "(\\.[ab]{1,2}){0,2}").prop_map(|(first, rest)| format!("{first}{rest}.x.com"))
}

fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let code = bytes.get(at + 1..at + 3).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
