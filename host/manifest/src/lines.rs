//! The grants that a manifest asks for, one line each.
//!
//! Whatever decides where something may go, whose credential goes along, what is asked of a user or shown to the guest has a
//! line. Names for people, quotas, streams and schedules have none: they may be mended without asking.

use std::collections::BTreeSet;

use crate::auth::{Auth, CarryPlace, Fact, OAuth2, RevokedToken, Scheme};
use crate::grants::Grants;
use crate::manifest::Manifest;
use crate::route::Route;

pub(crate) fn of(manifest: &Manifest) -> Grants {
    let mut lines = BTreeSet::new();
    for provider in &manifest.providers {
        let id = &provider.id;
        lines.insert(format!("provider {id} access={}", provider.access.as_str()));
        auth(&mut lines, id, &manifest.auth);
    }
    for route in &manifest.routes {
        for method in &route.methods {
            lines.insert(format!("route {method} {}", reach(route)));
        }
    }
    rules(&mut lines, manifest);
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
        Scheme::Session(session) => {
            for field in &session.form {
                let kept = if field.secret { "secret" } else { "shown-to-adapter" };
                lines.insert(format!("form {id} {} {kept}", field.name));
            }
        }
        other => {
            lines.insert(format!("auth {id} {}", other.as_str()));
        }
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
    if let Some(revoke) = &oauth2.revoke {
        let token = match revoke.token {
            RevokedToken::Access => "access",
            RevokedToken::Refresh => "refresh",
        };
        let client = revoke.client.as_str();
        lines.insert(format!("auth {id} oauth2 revoke={} client={client} sends={token}", revoke.url));
    }
    for (name, value) in &oauth2.extra {
        lines.insert(format!("auth {id} oauth2 parameter {}={}", word(name), word(value)));
    }
    for scope in &oauth2.scopes.default {
        lines.insert(format!("scope {id} {}", word(scope)));
    }
    for scope in &oauth2.scopes.optional {
        lines.insert(format!("scope {id} {} optional", word(scope)));
    }
}

fn rules(lines: &mut BTreeSet<String>, manifest: &Manifest) {
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
    for verify in &manifest.verify {
        lines.insert(format!(
            "verify {} header={} {} key={} message={} encoding={} required={}",
            verify.name,
            verify.header,
            verify.digest.as_str(),
            verify.key.as_str(),
            word(verify.message.as_str()),
            verify.encoding.as_str(),
            verify.required
        ));
    }
}

/// As it is where no space or quote could make two lines look like one; else quoted.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && c != '"';
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
