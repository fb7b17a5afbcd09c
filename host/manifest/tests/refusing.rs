//! What is wrong is found, at its place, and the message says what to do.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use gearshift_manifest::MAX_BYTES;
use support::{check, refuse};

const OAUTH: &str = include_str!("manifests/oauth.toml");
const KEY: &str = include_str!("manifests/key.toml");
const SESSION: &str = include_str!("manifests/session.toml");
const MINIMAL: &str = include_str!("manifests/minimal.toml");

#[test]
fn typos_are_named_with_what_was_meant() {
    check(
        OAUTH,
        &[
            (
                "methods = [\"GET\", \"POST\"]",
                "metohds = [\"GET\"]",
                "unknown-key",
                "metohds",
                "did you mean `methods`?",
            ),
            ("[[stream]]", "[[streams]]", "unknown-key", "", "did you mean `stream`?"),
            ("client = \"body\"", "cilent = \"body\"", "unknown-key", "cilent", "did you mean `client`?"),
            ("rotates = true", "rotate = true", "unknown-key", "rotate", "did you mean `rotates`?"),
            ("form = \"pair\"", "colour = 1", "unknown-key", "colour", "known here are `limit`, `used`"),
            ("\"byo-key\"", "\"byokey\"", "invalid-value", "\"byokey\"", "did you mean `byo-key`?"),
            ("\"POST\"]", "\"post\"]", "invalid-value", "\"post\"", "known here are `GET`"),
            ("credential = \"user\"", "credential = \"users\"", "invalid-value", "\"users\"", "did you mean `user`?"),
            ("value = \"Bearer {{token}}\"", "vlaue = \"x\"", "unknown-key", "vlaue", "did you mean `value`?"),
        ],
    );
}

#[test]
fn text_that_is_no_manifest_is_refused() {
    check(
        OAUTH,
        &[
            ("name = \"meadow\"", "name = meadow", "syntax", "", "not TOML"),
            ("name = \"meadow\"", "name = \"meadow\"\nname = \"m\"", "duplicate", "name = \"m\"", "twice"),
            ("name = \"meadow\"", "", "missing-key", "contract", "`name` is missing"),
            (
                "path = \"/api/v3/\"\nmethods = [\"GET\", \"POST\"]",
                "path = \"/\"",
                "missing-key",
                "[[route]]",
                "`methods`",
            ),
            ("version = \"1.4.0\"", "version = \"1.4\"", "invalid-value", "\"1.4\"", "unexpected end of input"),
            ("limit = 100", "limit = \"100\"", "invalid-value", "\"100\"", "invalid type"),
        ],
    );
    assert_eq!(refuse("").code(), "missing-key");
    assert_eq!(refuse(&format!("{OAUTH}#{}", "x".repeat(MAX_BYTES))).code(), "too-large");
}

#[test]
fn a_newer_contract_is_told_from_a_typo() {
    let text = OAUTH.replace("\"0.1\"", "\"0.2\"").replace("[[stream]]", "[[spring]]");
    let error = refuse(&text);
    assert_eq!((error.code(), error.line, error.column), ("unknown-contract", 1, 12));
    assert!(error.message.contains("0.2") && error.message.contains("0.1"), "{error}");
}

#[test]
fn names_have_their_forms() {
    check(
        OAUTH,
        &[
            ("\"meadow\"", "\"Meadow\"", "invalid-value", "\"Meadow\"", "kebab-case"),
            ("\"meadow\"", "\"mea--dow\"", "invalid-value", "\"mea--dow\"", "kebab-case"),
            ("\"meadow\"", "\"../meadow\"", "invalid-value", "\"../meadow\"", "kebab-case"),
            ("\"MEADOW\"", "\"Meadow\"", "invalid-value", "\"Meadow\"", "capitals"),
            ("\"MEADOW_EU\"", "\"MEADOW\"", "duplicate", "\"MEADOW\"", "is there already"),
            ("name = \"rider\"", "name = \"rides\"", "duplicate", "\"rides\"", "is there already"),
            ("name = \"Meadow\"", "name = \" \"", "invalid-value", "\" \"", "empty"),
            ("\"no original file\"", "\"no\\noriginal\"", "invalid-value", "\"no", "control character"),
            ("\"no original file\"", "\"no \\u202eelif\"", "invalid-value", "\"no", "not seen"),
        ],
    );
}

