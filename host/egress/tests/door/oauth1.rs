//! Requests that are signed as they leave.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gearshift_egress::{Client, Purpose, Request, Signer};
use gearshift_manifest::{Manifest, Scheme};
use secrecy::{ExposeSecret as _, SecretString};
use url::{Url, form_urlencoded};

use crate::support::{Door, Keys, Provider, Reply, RequestExt as _, ResponseExt as _, SIGNED, door, get, post, users};

const CLIENT: (&str, &str) = ("ride-app", "client secret&1234");
const TOKEN: (&str, &str) = ("token-of-the-user", "secret/of+the=token");
const ORIGIN: &str = "https://www.ride.test";

async fn signing(manifest: &'static str, provider: &Provider) -> Door {
    let keys = Keys::default().client(CLIENT.0, CLIENT.1).signing(TOKEN.0, TOKEN.1);
    door(manifest).rewriting(ORIGIN, &provider.origin()).keys(keys).build().await
}

fn in_header() -> &'static str {
    SIGNED.replace("place = \"query\"", "realm = \"Ride data\"").leak()
}

/// As RFC 3986 has it.
fn escaped(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// What section 3.4 of RFC 5849 makes of a request.
fn expected(method: &str, path: &str, pairs: &[(String, String)], token_secret: &str) -> String {
    let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| (escaped(name), escaped(value))).collect();
    pairs.retain(|(name, _)| name != "oauth_signature" && name != "realm");
    pairs.sort();
    let joined = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let base = format!("{method}&{}&{}", escaped(&format!("{ORIGIN}{path}")), escaped(&joined));
    let key = format!("{}&{}", escaped(CLIENT.1), escaped(token_secret));
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
    STANDARD.encode(hmac::sign(&key, base.as_bytes()))
}

fn decoded(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn named(pairs: &[(String, String)]) -> BTreeMap<&str, &str> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// The pairs of `OAuth a="b", c="d"`.
fn of_header(header: &str) -> Vec<(String, String)> {
    let pairs = header.strip_prefix("OAuth ").unwrap().split(", ");
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap();
        (name.to_owned(), decoded(&format!("x={}", value.trim_matches('"'))).remove(0).1)
    };
    pairs.map(pair).collect()
}

#[tokio::test]
async fn a_user_s_request_is_signed_in_the_query_by_token_and_client() {
    let provider = Provider::start(|_| Reply::ok("[]")).await;
    let door = signing(SIGNED, &provider).await;
    door.pull(users("https://www.ride.test/api/day?b=r%20c&a=1+2&a=%C3%A9")).await.unwrap();
    let target = provider.only().target;
    let (path, query) = target.split_once('?').unwrap();
    assert!(query.starts_with("b=r%20c&a=1+2&a=%C3%A9&oauth_"), "what the guest wrote stays as it is: {query}");
    let pairs = decoded(query);
    let said = named(&pairs);
    assert_eq!((said["oauth_consumer_key"], said["oauth_token"]), (CLIENT.0, TOKEN.0));
    assert_eq!((said["oauth_signature_method"], said["oauth_version"]), ("HMAC-SHA1", "1.0"));
    assert_eq!(said["oauth_signature"], expected("GET", path, &pairs, TOKEN.1));
}

#[tokio::test]
async fn a_signature_in_the_header_has_its_realm() {
    let provider = Provider::start(|_| Reply::ok("[]")).await;
    let door = signing(in_header(), &provider).await;
    door.pull(users("https://www.ride.test/api/day?c%40=1&c2=")).await.unwrap();
    let seen = provider.only();
    assert_eq!(seen.target, "/api/day?c%40=1&c2=");
    let mut pairs = of_header(seen.header("authorization").unwrap());
    assert_eq!(pairs[0], ("realm".to_owned(), "Ride data".to_owned()));
    pairs.extend(decoded("c%40=1&c2="));
    assert_eq!(named(&pairs)["oauth_signature"], expected("GET", "/api/day", &pairs, TOKEN.1));
}

#[tokio::test]
async fn what_is_filled_in_is_signed_too() {
    let provider = Provider::start(|_| Reply::ok("[]")).await;
    let door = signing(in_header(), &provider).await;
    let request = Request { credential: "user".into(), ..post("https://www.ride.test/api/notes", "text=a+b") };
    door.pull(request.filled("secret")).await.unwrap();
    let seen = provider.only();
    assert_eq!(seen.body, "text=a+b&proof=client+secret%261234");
    let mut pairs = of_header(seen.header("authorization").unwrap());
    pairs.extend(decoded(&seen.body));
    assert_eq!(named(&pairs)["oauth_signature"], expected("POST", "/api/notes", &pairs, TOKEN.1));
}

#[tokio::test]
async fn a_body_that_is_no_form_is_not_signed() {
    let provider = Provider::start(|_| Reply::ok("[]")).await;
    let door = signing(in_header(), &provider).await;
    let request = Request { credential: "user".into(), ..post("https://www.ride.test/api/notes", "a=1") };
    door.pull(request.header("content-type", "text/plain")).await.unwrap();
    let pairs = of_header(provider.only().header("authorization").unwrap());
    assert_eq!(named(&pairs)["oauth_signature"], expected("POST", "/api/notes", &pairs, TOKEN.1));
}

#[tokio::test]
async fn the_client_alone_signs_for_itself_and_nobody_where_no_credential_is_asked_for() {
    let provider = Provider::start(|_| Reply::ok("[]")).await;
    let door = signing(SIGNED, &provider).await;
    door.pull(Request { credential: "client".into(), ..get("https://www.ride.test/foods/1") }).await.unwrap();
    door.pull(get("https://www.ride.test/api/day")).await.unwrap();
    let seen = provider.seen();
    let pairs = decoded(seen[0].target.split_once('?').unwrap().1);
    assert!(!named(&pairs).contains_key("oauth_token"));
    assert_eq!(named(&pairs)["oauth_signature"], expected("GET", "/foods/1", &pairs, ""));
    assert_eq!((seen[1].target.as_str(), seen[1].header("authorization")), ("/api/day", None));
}

