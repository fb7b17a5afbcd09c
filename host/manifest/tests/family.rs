//! One manifest for providers that differ in hosts.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use gearshift_manifest::{Credential, Manifest, Scheme, redact};
use url::Url;

const FAMILY: &str = include_str!("manifests/family.toml");
const OAUTH: &str = include_str!("manifests/oauth.toml");

fn grants(text: &str) -> BTreeSet<String> {
    Manifest::parse(text).unwrap().grants().iter().map(str::to_owned).collect()
}

#[test]
fn each_provider_reads_its_own_hosts() {
    let manifest = Manifest::parse(FAMILY).unwrap();
    for (provider, host, other) in [
        ("ESTUARY", "api.estuary.example", "api.eu.estuary.example"),
        ("ESTUARY_EU", "api.eu.estuary.example", "api.estuary.example"),
    ] {
        let read = manifest.of(provider).unwrap();
        assert_eq!(read.providers.iter().map(|each| each.id.as_str()).collect::<Vec<_>>(), [provider]);
        let Scheme::Oauth2(oauth2) = &read.auth.scheme else { panic!("not OAuth 2") };
        assert_eq!(oauth2.authorize.as_str(), format!("https://{host}/oauth/login"));
        assert_eq!(oauth2.revoke.as_ref().unwrap().url.as_str(), format!("https://{host}/v1/access"));
        let url = |host: &str| Url::parse(&format!("https://{host}/v1/levels")).unwrap();
        assert!(read.route("GET", &url(host), Credential::User).is_some());
        assert!(read.route("GET", &url(other), Credential::User).is_none(), "{provider} reaches {other}");
        assert_eq!(read.captures("GET", &url(host)).len(), 1);
        assert!(read.captures("GET", &url(other)).is_empty());
        assert_eq!(read.of(provider).unwrap(), read);
    }
    assert!(manifest.of("ESTUARY_JP").is_none());
}

#[test]
fn the_whole_lists_all_providers_and_reads_as_the_first() {
    let manifest = Manifest::parse(FAMILY).unwrap();
    assert_eq!(manifest.providers.len(), 2);
    assert_eq!(manifest.routes, manifest.of("ESTUARY").unwrap().routes);
    let eu = manifest.provider("ESTUARY_EU").unwrap();
    assert_eq!(eu.hosts["api"].as_str(), "api.eu.estuary.example");
}

#[test]
fn without_hosts_every_provider_reads_the_same() {
    let manifest = Manifest::parse(OAUTH).unwrap();
    let (one, other) = (manifest.of("MEADOW").unwrap(), manifest.of("MEADOW_EU").unwrap());
    assert_eq!((&one.routes, &one.auth, &one.state), (&manifest.routes, &manifest.auth, &manifest.state));
    assert_eq!((&one.routes, &one.auth), (&other.routes, &other.auth));
    assert_eq!(other.providers, [manifest.provider("MEADOW_EU").unwrap().clone()]);
    assert!(manifest.of("MEADOW_US").is_none());
}

