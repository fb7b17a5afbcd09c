//! The host's own requests: tokens and deliveries.

use gearshift_egress::{DirectRequest, PrivateDestination, Purpose};

use crate::support::{Names, Provider, RIDE, Reply, SilentListener, door};

fn deliver(url: &str) -> DirectRequest {
    DirectRequest { body: Some("{}".into()), ..DirectRequest::new(Purpose::Deliver, "POST", url) }
}

#[tokio::test]
async fn a_token_request_goes_through_a_rewrite_and_its_answer_is_whole() {
    let provider =
        Provider::start(|_| Reply::ok(r#"{"access_token":"a-new-token"}"#).header("set-cookie", "a=1")).await;
    let door = door(RIDE).rewriting("https://www.ride.test", &format!("{}/ride", provider.origin())).build().await;
    let mut request = DirectRequest::new(Purpose::OAuth, "POST", "https://www.ride.test/oauth/token");
    request.headers = vec![
        ("authorization".into(), "Basic abc".into()),
        ("content-type".into(), "application/x-www-form-urlencoded".into()),
    ];
    request.body = Some("grant_type=refresh_token".into());
    let response = door.egress.direct(request).await.unwrap();
    assert_eq!(response.body, r#"{"access_token":"a-new-token"}"#);
    assert_eq!(response.header("set-cookie"), Some("a=1"));
    assert_eq!(format!("{response:?}"), "DirectResponse { status: 200, bytes: 30 }");
    let seen = provider.only();
    assert_eq!((seen.target.as_str(), seen.header("authorization")), ("/ride/oauth/token", Some("Basic abc")));
    assert!(door.store.exchanges(&door.connection, None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_private_receiver_is_reached_only_where_it_is_named() {
    let silent = SilentListener::new();
    let receiver = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE)
        .names(Names::default().answer("receiver.internal", &[receiver.address()]))
        .allowing_private(&receiver.address().to_string())
        .allowing_private(&format!("receiver.internal:{}", receiver.address().port()))
        .build()
        .await;
    door.egress.direct(deliver(&format!("{}/hook", receiver.origin()))).await.unwrap();
    door.egress.direct(deliver(&format!("http://receiver.internal:{}/hook", receiver.address().port()))).await.unwrap();
    assert_eq!(receiver.seen().len(), 2);
    for url in [format!("http://{}/hook", silent.address()), format!("http://receiver.internal:{}/hook", silent.port())]
    {
        assert_eq!(door.egress.direct(deliver(&url)).await.unwrap_err().code(), "denied", "{url}");
    }
    silent.assert_silent();
}

#[tokio::test]
async fn an_address_in_a_named_block_is_reached() {
    let receiver = Provider::start(|_| Reply::ok("")).await;
    let door = door(RIDE).allowing_private("127.0.0.1/32").build().await;
    door.egress.direct(deliver(&receiver.origin())).await.unwrap();
    let beside = format!("http://127.0.0.2:{}/", receiver.address().port());
    assert_eq!(door.egress.direct(deliver(&beside)).await.unwrap_err().code(), "denied");
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_private_destination_is_no_door_for_adapters() {
    let silent = SilentListener::new();
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let door =
        door(RIDE).names(names).allowing_private("127.0.0.0/8").allowing_private("www.ride.test:443").build().await;
    let error = door.pull(crate::support::get("https://www.ride.test/public/x")).await.unwrap_err();
    assert_eq!(error.code(), "denied");
    silent.assert_silent();
}

#[tokio::test]
async fn a_receiver_s_url_is_judged_like_any_other() {
    let silent = SilentListener::new();
    let names = Names::default().answer("receiver.test", &[silent.address()]).answer("localhost", &[silent.address()]);
    let door = door(RIDE).names(names).build().await;
    for (url, code) in [
        (format!("https://{}/", silent.address()), "denied"),
        (format!("http://{}/", silent.address()), "denied"),
        ("https://receiver.test/hook".into(), "denied"),
        ("https://localhost/hook".into(), "denied"),
        ("https://2130706433/hook".into(), "denied"),
        ("https://[::ffff:127.0.0.1]/hook".into(), "denied"),
        ("http://receiver.test/hook".into(), "denied"),
        (format!("https://receiver.test:{}/hook", silent.port()), "denied"),
        ("https://user:pass@receiver.test/hook".into(), "denied"),
        ("https://receiver.test\\@evil.test/hook".into(), "invalid"),
    ] {
        assert_eq!(door.egress.direct(deliver(&url)).await.unwrap_err().code(), code, "{url}");
    }
    silent.assert_silent();
}

#[tokio::test]
async fn a_redirect_of_a_receiver_is_not_followed() {
    let silent = SilentListener::new();
    let location = format!("http://{}/", silent.address());
    let receiver = Provider::start(move |_| Reply::ok("").status(307).header("location", &location)).await;
    let door = door(RIDE).allowing_private(&receiver.address().to_string()).build().await;
    assert_eq!(door.egress.direct(deliver(&receiver.origin())).await.unwrap().status, 307);
    silent.assert_silent();
}

#[test]
fn destinations_are_read_from_words() {
    let place = |host: &str, port| PrivateDestination::Place { host: host.into(), port };
    assert_eq!("receiver.internal:8080".parse::<PrivateDestination>().unwrap(), place("receiver.internal", 8080));
    assert_eq!("[::1]:8080".parse::<PrivateDestination>().unwrap(), place("::1", 8080));
    assert_eq!(
        "10.1.0.0/16".parse::<PrivateDestination>().unwrap(),
        PrivateDestination::Net("10.1.0.0/16".parse().unwrap())
    );
    for text in ["", "receiver", "receiver:", ":80", "receiver:99999"] {
        assert_eq!(text.parse::<PrivateDestination>().unwrap_err().code(), "invalid", "{text}");
    }
}
