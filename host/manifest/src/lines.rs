//! The grants that a manifest asks for, one line each.
//!
//! Whatever decides where something may go, whose credential goes along, what is asked of a user or shown to the guest has a
//! line. Names for people, quotas, streams and schedules have none: they may be mended without asking.

use std::collections::{BTreeMap, BTreeSet};

use crate::answer::Answer;
use crate::auth::{Auth, CarryPlace, Fact, Scheme};
use crate::grants::Grants;
use crate::manifest::Manifest;
use crate::oauth1::OAuth1;
use crate::oauth2::{OAuth2, Revoke, RevokeAs, RevokedToken};
use crate::route::Route;
use crate::rules::Verify;
use crate::signed::Signed;

pub(crate) fn of(manifest: &Manifest) -> Grants {
    let mut lines = BTreeSet::new();
    for text in manifest.texts() {
        for provider in &text.providers {
            let id = &provider.id;
            lines.insert(format!("provider {id} access={}", provider.access.as_str()));
            auth(&mut lines, id, &text.auth);
        }
        // Where providers differ in hosts, each has lines of its own: an exchange of hosts between two of them is asked for.
        let whose = match text.providers.as_slice() {
            [provider] if !provider.hosts.is_empty() => format!(" provider={}", provider.id),
            _ => String::new(),
        };
        lines.extend(rules(text).into_iter().map(|line| line + &whose));
    }
    lines.into_iter().collect()
}

fn reach(route: &Route) -> String {
    let mut line = format!("https://{}{} credential={}", route.host, route.path, route.credential);
    if route.linked {
        line.push_str(" linked");
    }
    let secret: BTreeSet<&String> = route.secret_query.iter().collect();
    for name in secret {
        line.push_str(&format!(" secret-query={}", word(name)));
    }
    line
}

fn auth(lines: &mut BTreeSet<String>, id: &str, auth: &Auth) {
    for accepted in &auth.accepts {
        lines.insert(format!("accepts {id} {}", word(accepted)));
    }
    match &auth.scheme {
        Scheme::Oauth2(oauth2) => self::oauth2(lines, id, oauth2),
        Scheme::Oauth1(oauth1) => self::oauth1(lines, id, oauth1),
        Scheme::Session(_) => {}
        other => {
            lines.insert(format!("auth {id} {}", other.as_str()));
        }
    }
    for field in auth.scheme.form() {
        let kept = if field.secret { "secret" } else { "shown-to-adapter" };
        lines.insert(format!("form {id} {} {kept}", field.name));
    }
    for (name, fact) in &auth.facts {
        let from = match fact {
            Fact::Token(pointer) => format!("token:{pointer}"),
            Fact::Callback(parameter) => format!("callback:{parameter}"),
        };
        lines.insert(format!("fact {id} {} from={}", word(name), word(&from)));
    }
    for carry in &auth.carry {
        let place = match &carry.place {
            CarryPlace::Header(name) => format!("header={name}"),
            CarryPlace::Query(name) => format!("query={}", word(name)),
        };
        lines.insert(format!("carry {id} {} {place} value={}", carry.credential, word(carry.value.as_str())));
    }
}

fn oauth2(lines: &mut BTreeSet<String>, id: &str, oauth2: &OAuth2) {
    let (client, pkce) = (oauth2.client.as_str(), oauth2.pkce);
    lines.insert(format!("auth {id} oauth2 authorize={} pkce={pkce}", oauth2.authorize));
    lines.insert(format!("auth {id} oauth2 token={} client={client} pkce={pkce}", oauth2.token));
    if let Some(issuer) = &oauth2.issuer {
        lines.insert(format!("auth {id} oauth2 issuer={}", word(issuer)));
    }
    for (name, value) in &oauth2.extra {
        lines.insert(format!("auth {id} oauth2 parameter {}={}", word(name), word(value)));
    }
    fields(lines, &format!("auth {id} oauth2 exchange"), &oauth2.exchange);
    if let Some(refresh) = &oauth2.refresh {
        fields(lines, &format!("auth {id} oauth2 refresh"), &refresh.extra);
    }
    if let Some(revoke) = &oauth2.revoke {
        self::revoke(lines, id, revoke);
    }
    answer(lines, id, &oauth2.answer);
    if let Some(signed) = &oauth2.signed {
        self::signed(lines, id, signed);
    }
    for scope in &oauth2.scopes.default {
        lines.insert(format!("scope {id} {}", word(scope)));
    }
    for scope in &oauth2.scopes.optional {
        lines.insert(format!("scope {id} {} optional", word(scope)));
    }
}

