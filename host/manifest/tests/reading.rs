//! What an author wrote is what the host reads.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use gearshift_manifest::{
    Access, Answer, AnswerOk, CarryPlace, ClientAuth, Credential, DigestKind, Fact, History, KeyName, Keys, Manifest,
    Method, OAuth2, Place, QuotaForm, QuotaScope, RevokeAs, RevokedToken, Scalar, Scheme, SignedPlace, Source,
    Stability, State, Transform, digest,
};
use serde_json::json;

const OAUTH: &str = include_str!("manifests/oauth.toml");
const OAUTH1: &str = include_str!("manifests/oauth1.toml");
const KEY: &str = include_str!("manifests/key.toml");
const SESSION: &str = include_str!("manifests/session.toml");
const SIGNED: &str = include_str!("manifests/signed.toml");
const MINIMAL: &str = include_str!("manifests/minimal.toml");

const HOUR: i64 = 3_600_000;

fn read(text: &str) -> Manifest {
    Manifest::parse(text).unwrap()
}

fn oauth2(text: &str) -> OAuth2 {
    let Scheme::Oauth2(oauth2) = read(text).auth.scheme else { panic!("not OAuth 2") };
    oauth2
}

#[test]
fn providers_say_how_one_is_let_in() {
    let manifest = read(OAUTH);
    let meadow = manifest.provider("MEADOW").unwrap();
    assert_eq!((meadow.access, meadow.keys, meadow.stability), (Access::ByoKey, Keys::OwnRequired, Stability::Stable));
    assert_eq!(meadow.generation.as_deref(), Some("v3"));
    assert_eq!(manifest.provider("MEADOW_EU").unwrap().access, Access::Partnership);
    assert!(manifest.provider("meadow").is_none());
    assert_eq!(read(SESSION).provider("HARBOUR").unwrap().access, Access::Unofficial);
}

#[test]
fn oauth_keeps_its_dialect() {
    let auth = read(OAUTH).auth;
    assert_eq!(auth.accepts, ["oauth2-2026", "oauth2-2024"]);
    assert_eq!(auth.facts["id"], Fact::Token("/rider/id".to_owned()));
    assert_eq!(auth.facts["scope"], Fact::Callback("scope".to_owned()));
    let Scheme::Oauth2(oauth2) = auth.scheme else { panic!("not OAuth 2") };
    assert_eq!(oauth2.token.as_str(), "https://www.meadow.example/api/v3/oauth/token");
    assert_eq!(oauth2.revoke.unwrap().client, ClientAuth::Basic);
    assert!(!oauth2.pkce);
    assert_eq!(oauth2.scopes.separator, ",");
    assert_eq!(oauth2.scopes.optional, ["ride:write"]);
    assert_eq!(oauth2.extra["approval_prompt"], "auto");
    assert_eq!(oauth2.refresh.unwrap().lifetime, Some(6 * HOUR));
}

#[test]
fn oauth_without_a_dialect_is_the_standards() {
    let plain = oauth2(OAUTH);
    assert_eq!(plain.answer, Answer::default());
    assert_eq!(plain.answer.access, "/access_token");
    assert_eq!(plain.answer.expires_at, "/expires_at");
    assert_eq!((plain.issuer, plain.signed), (None, None));
    assert!(plain.exchange.is_empty());
    let revoke = plain.revoke.unwrap();
    assert_eq!((revoke.method, revoke.sends, revoke.token), (Method::Post, RevokeAs::Form, RevokedToken::Access));
    let refresh = plain.refresh.unwrap();
    assert_eq!((refresh.ahead, refresh.grace), (None, None));
}

#[test]
fn an_envelope_says_where_each_value_stands() {
    let answer = oauth2(SIGNED).answer;
    assert_eq!(answer.ok, Some(AnswerOk { at: "/code".to_owned(), is: Scalar::Number(0) }));
    assert_eq!(answer.refused, [Scalar::Number(17), Scalar::Text("gone".to_owned()), Scalar::Bool(false)]);
    assert_eq!((answer.access.as_str(), answer.refresh.as_str()), ("/reply/access", "/reply/renewal"));
    assert_eq!(answer.expires_at, "/expires_at");
    let ok = answer.ok.unwrap();
    assert!(ok.holds(&json!({ "code": 0, "reply": {} })));
    for refusal in [json!({ "code": 17 }), json!({ "code": "0" }), json!({ "code": false }), json!({}), json!(0)] {
        assert!(!ok.holds(&refusal), "{refusal}");
    }
}

