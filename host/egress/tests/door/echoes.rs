//! A provider that echoes a secret, in any spelling, to the guest and the archive.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::support::{Keys, Provider, RIDE, Reply, RequestExt as _, ResponseExt as _, SESSION, door, post, users};

const TOKEN: &str = "tok/1a2b3c+4d5e&6f";

#[tokio::test]
async fn a_token_is_scrubbed_from_body_headers_and_archive() {
    let echoes: Vec<String> = vec![
        format!("Bearer {TOKEN}"),
        serde_json::json!({ "authorization": format!("Bearer {TOKEN}") }).to_string(),
        r#"{"token":"tok\/1a2b3c+4d5e&6f"}"#.into(),
        r#"{"token":"tok/1a2b3c\u002B4d5e\u00266f"}"#.into(),
        format!("https://x.test/?t={}", url::form_urlencoded::byte_serialize(TOKEN.as_bytes()).collect::<String>()),
        "tok%2f1a2b3c%2b4d5e%266f".into(),
        format!("<i>{}</i>", TOKEN.replace('&', "&amp;")),
        STANDARD.encode(TOKEN),
        STANDARD.encode(format!("user:{TOKEN}:x")),
        URL_SAFE_NO_PAD.encode(format!("{{\"t\":\"{TOKEN}\"}}")),
        hex::encode(TOKEN),
    ];
    for echo in echoes {
        let body = echo.clone();
        let provider =
            Provider::start(move |_| Reply::ok(format!("before {body} after")).header("x-echo", &body)).await;
        let door = door(RIDE)
            .rewriting("https://www.ride.test", &provider.origin())
            .keys(Keys::default().token(TOKEN))
            .build()
            .await;
        let response = door.pull(users("https://www.ride.test/api/v3/x")).await.unwrap();
        let text = response.text();
        assert!(
            text.starts_with("before ") && text.ends_with(" after") && text.contains("[redacted]"),
            "{echo}: {text}"
        );
        assert!(response.header("x-echo").unwrap().contains("[redacted]"), "{echo}");
        assert_eq!(door.store.body(response.exchange).await.unwrap(), response.body);
        let row = door.store.exchange(response.exchange).await.unwrap().unwrap();
        assert_eq!(row.headers, response.headers);
    }
}

#[tokio::test]
async fn a_password_and_its_hash_are_scrubbed() {
    let provider = Provider::start(|seen| {
        Reply::ok(format!("you said {}", seen.body)).header("location", format!("/again?{}", seen.body))
    })
    .await;
    let keys = Keys::default().field("password", "a password+1");
    let door = door(SESSION).rewriting("https://www.ride.test", &provider.origin()).keys(keys).build().await;
    for (group, shown) in [("login", "Password=[redacted]"), ("login-hashed", "hash=[redacted]")] {
        let response = door.sign_in(post("https://www.ride.test/app/login", "").filled(group)).await.unwrap();
        assert_eq!(response.text(), format!("you said {shown}"));
        assert_eq!(response.header("location"), Some(format!("/again?{shown}").as_str()));
    }
}

#[tokio::test]
async fn honest_bytes_are_untouched() {
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let body = bytes.clone();
    let provider = Provider::start(move |_| Reply::ok(body.clone())).await;
    let door = door(RIDE)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().token(TOKEN))
        .build()
        .await;
    assert_eq!(door.pull(users("https://www.ride.test/api/v3/x")).await.unwrap().body, bytes);
}