fn oauth1(lines: &mut BTreeSet<String>, id: &str, oauth1: &OAuth1) {
    for (what, url) in
        [("request-token", &oauth1.request_token), ("authorize", &oauth1.authorize), ("token", &oauth1.token)]
    {
        lines.insert(format!("auth {id} oauth1 {what}={url}"));
    }
    let realm = oauth1.realm.as_ref().map_or(String::new(), |realm| format!(" realm={}", word(realm)));
    let (digest, place) = (oauth1.digest.as_str(), oauth1.place.as_str());
    lines.insert(format!("auth {id} oauth1 signed {digest} place={place}{realm}"));
}

/// Form fields that the adapter's author adds to a request with a secret.
fn fields(lines: &mut BTreeSet<String>, request: &str, fields: &BTreeMap<String, String>) {
    for (name, value) in fields {
        lines.insert(format!("{request} field={} value={}", word(name), word(value)));
    }
}

fn revoke(lines: &mut BTreeSet<String>, id: &str, revoke: &Revoke) {
    let start = format!("auth {id} oauth2 revoke={}", revoke.url);
    lines.insert(match revoke.sends {
        RevokeAs::Bearer => format!("{start} method={} as=bearer", revoke.method),
        RevokeAs::Form => {
            let token = match revoke.token {
                RevokedToken::Access => "access",
                RevokedToken::Refresh => "refresh",
            };
            format!("{start} client={} sends={token}", revoke.client.as_str())
        }
    });
    fields(lines, &format!("auth {id} oauth2 revoke"), &revoke.extra);
}

/// Where tokens are read from, and what else of an answer is believed; nothing of what RFC 6749 says anyway.
fn answer(lines: &mut BTreeSet<String>, id: &str, answer: &Answer) {
    let usual = Answer::default();
    for ((key, pointer), (_, usual)) in answer.pointers().into_iter().zip(usual.pointers()) {
        if pointer != usual {
            lines.insert(format!("auth {id} oauth2 answer {key}={}", word(pointer)));
        }
    }
    if let Some(ok) = &answer.ok {
        lines.insert(format!("auth {id} oauth2 answer ok={} is={}", word(&ok.at), ok.is));
    }
}

fn signed(lines: &mut BTreeSet<String>, id: &str, signed: &Signed) {
    let (field, digest) = (word(&signed.field), signed.digest.as_str());
    let message = word(signed.message.as_str());
    lines.insert(format!("auth {id} oauth2 signed field={field} {digest} message={message}"));
    let Some(nonce) = &signed.nonce else { return };
    let (field, at, message) = (word(&nonce.field), word(&nonce.at), word(nonce.message.as_str()));
    lines.insert(format!("auth {id} oauth2 nonce={} field={field} at={at} message={message}", nonce.url));
    fields(lines, &format!("auth {id} oauth2 nonce"), &nonce.fields);
}

/// Routes, and the rules that move secrets.
fn rules(manifest: &Manifest) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for route in &manifest.routes {
        for method in &route.methods {
            lines.insert(format!("route {method} {}", reach(route)));
        }
    }
    for fill in &manifest.fills {
        lines.insert(format!(
            "fill {} {} {} field={} at={} transform={}",
            fill.name,
            fill.method,
            fill.url,
            fill.field,
            word(&fill.at.line()),
            fill.transform.as_str()
        ));
    }
    for capture in &manifest.captures {
        let method = capture.method.map_or("any", |method| method.as_str());
        let from = word(&capture.from.line());
        lines.insert(format!("capture {method} {} from={from} as={}", capture.url, capture.name));
    }
    for sign in &manifest.signs {
        lines.insert(format!(
            "sign {} {} key={} template={} encoding={}",
            sign.rule,
            sign.digest.as_str(),
            sign.key.as_str(),
            word(sign.template.as_str()),
            sign.encoding.as_str()
        ));
    }
    lines.extend(manifest.verify.iter().map(verify));
    lines
}

fn verify(verify: &Verify) -> String {
    let (digest, key, required) = (verify.digest.as_str(), verify.key.as_str(), verify.required);
    let start = format!("verify {} header={} {digest} key={key}", verify.name, verify.header);
    let how = verify.message.as_ref().map_or(String::new(), |message| {
        format!(" message={} encoding={}", word(message.as_str()), verify.encoding.as_str())
    });
    format!("{start}{how} required={required}")
}

/// As it is where no space or quote could make two lines look like one; else quoted.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && c != '"';
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