#[test]
fn a_single_value_is_of_one_type() {
    for (one, same, others) in [
        (Scalar::Number(100), json!(100), [json!("100"), json!(100.5), json!(101)]),
        (Scalar::Text("0".to_owned()), json!("0"), [json!(0), json!("00"), json!(null)]),
        (Scalar::Bool(false), json!(false), [json!(0), json!(true), json!("false")]),
    ] {
        assert!(one.equals(&same), "{one}");
        assert!(!others.iter().any(|other| one.equals(other)), "{one}");
        assert_eq!(one.to_string(), same.to_string());
    }
}

#[test]
fn a_signing_client_says_what_it_signs() {
    let oauth2 = oauth2(SIGNED);
    assert_eq!(oauth2.client, ClientAuth::Signed);
    assert_eq!(oauth2.issuer.as_deref(), Some("https://account.lantern.example/"));
    assert_eq!(oauth2.exchange["do"], "token");
    let refresh = oauth2.refresh.unwrap();
    assert_eq!((refresh.ahead, refresh.grace), (Some(HOUR / 6), Some(8 * HOUR)));
    assert_eq!(refresh.extra["scope"], "offline");
    let revoke = oauth2.revoke.unwrap();
    assert_eq!((revoke.client, revoke.token), (ClientAuth::Signed, RevokedToken::Refresh));
    let signed = oauth2.signed.unwrap();
    assert_eq!((signed.field.as_str(), signed.digest), ("proof", DigestKind::HmacSha256));
    assert_eq!(signed.message.holes().collect::<Vec<_>>(), ["do", "client-id", "once"]);
    let nonce = signed.nonce.unwrap();
    assert_eq!((nonce.field.as_str(), nonce.at.as_str()), ("once", "/reply/once"));
    assert_eq!(nonce.fields["do"], "once");
    assert_eq!(nonce.message.as_str(), "{do},{client-id},{timestamp}");
}

#[test]
fn the_clients_id_is_filled_in_by_the_host() {
    let manifest = read(SIGNED);
    assert_eq!(manifest.signs[0].guest_fields(), 2);
    assert_eq!(read(OAUTH).signs[0].guest_fields(), 3);
    let fields: Vec<&str> = manifest.fills.iter().map(|fill| fill.field.as_str()).collect();
    assert_eq!(fields, ["client-id", "client-secret"]);
}

#[test]
fn a_header_that_is_the_key_has_no_message() {
    let verify = &read(SIGNED).verify[0];
    assert_eq!((verify.digest, verify.key), (DigestKind::Equal, KeyName::ClientId));
    assert_eq!(verify.message, None);
    assert!(read(OAUTH).verify[0].message.is_some());
}

#[test]
fn oauth_carries_a_bearer_token_where_nothing_else_is_said() {
    let silent = OAUTH.replace("carry = { header = \"authorization\", value = \"Bearer {{token}}\" }\n", "");
    assert_ne!(silent, OAUTH);
    assert_eq!(read(&silent).auth.carry, read(OAUTH).auth.carry);
}

#[test]
fn a_carry_fills_its_template() {
    let carry = &read(OAUTH).auth.carry[0];
    assert_eq!(carry.place, CarryPlace::Header("authorization".to_owned()));
    assert_eq!(carry.value.fill(|name| (name == "token").then_some("abc")).unwrap(), "Bearer abc");
    assert_eq!(carry.value.fill(|_| None::<&str>).unwrap_err(), "token");
}

#[test]
fn a_session_has_a_form_and_its_rules() {
    let manifest = read(SESSION);
    let Scheme::Session(session) = &manifest.auth.scheme else { panic!("no session") };
    assert_eq!(session.form.iter().map(|field| field.secret).collect::<Vec<_>>(), [false, true]);
    assert_eq!(manifest.auth.accepts, ["form"]);
    assert_eq!(manifest.auth.carry[1].credential, Credential::Client);
    assert_eq!(manifest.auth.carry[1].place, CarryPlace::Query("app".to_owned()));

    let login = &manifest.fills[0];
    assert_eq!((login.method, login.transform), (Method::Post, Transform::Sha256Hex));
    assert_eq!(login.at, Place::Form("pass[word]".to_owned()));
    assert_eq!(manifest.fills[1].at, Place::Json("/token/0".to_owned()));

    assert_eq!(manifest.captures[0].expires, Some(Source::Json("/data/until".to_owned())));
    assert_eq!(manifest.captures[1].lifetime, Some(HOUR));
    assert!(matches!(&manifest.captures[2].from, Source::Regex(pattern) if pattern.contains("renewal")));
    assert_eq!(manifest.captures[3].from, Source::Cookie("HarbourAuth".to_owned()));
}

