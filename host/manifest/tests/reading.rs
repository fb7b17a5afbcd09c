//! What an author wrote is what the host reads.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gearshift_manifest::{
    Access, CarryPlace, ClientAuth, Credential, Fact, History, Keys, Manifest, Method, Place, QuotaForm, QuotaScope,
    Scheme, Source, Stability, State, Transform, digest,
};

const OAUTH: &str = include_str!("manifests/oauth.toml");
const SESSION: &str = include_str!("manifests/session.toml");
const MINIMAL: &str = include_str!("manifests/minimal.toml");

const HOUR: i64 = 3_600_000;

fn read(text: &str) -> Manifest {
    Manifest::parse(text).unwrap()
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
fn known_schemes_of_later_versions_are_read() {
    for scheme in ["oauth1", "key", "device"] {
        let manifest = read(&MINIMAL.replace("\"none\"", &format!("\"{scheme}\"")));
        assert_eq!(manifest.auth.scheme.as_str(), scheme);
    }
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ne!(digest(OAUTH), digest(&format!("{OAUTH}\n")));
}
