//! A request ends, whatever the other side does.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use crate::support::{Door, RIDE, door, drip, get};

const URL: &str = "https://www.ride.test/public/x";

async fn impatient(origin: &str) -> Door {
    door(RIDE)
        .rewriting("https://www.ride.test", origin)
        .with(|settings| settings.request_timeout = Duration::from_millis(200))
        .build()
        .await
}

#[tokio::test]
async fn a_dripping_body_ends_at_the_deadline_and_its_connection_is_closed() {
    let (origin, closed) = drip("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
    let door = impatient(&origin).await;
    let started = Instant::now();
    let error = door.pull(get(URL)).await.unwrap_err();
    assert_eq!(error.code(), "timeout");
    assert!(error.to_string().contains("egress.request_timeout"), "{error}");
    assert!(started.elapsed() < Duration::from_secs(2));
    for _ in 0..200 {
        if closed.load(Ordering::Relaxed) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the connection is still open");
}

#[tokio::test]
async fn a_dripping_head_ends_at_the_deadline() {
    let (origin, _) = drip("HTTP/1.1 200 OK\r\nx-slow: ").await;
    assert_eq!(impatient(&origin).await.pull(get(URL)).await.unwrap_err().code(), "timeout");
}

#[tokio::test]
async fn a_call_that_is_dropped_closes_its_connection() {
    let (origin, closed) = drip("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
    let door = door(RIDE).rewriting("https://www.ride.test", &origin).build().await;
    let dropped = tokio::time::timeout(Duration::from_millis(200), door.pull(get(URL))).await;
    assert!(dropped.is_err());
    for _ in 0..200 {
        if closed.load(Ordering::Relaxed) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the connection is still open");
}