#[tokio::test]
async fn the_same_request_again_is_another_to_the_provider() {
    let provider = Provider::start(|_| Reply::ok("").status(500)).await;
    let door = signing(SIGNED, &provider).await;
    for _ in 0..2 {
        door.pull(users("https://www.ride.test/api/day")).await.unwrap();
    }
    let seen: Vec<_> = provider.seen().iter().map(|seen| decoded(seen.target.split_once('?').unwrap().1)).collect();
    let (one, other) = (named(&seen[0]), named(&seen[1]));
    assert_ne!(one["oauth_nonce"], other["oauth_nonce"]);
    assert_ne!(one["oauth_signature"], other["oauth_signature"]);
    assert!(one["oauth_timestamp"].parse::<u64>().unwrap() <= other["oauth_timestamp"].parse().unwrap());
}

#[tokio::test]
async fn a_guest_sets_nothing_of_a_signature() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let door = signing(SIGNED, &provider).await;
    let form = Request { credential: "user".into(), ..post("https://www.ride.test/api/notes", "oauth_nonce=1") };
    for request in [
        users("https://www.ride.test/api/day?oauth_token=mine"),
        users("https://www.ride.test/api/day?oauth%5Fsignature_method=PLAINTEXT"),
        form.header("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
    ] {
        let error = door.pull(request).await.unwrap_err();
        assert!(error.code() == "denied" && error.to_string().contains("oauth_"), "{error}");
    }
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn nothing_leaves_unsigned() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    for (keys, missing) in [
        (Keys::default().signing(TOKEN.0, TOKEN.1), "client-secret"),
        (Keys::default().client(CLIENT.0, CLIENT.1), "token"),
        (Keys::default().client(CLIENT.0, CLIENT.1).token(TOKEN.0), "token-secret"),
    ] {
        let door = door(SIGNED).rewriting(ORIGIN, &provider.origin()).keys(keys).build().await;
        let error = door.pull(users("https://www.ride.test/api/day")).await.unwrap_err();
        assert!(error.code() == "denied" && error.to_string().contains(&format!("`{missing}`")), "{error}");
    }
    assert!(provider.seen().is_empty());
}

#[tokio::test]
async fn nothing_that_signs_is_echoed_or_archived() {
    let provider = Provider::start(|seen| {
        let query = seen.target.split_once('?').unwrap().1.to_owned();
        let plain: Vec<String> = decoded(&query).into_iter().map(|(_, value)| value).collect();
        Reply::ok(format!("{query} {} {}", TOKEN.1, plain.join(" ")))
    })
    .await;
    let door = signing(SIGNED, &provider).await;
    let response = door.pull(users("https://www.ride.test/api/day?n=1")).await.unwrap();
    let sent = decoded(provider.only().target.split_once('?').unwrap().1);
    let row = door.store.exchange(response.exchange).await.unwrap().unwrap();
    for secret in [TOKEN.0, TOKEN.1, CLIENT.1, named(&sent)["oauth_signature"]] {
        for place in [&response.text(), &row.url] {
            assert!(!place.contains(secret) && !place.contains(&escaped(secret)), "{secret} is in {place}");
        }
    }
    assert!(row.url.starts_with("https://www.ride.test/api/day?n=1&oauth_"), "{}", row.url);
    assert!(row.url.contains("oauth_token=redacted") && row.url.contains("oauth_signature=redacted"), "{}", row.url);
}

#[tokio::test]
async fn a_request_of_the_sign_in_is_signed_with_what_it_has() {
    let provider = Provider::start(|_| Reply::ok("")).await;
    let client = Client { id: CLIENT.0.into(), secret: CLIENT.1.into() };
    let (token, secret, verifier) = (SecretString::from(TOKEN.0), SecretString::from(TOKEN.1), "verifier-1".into());
    let ask = Signer { client: &client, token: None, callback: Some("https://here.test/back?a=1"), verifier: None };
    let exchange = Signer { token: Some((&token, &secret)), callback: None, verifier: Some(&verifier), ..ask };
    for (manifest, signer, token_secret) in [(SIGNED, ask, ""), (in_header(), exchange, TOKEN.1)] {
        let door = signing(manifest, &provider).await;
        let Scheme::Oauth1(how) = Manifest::parse(manifest).unwrap().auth.scheme else { panic!() };
        let request = signer.post(&how, &Url::parse("https://www.ride.test/oauth/x").unwrap()).unwrap();
        assert_eq!(request.purpose, Purpose::OAuth);
        let secrets: Vec<_> = request.secrets.iter().map(|secret| secret.expose_secret().to_owned()).collect();
        door.egress.direct(request).await.unwrap();
        let seen = provider.seen().pop().unwrap();
        let pairs = match seen.header("authorization") {
            Some(header) => of_header(header),
            None => decoded(seen.target.split_once('?').unwrap().1),
        };
        let said = named(&pairs);
        assert_eq!(said.get("oauth_callback").copied(), signer.callback);
        assert_eq!(said.contains_key("oauth_verifier"), signer.verifier.is_some());
        assert_eq!(said["oauth_signature"], expected("POST", "/oauth/x", &pairs, token_secret));
        for secret in ["oauth_token", "oauth_verifier", "oauth_signature"].iter().filter_map(|name| said.get(name)) {
            assert!(secrets.iter().any(|known| known == secret), "{secret} would be shown");
        }
    }
}