#[test]
fn a_key_has_a_form_and_carries_the_project_s_beside_the_user_s() {
    let manifest = read(KEY);
    let form = manifest.auth.scheme.form();
    assert_eq!(form.iter().map(|field| field.secret).collect::<Vec<_>>(), [false, true, false]);
    let holes = |index: usize| manifest.auth.carry[index].value.holes().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!((holes(0), holes(1)), (vec!["client-secret".to_owned()], vec!["station-key".to_owned()]));
    assert_eq!(manifest.auth.carry[0].credential, Credential::User);
    let url = url::Url::parse("https://api.lighthouse.example/x?app=a&station=b&page=2").unwrap();
    let shown = gearshift_manifest::redact(&manifest, &url);
    assert_eq!(shown, "https://api.lighthouse.example/x?app=redacted&station=redacted&page=2");
}

#[test]
fn a_key_without_a_form_is_typed_in_where_the_user_s_requests_carry_it() {
    let keyed = |carry: &str| {
        let manifest = read(&MINIMAL.replace("scheme = \"none\"", &format!("scheme = \"key\"\ncarry = {{ {carry} }}")));
        let form = manifest.auth.scheme.form();
        form.iter().map(|field| (field.name.clone(), field.secret, field.optional)).collect::<Vec<_>>()
    };
    assert_eq!(keyed("query = \"k\", value = \"{{key}}\""), [("key".to_owned(), true, false)]);
    assert_eq!(keyed("credential = \"client\", query = \"k\", value = \"{{client-secret}}\""), []);
}

#[test]
fn a_signature_goes_where_it_is_said_and_its_query_is_redacted_anywhere() {
    let signed = |text: &str| match read(text).auth.scheme {
        Scheme::Oauth1(oauth1) => oauth1,
        other => panic!("{}", other.as_str()),
    };
    let said = signed(OAUTH1);
    assert_eq!((said.digest, said.place), (DigestKind::HmacSha256, SignedPlace::Header));
    assert_eq!(said.realm.as_deref(), Some("Windmill data"));
    assert_eq!(said.request_token.path(), "/oauth/request_token");
    let bare = OAUTH1.replace("digest = \"hmac-sha256\"\nplace = \"header\"\nrealm = \"Windmill data\"\n", "");
    let usual = signed(&bare);
    assert_eq!((usual.digest, usual.place, usual.realm), (DigestKind::HmacSha1, SignedPlace::Header, None));
    assert!(read(OAUTH1).auth.carry.is_empty());
    let url = "https://api.windmill.example/v1/x?day=7&oauth_token=a&oauth_signature=b&oauth_verifier=c&oauth_nonce=d";
    let shown = gearshift_manifest::redact(&read(MINIMAL), &url::Url::parse(url).unwrap());
    let left = "day=7&oauth_token=redacted&oauth_signature=redacted&oauth_verifier=redacted&oauth_nonce=d";
    assert_eq!(shown, format!("https://api.windmill.example/v1/x?{left}"));
}

#[test]
fn times_are_milliseconds() {
    let manifest = read(OAUTH);
    let rides = manifest.stream("rides").unwrap();
    assert_eq!((rides.window, rides.poll, rides.history), (Some(90 * 24 * HOUR), Some(6 * HOUR), History::All));
    assert_eq!(manifest.stream("rider").unwrap().history, History::Span(14 * 24 * HOUR));
    assert_eq!(manifest.quotas[0].window, HOUR / 4);
    assert_eq!(manifest.verify[0].tolerance, Some(HOUR / 12));
    assert_eq!(read(SESSION).streams[0].history, History::None);
}

#[test]
fn quotas_say_who_shares_them() {
    let quota = read(OAUTH).quotas.remove(0);
    assert_eq!((quota.limit, quota.scope), (100, QuotaScope::Client));
    assert_eq!(quota.headers.unwrap().form, QuotaForm::Pair);
}

#[test]
fn a_signature_names_its_holes_in_order() {
    let sign = read(OAUTH).signs.remove(0);
    assert_eq!(sign.template.holes().collect::<Vec<_>>(), ["action", "client_id", "timestamp"]);
}

#[test]
fn what_is_left_out_has_its_default() {
    let manifest = read(MINIMAL);
    assert_eq!(manifest.state, State { writes: 1, reads: vec![1] });
    assert_eq!(manifest.routes[0].credential, Credential::None);
    assert_eq!(manifest.streams[0].poll, None);
    assert_eq!(manifest.streams[0].history, History::All);
    assert!(manifest.auth.carry.is_empty());
}

#[test]
fn a_phone_needs_no_route_and_no_form() {
    let route = "[[route]]\nhost = \"api.example.com\"\npath = \"/v1\"\nmethods = [\"GET\"]\n";
    let manifest = read(&MINIMAL.replace(route, "").replace("\"none\"", "\"device\""));
    assert_eq!(manifest.auth.scheme, gearshift_manifest::Scheme::Device);
    assert!(manifest.routes.is_empty() && manifest.auth.scheme.form().is_empty());
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ne!(digest(OAUTH), digest(&format!("{OAUTH}\n")));
}
