//! Answers are answers: redirects, refusals, failures.

use gearshift_egress::Request;

use crate::support::{Keys, Provider, RIDE, Reply, ResponseExt as _, SilentListener, door, get, users};

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let silent = SilentListener::new();
    for status in [301, 302, 303, 307, 308] {
        let location = format!("http://{}/steal", silent.address());
        let shown = location.clone();
        let provider = Provider::start(move |_| Reply::ok("").status(status).header("location", &location)).await;
        let door = door(RIDE)
            .rewriting("https://www.ride.test", &provider.origin())
            .keys(Keys::default().token("token-of-the-user"))
            .build()
            .await;
        let response = door.pull(users("https://www.ride.test/api/v3/x")).await.unwrap();
        assert_eq!((response.status, response.header("location")), (status, Some(shown.as_str())));
        assert_eq!(provider.seen().len(), 1);
    }
    silent.assert_silent();
}

#[tokio::test]
async fn a_refusal_comes_back_as_it_is_and_nothing_is_tried_again() {
    for status in [400, 401, 404, 429, 500, 503] {
        let provider =
            Provider::start(move |_| Reply::ok("{\"message\":\"no\"}").status(status).header("retry-after", "7")).await;
        let door = door(RIDE)
            .rewriting("https://www.ride.test", &provider.origin())
            .keys(Keys::default().token("token-of-the-user"))
            .build()
            .await;
        let response = door.pull(users("https://www.ride.test/api/v3/x")).await.unwrap();
        assert_eq!((response.status, response.header("retry-after")), (status, Some("7")));
        assert_eq!(provider.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_body_that_is_not_read_stays_in_the_archive() {
    let provider = Provider::start(|_| Reply::ok("a long body").header("x-total", "11")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let response = door.pull(Request { read: false, ..get("https://www.ride.test/public/x") }).await.unwrap();
    assert!(response.body.is_empty());
    assert_eq!(response.header("x-total"), Some("11"));
    assert_eq!(door.store.body(response.exchange).await.unwrap(), b"a long body");
}

#[tokio::test]
async fn a_compressed_body_is_not_let_in() {
    let provider = Provider::start(|_| Reply::ok("....").header("content-encoding", "gzip")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let error = door.pull(get("https://www.ride.test/public/x")).await.unwrap_err();
    assert_eq!(error.code(), "connect");
    assert!(error.to_string().contains("identity"), "{error}");
}

#[tokio::test]
async fn nobody_at_home_is_an_error_that_names_the_host() {
    let silent = SilentListener::new();
    let origin = format!("http://{}", silent.address());
    drop(silent);
    let door = door(RIDE).rewriting("https://www.ride.test", &origin).build().await;
    assert_eq!(door.pull(get("https://www.ride.test/public/x")).await.unwrap_err().code(), "connect");
}
