//! Sizes and numbers.

use gearshift_egress::{Purpose, Request};

use crate::support::{Provider, RIDE, Reply, RequestExt as _, SilentListener, door, drip, get, post};

const URL: &str = "https://www.ride.test/public/x";

#[tokio::test]
async fn an_answer_over_its_limit_is_refused_and_one_at_it_is_not() {
    let provider =
        Provider::start(|seen| Reply::ok(vec![b'x'; if seen.target.ends_with("more") { 1001 } else { 1000 }])).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .with(|settings| settings.max_answer = 1000)
        .build()
        .await;
    assert_eq!(door.pull(get(URL)).await.unwrap().body.len(), 1000);
    let error = door.pull(get(&format!("{URL}/more"))).await.unwrap_err();
    assert_eq!(error.code(), "too-large");
    assert!(error.to_string().contains("1000") && error.to_string().contains("egress.max_answer"), "{error}");
}

#[tokio::test]
async fn an_answer_that_does_not_say_its_length_is_cut_off() {
    let (origin, _) = drip("HTTP/1.1 200 OK\r\n\r\n0123456789").await;
    let door =
        door(RIDE).rewriting("https://www.ride.test", &origin).with(|settings| settings.max_answer = 12).build().await;
    assert_eq!(door.pull(get(URL)).await.unwrap_err().code(), "too-large");
}

#[tokio::test]
async fn a_head_without_end_is_cut_off() {
    let line = format!("x-a: {}\r\n", "y".repeat(1000));
    let endless: &'static str = format!("HTTP/1.1 200 OK\r\n{}", line.repeat(100)).leak();
    let (origin, _) = drip(endless).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &origin).build().await;
    assert_eq!(door.pull(get(URL)).await.unwrap_err().code(), "connect");
}

#[tokio::test]
async fn requests_have_limits_too() {
    let silent = SilentListener::new();
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &format!("http://{}", silent.address()))
        .with(|settings| {
            settings.max_request = 10;
            settings.max_url = 100;
            settings.max_header_bytes = 50;
            settings.max_headers = 3;
        })
        .build()
        .await;
    let many = (0..4).fold(get(URL), |request, number| request.header(&format!("x-{number}"), "1"));
    for (request, code) in [
        (post(URL, "01234567890"), "too-large"),
        (get(&format!("{URL}?{}", "q".repeat(100))), "too-large"),
        (get(URL).header("x-a", &"y".repeat(60)), "too-large"),
        (many, "invalid"),
    ] {
        assert_eq!(door.pull(request).await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_call_makes_no_more_requests_than_it_may() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &provider.origin()).build().await;
    let caller = door.caller(Purpose::Pull, 3);
    door.egress.send(&caller, get(URL)).await.unwrap();
    // A refused one counts.
    door.egress.send(&caller, Request { method: "PUT".into(), ..get(URL) }).await.unwrap_err();
    door.egress.send(&caller, get(URL)).await.unwrap();
    for _ in 0..2 {
        assert_eq!(door.egress.send(&caller, get(URL)).await.unwrap_err().code(), "budget-spent");
    }
    assert_eq!(provider.seen().len(), 2);
}
