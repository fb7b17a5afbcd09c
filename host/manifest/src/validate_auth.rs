//! What holds within `[auth]`, and between it and the rules that move its secrets.

use std::collections::BTreeSet;

use crate::answer::Answer;
use crate::auth::{Auth, Carry, CarryPlace, Fact, Field, Scheme};
use crate::error::Code;
use crate::manifest::Manifest;
use crate::problem::{Problem, at};
use crate::route::Credential;
use crate::rules::{CLIENT_ID, CLIENT_SECRET};
use crate::validate::one_of;
use crate::{scalar, validate_oauth1, validate_oauth2};

/// Parameters of a callback that are no facts.
const CALLBACK_SECRETS: &[&str] = &["code", "state", "oauth_token", "oauth_verifier"];

/// Holes of the client's credential, and names that mean it in a fill.
pub(crate) const CLIENT_HOLES: &[&str] = &[CLIENT_ID, CLIENT_SECRET];

pub(crate) fn check(manifest: &Manifest, found: &mut Vec<Problem>) {
    let auth = &manifest.auth;
    accepts(auth, found);
    facts(auth, found);
    match &auth.scheme {
        Scheme::Oauth2(oauth2) => validate_oauth2::check(oauth2, found),
        Scheme::Oauth1(oauth1) => validate_oauth1::check(oauth1, found),
        scheme => form(scheme.form(), manifest, found),
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

/// What a fill may put somewhere: fields of the form, what captures took, and the client's id and secret.
pub(crate) fn secrets(manifest: &Manifest) -> BTreeSet<&str> {
    let mut names: BTreeSet<&str> = manifest.captures.iter().map(|capture| capture.name.as_str()).collect();
    names.extend(manifest.auth.scheme.form().iter().map(|field| field.name.as_str()));
    names.extend(CLIENT_HOLES);
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
    let other = Answer::default();
    let answer = if let Scheme::Oauth2(oauth2) = &auth.scheme { &oauth2.answer } else { &other };
    for (name, fact) in &auth.facts {
        let secret = match fact {
            Fact::Token(pointer) => validate_oauth2::is_secret(pointer, answer) || validate_oauth1::is_secret(pointer),
            Fact::Callback(parameter) => CALLBACK_SECRETS.contains(&parameter.as_str()),
        };
        if secret {
            let message = "an adapter is never shown a token or a code: point to something else";
            found.push(Problem::new(at!["auth", "facts", name.as_str()], Code::InvalidValue, message));
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
        if CLIENT_HOLES.contains(&field.name.as_str()) {
            let message = format!("`{}` is the operator's application: give the field another name", field.name);
            found.push(Problem::new(path, Code::Contradiction, message));
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
        (_, Scheme::Key(key)) => {
            let fields = key.form.iter().filter(|field| field.secret).map(|field| field.name.as_str());
            fields.chain(CLIENT_HOLES.iter().copied()).collect()
        }
        // A signature is all that there is of the user's.
        (_, Scheme::Oauth1(_) | Scheme::None | Scheme::Device) => BTreeSet::new(),
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