#[test]
fn hosts_are_names_and_not_too_many() {
    let host = "host = \"www.meadow.example\"";
    for (wrong, part) in [
        ("*", "full name"),
        ("localhost", "full name"),
        ("*.example", "too wide"),
        ("www.*.example", "first label"),
        ("w*w*.meadow.example", "more than one"),
        ("127.0.0.1", "address"),
        ("10.1", "address"),
        ("[::1].x.example", "bare name"),
        ("www.meadow.example:443", "bare name"),
        ("https://www.meadow.example", "bare name"),
        ("www.meadow.example/api", "bare name"),
        ("user@www.meadow.example", "bare name"),
        ("WWW.meadow.example", "bare name"),
        ("www.mëadow.example", "bare name"),
        ("www.meadow.example.", "bare name"),
        ("www..example", "bare name"),
        ("-www.meadow.example", "bare name"),
        ("", "full name"),
    ] {
        let error = refuse(&OAUTH.replace(host, &format!("host = \"{wrong}\"")));
        assert_eq!(error.code(), "invalid-value", "{wrong}: {error}");
        assert!(error.message.contains(part), "{wrong}: {error}");
    }
}

#[test]
fn paths_are_plain() {
    for wrong in
        ["api", "", "/a?b", "/a#b", "/a/*", "/a/../b", "/a/./b", "/a%2fb", "/a\\\\b", "/a//b", "/a b", "/ä", "/..;x/"]
    {
        let error = refuse(&OAUTH.replace("path = \"/api/v3/\"", &format!("path = \"{wrong}\"")));
        assert_eq!(error.code(), "invalid-value", "{wrong}: {error}");
    }
}

#[test]
fn the_operators_names_are_not_taken() {
    check(
        SESSION,
        &[
            ("name = \"email\"", "name = \"client-id\"", "contradiction", "\"client-id\"", "another name"),
            ("as = \"cookie-copy\"", "as = \"client-secret\"", "contradiction", "\"client-secret\"", "another name"),
        ],
    );
}

#[test]
fn secrets_go_where_it_is_spelt_out() {
    let url = "url = \"https://api*.harbour.example/login\"";
    check(
        SESSION,
        &[
            (url, "url = \"https://*.harbour.example/login\"", "invalid-value", "\"https://*", "spelt out"),
            (url, "url = \"https://api.harbour.example/*\"", "invalid-value", "\"https://", "spelt out"),
            (url, "url = \"https://api.other.example/login\"", "contradiction", "\"https://api.other", "no [[route]]"),
            (url, "url = \"https://api.harbour.example/loginx\"", "contradiction", "\"https://", "no [[route]]"),
            (url, "url = \"http://api.harbour.example/login\"", "invalid-value", "\"http:", "https://"),
            (url, "url = \"https://api.harbour.example\"", "invalid-value", "\"https:", "no path"),
            (url, "url = \"https://api.harbour.example:80/login\"", "invalid-value", "\"https:", "bare name"),
            (url, "url = \"https://api.harbour.example/login?x\"", "invalid-value", "\"https:", "query"),
            ("method = \"POST\"", "method = \"GET\"", "contradiction", "\"https://api*", "no [[route]]"),
            ("field = \"password\"", "field = \"passwort\"", "contradiction", "", "goes nowhere"),
            ("field = \"renewal\"", "field = \"renwal\"", "contradiction", "\"renwal\"", "`renewal`"),
            ("form:pass[word]", "query:password", "invalid-value", "\"query:", "form:NAME"),
            ("form:pass[word]", "header:cookie", "invalid-value", "\"header:", "host's"),
            ("json:/token/0", "json:token", "invalid-value", "\"json:", "RFC 6901"),
            ("json:/token/0", "json:/a~2", "invalid-value", "\"json:", "RFC 6901"),
            (
                "method = \"POST\"\nurl = \"https://api-eu.harbour.example/app/renew\"\nfield = \"renewal\"\nat = \"json:/token/0\"",
                "method = \"POST\"\nurl = \"https://api*.harbour.example/login\"\nfield = \"email\"\nat = \"json:/e\"\n[[fill]]\nname = \"again\"\nmethod = \"POST\"\nurl = \"https://api*.harbour.example/login\"\nfield = \"password\"\nat = \"json:/e\"",
                "duplicate",
                "\"json:/e\"",
                "same place",
            ),
        ],
    );
}

