//! Every exchange is in the archive when the guest has its answer.

use crate::support::{Door, Keys, Provider, RIDE, Reply, RequestExt as _, SESSION, door, get, post, users};

async fn at(provider: &Provider, manifest: &'static str) -> Door {
    let keys = Keys::default().token("token-of-the-user").field("password", "a-password");
    door(manifest).rewriting("https://www.ride.test", &provider.origin()).keys(keys).build().await
}

#[tokio::test]
async fn a_pull_is_archived_under_the_url_that_was_asked_for() {
    let provider =
        Provider::start(|_| Reply::ok("[1]").header("content-type", "application/json").header("set-cookie", "a=1"))
            .await;
    let door = at(&provider, RIDE).await;
    let response = door.pull(users("https://www.ride.test/api/v3/x?page=2&signed=abcdef&code=x")).await.unwrap();
    let row = door.store.exchange(response.exchange).await.unwrap().unwrap();
    assert_eq!(row.url, "https://www.ride.test/api/v3/x?page=2&signed=redacted&code=redacted");
    assert_eq!((row.method.as_str(), row.status, row.version.as_str()), ("GET", 200, "v1"));
    assert_eq!((row.connection.as_str(), row.provider.as_str()), (door.connection.as_str(), "RIDE"));
    assert_eq!(row.media_type.as_deref(), Some("application/json"));
    assert!(row.headers.iter().all(|(name, _)| name != "set-cookie"));
    assert_eq!(door.store.body(response.exchange).await.unwrap(), b"[1]");
}

#[tokio::test]
async fn exchanges_are_numbered_in_the_order_of_arrival() {
    let provider = Provider::start(|_| Reply::ok("same")).await;
    let door = at(&provider, RIDE).await;
    let first = door.pull(get("https://www.ride.test/public/1")).await.unwrap();
    let second = door.pull(get("https://www.ride.test/public/2")).await.unwrap();
    assert!(first.exchange < second.exchange);
}

#[tokio::test]
async fn a_sign_in_is_archived_too_without_its_secrets() {
    let provider = Provider::start(|seen| Reply::ok(format!("echo {}", seen.body))).await;
    let door = at(&provider, SESSION).await;
    let filled = door.sign_in(post("https://www.ride.test/app/login", "a=1").filled("login")).await.unwrap();
    let row = door.store.exchange(filled.exchange).await.unwrap().unwrap();
    assert_eq!(row.request_body_hash, None);
    assert_eq!(door.store.body(filled.exchange).await.unwrap(), b"echo a=1&Password=[redacted]");
    let plain = door.sign_in(post("https://www.ride.test/app/x", "a=1")).await.unwrap();
    let row = door.store.exchange(plain.exchange).await.unwrap().unwrap();
    assert_eq!(
        row.request_body_hash.unwrap(),
        hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, b"a=1"))
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_archived_is_not_handed_out() {
    let provider = Provider::start(|_| Reply::ok("[1]")).await;
    let door = at(&provider, RIDE).await;
    door.store.erase_connection(&door.connection).await.unwrap();
    let error = door.pull(get("https://www.ride.test/public/1")).await.unwrap_err();
    assert_eq!(error.code(), "internal");
    assert_eq!(provider.seen().len(), 1);
}
