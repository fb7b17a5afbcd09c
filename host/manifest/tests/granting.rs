//! What an operator is asked for, and when again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gearshift_manifest::{Grants, Manifest, redact};
use url::Url;

const OAUTH: &str = include_str!("manifests/oauth.toml");
const SIGNED: &str = include_str!("manifests/signed.toml");
const OAUTH1: &str = include_str!("manifests/oauth1.toml");
const KEY: &str = include_str!("manifests/key.toml");
const SESSION: &str = include_str!("manifests/session.toml");

fn grants(text: &str) -> Grants {
    Manifest::parse(text).unwrap().grants()
}

fn lines(grants: &Grants) -> Vec<&str> {
    grants.iter().collect()
}

/// What a version asks for beyond `base` after one edit.
fn asked(base: &str, from: &str, to: &str) -> Vec<String> {
    assert!(base.contains(from), "the base has no {from}");
    let wanted = grants(&base.replacen(from, to, 1));
    wanted.difference(&grants(base)).iter().map(str::to_owned).collect()
}

#[test]
fn every_grant_of_an_oauth_adapter_is_a_line() {
    let one_provider =
        OAUTH.replace("[[provider]]\nid = \"MEADOW_EU\"\nname = \"Meadow Europe\"\naccess = \"partnership\"\n", "");
    assert_eq!(
        lines(&grants(&one_provider)),
        [
            "accepts MEADOW oauth2-2024",
            "accepts MEADOW oauth2-2026",
            "auth MEADOW oauth2 authorize=https://www.meadow.example/oauth/authorize pkce=false",
            "auth MEADOW oauth2 parameter approval_prompt=auto",
            "auth MEADOW oauth2 revoke=https://www.meadow.example/oauth/revoke client=basic sends=access",
            "auth MEADOW oauth2 token=https://www.meadow.example/api/v3/oauth/token client=body pkce=false",
            "carry MEADOW user header=authorization value=\"Bearer {{token}}\"",
            "fact MEADOW id from=token:/rider/id",
            "fact MEADOW scope from=callback:scope",
            "provider MEADOW access=byo-key",
            "route GET https://*.files.meadow.example/ credential=none linked",
            "route GET https://www.meadow.example/api/v3/ credential=user secret-query=session",
            "route POST https://www.meadow.example/api/v3/ credential=user secret-query=session",
            "scope MEADOW read",
            "scope MEADOW ride:read",
            "scope MEADOW ride:write optional",
            "sign nonce hmac-sha256 key=client-secret template={action},{client_id},{timestamp} encoding=hex",
            "verify meadow-signature header=x-meadow-signature hmac-sha256 key=client-secret message={t}.{body} encoding=hex required=false",
        ]
    );
}

#[test]
fn every_rule_of_a_session_is_a_line() {
    let grants = grants(SESSION);
    for line in [
        "form HARBOUR email shown-to-adapter",
        "form HARBOUR password secret",
        "fill login POST https://api*.harbour.example/login field=password at=form:pass[word] transform=sha256-hex",
        "fill again POST https://api-eu.harbour.example/app/renew field=renewal at=json:/token/0 transform=raw",
        "capture POST https://api*.harbour.example/login from=json:/data/ticket as=token",
        "capture any https://api*.harbour.example/app/* from=header:x-next-session as=token",
        "capture any https://api*.harbour.example/login from=\"regex:name=\\\"renewal\\\" value=\\\"([^\\\"]+)\\\"\" as=renewal",
        "carry HARBOUR client query=app value={{client-id}}",
        "provider HARBOUR access=unofficial",
    ] {
        assert!(grants.contains(line), "{line}\nis not among\n{}", lines(&grants).join("\n"));
    }
}

#[test]
fn every_rule_of_a_key_is_a_line() {
    let grants = grants(KEY);
    for line in [
        "auth LIGHTHOUSE key",
        "form LIGHTHOUSE station shown-to-adapter",
        "form LIGHTHOUSE station-key secret",
        "form LIGHTHOUSE keeper shown-to-adapter",
        "carry LIGHTHOUSE user query=app value={{client-secret}}",
        "carry LIGHTHOUSE user query=station value={{station-key}}",
        "carry LIGHTHOUSE client query=app value={{client-secret}}",
    ] {
        assert!(grants.contains(line), "{line}\nis not among\n{}", lines(&grants).join("\n"));
    }
}