#[test]
fn captures_are_held_to_their_rules() {
    check(
        SESSION,
        &[
            ("header:x-next-session", "body:token", "invalid-value", "\"body:", "regex:PATTERN"),
            ("value=\"([^\"]+)\"'", "value='", "invalid-value", "'regex:", "exactly one group"),
            ("value=\"([^\"]+)\"'", "([^\"]+'", "invalid-value", "'regex:", "does not compile"),
            ("value=\"([^\"]+)\"'", "(\\w{1000}{1000})'", "invalid-value", "'regex:", "does not compile"),
            ("harbour.example/app/*", "other.example/app/*", "contradiction", "\"https:", "no [[route]]"),
            ("as = \"cookie-copy\"", "as = \"renewal\"", "duplicate", "\"renewal\"", "same name"),
            ("{{token}}", "{{email}}", "contradiction", "[", "nothing is called `email`"),
        ],
    );
}

#[test]
fn a_form_asks_for_nothing_in_vain() {
    check(
        SESSION,
        &[
            ("name = \"email\"", "name = \"password\"", "duplicate", "\"password\"", "twice"),
            ("label = \"E-mail\"", "label = \"E-mail\", secret = true", "contradiction", "\"email\"", "[[fill]]"),
            ("scheme = \"session\"", "scheme = \"oauth2\"", "contradiction", "", "scheme = \"session\""),
        ],
    );
    let empty = MINIMAL.replace("scheme = \"none\"", "scheme = \"session\"\nform = []");
    assert!(refuse(&empty).message.contains("needs `form`"));
}

#[test]
fn a_key_goes_where_the_manifest_says_and_nowhere_else() {
    check(
        KEY,
        &[
            ("{{station-key}}", "{{station-key}}{{station}}", "contradiction", "[", "nothing is called `station` here"),
            ("{{station-key}}", "{{key}}", "contradiction", "", "`station-key` is secret and goes nowhere"),
            ("name = \"keeper\"", "name = \"client-id\"", "contradiction", "\"client-id\"", "another name"),
            ("scheme = \"key\"", "scheme = \"key\"\npkce = true", "contradiction", "true", "scheme = \"oauth2\""),
            ("scheme = \"key\"", "scheme = \"device\"", "contradiction", "", "scheme = \"session\""),
        ],
    );
}

#[test]
fn a_phone_carries_nothing_and_enrols_where_no_stream_is() {
    let phone = MINIMAL.replace("scheme = \"none\"", "scheme = \"device\"");
    let enrols = phone.replace("name = \"rides\"", "name = \"connect\"");
    assert!(refuse(&enrols).message.contains("phones enrol at this address"));
    let carry = "scheme = \"device\"\ncarry = { header = \"x-key\", value = \"{{token}}\" }";
    let carries = phone.replace("scheme = \"device\"", carry);
    assert!(refuse(&carries).message.contains("nothing is called `token` here"));
    let goes_out = phone.replace("methods = [\"GET\"]", "methods = [\"GET\"]\ncredential = \"user\"");
    assert!(refuse(&goes_out).message.contains("no user has a credential"));
}

