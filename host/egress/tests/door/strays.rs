//! A password or token in a place that no rule names, however a guest came by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_egress::Request;

use crate::support::{
    Door, Keys, Names, Provider, RIDE, Reply, RequestExt as _, SESSION, SilentListener, door, get, post, users,
};

const TOKEN: &str = "tok/1a2b3c4d5e+6f";
const PASSWORD: &str = "pa ss&word=?9";

async fn to_nobody(manifest: &'static str, silent: &SilentListener) -> Door {
    let names = Names::default().answer("www.ride.test", &[silent.address()]);
    let keys = Keys::default().token(TOKEN).client("ride-app", "client-secret-1234").field("password", PASSWORD);
    door(manifest).names(names).permitting("127.0.0.0/8").keys(keys).build().await
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn a_token_in_a_guest_s_own_words_is_refused() {
    let silent = SilentListener::new();
    let door = to_nobody(RIDE, &silent).await;
    let page = "https://www.ride.test/public/x";
    for secret in [TOKEN, "client-secret-1234"] {
        for request in [
            get(&format!("{page}?q={}", form(secret))),
            get(&format!("{page}?q={}", STANDARD.encode(format!("id:{secret}")).replace('=', "%3D"))),
            get(&format!("https://www.ride.test/public/{}", secret.replace('/', "%2F"))),
            get(page).header("x-note", secret),
            get(page).header("x-note", &hex::encode(secret)),
            get(page).header(&hex::encode(secret), "x"),
            post(page, &format!("a=1&note={}", form(secret))),
            post(page, &serde_json::json!({ "note": secret }).to_string()),
            post(page, secret),
        ] {
            let error = door.pull(request).await.unwrap_err();
            assert_eq!(error.code(), "denied", "{error}");
            assert!(!error.to_string().contains(secret), "{error}");
        }
    }
}

#[tokio::test]
async fn a_password_outside_of_its_fill_is_refused() {
    let silent = SilentListener::new();
    let door = to_nobody(SESSION, &silent).await;
    let login = "https://www.ride.test/app/login";
    for request in [
        post(login, &format!("Password={}", form(PASSWORD))),
        post(login, &format!("Note={}", form(PASSWORD))).filled("login"),
        users(&format!("https://www.ride.test/app/x?p={}", form(PASSWORD))),
    ] {
        assert_eq!(door.sign_in(request).await.unwrap_err().code(), "denied");
    }
}

#[tokio::test]
async fn a_fill_is_for_its_own_url_and_method() {
    let silent = SilentListener::new();
    let door = to_nobody(SESSION, &silent).await;
    for request in [
        post("https://www.ride.test/app/evil", "").filled("login"),
        post("https://www.ride.test/app/login/", "").filled("login"),
        post("https://www.ride.test/app/login/x", "").filled("login"),
        get("https://www.ride.test/app/login").filled("login"),
        post("https://www.ride.test/app/login", "").filled("unknown"),
        post("https://www.ride.test/app/login", "").filled("renew"),
    ] {
        let error = door.sign_in(request).await.unwrap_err();
        assert_eq!(error.code(), "denied", "{error}");
    }
}

#[tokio::test]
async fn a_placeholder_is_only_a_word() {
    let provider = Provider::start(|_| Reply::ok(r#"{"auth":{"token":"a-captured-token"}}"#)).await;
    let door = door(SESSION)
        .rewriting("https://www.ride.test", &provider.origin())
        .keys(Keys::default().field("password", PASSWORD))
        .build()
        .await;
    let answer = door.sign_in(post("https://www.ride.test/app/login", "").filled("login")).await.unwrap();
    let learnt = String::from_utf8(answer.body.to_vec()).unwrap();
    assert_eq!(door.keys.captured()[0].1, "a-captured-token");
    // The guest sends back what it was shown, and the template's word for good measure.
    let request = Request { credential: "none".into(), ..post("https://www.ride.test/app/x", &learnt) };
    door.pull(request.header("x-note", "{{token}}")).await.unwrap();
    let seen = provider.seen().pop().unwrap();
    assert!(!seen.body.contains("a-captured-token"), "{}", seen.body);
    assert_eq!(seen.header("x-note"), Some("{{token}}"));
    assert_eq!(seen.header("x-session"), None);
}
