//! Connections are used again, and never the wrong one.

use std::time::Duration;

use crate::support::{Keys, Provider, RIDE, Reply, ResponseExt as _, door, get, users};

#[tokio::test]
async fn requests_that_follow_each_other_share_a_connection() {
    let provider = Provider::start(|seen| Reply::ok(seen.target.clone())).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().token("token-of-the-user"))
        .build()
        .await;
    for number in 0..20 {
        let url = format!("https://www.ride.test/api/v3/{number}");
        assert_eq!(door.pull(users(&url)).await.unwrap().text(), format!("/api/v3/{number}"));
    }
    assert_eq!(provider.connections(), 1);
}

#[tokio::test]
async fn requests_at_the_same_time_do_not() {
    let provider = Provider::start(|seen| Reply::ok(seen.target.clone())).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let (one, two) = tokio::join!(
        door.pull(get("https://www.ride.test/public/1")),
        door.pull(get("https://www.ride.test/public/2"))
    );
    assert_eq!((one.unwrap().text(), two.unwrap().text()), ("/public/1".into(), "/public/2".into()));
}

#[tokio::test]
async fn a_connection_that_the_other_side_closed_is_not_used() {
    let provider = Provider::start(|seen| Reply::ok(seen.target.clone()).header("connection", "close")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    for number in 0..5 {
        let url = format!("https://www.ride.test/public/{number}");
        assert_eq!(door.pull(get(&url)).await.unwrap().text(), format!("/public/{number}"));
    }
    assert_eq!(provider.connections(), 5);
}

#[tokio::test]
async fn an_idle_connection_is_given_up_in_time() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .with(|settings| settings.idle = Duration::ZERO)
        .build()
        .await;
    for _ in 0..2 {
        door.pull(get("https://www.ride.test/public/x")).await.unwrap();
    }
    assert_eq!(provider.connections(), 2);
}
