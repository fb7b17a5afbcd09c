//! What holds within `[auth]`, and between it and the rules that move its secrets.

use std::collections::BTreeSet;

use crate::auth::{Auth, Carry, CarryPlace, Fact, Field, OAuth2, Scheme};
use crate::error::Code;
use crate::manifest::Manifest;
use crate::problem::{Problem, at};
use crate::route::Credential;
use crate::scalar;
use crate::validate::one_of;

/// Parameters of an authorize URL that are the host's.
const RESERVED_PARAMETERS: &[&str] = &[
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Members of a token answer that are credentials and no facts.
const TOKENS: &[&str] = &["access_token", "refresh_token", "id_token"];

/// Parameters of a callback that are no facts.
const CALLBACK_SECRETS: &[&str] = &["code", "state"];

/// Holes of the client's credential.
const CLIENT_HOLES: &[&str] = &["client-id", "client-secret"];

pub(crate) fn check(manifest: &Manifest, found: &mut Vec<Problem>) {
    let auth = &manifest.auth;
    accepts(auth, found);
    facts(auth, found);
    match &auth.scheme {
        Scheme::Oauth2(oauth2) => check_oauth2(oauth2, found),
        Scheme::Session(session) => form(&session.form, manifest, found),
        _ => {}
    }
    for carry in &auth.carry {
        check_carry(carry, manifest, found);
    }
    let mut places = BTreeSet::new();
    for carry in &auth.carry {
        let place = match &carry.place {
            CarryPlace::Header(name) => (carry.credential, "header", name),
            CarryPlace::Query(name) => (carry.credential, "query", name),
        };
        if !places.insert(place) {
            let message = format!("two carries set the {} `{}`: remove one of them", place.1, place.2);
            found.push(Problem::new(at!["auth", "carry"], Code::Duplicate, message));
        }
    }
}

/// What a fill may put somewhere: fields of the form, and what captures took.
pub(crate) fn secrets(manifest: &Manifest) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = manifest.captures.iter().map(|capture| capture.name.as_str()).collect();
    if let Scheme::Session(session) = &manifest.auth.scheme {
        names.extend(session.form.iter().map(|field| field.name.as_str()));
    }
    names
}

fn accepts(auth: &Auth, found: &mut Vec<Problem>) {
    if !auth.accepts.contains(&auth.id) {
        let message = format!("a version serves the credentials that it makes: add \"{}\" to `accepts`", auth.id);
        found.push(Problem::new(at!["auth", "accepts"], Code::Contradiction, message));
    }
    let mut seen = BTreeSet::new();
    for (index, id) in auth.accepts.iter().enumerate() {
        if !scalar::is_kebab(id) {
            let message = format!("`{id}` is no id of an [auth]: write it in kebab-case");
            found.push(Problem::new(at!["auth", "accepts", index], Code::InvalidValue, message));
        }
        if !seen.insert(id) {
            let message = format!("`{id}` stands here twice: remove one");
            found.push(Problem::new(at!["auth", "accepts", index], Code::Duplicate, message));
        }
    }
}

fn facts(auth: &Auth, found: &mut Vec<Problem>) {
    for (name, fact) in &auth.facts {
        let secret = match fact {
            Fact::Token(pointer) => pointer.split('/').any(|member| TOKENS.contains(&member)),
            Fact::Callback(parameter) => CALLBACK_SECRETS.contains(&parameter.as_str()),
        };
        if secret {
            let message = "an adapter is never shown a token or a code: point to something else";
            found.push(Problem::new(at!["auth", "facts", name.as_str()], Code::InvalidValue, message));
        }
    }
}

fn check_oauth2(oauth2: &OAuth2, found: &mut Vec<Problem>) {
    for name in oauth2.extra.keys() {
        if RESERVED_PARAMETERS.contains(&name.as_str()) {
            let message = format!("`{name}` is set by the host: remove it");
            found.push(Problem::new(at!["auth", "extra", name.as_str()], Code::InvalidValue, message));
        }
    }
    let scopes = &oauth2.scopes;
    if scopes.separator.is_empty() {
        let message = "scopes need something between them: a space or a comma";
        found.push(Problem::new(at!["auth", "scopes", "separator"], Code::InvalidValue, message));
    }
    let mut seen = BTreeSet::new();
    for (key, list) in [("default", &scopes.default), ("optional", &scopes.optional)] {
        for (index, scope) in list.iter().enumerate() {
            let path = at!["auth", "scopes", key, index];
            if scope.is_empty() || (!scopes.separator.is_empty() && scope.contains(&scopes.separator)) {
                let message = format!("`{scope}` is not one scope: write each as an entry of its own");
                found.push(Problem::new(path, Code::InvalidValue, message));
            } else if !seen.insert(scope) {
                found.push(Problem::new(path, Code::Duplicate, format!("`{scope}` is asked for twice: remove one")));
            }
        }
    }
}

fn form(fields: &[Field], manifest: &Manifest, found: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (index, field) in fields.iter().enumerate() {
        let path = at!["auth", "form", index, "name"];
        if !seen.insert(&field.name) {
            let message = format!("`{}` is asked for twice: remove one", field.name);
            found.push(Problem::new(path, Code::Duplicate, message));
            continue;
        }
        let filled = manifest.fills.iter().any(|fill| fill.field == field.name);
        let carried = manifest.auth.carry.iter().any(|carry| carry.value.holes().any(|hole| hole == field.name));
        if field.secret && !filled && !carried {
            let message = format!(
                "`{}` is secret and goes nowhere: add a [[fill]] with `field = \"{}\"`, or do not ask for it",
                field.name, field.name
            );
            found.push(Problem::new(path, Code::Contradiction, message));
        }
    }
}

fn check_carry(carry: &Carry, manifest: &Manifest, found: &mut Vec<Problem>) {
    let mut wrong = |code, message| found.push(Problem::new(at!["auth", "carry"], code, message));
    if let CarryPlace::Query(name) = &carry.place
        && name.is_empty()
    {
        wrong(Code::InvalidValue, "a query parameter has a name: write it".to_owned());
    }
    let known: BTreeSet<&str> = match (carry.credential, &manifest.auth.scheme) {
        (Credential::None, _) => {
            wrong(Code::Contradiction, "`credential = \"none\"` carries nothing: remove this carry".to_owned());
            return;
        }
        (Credential::Client, _) => CLIENT_HOLES.iter().copied().collect(),
        (_, Scheme::Session(session)) => {
            let captured = manifest.captures.iter().map(|capture| capture.name.as_str());
            let fields = session.form.iter().filter(|field| field.secret).map(|field| field.name.as_str());
            captured.chain(fields).collect()
        }
        (_, Scheme::Key) => BTreeSet::from(["key"]),
        (_, Scheme::None) => BTreeSet::new(),
        _ => BTreeSet::from(["token"]),
    };
    if carry.value.holes().next().is_none() {
        wrong(Code::InvalidValue, "a carry without a `{{name}}` carries no credential: add one".to_owned());
    }
    for hole in carry.value.holes() {
        if !known.contains(hole) {
            let message = format!("nothing is called `{hole}` here: {}", one_of(&known));
            wrong(Code::Contradiction, message);
        }
    }
}