#[test]
fn every_word_of_oauth1_is_a_line() {
    assert_eq!(
        lines(&grants(OAUTH1)),
        [
            "accepts WINDMILL oauth1",
            "auth WINDMILL oauth1 authorize=https://auth.windmill.example/oauth/authorize",
            "auth WINDMILL oauth1 request-token=https://auth.windmill.example/oauth/request_token",
            "auth WINDMILL oauth1 signed hmac-sha256 place=header realm=\"Windmill data\"",
            "auth WINDMILL oauth1 token=https://auth.windmill.example/oauth/access_token",
            "fact WINDMILL id from=token:/user_id",
            "provider WINDMILL access=byo-key",
            "route GET https://api.windmill.example/v1/ credential=user",
        ]
    );
}

#[test]
fn every_word_of_a_dialect_is_a_line() {
    assert_eq!(
        lines(&grants(SIGNED)),
        [
            "accepts LANTERN signed",
            "auth LANTERN oauth2 answer access=/reply/access",
            "auth LANTERN oauth2 answer error=/reply/words",
            "auth LANTERN oauth2 answer expires-in=/reply/seconds",
            "auth LANTERN oauth2 answer ok=/code is=0",
            "auth LANTERN oauth2 answer refresh=/reply/renewal",
            "auth LANTERN oauth2 answer scope=/reply/scope",
            "auth LANTERN oauth2 authorize=https://account.lantern.example/authorize pkce=true",
            "auth LANTERN oauth2 exchange field=do value=token",
            "auth LANTERN oauth2 issuer=https://account.lantern.example/",
            "auth LANTERN oauth2 nonce field=do value=once",
            "auth LANTERN oauth2 nonce=https://api.lantern.example/once field=once at=/reply/once message={do},{client-id},{timestamp}",
            "auth LANTERN oauth2 refresh field=do value=token",
            "auth LANTERN oauth2 refresh field=scope value=offline",
            "auth LANTERN oauth2 revoke field=do value=forget",
            "auth LANTERN oauth2 revoke=https://api.lantern.example/oauth client=signed sends=refresh",
            "auth LANTERN oauth2 signed field=proof hmac-sha256 message={do},{client-id},{once}",
            "auth LANTERN oauth2 token=https://api.lantern.example/oauth client=signed pkce=true",
            "carry LANTERN user header=authorization value=\"Bearer {{token}}\"",
            "fact LANTERN id from=token:/reply/person",
            "fact LANTERN scope from=token:/reply/scope",
            "fill client POST https://api.lantern.example/subscribe field=client-id at=form:client_id transform=raw",
            "fill client POST https://api.lantern.example/subscribe field=client-secret at=header:x-secret transform=raw",
            "provider LANTERN access=public-api",
            "route GET https://api.lantern.example/ credential=user",
            "route POST https://api.lantern.example/ credential=user",
            "scope LANTERN weight",
            "sign subscribe hmac-sha256 key=client-secret template={do},{client-id},{once} encoding=hex",
            "verify lantern-client header=x-lantern-client equal key=client-id required=true",
        ]
    );
}

