//! Dialects: what providers answer, and what that means.

use gearshift_manifest::{Manifest, Scheme};
use serde_json::{Value, json};

use super::dialect::{Reading, read};

const NOW: i64 = 1_800_000_000_000;

fn dialect(more: &str) -> gearshift_manifest::OAuth2 {
    let text = format!(
        r#"
contract = "0.1"
name = "meadow"
version = "1.0.0"
[[provider]]
id = "MEADOW"
name = "Meadow"
access = "public-api"
[auth]
id = "o"
scheme = "oauth2"
authorize = "https://meadow.test/authorize"
token = "https://meadow.test/token"
{more}
[[stream]]
name = "rides"
yields = ["activity"]
facets = ["rides"]
"#
    );
    match Manifest::parse(&text).unwrap().auth.scheme {
        Scheme::Oauth2(dialect) => dialect,
        other => panic!("{}", other.as_str()),
    }
}

fn tokens(more: &str, answer: &Value) -> Value {
    match read(&dialect(more), 200, answer.to_string().as_bytes(), NOW) {
        Reading::Tokens(tokens) => tokens,
        other => panic!("{other:?}"),
    }
}

fn word(more: &str, status: u16, body: &str) -> &'static str {
    match read(&dialect(more), status, body.as_bytes(), NOW) {
        Reading::Tokens(_) => "tokens",
        Reading::Refused { .. } => "refused",
        Reading::Passing(_) => "passing",
        Reading::Broken(_) => "broken",
    }
}

#[test]
fn a_lifetime_of_nothing_is_not_said() {
    for none in [json!(0), json!(-5), json!("-5"), json!("soon"), json!([3600]), json!(null)] {
        let answer = json!({"access_token": "a", "expires_in": none});
        assert_eq!(tokens("refresh = { lifetime = \"1h\" }", &answer)["expires_in"], 3600, "{answer}");
        assert_eq!(tokens("", &answer)["expires_in"], Value::Null, "{answer}");
    }
}

#[test]
fn an_instant_of_expiry_counts_before_a_lifetime() {
    let answer = json!({"access_token": "a", "expires_in": 60, "expires_at": 1_800_000_100});
    assert_eq!(tokens("refresh = { lifetime = \"1h\" }", &answer)["expires_in"], 100);
}

#[test]
fn the_manifest_s_lifetime_stands_in_for_a_missing_one() {
    assert_eq!(tokens("refresh = { lifetime = \"1h\" }", &json!({"access_token": "a"}))["expires_in"], 3_600);
    assert_eq!(tokens("", &json!({"access_token": "a"}))["expires_in"], Value::Null);
}

#[test]
fn numbers_may_be_text_and_an_instant_that_has_passed_is_now() {
    assert_eq!(tokens("", &json!({"access_token": "a", "expires_in": "60"}))["expires_in"], 60);
    assert_eq!(tokens("", &json!({"access_token": "a", "expires_at": NOW / 1_000 - 5}))["expires_in"], 0);
}

const ENVELOPE: &str = r#"
answer = { ok = { at = "/status", is = 0 }, refused = [100, 401], access = "/body/access_token", refresh = "/body/refresh_token", expires-in = "/body/expires_in", scope = "/body/scope" }
"#;

#[test]
fn an_envelope_is_opened_and_its_status_counts() {
    let answer =
        json!({"status": 0, "body": {"access_token": "a", "refresh_token": "r", "expires_in": 10, "scope": "x,y"}});
    let tokens = tokens(ENVELOPE, &answer);
    assert_eq!(
        (&tokens["refresh_token"], &tokens["expires_in"], &tokens["scope"]),
        (&json!("r"), &json!(10), &json!("x,y"))
    );
    assert_eq!(tokens["answer"], answer);
    assert_eq!(word(ENVELOPE, 200, r#"{"status": 401, "error": "no"}"#), "refused");
    assert_eq!(word(ENVELOPE, 200, r#"{"status": 601, "error": "too many"}"#), "passing");
    assert_eq!(word(ENVELOPE, 200, r#"{"error": "no status at all"}"#), "passing");
}

#[test]
fn an_error_that_comes_with_status_200_is_no_token() {
    assert_eq!(word("", 200, r#"{"message": "Bad Request"}"#), "passing");
    assert_eq!(word("", 200, r#"{"access_token": ""}"#), "passing");
    assert_eq!(word("", 200, r#"{"error": "invalid_grant"}"#), "refused");
}

#[test]
fn a_client_that_is_not_known_is_no_dead_grant_even_without_the_standard_s_word() {
    let said = |status, body: &str| match read(&dialect(""), status, body.as_bytes(), NOW) {
        Reading::Refused { error, .. } => error,
        other => panic!("{other:?}"),
    };
    assert_eq!(said(401, r#"{"message": "Authorization Error", "errors": []}"#), "invalid_client");
    assert_eq!(said(400, r#"{"message": "Bad Request", "errors": []}"#), "invalid_grant");
    assert_eq!(said(401, r#"{"error": "invalid_grant"}"#), "invalid_grant");
}

#[test]
fn only_the_provider_itself_can_refuse_a_grant() {
    assert_eq!(word("", 400, r#"{"error": "invalid_grant"}"#), "refused");
    assert_eq!(word("", 400, r#"{"message": "Bad Request", "errors": []}"#), "refused");
    assert_eq!(word("", 401, ""), "refused");
    for (status, body) in
        [(403, "<html>Blocked</html>"), (400, "<html>"), (429, r#"{"error": "slow"}"#), (403, "{}"), (302, "")]
    {
        assert_eq!(word("", status, body), "passing", "{status} {body}");
    }
    for (status, body) in [(500, ""), (502, "{}"), (503, "<html>"), (200, "<html>")] {
        assert_eq!(word("", status, body), "broken", "{status} {body}");
    }
}
