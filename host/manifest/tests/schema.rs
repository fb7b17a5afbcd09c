//! wit/manifest.schema.json says of a manifest's form what the host says.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use gearshift_manifest::Manifest;
use serde_json::Value;

const OAUTH: &str = include_str!("manifests/oauth.toml");
const OAUTH1: &str = include_str!("manifests/oauth1.toml");
const KEY: &str = include_str!("manifests/key.toml");
const SESSION: &str = include_str!("manifests/session.toml");
const SIGNED: &str = include_str!("manifests/signed.toml");
const FAMILY: &str = include_str!("manifests/family.toml");
const MINIMAL: &str = include_str!("manifests/minimal.toml");

fn schema() -> Value {
    serde_json::from_str(include_str!("../../../wit/manifest.schema.json")).unwrap()
}

fn accepted(text: &str) -> Result<(), String> {
    let value: toml::Value = toml::from_str(text).unwrap();
    let instance = serde_json::to_value(value).unwrap();
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator.validate(&instance).map_err(|error| format!("{}: {error}", error.instance_path()))
}

#[test]
fn the_schema_is_one() {
    jsonschema::meta::validate(&schema()).unwrap();
}

#[test]
fn what_the_host_reads_passes_the_schema() {
    for text in [OAUTH, OAUTH1, SESSION, KEY, SIGNED, FAMILY, MINIMAL] {
        assert_eq!(accepted(text), Ok(()));
    }
}

#[test]
fn every_section_has_the_same_keys_in_both() {
    for (base, section, pointer) in [
        (OAUTH, "", ""),
        (OAUTH, "[[provider]]", "/$defs/provider"),
        (OAUTH, "[auth]", "/$defs/auth"),
        (OAUTH, "revoke = { ", "/$defs/revoke"),
        (OAUTH, "scopes = { ", "/$defs/scopes"),
        (OAUTH, "refresh = { ", "/$defs/refresh"),
        (SIGNED, "[auth.answer]", "/$defs/answer"),
        (SIGNED, "ok = { ", "/$defs/answer-ok"),
        (SIGNED, "[auth.signed]", "/$defs/signed"),
        (SIGNED, "nonce = { ", "/$defs/nonce"),
        (OAUTH, "carry = { ", "/$defs/carry"),
        (OAUTH, "[[setting]]", "/$defs/setting"),
        (OAUTH, "[[route]]", "/$defs/route"),
        (OAUTH, "[[quota]]", "/$defs/quota"),
        (OAUTH, "headers = { ", "/$defs/quota-headers"),
        (OAUTH, "[[stream]]", "/$defs/stream"),
        (OAUTH, "[[verify]]", "/$defs/verify"),
        (OAUTH, "[[sign]]", "/$defs/sign"),
        (OAUTH, "[state]", "/$defs/state"),
        (SESSION, "form = [\n    { ", "/$defs/field"),
        (SESSION, "[[fill]]", "/$defs/fill"),
        (SESSION, "[[capture]]", "/$defs/capture"),
    ] {
        let strange = if section.ends_with(' ') { "zzzzzzzzzzzz = 1, " } else { "\nzzzzzzzzzzzz = 1\n" };
        let text = base.replacen(section, &format!("{section}{strange}"), 1);
        let schema = schema();
        let properties = schema.pointer(&format!("{pointer}/properties")).and_then(Value::as_object).unwrap();
        let in_schema: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        assert_eq!(known(&text).iter().map(String::as_str).collect::<BTreeSet<_>>(), in_schema, "{section}");
        assert!(accepted(&text).is_err(), "the schema lets an unknown key pass in {section}");
    }
}

#[test]
fn every_list_of_words_is_the_same_in_both() {
    for (base, entry, pointer) in [
        (OAUTH, "\"stable\"", "/$defs/provider/properties/stability"),
        (OAUTH, "\"byo-key\"", "/$defs/provider/properties/access"),
        (OAUTH, "\"own-required\"", "/$defs/provider/properties/keys"),
        (OAUTH, "\"oauth2\"", "/$defs/auth/properties/scheme"),
        (OAUTH, "\"basic\"", "/$defs/client-auth"),
        (OAUTH, "\"GET\"", "/$defs/method"),
        (OAUTH, "\"user\"", "/$defs/credential"),
        (OAUTH, "\"client\"", "/$defs/quota/properties/scope"),
        (OAUTH, "\"pair\"", "/$defs/quota-headers/properties/form"),
        (OAUTH, "\"hmac-sha256\"", "/$defs/digest"),
        (OAUTH, "\"client-secret\"", "/$defs/key"),
        (OAUTH1, "\"header\"", "/$defs/auth/properties/place"),
        (FAMILY, "\"bearer\"", "/$defs/revoke/properties/as"),
        (SIGNED, "\"refresh\"", "/$defs/revoke/properties/token"),
        (SESSION, "\"sha256-hex\"", "/$defs/fill/properties/transform"),
    ] {
        let text = base.replacen(entry, "\"zzzzzzzzzzzz\"", 1);
        assert_ne!(text, base, "the base has no {entry}");
        let schema = schema();
        let words = schema.pointer(&format!("{pointer}/enum")).and_then(Value::as_array).unwrap();
        let in_schema: BTreeSet<&str> = words.iter().filter_map(Value::as_str).collect();
        assert_eq!(known(&text).iter().map(String::as_str).collect::<BTreeSet<_>>(), in_schema, "{entry}");
    }
}

