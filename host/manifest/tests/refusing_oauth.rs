//! What is wrong with a way of signing in is found, at its place, and the message says what to do.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use support::{check, refuse};

const OAUTH: &str = include_str!("manifests/oauth.toml");
const OAUTH1: &str = include_str!("manifests/oauth1.toml");
const SIGNED: &str = include_str!("manifests/signed.toml");
const FAMILY: &str = include_str!("manifests/family.toml");

#[test]
fn oauth_is_held_to_its_rules() {
    let token = "token = \"https://www.meadow.example/api/v3/oauth/token\"";
    check(
        OAUTH,
        &[
            (token, "", "missing-key", "[auth]", "needs `token`"),
            (token, "token = \"http://www.meadow.example/t\"", "invalid-value", "\"http:", "https://"),
            (token, "token = \"https://192.0.2.1/t\"", "invalid-value", "\"https://192", "address"),
            (token, "token = \"https://0x7f.1/t\"", "invalid-value", "\"https://0x7f", "address"),
            (token, "token = \"https://www.meadow.example:8443/t\"", "invalid-value", "\"https:", "port"),
            (token, "token = \"https://a:b@www.meadow.example/t\"", "invalid-value", "\"https:", "user"),
            (token, "token = \"https://localhost/t\"", "invalid-value", "\"https:", "too wide"),
            ("approval_prompt", "redirect_uri", "invalid-value", "\"auto\"", "set by the host"),
            ("approval_prompt", "scope", "invalid-value", "\"auto\"", "set by the host"),
            ("token:/rider/id", "token:/access_token", "invalid-value", "\"token:/access_token\"", "never shown"),
            ("callback:scope", "callback:code", "invalid-value", "\"callback:code\"", "never shown"),
            ("callback:scope", "cookie:scope", "invalid-value", "\"cookie:scope\"", "callback:parameter"),
            ("callback:scope", "token:", "invalid-value", "\"token:\"", "token:/pointer"),
            ("\"ride:read\"", "\"ride,read\"", "invalid-value", "\"ride,read\"", "not one scope"),
            ("\"ride:write\"", "\"read\"", "duplicate", "\"read\"", "twice"),
            ("[\"oauth2-2026\", ", "[", "contradiction", "[\"oauth2-2024\"]", "add \"oauth2-2026\""),
            ("{{token}}", "{{tokn}}", "contradiction", "{ header", "`token`"),
            ("{{token}}", "abc", "invalid-value", "{ header", "carries no credential"),
            ("{{token}}", "{token}", "invalid-value", "", "{{name}}"),
            ("header = \"authorization\"", "header = \"host\"", "invalid-value", "\"host\"", "host's"),
            ("header = \"authorization\"", "header = \"X-Key\"", "invalid-value", "\"X-Key\"", "lower case"),
            ("header = \"authorization\", ", "", "invalid-value", "", "either `header` or `query`"),
            ("pkce = false", "form = []", "contradiction", "[]", "scheme = \"session\""),
        ],
    );
}

#[test]
fn oauth1_is_held_to_its_rules() {
    let request = "request-token = \"https://auth.windmill.example/oauth/request_token\"";
    check(
        OAUTH1,
        &[
            (request, "", "missing-key", "[auth]", "needs `request-token`"),
            (request, "request-token = \"http://a.example/\"", "invalid-value", "\"http:", "https://"),
            (
                "authorize = \"https://auth.windmill.example/oauth/authorize\"",
                "",
                "missing-key",
                "[auth]",
                "needs `authorize`",
            ),
            ("digest = \"hmac-sha256\"", "digest = \"equal\"", "invalid-value", "\"equal\"", "keyed digest"),
            ("place = \"header\"", "place = \"query\"", "contradiction", "\"Windmill data\"", "stands in the header"),
            ("Windmill data", "Wind\\\"mill", "invalid-value", "\"Wind", "plain text"),
            ("realm = ", "pkce = true\nrealm = ", "contradiction", "true", "scheme = \"oauth2\""),
            (
                "scheme = \"oauth1\"",
                "scheme = \"oauth2\"",
                "contradiction",
                request.trim_start_matches("request-token = "),
                "scheme = \"oauth1\"",
            ),
            (
                "token:/user_id",
                "token:/oauth_token_secret",
                "invalid-value",
                "\"token:/oauth_token_secret\"",
                "never shown",
            ),
            (
                "token:/user_id",
                "callback:oauth_verifier",
                "invalid-value",
                "\"callback:oauth_verifier\"",
                "never shown",
            ),
            (
                "facts = ",
                "carry = { query = \"t\", value = \"{{token}}\" }\nfacts = ",
                "contradiction",
                "{ query",
                "there is none",
            ),
        ],
    );
}

