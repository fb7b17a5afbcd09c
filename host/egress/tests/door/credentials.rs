//! Where the manifest's `carry` puts a credential.

use gearshift_egress::Request;

use crate::support::{CLIENT, KEYED, Keys, Provider, RIDE, Reply, ResponseExt as _, SESSION, door, get, users};

#[tokio::test]
async fn a_key_goes_into_the_query_and_is_redacted_there() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(KEYED)
        .rewriting("https://api.ride.test", &provider.origin())
        .keys(Keys::default().key("k&y=1234 5"))
        .build()
        .await;
    let response = door.pull(users("https://api.ride.test/v1?page=1")).await.unwrap();
    assert_eq!(provider.only().target, "/v1?page=1&apikey=k%26y%3D1234+5");
    let row = door.store.exchange(response.exchange).await.unwrap().unwrap();
    assert_eq!(row.url, "https://api.ride.test/v1?page=1&apikey=redacted");
}

#[tokio::test]
async fn a_guest_cannot_set_the_parameter_that_carries_the_key() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(KEYED)
        .rewriting("https://api.ride.test", &provider.origin())
        .keys(Keys::default().key("key-1234"))
        .build()
        .await;
    let error = door.pull(users("https://api.ride.test/v1?apikey=mine")).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn a_user_s_key_may_have_the_project_s_beside_it() {
    let provider = Provider::start(|_| Reply::ok("{\"echo\":\"project-secret-1234 key-1234-5678\"}")).await;
    let both = KEYED.replace(
        "carry = { query = \"apikey\", value = \"{{key}}\" }",
        "carry = [{ query = \"apikey\", value = \"{{key}}\" }, { query = \"app\", value = \"{{client-secret}}\" }]",
    );
    let both: &str = both.leak();
    let keys = || Keys::default().field("key", "key-1234-5678");
    let with = keys().client("app", "project-secret-1234");
    let door_with = door(both).rewriting("https://api.ride.test", &provider.origin()).keys(with).build().await;
    let response = door_with.pull(users("https://api.ride.test/v1")).await.unwrap();
    assert_eq!(provider.only().target, "/v1?apikey=key-1234-5678&app=project-secret-1234");
    let text = response.text();
    assert!(!text.contains("project-secret-1234") && !text.contains("key-1234-5678"), "{text}");
    let row = door_with.store.exchange(response.exchange).await.unwrap().unwrap();
    assert_eq!(row.url, "https://api.ride.test/v1?apikey=redacted&app=redacted");

    let alone = door(both).rewriting("https://api.ride.test", &provider.origin()).keys(keys()).build().await;
    assert_eq!(alone.pull(users("https://api.ride.test/v1")).await.unwrap_err().code(), "denied");
}

#[tokio::test]
async fn the_client_s_credential_goes_where_its_carries_say() {
    let provider = Provider::start(|_| Reply::ok("{\"app\":\"ride-app\"}")).await;
    let keys = Keys::default().token("token-of-the-user").client("ride-app", "client-secret-1234");
    let door = door(CLIENT).rewriting("https://www.ride.test", &provider.origin()).keys(keys).build().await;
    let request = Request { credential: "client".into(), ..get("https://www.ride.test/hooks") };
    let response = door.pull(request).await.unwrap();
    let seen = provider.only();
    assert_eq!(seen.target, "/hooks?client_id=ride-app");
    assert_eq!(seen.header("x-client-secret"), Some("client-secret-1234"));
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(response.text(), "{\"app\":\"ride-app\"}");
}

#[tokio::test]
async fn the_operator_s_session_is_not_served_yet() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(CLIENT).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let request = Request { credential: "operator".into(), ..get("https://www.ride.test/operator") };
    assert_eq!(door.pull(request).await.unwrap_err().code(), "denied");
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn a_captured_token_is_carried_by_what_follows() {
    let provider = Provider::start(|seen| match seen.target.as_str() {
        "/app/login" => Reply::ok(r#"{"auth":{"token":"a-captured-token"}}"#),
        _ => Reply::ok("[]"),
    })
    .await;
    let door = door(SESSION).rewriting("https://www.ride.test", &provider.origin()).build().await;
    door.sign_in(users("https://www.ride.test/app/login")).await.unwrap();
    door.pull(users("https://www.ride.test/app/rides")).await.unwrap();
    let seen = provider.seen();
    assert_eq!(seen[0].header("x-session"), None);
    assert_eq!(seen[1].header("x-session"), Some("Session a-captured-token"));
}

#[tokio::test]
async fn a_credential_that_cannot_stand_in_a_header_breaks_out_of_nothing() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let keys = Keys::default().token("token\r\nx-evil: 1");
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).keys(keys).build().await;
    let error = door.pull(users("https://www.ride.test/api/v3/x")).await.unwrap_err();
    assert_eq!(error.code(), "invalid");
    assert!(provider.seen().is_empty() && !error.to_string().contains("x-evil"), "{error}");
}