#[test]
fn routes_do_not_contradict_themselves() {
    check(
        OAUTH,
        &[
            ("path = \"/api/v3/\"\n", "", "invalid-value", "[[route]]", "add one, `path = \"/\"`"),
            ("methods = [\"GET\", \"POST\"]", "methods = []", "missing-key", "[]", "at least one"),
            ("linked = true", "linked = true\ncredential = \"user\"", "contradiction", "true", "without a credential"),
            (
                "linked = true\nmethods = [\"GET\"]",
                "linked = true\nmethods = [\"POST\"]",
                "contradiction",
                "true",
                "for GET",
            ),
            ("methods = [\"GET\", \"POST\"]", "methods = [\"GET\", \"GET\"]", "duplicate", "[", "says the same"),
            ("[\"session\"]", "[\"\"]", "invalid-value", "[", "has a name"),
        ],
    );
    let user = MINIMAL.replace("methods = [\"GET\"]", "methods = [\"GET\"]\ncredential = \"user\"");
    assert_eq!(refuse(&user).code(), "contradiction");
}

#[test]
fn streams_quotas_and_state_are_whole() {
    check(
        OAUTH,
        &[
            ("yields = [\"activity\"]", "yields = []", "missing-key", "[]", "needs `yields`"),
            ("facets = [\"rider\"]", "facets = []", "missing-key", "[]", "needs `facets`"),
            ("facets = [\"rider\"]", "facets = [\"\"]", "invalid-value", "\"\"", "empty"),
            ("\"rides.list\"]", "\"ride.detail\"]", "duplicate", "\"ride.detail\"]", "twice"),
            ("\"heart-rate\"", "\"Heart Rate\"", "invalid-value", "\"Heart", "kebab-case"),
            ("window = \"90d\"", "window = \"90 days\"", "invalid-value", "\"90 days\"", "as in `90d`"),
            ("window = \"90d\"", "window = \"0d\"", "invalid-value", "\"0d\"", "longer than no time"),
            ("window = \"90d\"", "window = -5", "invalid-value", "-5", "longer than no time"),
            ("window = \"90d\"", "window = \"99999999999999w\"", "invalid-value", "\"999", "too long"),
            ("window = \"90d\"", "window = 1.5", "invalid-value", "1.5", "a span of time"),
            ("history = \"2w\"", "history = \"some\"", "invalid-value", "\"some\"", "`all` or `none`"),
            ("limit = 100", "limit = 0", "invalid-value", "0", "how many"),
            ("limit = 100", "limit = -1", "invalid-value", "-1", ""),
            ("reads = [1, 2]", "reads = [1]", "contradiction", "[1]", "add 2"),
            ("\"{t}.{body}\"", "\"{t}\"", "contradiction", "\"{t}\"", "{body}"),
            ("\"{t}.{body}\"", "\"{t.{body}\"", "invalid-value", "\"{t", "lower case"),
            ("default = \"eu\"", "default = \"uk\"", "contradiction", "\"uk\"", "choices"),
        ],
    );
    let no_stream = MINIMAL.split("[[stream]]").next().unwrap();
    assert!(refuse(no_stream).message.contains("no [[stream]]"));
}

#[test]
fn of_several_mistakes_the_first_is_told() {
    let text = OAUTH.replace("limit = 100", "limit = 0").replace("reads = [1, 2]", "reads = [1]");
    assert!(refuse(&text).message.contains("quota"));
}

#[test]
fn columns_count_characters() {
    let text = OAUTH.replace("gaps = [\"no original file\"]", "gaps = [\"ä\", \"ä\"]");
    assert_eq!(refuse(&text).column, 14);
}

#[test]
fn an_error_reads_like_a_compilers() {
    let error = refuse(&OAUTH.replace("name = \"meadow\"", "nmae = \"meadow\""));
    assert_eq!(error.to_string(), "adapter.toml:2:1: unknown key `nmae`: did you mean `name`?");
}
