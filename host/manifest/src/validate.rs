//! What holds between the sections of a manifest.

use std::collections::BTreeSet;
use std::fmt::Display;

use crate::auth::Scheme;
use crate::error::Code;
use crate::manifest::Manifest;
use crate::pattern::UrlPattern;
use crate::problem::{Problem, at};
use crate::route::{Credential, Method, Route, is_within};
use crate::stream::Stream;
use crate::{scalar, validate_auth, validate_rules};

/// Below a provider's streams, where a phone enrols.
const ENROLS: &str = "connect";

/// All that is wrong, in no particular order.
pub(crate) fn problems(manifest: &Manifest) -> Vec<Problem> {
    let mut found = Vec::new();
    providers(manifest, &mut found);
    validate_auth::check(manifest, &mut found);
    routes(manifest, &mut found);
    fills(manifest, &mut found);
    captures(manifest, &mut found);
    streams(manifest, &mut found);
    names(manifest, &mut found);
    validate_rules::check(manifest, &mut found);
    rest(manifest, &mut found);
    found
}

fn providers(manifest: &Manifest, found: &mut Vec<Problem>) {
    if manifest.providers.is_empty() {
        found.push(Problem::new(at!["provider"], Code::MissingKey, "no [[provider]]: say whom the adapter serves"));
    }
    duplicates("provider", "id", manifest.providers.iter().map(|provider| &provider.id), found);
}

fn routes(manifest: &Manifest, found: &mut Vec<Problem>) {
    let nobody = matches!(manifest.auth.scheme, Scheme::None | Scheme::Device);
    let mut seen = BTreeSet::new();
    for (index, route) in manifest.routes.iter().enumerate() {
        let mut wrong =
            |key: &str, code, message: &str| found.push(Problem::new(at!["route", index, key], code, message));
        if route.methods.is_empty() {
            wrong("methods", Code::MissingKey, "a route needs at least one method, as in [\"GET\"]");
        }
        if route.linked && (route.methods != [Method::Get] || route.credential != Credential::None) {
            wrong(
                "linked",
                Code::Contradiction,
                "a linked route is for GET without a credential: write `methods = [\"GET\"]` and no `credential`",
            );
        }
        if nobody && route.credential == Credential::User {
            wrong(
                "credential",
                Code::Contradiction,
                "with this scheme no user has a credential that could go along: write `credential = \"none\"`",
            );
        }
        if route.secret_query.iter().any(String::is_empty) {
            wrong("secret-query", Code::InvalidValue, "a query parameter has a name: remove the empty one");
        }
        for method in &route.methods {
            if !seen.insert((&route.host, &route.path, method, route.credential, route.linked)) {
                wrong("methods", Code::Duplicate, "another route says the same for this method: remove one of them");
            }
        }
    }
}

fn fills(manifest: &Manifest, found: &mut Vec<Problem>) {
    let known = validate_auth::secrets(manifest);
    let mut seen = BTreeSet::new();
    for (index, fill) in manifest.fills.iter().enumerate() {
        if fill.url.host().is_any_under() || fill.url.is_below() {
            let message = "a secret goes to a place that is spelt out: name host and path, without `*.` and `/*`";
            found.push(Problem::new(at!["fill", index, "url"], Code::InvalidValue, message));
        }
        if !manifest.routes.iter().any(|route| reaches(route, fill.method, &fill.url)) {
            let message = format!("no [[route]] allows {} {}: add one, or mend the URL", fill.method, fill.url);
            found.push(Problem::new(at!["fill", index, "url"], Code::Contradiction, message));
        }
        if !known.contains(fill.field.as_str()) {
            let message = format!(
                "`{}` is no field of the sign-in form, nothing that a [[capture]] takes and nothing of the client's: {}",
                fill.field,
                one_of(&known)
            );
            found.push(Problem::new(at!["fill", index, "field"], Code::Contradiction, message));
        }
        if !seen.insert((&fill.name, fill.method, fill.url.to_string(), fill.at.line())) {
            let message = "another rule of this group fills the same place: remove one of them";
            found.push(Problem::new(at!["fill", index, "at"], Code::Duplicate, message));
        }
    }
}

fn captures(manifest: &Manifest, found: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for (index, capture) in manifest.captures.iter().enumerate() {
        if !manifest.routes.iter().any(|route| may_answer(route, capture.method, &capture.url)) {
            let message = format!("no [[route]] leads to {}: add one, or mend the URL", capture.url);
            found.push(Problem::new(at!["capture", index, "url"], Code::Contradiction, message));
        }
        if validate_auth::CLIENT_HOLES.contains(&capture.name.as_str()) {
            let message = format!("`{}` is the operator's application: take it under another name", capture.name);
            found.push(Problem::new(at!["capture", index, "as"], Code::Contradiction, message));
        }
        let method = capture.method.map(Method::as_str);
        if !seen.insert((method, capture.url.to_string(), &capture.name)) {
            let message = "another capture takes the same name out of the same answer: remove one of them";
            found.push(Problem::new(at!["capture", index, "as"], Code::Duplicate, message));
        }
    }
}