#[test]
fn whatever_widens_is_asked_for() {
    assert_eq!(asked(OAUTH, "\"read\", ", "\"read\", \"all\", "), ["scope MEADOW all", "scope MEADOW_EU all"]);
    assert_eq!(
        asked(OAUTH, "\"GET\", \"POST\"", "\"GET\", \"POST\", \"PUT\""),
        ["route PUT https://www.meadow.example/api/v3/ credential=user secret-query=session"]
    );
    for (base, from, to) in [
        (OAUTH, "path = \"/api/v3/\"", "path = \"/api/\""),
        (OAUTH, "*.files.meadow.example", "*.meadow.example"),
        (OAUTH, "linked = true\n", ""),
        (OAUTH, "credential = \"user\"", "credential = \"client\""),
        (OAUTH, "secret-query = [\"session\"]\n", ""),
        (OAUTH, "id = \"MEADOW_EU\"", "id = \"OTHER\""),
        (OAUTH, "access = \"partnership\"", "access = \"unofficial\""),
        (OAUTH, "pkce = false", "pkce = true"),
        (OAUTH, "client = \"body\"", "client = \"basic\""),
        (OAUTH, "/oauth/token", "/oauth/token2"),
        (OAUTH, "\"auto\"", "\"force\""),
        (OAUTH, "\"oauth2-2024\"", "\"oauth2-2023\""),
        (OAUTH, "token:/rider/id", "token:/rider/name"),
        (OAUTH, "header = \"authorization\"", "header = \"x-token\""),
        (OAUTH, "{action},", "{action}"),
        (OAUTH, "message = \"{t}.{body}\"", "message = \"{body}\""),
        (OAUTH, "required = false", "required = true"),
        (OAUTH, "client = \"basic\" }", "as = \"bearer\" }"),
        (OAUTH, "client = \"basic\" }", "client = \"basic\", extra = { a = \"b\" } }"),
        (OAUTH, "pkce = false", "pkce = false\nissuer = \"https://other.example\""),
        (OAUTH, "pkce = false", "pkce = false\nexchange = { a = \"b\" }"),
        (OAUTH, "pkce = false", "pkce = false\nanswer = { access = \"/other\" }"),
        (SIGNED, "{ at = \"/code\", is = 0 }", "{ at = \"/code\", is = \"0\" }"),
        (SIGNED, "field = \"proof\"", "field = \"evidence\""),
        (SIGNED, "lantern.example/once", "lantern.example/nonce"),
        (SIGNED, "digest = \"equal\"\nkey = \"client-id\"", "digest = \"equal\"\nkey = \"hook-secret\""),
        (SESSION, "secret = true, ", ""),
        (KEY, "{ query = \"app\", value = \"{{client-secret}}\" }", "{ query = \"app\", value = \"{{client-id}}\" }"),
        (
            KEY,
            "Key of the station\", secret = true }",
            "Key of the station\", secret = true },\n{ name = \"lens\", label = \"Lens\" }",
        ),
        (SESSION, "at = \"form:pass[word]\"", "at = \"form:comment\""),
        (SESSION, "transform = \"sha256-hex\"\n", ""),
        (SESSION, "json:/data/ticket", "json:/data"),
        (
            SESSION,
            "method = \"POST\"\nurl = \"https://api*.harbour.example/login\"\nfrom",
            "url = \"https://api*.harbour.example/login\"\nfrom",
        ),
    ] {
        let base_text = base.replace("\r", "");
        assert!(base_text.contains(from), "the base has no {from}");
        let edited = base_text.replacen(from, to, 1);
        let linked_needs_path = edited.replace(
            "host = \"*.files.meadow.example\"\nmethods",
            "host = \"*.files.meadow.example\"\npath = \"/\"\nmethods",
        );
        let wanted = grants(&linked_needs_path);
        assert!(!wanted.difference(&grants(base)).is_empty(), "`{from}` → `{to}` is not asked for");
    }
}

#[test]
fn what_does_not_widen_is_not_asked_for() {
    for (base, from, to) in [
        (OAUTH, "version = \"1.4.0\"", "version = \"1.5.0\""),
        (OAUTH, "name = \"Meadow\"", "name = \"The Meadow\""),
        (OAUTH, "poll = \"6h\"", "poll = \"1h\""),
        (OAUTH, "limit = 100", "limit = 200"),
        (OAUTH, "\"heart-rate\"", "\"power\""),
        (OAUTH, "writes = 2", "writes = 1"),
        (OAUTH, "[\"GET\", \"POST\"]", "[\"POST\", \"GET\"]"),
        (OAUTH, "[\"GET\", \"POST\"]", "[\"GET\"]"),
        (OAUTH, ", optional = [\"ride:write\"]", ""),
        (SIGNED, "ahead = \"10m\", grace = \"8h\"", "ahead = \"20m\""),
        (SIGNED, "refused = [17, ", "refused = [18, "),
        (OAUTH, "pkce = false", "pkce = false\nexchange = {}\nanswer = { access = \"/access_token\" }"),
        (OAUTH, "client = \"basic\" }", "client = \"basic\", method = \"POST\", as = \"form\" }"),
        (SESSION, "label = \"Password\"", "label = \"Pass phrase\""),
        (SESSION, "lifetime = \"1h\"", "lifetime = \"2h\""),
    ] {
        assert_eq!(asked(base, from, to), Vec::<String>::new(), "`{from}` → `{to}`");
    }
}

