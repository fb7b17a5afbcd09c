//! URLs that try to be read in two ways.

use crate::support::{Keys, Names, RIDE, SilentListener, door, get, users};

/// A door where every name leads to the listener, and its address is permitted: what keeps the listener silent is the reading of
/// the URL alone.
async fn refused(urls: &[String], silent: &SilentListener, code: &str) {
    let mut names = Names::default();
    for name in ["www.ride.test", "evil.test", "localhost", "www.ride.test.", "ride.test", "a.www.ride.test"] {
        names = names.answer(name, &[silent.address()]);
    }
    let door = door(RIDE)
        .names(names)
        .permitting("127.0.0.0/8")
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    for url in urls {
        for request in [get(url), users(url)] {
            let error = door.pull(request).await.expect_err(url);
            assert_eq!(error.code(), code, "{url}: {error}");
        }
    }
    assert!(door.names.asked().is_empty(), "{:?}", door.names.asked());
    silent.assert_silent();
}

fn all(urls: &[&str]) -> Vec<String> {
    urls.iter().map(|&url| url.to_owned()).collect()
}

#[tokio::test]
async fn addresses_in_any_spelling_are_refused() {
    let silent = SilentListener::new();
    let port = silent.port();
    let mut urls = Vec::new();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "127.0.0.1.",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[::]",
        "0",
    ] {
        urls.push(format!("https://{host}/api/v3/athlete"));
        urls.push(format!("https://{host}:{port}/api/v3/athlete"));
        urls.push(format!("http://{host}:{port}/public/x"));
    }
    refused(&urls, &silent, "denied").await;
}

#[tokio::test]
async fn user_information_is_refused() {
    let silent = SilentListener::new();
    let port = silent.port();
    let mut urls = all(&[
        "https://www.ride.test@evil.test/api/v3/athlete",
        "https://www.ride.test:443@evil.test/api/v3/athlete",
        "https://user:pass@www.ride.test/api/v3/athlete",
        "https://@www.ride.test/api/v3/athlete",
    ]);
    urls.push(format!("https://www.ride.test@127.0.0.1:{port}/api/v3/athlete"));
    refused(&urls, &silent, "denied").await;
}

#[tokio::test]
async fn other_ports_and_schemes_are_refused() {
    let silent = SilentListener::new();
    let port = silent.port();
    let urls = [
        format!("https://www.ride.test:{port}/api/v3/athlete"),
        "https://www.ride.test:80/api/v3/athlete".into(),
        "https://www.ride.test:0/api/v3/athlete".into(),
        format!("http://www.ride.test:{port}/public/x"),
        "http://www.ride.test/public/x".into(),
        "http://www.ride.test:443/public/x".into(),
    ];
    refused(&urls, &silent, "denied").await;
    let urls = all(&[
        "ftp://www.ride.test/public/x",
        "file:///public/x",
        "data:text/plain,x",
        "https://www.ride.test:99999/public/x",
    ]);
    refused(&urls, &silent, "invalid").await;
}

#[tokio::test]
async fn paths_that_leave_their_route_are_refused() {
    let silent = SilentListener::new();
    let urls = all(&[
        "https://www.ride.test/api/v3/../../oauth/token",
        "https://www.ride.test/api/v3/%2e%2e/%2E%2E/oauth/token",
        "https://www.ride.test/api/v3/..%2f..%2foauth/token",
        "https://www.ride.test/api/v3/%252e%252e%252foauth/token",
        "https://www.ride.test/api/v3/..;/..;/oauth/token",
        "https://www.ride.test/api/v3/..%5c..%5coauth",
        "https://www.ride.test/api/v3%00/athlete",
        "https://www.ride.test/api/v3",
        "https://www.ride.test/api/v3evil/athlete",
        "https://www.ride.test/API/V3/athlete",
        "https://www.ride.test/",
        "https://www.ride.test",
    ]);
    refused(&urls, &silent, "denied").await;
}

#[tokio::test]
async fn hosts_beside_the_granted_one_are_refused() {
    let silent = SilentListener::new();
    let urls = all(&[
        "https://evil.test/api/v3/athlete",
        "https://a.www.ride.test/api/v3/athlete",
        "https://ride.test/api/v3/athlete",
        "https://www.ride.test./api/v3/athlete",
        "https://www.ride.test.evil.test/api/v3/athlete",
        "https://localhost/api/v3/athlete",
        "https://xn--www.ride.test/api/v3/athlete",
    ]);
    for url in urls {
        let names = Names::default().answer("evil.test", &[silent.address()]);
        let door = door(RIDE).names(names).permitting("127.0.0.0/8").build().await;
        let error = door.pull(get(&url)).await.expect_err(&url);
        assert!(["denied", "invalid"].contains(&error.code()), "{url}: {error}");
        assert!(door.names.asked().is_empty());
    }
    silent.assert_silent();
}

#[tokio::test]
async fn what_only_browsers_forgive_is_refused() {
    let silent = SilentListener::new();
    let urls = all(&[
        "//evil.test/api/v3/athlete",
        "/api/v3/athlete",
        "https:/www.ride.test/api/v3/athlete",
        "https:www.ride.test/api/v3/athlete",
        "https:\\\\www.ride.test\\api\\v3\\athlete",
        "https://www.ride.test\\@evil.test/api/v3/athlete",
        "https://evil.test\\www.ride.test/api/v3/athlete",
        "https://www.ride.test//evil.test/api/v3/",
        "https://www.ride.test/api/v3/\\evil.test",
        "https://www.ride.test/api/v3/a b",
        "https://www.ride.test/api/v3/a\tb",
        "https://www.ride.test/api/v3/a\r\nhost: evil.test\r\n\r\n",
        "https://www.ride.test/api/v3/?q=a\nb",
        "https://www.rıde.test/api/v3/athlete",
        "https://www。ride。test/api/v3/athlete",
        "https://%77ww.ride.test/api/v3/athlete",
        "",
    ]);
    refused(&urls, &silent, "invalid").await;
}