#[test]
fn a_dialect_is_held_to_its_rules() {
    check(
        SIGNED,
        &[
            ("is = 0", "is = 0.5", "invalid-value", "0.5", "a whole number, a text"),
            ("ok = { at = \"/code\", is = 0 }", "", "contradiction", "[17", "where these values stand"),
            ("refused = [17", "refused = [0", "contradiction", "[0", "yes and no"),
            ("refused = [17", "refused = [17, 17", "duplicate", "[17", "17 stands here twice"),
            ("\"/reply/renewal\"", "\"/reply/access\"", "contradiction", "\"/reply/access\"", "different places"),
            ("\"/reply/access\"", "\"reply\"", "invalid-value", "\"reply\"", "RFC 6901"),
            ("\"/reply/words\"", "\"/reply\"", "invalid-value", "\"/reply\"", "a token stands here"),
            ("\"/reply/words\"", "\"/reply/renewal\"", "invalid-value", "\"/reply/renewal\"", "a token stands here"),
            ("at = \"/code\"", "at = \"/x/id_token\"", "invalid-value", "{ at", "a token stands here"),
            ("token:/reply/person", "token:/reply/access", "invalid-value", "\"token:/reply/access\"", "never shown"),
            ("token:/reply/person", "token:/reply/renewal", "invalid-value", "\"token:/reply", "never shown"),
            ("token:/reply/person", "token:/reply", "invalid-value", "\"token:/reply\"", "never shown"),
            ("token:/reply/person", "token:/a~b", "invalid-value", "\"token:/a~b\"", "RFC 6901"),
            ("exchange = { do", "exchange = { grant_type", "invalid-value", "\"token\"", "set by the host"),
            ("exchange = { do", "exchange = { proof = \"x\", do", "invalid-value", "\"x\"", "set by the host"),
            ("exchange = { do", "exchange = { once = \"x\", do", "invalid-value", "\"x\"", "set by the host"),
            ("exchange = { do", "exchange = { \"\" = \"x\", do", "invalid-value", "\"x\"", "has a name"),
            ("scope = \"offline\"", "refresh_token = \"x\"", "invalid-value", "\"x\"", "set by the host"),
            ("do = \"forget\"", "token = \"x\"", "invalid-value", "\"x\"", "set by the host"),
            ("fields = { do", "fields = { timestamp = \"x\", do", "invalid-value", "\"x\"", "set by the host"),
            ("lifetime = \"3h\"", "lifetime = \"10m\"", "contradiction", "\"10m\"", "shorter than `lifetime`"),
            ("lifetime = \"3h\"", "rotates = false", "contradiction", "\"8h\"", "remove `grace`"),
            ("issuer = \"https:", "issuer = \"http:", "invalid-value", "\"http:", "https://"),
            ("example/\"\nscopes", "example/?a\"\nscopes", "invalid-value", "\"https:", "no query"),
        ],
    );
}

