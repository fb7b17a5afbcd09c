//! Only what the manifest's routes name leaves, and with the credential that they name.

use gearshift_egress::Request;

use crate::support::{
    Door, Keys, Names, Provider, RIDE, Reply, ResponseExt as _, SilentListener, door, get, post, users,
};

async fn to_nobody(silent: &SilentListener) -> Door {
    let names =
        Names::default().answer("www.ride.test", &[silent.address()]).answer("cdn.files.test", &[silent.address()]);
    door(RIDE).names(names).permitting("127.0.0.0/8").keys(Keys::default().token("token-of-the-user")).build().await
}

#[tokio::test]
async fn a_granted_route_lets_a_request_through() {
    let provider = Provider::start(|_| Reply::ok("{\"id\":1}")).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    let response = door.pull(users("https://www.ride.test/api/v3/athlete?page=2")).await.unwrap();
    assert_eq!((response.status, response.text().as_str()), (200, "{\"id\":1}"));
    let seen = provider.only();
    assert_eq!((seen.method.as_str(), seen.target.as_str()), ("GET", "/api/v3/athlete?page=2"));
    assert_eq!(seen.header("authorization"), Some("Bearer token-of-the-user"));
    assert_eq!(seen.header("host"), Some(provider.address().to_string().as_str()));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
}

#[tokio::test]
async fn a_rewrite_keeps_its_own_path_before_the_request_s() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &format!("{}/ride", provider.origin())).build().await;
    door.pull(get("https://www.ride.test/public/a%20b?x=%2F")).await.unwrap();
    assert_eq!(provider.only().target, "/ride/public/a%20b?x=%2F");
}

#[tokio::test]
async fn another_method_is_refused_and_the_missing_route_is_named() {
    let silent = SilentListener::new();
    let door = to_nobody(&silent).await;
    let request = Request { method: "DELETE".into(), ..users("https://www.ride.test/api/v3/athlete?secret=1") };
    let error = door.pull(request).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    let message = error.to_string();
    for part in [
        "[[route]]",
        "host = \"www.ride.test\"",
        "path = \"/api/v3/athlete\"",
        "methods = [\"DELETE\"]",
        "credential = \"user\"",
    ] {
        assert!(message.contains(part), "{part} is not in: {message}");
    }
    assert!(!message.contains("secret=1"), "{message}");
    for method in ["get", "TRACE", "CONNECT", "GET /evil HTTP/1.1\r\n", ""] {
        let request = Request { method: method.into(), ..users("https://www.ride.test/api/v3/athlete") };
        assert_eq!(door.pull(request).await.unwrap_err().code(), "denied", "{method:?}");
    }
}

#[tokio::test]
async fn a_route_without_a_credential_gets_none() {
    let silent = SilentListener::new();
    let door = to_nobody(&silent).await;
    for credential in ["user", "client", "operator"] {
        let request = Request { credential: credential.into(), ..get("https://www.ride.test/public/x") };
        assert_eq!(door.pull(request).await.unwrap_err().code(), "denied", "{credential}");
    }
    let request = Request { credential: "admin".into(), ..get("https://www.ride.test/public/x") };
    assert_eq!(door.pull(request).await.unwrap_err().code(), "invalid");
}

#[tokio::test]
async fn a_request_without_a_credential_carries_none_where_one_is_allowed() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    door.pull(get("https://www.ride.test/api/v3/athlete")).await.unwrap();
    door.pull(post("https://www.ride.test/public/x", "a=1")).await.unwrap();
    for seen in provider.seen() {
        assert_eq!(seen.header("authorization"), None);
    }
}

#[tokio::test]
async fn a_linked_route_serves_nothing_yet() {
    let silent = SilentListener::new();
    let error = to_nobody(&silent).await.pull(get("https://cdn.files.test/ride.fit")).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(error.to_string().contains("linked"), "{error}");
}

#[tokio::test]
async fn a_connection_without_a_token_sends_nothing() {
    let silent = SilentListener::new();
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let door = door(RIDE).names(names).permitting("127.0.0.0/8").build().await;
    let error = door.pull(users("https://www.ride.test/api/v3/athlete")).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(error.to_string().contains("`token`"), "{error}");
}
