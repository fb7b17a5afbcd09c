//! Tokens are taken out of answers before the guest or the archive has them.

use crate::support::{Door, Keys, Provider, Reply, RequestExt as _, ResponseExt as _, SESSION, door, get, post, users};

const LOGIN: &str = "https://www.ride.test/app/login";

async fn at(provider: &Provider) -> Door {
    door(SESSION)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().field("password", "a-password"))
        .build()
        .await
}

#[tokio::test]
async fn a_json_token_is_kept_and_not_shown() {
    let provider = Provider::start(|_| {
        Reply::ok(r#"{"user": 7, "auth": {"token":"a\/captured-token", "expires": 1900000000}, "again":"a/captured-token", "x": 1.10}"#)
            .header("x-echo", "a/captured-token")
    })
    .await;
    let door = at(&provider).await;
    let response = door.sign_in(post(LOGIN, "").filled("login")).await.unwrap();
    assert_eq!(door.keys.captured(), [("token".to_owned(), "a/captured-token".to_owned(), Some(1_900_000_000_000))]);
    // Bytes around it are as they came.
    assert_eq!(
        response.text(),
        r#"{"user": 7, "auth": {"token":"[redacted]", "expires": 1900000000}, "again":"[redacted]", "x": 1.10}"#
    );
    assert_eq!(response.header("x-echo"), Some("[redacted]"));
    assert_eq!(door.store.body(response.exchange).await.unwrap(), response.body);
}

#[tokio::test]
async fn a_token_that_is_short_or_oddly_spelt_is_not_shown_either() {
    let provider = Provider::start(|seen| match seen.body.as_str() {
        "short" => Reply::ok(r#"{"auth":{"token":"ab1"},"lab1":"ab1c"}"#),
        _ => Reply::ok(r#"{"auth":{"token":"\u0061-captured-\u0074oken"}}"#),
    })
    .await;
    let door = at(&provider).await;
    let short = door.sign_in(post(LOGIN, "short")).await.unwrap();
    assert_eq!(short.text(), r#"{"auth":{"token":"[redacted]"},"lab1":"ab1c"}"#);
    let odd = door.sign_in(post(LOGIN, "odd")).await.unwrap();
    assert_eq!(odd.text(), r#"{"auth":{"token":"[redacted]"}}"#);
    let captured: Vec<String> = door.keys.captured().into_iter().map(|(_, value, _)| value).collect();
    assert_eq!(captured, ["ab1", "a-captured-token"]);
}

#[tokio::test]
async fn a_header_is_captured_with_the_lifetime_of_its_rule() {
    let provider = Provider::start(|_| Reply::ok("{}").header("x-refresh", "a-refresh-token")).await;
    let door = at(&provider).await;
    let before = now();
    let response = door.sign_in(post(LOGIN, "")).await.unwrap();
    assert_eq!(response.header("x-refresh"), Some("[redacted]"));
    let (name, value, expires) = door.keys.captured().remove(0);
    assert_eq!((name.as_str(), value.as_str()), ("refresh", "a-refresh-token"));
    assert!((before + 3_600_000..=now() + 3_600_000).contains(&expires.unwrap()));
    // And a fill can use it.
    door.sign_in(post("https://www.ride.test/app/renew", "").filled("renew")).await.unwrap();
    assert_eq!(provider.seen()[1].body, "refresh=a-refresh-token");
}

#[tokio::test]
async fn a_pattern_takes_its_group_out_of_a_page() {
    let provider = Provider::start(|_| Reply::ok(r#"<p>é</p><form data-csrf="abc" id="abc">"#)).await;
    let door = at(&provider).await;
    let response = door.sign_in(get("https://www.ride.test/app/page")).await.unwrap();
    assert_eq!(response.text(), r#"<p>é</p><form data-csrf="[redacted]" id="abc">"#);
    assert_eq!(door.keys.captured(), [("csrf".to_owned(), "abc".to_owned(), None)]);
}

#[tokio::test]
async fn a_cookie_is_captured_with_its_own_expiry_by_any_call() {
    let provider = Provider::start(|_| {
        Reply::ok("[]").header("set-cookie", "device=d-1234; Expires=Wed, 21 Oct 2065 07:28:00 GMT; Path=/x")
    })
    .await;
    let door = at(&provider).await;
    door.pull(users("https://www.ride.test/app/rides")).await.unwrap();
    assert_eq!(door.keys.captured(), [("device".to_owned(), "d-1234".to_owned(), Some(3_023_335_680_000))]);
}

#[tokio::test]
async fn answers_from_elsewhere_and_answers_without_it_are_left_alone() {
    let body = r#"{"auth":{"token":"a-captured-token"}}"#;
    let provider =
        Provider::start(
            move |seen| if seen.target == LOGIN_PATH { Reply::ok("<html>sign in</html>") } else { Reply::ok(body) },
        )
        .await;
    let door = at(&provider).await;
    assert_eq!(door.pull(users("https://www.ride.test/app/login2")).await.unwrap().text(), body);
    assert_eq!(door.sign_in(post(LOGIN, "")).await.unwrap().text(), "<html>sign in</html>");
    assert!(door.keys.captured().is_empty());
}

const LOGIN_PATH: &str = "/app/login";

fn now() -> i64 {
    i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap()
}