#[test]
fn grants_name_the_provider_whose_host_it_is() {
    let lines = grants(FAMILY);
    for line in [
        "auth ESTUARY oauth2 authorize=https://api.estuary.example/oauth/login pkce=true",
        "auth ESTUARY_EU oauth2 authorize=https://api.eu.estuary.example/oauth/login pkce=true",
        "auth ESTUARY_EU oauth2 revoke=https://api.eu.estuary.example/v1/access method=DELETE as=bearer",
        "route GET https://api.estuary.example/v1/ credential=user secret-query=ticket provider=ESTUARY",
        "route GET https://api.eu.estuary.example/v1/ credential=user secret-query=ticket provider=ESTUARY_EU",
        "route GET https://*.files.eu.estuary.example/ credential=none linked provider=ESTUARY_EU",
        "capture any https://api.eu.estuary.example/v1/* from=header:x-ticket as=ticket provider=ESTUARY_EU",
    ] {
        assert!(lines.contains(line), "{line}\nis not among\n{lines:#?}");
    }
    let manifest = Manifest::parse(FAMILY).unwrap();
    let of_each: BTreeSet<String> = ["ESTUARY", "ESTUARY_EU"]
        .into_iter()
        .flat_map(|id| manifest.of(id).unwrap().grants().iter().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    assert_eq!(of_each, lines, "the whole asks for what its providers ask for");
}

#[test]
fn hosts_that_change_places_are_asked_for() {
    let (ours, theirs) = ("\"files.estuary.example\"", "\"files.eu.estuary.example\"");
    let swapped = FAMILY.replace(ours, "X").replace(theirs, ours).replace('X', theirs);
    assert_ne!(swapped, FAMILY);
    let asked: Vec<String> = grants(&swapped).difference(&grants(FAMILY)).cloned().collect();
    assert_eq!(
        asked,
        [
            "route GET https://*.files.estuary.example/ credential=none linked provider=ESTUARY_EU",
            "route GET https://*.files.eu.estuary.example/ credential=none linked provider=ESTUARY",
        ]
    );
}

#[test]
fn secret_queries_of_every_provider_are_taken_out() {
    let manifest = Manifest::parse(FAMILY).unwrap();
    for host in ["api.estuary.example", "api.eu.estuary.example"] {
        let url = Url::parse(&format!("https://{host}/v1/levels?ticket=abc")).unwrap();
        assert_eq!(redact(&manifest, &url), format!("https://{host}/v1/levels?ticket=redacted"));
    }
}

#[test]
fn what_is_wrong_with_hosts_is_told() {
    let eu = "hosts = { api = \"api.eu.estuary.example\", files = \"files.eu.estuary.example\" }";
    for (from, to, code, line, column, part) in [
        (eu, "", "contradiction", 11, 1, "another provider has the host `api`"),
        (eu, "hosts = { api = \"a.b.example\" }", "contradiction", 15, 9, "another provider has the host `files`"),
        (eu, "hosts = 1", "invalid-value", 15, 9, "invalid type"),
        ("\"api.eu.estuary.example\"", "\"https://a.b.example\"", "invalid-value", 15, 17, "bare name"),
        ("\"api.eu.estuary.example\"", "\"*.estuary.example\"", "invalid-value", 15, 17, "name one"),
        ("\"api.eu.estuary.example\"", "\"{{files}}\"", "invalid-value", 15, 17, "no host"),
        ("\"api.eu.estuary.example\"", "\"a.b.example/x\"", "invalid-value", 15, 17, "bare name"),
        ("as = \"ticket\"", "as = \"files\"", "contradiction", 9, 48, "stands for a credential"),
        ("as = \"ticket\"", "as = 1", "invalid-value", 39, 6, "invalid type"),
    ] {
        let text = FAMILY.replacen(from, to, 1);
        assert_ne!(text, FAMILY, "the base has no {from}");
        let error = Manifest::parse(&text).expect_err(to);
        assert_eq!((error.code(), error.line, error.column), (code, line, column), "`{to}`: {error}");
        assert!(error.message.contains(part), "`{to}`: {error}");
    }
    for taken in ["token", "key", "client-id", "client-secret"] {
        let text = FAMILY.replace("{ api =", &format!("{{ {taken} =")).replace("{{api}}", &format!("{{{{{taken}}}}}"));
        let error = Manifest::parse(&text).expect_err(taken);
        assert_eq!((error.code(), error.line), ("contradiction", 9), "{error}");
    }
    let text = FAMILY.replace("{ api =", "{ API =");
    assert!(Manifest::parse(&text).unwrap_err().message.contains("kebab-case"));
}

#[test]
fn a_hole_that_nobody_fills_is_no_host() {
    for (base, from) in [(FAMILY, "host = \"{{api}}\""), (OAUTH, "host = \"www.meadow.example\"")] {
        let error = Manifest::parse(&base.replacen(from, "host = \"{{ap}}\"", 1)).unwrap_err();
        assert_eq!(error.code(), "invalid-value", "{error}");
        assert!(error.message.contains("`{{ap}}` is no host"), "{error}");
    }
}

#[test]
fn an_error_of_one_reading_is_at_its_place_in_the_file() {
    // Only in Europe do two routes become one.
    let text = FAMILY.replace(
        "host = \"*.{{files}}\"\nmethods = [\"GET\"]\nlinked = true",
        "host = \"api.eu.estuary.example\"\npath = \"/v1/\"\nmethods = [\"GET\"]\ncredential = \"user\"",
    );
    let error = Manifest::parse(&text).unwrap_err();
    assert_eq!((error.code(), error.line), ("duplicate", 34), "{error}");
    assert!(error.message.ends_with("(as ESTUARY_EU reads it)"), "{error}");

    let text = FAMILY.replace("method = \"DELETE\"", "method = \"GET\"");
    let error = Manifest::parse(&text).unwrap_err();
    let line = text.lines().nth(error.line - 1).unwrap();
    assert_eq!(&line[error.column - 1..error.column + 4], "\"GET\"", "{error}");
    assert!(!error.message.contains("as ESTUARY"), "{error}");
}

#[test]
fn a_family_is_bounded() {
    let member = |index: usize| format!("[[provider]]\nid = \"P{index}\"\nname = \"P\"\naccess = \"byo-key\"\n\n");
    let (head, tail) = OAUTH.split_once("[auth]").unwrap();
    let many = |count: usize| head.to_owned() + &(2..count).map(member).collect::<String>() + "[auth]" + tail;
    assert!(Manifest::parse(&many(32)).is_ok());
    let error = Manifest::parse(&many(33)).unwrap_err();
    assert_eq!(error.code(), "too-large", "{error}");

    let host = ["a".repeat(60).as_str(); 4].join(".");
    let long = FAMILY
        .replace("api.estuary.example", &host)
        .replace("name = \"Estuary\"", &format!("name = \"{}\"", "{{api}}".repeat(1_200)));
    let error = Manifest::parse(&long).unwrap_err();
    assert_eq!(error.code(), "too-large", "{error}");
    assert!(error.message.contains("with its hosts"), "{error}");
}
