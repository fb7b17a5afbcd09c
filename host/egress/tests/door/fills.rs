//! Secret form fields, put in by the host and escaped by it.

use aws_lc_rs::digest::{SHA256, digest};

use crate::support::{Door, Keys, Provider, Reply, RequestExt as _, SESSION, door, post};

const LOGIN: &str = "https://www.ride.test/app/login";
const PASSWORD: &str = "p&Password=x\"\\ü+1";

async fn at(provider: &Provider) -> Door {
    let keys = Keys::default().field("password", PASSWORD);
    door(SESSION).rewriting("https://www.ride.test", &provider.origin()).keys(keys).build().await
}

#[tokio::test]
async fn a_form_field_is_added_and_escaped() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = at(&provider).await;
    door.sign_in(post(LOGIN, "Username=me%40x.test&token=a%2Bb").filled("login")).await.unwrap();
    let seen = provider.only();
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(seen.body.as_bytes()).into_owned().collect();
    let expected = [("Username", "me@x.test"), ("token", "a+b"), ("Password", PASSWORD)];
    assert_eq!(pairs, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(seen.header("content-length"), Some(seen.body.len().to_string().as_str()));
}

#[tokio::test]
async fn a_field_of_the_same_name_gives_way() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = at(&provider).await;
    door.sign_in(post(LOGIN, "Password=mine&a=1&Password=again").filled("login")).await.unwrap();
    let body = provider.only().body;
    assert_eq!(body.matches("Password=").count(), 1, "{body}");
    assert!(!body.contains("mine"), "{body}");
}

#[tokio::test]
async fn a_json_place_is_made_and_escaped() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = at(&provider).await;
    door.sign_in(post(LOGIN, r#"{"user":"me","credentials":{"pass/word":"mine"}}"#).filled("login-json"))
        .await
        .unwrap();
    let seen = provider.only();
    let body: serde_json::Value = serde_json::from_str(&seen.body).unwrap();
    assert_eq!(body, serde_json::json!({ "user": "me", "credentials": { "pass/word": PASSWORD } }));
    assert_eq!(seen.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_field_may_be_hashed_or_go_into_a_header() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = at(&provider).await;
    door.sign_in(post(LOGIN, "").filled("login-hashed")).await.unwrap();
    door.sign_in(post(LOGIN, "").filled("login-header")).await.unwrap();
    let seen = provider.seen();
    assert_eq!(seen[0].body, format!("hash={}", hex::encode(digest(&SHA256, PASSWORD.as_bytes()))));
    assert_eq!(seen[1].header("x-password"), Some("cCZQYXNzd29yZD14IlzDvCsx"));
    assert!(seen.iter().all(|each| !each.body.contains(PASSWORD)));
}

#[tokio::test]
async fn a_body_of_another_type_is_told_off() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = at(&provider).await;
    for request in [
        post(LOGIN, "a=1").header("content-type", "text/plain").filled("login"),
        post(LOGIN, "no json").filled("login-json"),
        post(LOGIN, "{\"credentials\":1}").filled("login-json"),
    ] {
        assert_eq!(door.sign_in(request).await.unwrap_err().code(), "invalid");
    }
    door.sign_in(
        post(LOGIN, "a=1").header("content-type", "application/x-www-form-urlencoded; charset=utf-8").filled("login"),
    )
    .await
    .unwrap();
    assert_eq!(provider.seen().len(), 1);
}

#[tokio::test]
async fn a_field_that_is_not_kept_is_asked_for() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(SESSION).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let error = door.sign_in(post(LOGIN, "").filled("login")).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(error.to_string().contains("`password`"), "{error}");
    assert!(provider.seen().is_empty());
}
