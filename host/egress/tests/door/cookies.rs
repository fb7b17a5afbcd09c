//! Cookies: kept by the host, sent where they belong, never shown.

use crate::support::{Door, Provider, Reply, ResponseExt as _, SESSION, door, get, post, users};

async fn at(provider: &Provider) -> Door {
    door(SESSION).rewriting("https://www.ride.test", &provider.origin()).build().await
}

#[tokio::test]
async fn a_session_lives_in_the_jar() {
    let provider = Provider::start(|seen| match seen.target.as_str() {
        "/app/login" => Reply::ok("")
            .status(302)
            .header("location", "/app/career/me")
            .header("set-cookie", "RideAuth=session-0123456789abcdef; Path=/; Secure; HttpOnly")
            .header("set-cookie", "theme=dark; Path=/app"),
        _ => Reply::ok(format!("cookie: {}", seen.header("cookie").unwrap_or("none"))),
    })
    .await;
    let door = at(&provider).await;
    let signed_in = door.sign_in(post("https://www.ride.test/app/login", "")).await.unwrap();
    assert_eq!((signed_in.status, signed_in.header("location")), (302, Some("/app/career/me")));
    assert_eq!(signed_in.header("set-cookie"), None);
    assert_eq!(door.keys.cookies(), 2);
    let answer = door.pull(users("https://www.ride.test/app/rides")).await.unwrap();
    assert_eq!(provider.seen()[1].header("cookie"), Some("theme=dark; RideAuth=session-0123456789abcdef"));
    // Its echo is scrubbed, and what is no secret stays.
    assert_eq!(answer.text(), "cookie: theme=dark; RideAuth=[redacted]");
}

#[tokio::test]
async fn a_sign_in_sends_cookies_of_pages_asked_without_credential() {
    let provider =
        Provider::start(|_| Reply::ok("").header("set-cookie", "antiforgery=0123456789abcdef; Path=/")).await;
    let door = at(&provider).await;
    door.sign_in(get("https://www.ride.test/app/login")).await.unwrap();
    door.sign_in(post("https://www.ride.test/app/login", "")).await.unwrap();
    assert_eq!(provider.seen()[1].header("cookie"), Some("antiforgery=0123456789abcdef"));
    // The same cookie again changes nothing, so nothing is written.
    assert_eq!(door.keys.saves(), 1);
}

#[tokio::test]
async fn a_request_without_credential_neither_sends_nor_keeps_cookies() {
    let provider = Provider::start(|_| Reply::ok("").header("set-cookie", "sid=0123456789abcdef; Path=/")).await;
    let door = at(&provider).await;
    door.sign_in(get("https://www.ride.test/app/login")).await.unwrap();
    door.pull(get("https://www.ride.test/about/x")).await.unwrap();
    assert_eq!(provider.seen()[1].header("cookie"), None);
    assert_eq!(door.keys.saves(), 1);
}

#[tokio::test]
async fn a_cookie_for_another_domain_is_not_taken() {
    let provider =
        Provider::start(|_| Reply::ok("").header("set-cookie", "sid=0123456789abcdef; Domain=bank.test; Path=/")).await;
    let door = at(&provider).await;
    let response = door.sign_in(get("https://www.ride.test/app/login")).await.unwrap();
    assert_eq!(door.keys.cookies(), 0);
    assert_eq!(response.header("set-cookie"), None);
}