/// What the host says is known where `zzzzzzzzzzzz` stands.
fn known(text: &str) -> BTreeSet<String> {
    let error = Manifest::parse(text).unwrap_err();
    let (head, list) = error.message.split_once("known here are ").unwrap_or_else(|| panic!("{error}"));
    assert!(head.contains("zzzzzzzzzzzz"), "{error}");
    list.split(", ").map(|word| word.trim_matches('`').to_owned()).collect()
}

#[test]
fn the_schema_sees_what_an_editor_should_underline() {
    for (base, from, to) in [
        (OAUTH, "\"MEADOW\"", "\"Meadow\""),
        (OAUTH, "\"0.1\"", "\"0.2\""),
        (OAUTH, "\"1.4.0\"", "\"1.4\""),
        (OAUTH, "\"www.meadow.example\"", "\"*\""),
        (OAUTH, "\"www.meadow.example\"", "\"192.0.2.1\""),
        (OAUTH, "\"www.meadow.example\"", "\"www.meadow.example:443\""),
        (OAUTH, "\"/api/v3/\"", "\"api\""),
        (OAUTH, "\"/api/v3/\"", "\"/a%2fb\""),
        (OAUTH, "path = \"/api/v3/\"", ""),
        (OAUTH, "\"GET\", \"POST\"", "\"get\""),
        (OAUTH, "linked = true\nmethods = [\"GET\"]", "linked = true\nmethods = [\"POST\"]"),
        (OAUTH, "\"https://www.meadow.example/oauth/authorize\"", "\"http://www.meadow.example/\""),
        (OAUTH, "approval_prompt", "redirect_uri"),
        (OAUTH, "\"90d\"", "\"90 days\""),
        (OAUTH, "facets = [\"rider\"]", "facets = []"),
        (OAUTH, "{t}.{body}", "{t}"),
        (OAUTH, "token = \"https://www.meadow.example/api/v3/oauth/token\"\n", ""),
        (OAUTH, "\"hmac-sha256\"", "\"equal\""),
        (OAUTH, "message = \"{t}.{body}\"\n", ""),
        (OAUTH, "key = \"client-secret\"\nmessage", "key = \"client-id\"\nmessage"),
        (OAUTH, "key = \"client-secret\"\ntemplate", "key = \"client-id\"\ntemplate"),
        (
            OAUTH,
            "digest = \"hmac-sha256\"\nkey = \"client-secret\"\ntemplate",
            "digest = \"equal\"\nkey = \"client-secret\"\ntemplate",
        ),
        (OAUTH, "client = \"body\"", "client = \"signed\""),
        (OAUTH, "client = \"basic\" }", "as = \"bearer\", client = \"basic\" }"),
        (OAUTH, "client = \"basic\" }", "method = \"DELETE\" }"),
        (OAUTH, "client = \"basic\" }", "method = \"GET\" }"),
        (OAUTH, "client = \"basic\" }", "extra = { token = \"x\" } }"),
        (SIGNED, "\"/reply/access\"", "\"reply/access\""),
        (SIGNED, "\"/reply/access\"", "\"/reply~access\""),
        (SIGNED, "ok = { at = \"/code\", is = 0 }", ""),
        (SIGNED, "is = 0", "is = 0.5"),
        (SIGNED, "exchange = { do", "exchange = { code"),
        (SIGNED, "key = \"client-id\"", "key = \"client-id\"\ntolerance = \"5m\""),
        (SIGNED, "issuer = \"https:", "issuer = \"http:"),
        (FAMILY, "\"api.eu.estuary.example\"", "\"*.estuary.example\""),
        (FAMILY, "\"api.eu.estuary.example\"", "\"{{files}}\""),
        (FAMILY, "{ api =", "{ token ="),
        (FAMILY, "{ api =", "{ API ="),
        (FAMILY, "\"{{api}}\"", "\"{api}\""),
        (SESSION, "form:pass[word]", "query:password"),
        (SESSION, "json:/data/ticket", "body:/data"),
        (SESSION, "[auth]", "[auth]\npkce = true"),
        (SESSION, "[auth]", "[auth]\nanswer = {}"),
        (OAUTH1, "realm = \"Windmill data\"", "realm = \"a \\\" b\""),
        (OAUTH1, "realm = \"Windmill data\"", "realm = \" \""),
        (OAUTH1, "place = \"header\"", "place = \"query\""),
        (OAUTH1, "\"hmac-sha256\"", "\"equal\""),
        (OAUTH1, "request-token = \"https://auth.windmill.example/oauth/request_token\"\n", ""),
        (OAUTH1, "realm = ", "pkce = true\nrealm = "),
        (OAUTH, "pkce = false", "place = \"query\""),
        (KEY, "scheme = \"key\"", "scheme = \"key\"\nrealm = \"x\""),
        (KEY, "scheme = \"key\"", "scheme = \"key\"\npkce = true"),
        (KEY, "scheme = \"key\"", "scheme = \"device\""),
        (MINIMAL, "\"none\"", "\"session\""),
    ] {
        let text = base.replacen(from, to, 1);
        assert_ne!(text, base, "the base has no {from}");
        assert!(accepted(&text).is_err(), "the schema lets `{to}` pass");
        assert!(Manifest::parse(&text).is_err(), "the host lets `{to}` pass");
    }
}
