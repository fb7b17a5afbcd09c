//! Headers that a guest may not set, and ways to smuggle them in.

use crate::support::{Keys, Names, Provider, RIDE, Reply, RequestExt as _, SESSION, SilentListener, door, get, users};

#[tokio::test]
async fn the_hosts_own_headers_are_refused() {
    let silent = SilentListener::new();
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let door = door(RIDE)
        .names(names)
        .permitting("127.0.0.0/8")
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    for name in [
        "authorization",
        "Authorization",
        "cookie",
        "Cookie2",
        "host",
        "HOST",
        "connection",
        "content-length",
        "transfer-encoding",
        "te",
        "trailer",
        "upgrade",
        "expect",
        "keep-alive",
        "accept-encoding",
        "proxy-authorization",
        "Proxy-Connection",
        "forwarded",
        "x-forwarded-host",
        "x-http-method-override",
        "x-original-url",
        "x-rewrite-url",
    ] {
        let error = door.pull(users("https://www.ride.test/api/v3/x").header(name, "1")).await.unwrap_err();
        assert_eq!(error.code(), "denied", "{name}: {error}");
    }
}

#[tokio::test]
async fn line_breaks_in_names_and_values_are_refused() {
    let silent = SilentListener::new();
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let door = door(RIDE).names(names).permitting("127.0.0.0/8").build().await;
    for (name, value) in [
        ("x-a", "1\r\nauthorization: Bearer x"),
        ("x-a", "1\nhost: evil.test"),
        ("x-a", "1\r\n\r\nGET /oauth HTTP/1.1"),
        ("x-a", "1\r"),
        ("x-a", "1\0"),
        ("x-a\r\nhost", "evil.test"),
        ("x-a: 1\r\nhost", "evil.test"),
        ("host ", "evil.test"),
        (" host", "evil.test"),
        ("host:", "evil.test"),
        ("", "1"),
        ("x-ä", "1"),
    ] {
        let error = door.pull(get("https://www.ride.test/public/x").header(name, value)).await.unwrap_err();
        assert_eq!(error.code(), "invalid", "{name:?} {value:?}: {error}");
    }
}

#[tokio::test]
async fn headers_that_rules_fill_are_the_hosts_too() {
    let silent = SilentListener::new();
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let door = door(SESSION).names(names).permitting("127.0.0.0/8").build().await;
    for name in ["x-session", "X-Session", "x-password"] {
        let error = door.pull(get("https://www.ride.test/app/x").header(name, "1")).await.unwrap_err();
        assert_eq!(error.code(), "denied", "{name}");
    }
}

#[tokio::test]
async fn honest_headers_go_as_they_are() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let request = get("https://www.ride.test/public/x")
        .header("Accept", "application/json")
        .header("ids", "1,2,3")
        .header("user-agent", "Ride/1");
    door.pull(request).await.unwrap();
    let seen = provider.only();
    assert_eq!(seen.header("accept"), Some("application/json"));
    assert_eq!(seen.header("ids"), Some("1,2,3"));
    assert_eq!(seen.header("user-agent"), Some("Ride/1"));
}