#[test]
fn the_order_of_sections_does_not_matter() {
    let (head, tail) = SESSION.split_once("[[capture]]\nmethod").unwrap();
    let (first, rest) = tail.split_once("[[capture]]").unwrap();
    let moved = format!("{head}[[capture]]{rest}\n[[capture]]\nmethod{first}");
    assert_ne!(moved, SESSION);
    assert_eq!(grants(&moved), grants(SESSION));
}

#[test]
fn a_difference_is_what_is_new() {
    let wanted: Grants = ["a", "b", "c"].into_iter().collect();
    let given: Grants = ["b", "x"].into_iter().collect();
    assert_eq!(lines(&wanted.difference(&given)), ["a", "c"]);
    assert!(given.difference(&given).is_empty());
}

#[test]
fn the_digest_names_the_set() {
    let set = |lines: &[&str]| lines.iter().copied().collect::<Grants>();
    assert_eq!(set(&["b", "a"]).digest(), set(&["a", "b", "a"]).digest());
    assert_ne!(set(&["a", "b"]).digest(), set(&["a"]).digest());
    // printf 'a\nb' | sha256sum
    assert_eq!(set(&["a", "b"]).digest(), "7e18f737311b2dc3b2f269dd78396b0351f14fb66efa879f768cb23181883c78");
}

#[test]
fn words_cannot_be_mistaken_for_more_than_one() {
    for (name, value) in [("a=b", "c"), ("a", "b value=c")] {
        let tricky = SIGNED.replacen("exchange = { do", &format!("exchange = {{ \"{name}\" = \"{value}\", do"), 1);
        let value = if value.contains(' ') { format!("\"{value}\"") } else { value.to_owned() };
        assert!(grants(&tricky).contains(&format!("auth LANTERN oauth2 exchange field={name} value={value}")));
    }
    let tricky = OAUTH.replacen("approval_prompt = \"auto\"", "approval_prompt = \"auto b=c\"", 1);
    assert!(grants(&tricky).contains("auth MEADOW oauth2 parameter approval_prompt=\"auto b=c\""));
}

#[test]
fn secrets_are_taken_out_of_urls() {
    let manifest = Manifest::parse(OAUTH).unwrap();
    let session = Manifest::parse(SESSION).unwrap();
    let show = |manifest: &Manifest, url: &str| redact(manifest, &Url::parse(url).unwrap());
    for (given, shown) in [
        ("https://www.meadow.example/api/v3/rides?page=2", "https://www.meadow.example/api/v3/rides?page=2"),
        (
            "https://www.meadow.example/api/v3/?session=abc&page=2",
            "https://www.meadow.example/api/v3/?session=redacted&page=2",
        ),
        ("https://www.meadow.example/api/v3/?s%65ssion=abc", "https://www.meadow.example/api/v3/?s%65ssion=redacted"),
        (
            "https://www.meadow.example/api/v3/?Access_Token=abc",
            "https://www.meadow.example/api/v3/?Access_Token=redacted",
        ),
        ("https://u:p@www.meadow.example/api/v3/#t", "https://www.meadow.example/api/v3/"),
        ("https://a.files.meadow.example/7.fit?e=1&s=2", "https://a.files.meadow.example/7.fit?e=redacted&s=redacted"),
        ("https://other.example/?session=abc", "https://other.example/?session=abc"),
    ] {
        assert_eq!(show(&manifest, given), shown);
    }
    assert_eq!(
        show(&session, "https://api.harbour.example/app/?app=id"),
        "https://api.harbour.example/app/?app=redacted"
    );
}