#[test]
fn a_signing_client_signs_what_it_sends() {
    let (head, tail) = SIGNED.split_once("[auth.signed]").unwrap();
    let unsigned =
        format!("{head}{}", tail.split_once("[[route]]").map(|(_, rest)| format!("[[route]]{rest}")).unwrap());
    let error = refuse(&unsigned);
    assert_eq!(error.code(), "missing-key");
    assert!(error.message.contains("needs `signed`"), "{error}");
    check(
        SIGNED,
        &[
            ("{do},{client-id},{once}", "{do},{twice}", "contradiction", "\"{do}", "an exchange has no field `twice`"),
            ("{do},{client-id},{once}", "{client-secret}", "contradiction", "\"{client", "there is `client-id`"),
            ("{do},{client-id},{once}", "{code}", "contradiction", "\"{code}", "a renewal has no field `code`"),
            ("extra = { do = \"token\"", "extra = { d = \"token\"", "contradiction", "\"{do}", "a renewal has no"),
            ("extra = { do = \"forget\" }", "extra = {}", "contradiction", "\"{do}", "a revocation has no field `do`"),
            ("{timestamp}", "{once}", "contradiction", "\"{do}", "the asking for a nonce has no field `once`"),
            ("digest = \"hmac-sha256\"", "digest = \"equal\"", "invalid-value", "\"equal\"", "keyed digest"),
            ("field = \"proof\"", "field = \"code\"", "contradiction", "\"code\"", "its own"),
            ("field = \"proof\"", "field = \"timestamp\"", "contradiction", "\"timestamp\"", "its own"),
            ("field = \"proof\"", "field = \"once\"", "contradiction", "\"once\"", "its own"),
            ("at = \"/reply/once\"", "at = \"once\"", "invalid-value", "\"once\"", "RFC 6901"),
        ],
    );
    let taken = SIGNED.replace("field = \"once\"", "field = \"client_id\"").replace("{once}", "{client_id}");
    assert!(refuse(&taken).message.contains("a nonce has a field of its own"));
    let nobody = SIGNED.replace("client = \"signed\"", "client = \"body\"");
    assert!(refuse(&nobody).message.contains("nothing is signed"));
}

#[test]
fn a_token_is_given_back_in_one_way() {
    let bearer = "method = \"DELETE\", as = \"bearer\"";
    check(
        FAMILY,
        &[
            (bearer, "method = \"DELETE\"", "contradiction", "\"DELETE\"", "a form goes by POST"),
            (bearer, "method = \"PUT\", as = \"bearer\"", "invalid-value", "\"PUT\"", "`POST` or `DELETE`"),
            (bearer, "as = \"bearer\", client = \"basic\"", "contradiction", "\"basic\"", "remove `client`"),
            (bearer, "as = \"bearer\", token = \"refresh\"", "contradiction", "\"refresh\"", "remove `token`"),
            (bearer, "as = \"bearer\", extra = { a = \"b\" }", "contradiction", "{ a", "remove `extra`"),
        ],
    );
}

#[test]
fn signatures_prove_something() {
    let verify = "digest = \"equal\"\nkey = \"client-id\"";
    check(
        SIGNED,
        &[
            (verify, "digest = \"hmac-sha1\"\nkey = \"client-secret\"", "missing-key", "[[verify]]", "`message`"),
            (
                verify,
                "digest = \"hmac-sha1\"\nkey = \"client-id\"\nmessage = \"{body}\"",
                "invalid-value",
                "\"client-id\"",
                "no secret",
            ),
            (
                verify,
                "digest = \"equal\"\nkey = \"hook-secret\"\nmessage = \"{body}\"",
                "contradiction",
                "\"{body}",
                "remove `message`",
            ),
            (
                verify,
                "digest = \"equal\"\nkey = \"hook-secret\"\ntolerance = 5",
                "contradiction",
                "5",
                "remove `tolerance`",
            ),
            (
                verify,
                "digest = \"equal\"\nkey = \"hook-secret\"\nencoding = \"base64\"",
                "contradiction",
                "\"base64\"",
                "remove `encoding`",
            ),
            ("key = \"client-secret\"", "key = \"client-id\"", "invalid-value", "\"client-id\"", "no secret"),
            (
                "template = \"{do}",
                "template = \"{client-secret}",
                "invalid-value",
                "\"{client-secret}",
                "no part of the text",
            ),
        ],
    );
    let equal = OAUTH.replace(
        "digest = \"hmac-sha256\"\nkey = \"client-secret\"\ntemplate",
        "digest = \"equal\"\nkey = \"client-secret\"\ntemplate",
    );
    assert!(refuse(&equal).message.contains("keyed digest"));
}