/// Whether a request to the pattern's URLs leaves by this route.
fn reaches(route: &Route, method: Method, url: &UrlPattern) -> bool {
    !route.linked
        && route.methods.contains(&method)
        && route.host.covers(url.host())
        && is_within(url.path(), &route.path)
}

/// Whether some request by this route could be answered by a URL of the pattern.
fn may_answer(route: &Route, method: Option<Method>, url: &UrlPattern) -> bool {
    let hosts = route.host.covers(url.host()) || url.host().covers(&route.host);
    let paths = is_within(url.path(), &route.path) || (url.is_below() && is_within(&route.path, url.path()));
    !route.linked && method.is_none_or(|method| route.methods.contains(&method)) && hosts && paths
}

fn streams(manifest: &Manifest, found: &mut Vec<Problem>) {
    if manifest.streams.is_empty() {
        found.push(Problem::new(at!["stream"], Code::MissingKey, "no [[stream]]: say what the adapter pulls"));
    }
    duplicates("stream", "name", manifest.streams.iter().map(|stream| &stream.name), found);
    for (index, stream) in manifest.streams.iter().enumerate() {
        if stream.name == ENROLS && matches!(manifest.auth.scheme, Scheme::Device) {
            let message = "phones enrol at this address: give the stream another name";
            found.push(Problem::new(at!["stream", index, "name"], Code::InvalidValue, message));
        }
        for (key, needed, words) in lists(stream) {
            if needed && words.is_empty() {
                let message = format!("a stream needs `{key}`: name at least one");
                found.push(Problem::new(at!["stream", index, key], Code::MissingKey, message));
            }
            let mut seen = BTreeSet::new();
            for (place, word) in words.iter().enumerate() {
                if word.trim().is_empty() {
                    let path = at!["stream", index, key, place];
                    found.push(Problem::new(path, Code::InvalidValue, "is empty: name something or remove it"));
                } else if !seen.insert(word) {
                    let path = at!["stream", index, key, place];
                    found.push(Problem::new(path, Code::Duplicate, format!("`{word}` stands here twice: remove one")));
                } else if key != "gaps" && key != "facets" && !scalar::is_kebab(word) {
                    let message = format!("`{word}` is not in kebab-case, as the registry's names are");
                    found.push(Problem::new(at!["stream", index, key, place], Code::InvalidValue, message));
                }
            }
        }
    }
}

fn lists(stream: &Stream) -> [(&'static str, bool, &[String]); 4] {
    [
        ("yields", true, &stream.yields),
        ("facets", true, &stream.facets),
        ("metrics", false, &stream.metrics),
        ("gaps", false, &stream.gaps),
    ]
}

fn names(manifest: &Manifest, found: &mut Vec<Problem>) {
    duplicates("sign", "rule", manifest.signs.iter().map(|sign| &sign.rule), found);
    duplicates("verify", "name", manifest.verify.iter().map(|verify| &verify.name), found);
    duplicates("setting", "name", manifest.settings.iter().map(|setting| &setting.name), found);
    for (index, setting) in manifest.settings.iter().enumerate() {
        if let Some(default) = &setting.default
            && !setting.choices.is_empty()
            && !setting.choices.contains(default)
        {
            let message = format!("`{default}` is not among the choices: add it, or choose another");
            found.push(Problem::new(at!["setting", index, "default"], Code::Contradiction, message));
        }
    }
}

fn rest(manifest: &Manifest, found: &mut Vec<Problem>) {
    for (index, quota) in manifest.quotas.iter().enumerate() {
        if quota.limit == 0 {
            let message = "a quota of no requests is none: write how many there are";
            found.push(Problem::new(at!["quota", index, "limit"], Code::InvalidValue, message));
        }
    }
    let state = &manifest.state;
    if !state.reads.contains(&state.writes) {
        let message = format!("a version reads what it writes: add {} to `reads`", state.writes);
        found.push(Problem::new(at!["state", "reads"], Code::Contradiction, message));
    }
}

/// Refuses a name that two entries of a section bear.
pub(crate) fn duplicates<'m>(
    section: &str,
    key: &str,
    names: impl Iterator<Item = &'m String>,
    found: &mut Vec<Problem>,
) {
    let mut seen = BTreeSet::new();
    for (index, name) in names.enumerate() {
        if !seen.insert(name) {
            let message = format!("`{name}` is there already: give each [[{section}]] a `{key}` of its own");
            found.push(Problem::new(at![section, index, key], Code::Duplicate, message));
        }
    }
}

pub(crate) fn one_of<T: Display>(known: &BTreeSet<T>) -> String {
    if known.is_empty() {
        return "there is none".to_owned();
    }
    let known: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    format!("there is {}", known.join(", "))
}
