//! What holds within OAuth 2.

use std::collections::{BTreeMap, BTreeSet};

use crate::answer::Answer;
use crate::error::Code;
use crate::oauth2::{ClientAuth, OAuth2, Refresh, Revoke, RevokeAs, RevokedToken, Scopes};
use crate::problem::{Problem, at};
use crate::route::Method;
use crate::rules::{CLIENT_ID, DigestKind};
use crate::signed::Signed;
use crate::template::Template;
use crate::validate::one_of;

/// Parameters of an authorize URL that are the host's.
const AUTHORIZE: &[&str] = &[
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// Form fields that are the host's, of each request that it makes.
const EXCHANGE: &[&str] = &["client_id", "client_secret", "grant_type", "code", "redirect_uri", "code_verifier"];
const REFRESH: &[&str] = &["client_id", "client_secret", "grant_type", "refresh_token"];
const REVOKE: &[&str] = &["client_id", "client_secret", "token", "token_type_hint"];
const NONCE: &[&str] = &["client_id", "client_secret", "timestamp"];

/// Members of a token answer that are credentials, wherever they stand in it.
const TOKENS: &[&str] = &["access_token", "refresh_token", "id_token"];

pub(crate) fn check(oauth2: &OAuth2, found: &mut Vec<Problem>) {
    reserved(&oauth2.extra, AUTHORIZE, &["extra"], found);
    scopes(&oauth2.scopes, found);
    if let Some(refresh) = &oauth2.refresh {
        check_refresh(refresh, found);
    }
    if let Some(revoke) = &oauth2.revoke {
        check_revoke(revoke, found);
    }
    answer(&oauth2.answer, found);
    clients(oauth2, found);
    fields(oauth2, found);
    if let Some(signed) = &oauth2.signed {
        check_signed(signed, oauth2, found);
    }
}

/// Whether a pointer into the token answer leads to a token, or to something that holds one.
pub(crate) fn is_secret(pointer: &str, answer: &Answer) -> bool {
    let holds = |token: &str| token.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    holds(&answer.access) || holds(&answer.refresh) || pointer.split('/').any(|member| TOKENS.contains(&member))
}

fn reserved(given: &BTreeMap<String, String>, taken: &[&str], way: &[&str], found: &mut Vec<Problem>) {
    for name in given.keys() {
        let mut path = at!["auth"];
        path.extend(way.iter().chain([&name.as_str()]).map(|step| (*step).into()));
        if taken.contains(&name.as_str()) {
            found.push(Problem::new(path, Code::InvalidValue, format!("`{name}` is set by the host: remove it")));
        } else if name.is_empty() {
            found.push(Problem::new(path, Code::InvalidValue, "a parameter has a name: write it"));
        }
    }
}

fn scopes(scopes: &Scopes, found: &mut Vec<Problem>) {
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

fn check_refresh(refresh: &Refresh, found: &mut Vec<Problem>) {
    if let (Some(ahead), Some(lifetime)) = (refresh.ahead, refresh.lifetime)
        && ahead >= lifetime
    {
        let message = "a token would be renewed as soon as it is there: `ahead` must be shorter than `lifetime`";
        found.push(Problem::new(at!["auth", "refresh", "ahead"], Code::Contradiction, message));
    }
    if refresh.grace.is_some() && !refresh.rotates {
        let message = "with `rotates = false` there is no former refresh token: remove `grace`";
        found.push(Problem::new(at!["auth", "refresh", "grace"], Code::Contradiction, message));
    }
}

fn check_revoke(revoke: &Revoke, found: &mut Vec<Problem>) {
    let mut wrong =
        |key: &str, code, message: &str| found.push(Problem::new(at!["auth", "revoke", key], code, message));
    match (revoke.sends, revoke.method) {
        (_, Method::Post) | (RevokeAs::Bearer, Method::Delete) => {}
        (RevokeAs::Form, Method::Delete) => {
            wrong("method", Code::Contradiction, "a form goes by POST: remove `method`, or write `as = \"bearer\"`");
        }
        _ => wrong("method", Code::InvalidValue, "a token is given back by `POST` or `DELETE`: write one of them"),
    }
    if revoke.sends == RevokeAs::Form {
        return;
    }
    for (key, there) in [
        ("client", revoke.client != ClientAuth::default()),
        ("token", revoke.token != RevokedToken::default()),
        ("extra", !revoke.extra.is_empty()),
    ] {
        if there {
            let message = format!("`as = \"bearer\"` sends the access token and nothing else: remove `{key}`");
            wrong(key, Code::Contradiction, &message);
        }
    }
}

fn answer(answer: &Answer, found: &mut Vec<Problem>) {
    let mut wrong =
        |key: &str, code, message: &str| found.push(Problem::new(at!["auth", "answer", key], code, message));
    if answer.access == answer.refresh {
        wrong("refresh", Code::Contradiction, "access and refresh token stand in different places: mend one of them");
    }
    // What is read from these is compared, logged or shown.
    let at_ok = answer.ok.iter().map(|ok| ("ok", ok.at.as_str()));
    for (key, pointer) in answer.pointers().into_iter().skip(2).chain(at_ok) {
        if is_secret(pointer, answer) {
            wrong(key, Code::InvalidValue, "a token stands here: point to something else");
        }
    }
    match &answer.ok {
        None if !answer.refused.is_empty() => {
            wrong("refused", Code::Contradiction, "nothing says where these values stand: add `ok = { at, is }`");
        }
        Some(ok) if answer.refused.contains(&ok.is) => {
            wrong("refused", Code::Contradiction, "a value cannot mean yes and no: remove what `ok` has");
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    if let Some(twice) = answer.refused.iter().find(|value| !seen.insert(*value)) {
        wrong("refused", Code::Duplicate, &format!("{twice} stands here twice: remove one"));
    }
}

/// `client = "signed"` and `signed` belong together.
fn clients(oauth2: &OAuth2, found: &mut Vec<Problem>) {
    let at_revoke = oauth2.revoke.as_ref().map(|revoke| revoke.client);
    let at_token = oauth2.client == ClientAuth::Signed;
    let anywhere = at_token || at_revoke == Some(ClientAuth::Signed);
    match &oauth2.signed {
        None if anywhere => {
            let path = if at_token { at!["auth", "client"] } else { at!["auth", "revoke", "client"] };
            let message = "`client = \"signed\"` needs `signed`: add what is signed, and how";
            found.push(Problem::new(path, Code::MissingKey, message));
        }
        Some(_) if !anywhere => {
            let message = "nothing is signed: write `client = \"signed\"`, or remove this";
            found.push(Problem::new(at!["auth", "signed"], Code::Contradiction, message));
        }
        _ => {}
    }
}

/// A form field of the adapter's is none of the host's, nor one that a signature comes with.
fn fields(oauth2: &OAuth2, found: &mut Vec<Problem>) {
    let signed = oauth2.signed.as_ref();
    let mine: Vec<&str> = signed.map(|signed| signed.field.as_str()).into_iter().collect();
    let nonce = signed.and_then(|signed| signed.nonce.as_ref());
    let both: Vec<&str> = mine.iter().copied().chain(nonce.map(|nonce| nonce.field.as_str())).collect();
    let at_token = if oauth2.client == ClientAuth::Signed { both.as_slice() } else { &[] };
    reserved(&oauth2.exchange, &[EXCHANGE, at_token].concat(), &["exchange"], found);
    if let Some(refresh) = &oauth2.refresh {
        reserved(&refresh.extra, &[REFRESH, at_token].concat(), &["refresh", "extra"], found);
    }
    if let Some(revoke) = &oauth2.revoke {
        let at_revoke = if revoke.client == ClientAuth::Signed { both.as_slice() } else { &[] };
        reserved(&revoke.extra, &[REVOKE, at_revoke].concat(), &["revoke", "extra"], found);
    }
    if let Some(nonce) = nonce {
        reserved(&nonce.fields, &[NONCE, mine.as_slice()].concat(), &["signed", "nonce", "fields"], found);
    }
}

fn check_signed(signed: &Signed, oauth2: &OAuth2, found: &mut Vec<Problem>) {
    if signed.digest == DigestKind::Equal {
        let message = "a signature is made by a keyed digest: write `hmac-sha256` or another";
        found.push(Problem::new(at!["auth", "signed", "digest"], Code::InvalidValue, message));
    }
    let nonce = signed.nonce.as_ref();
    let taken = |name: &str| [EXCHANGE, REFRESH, REVOKE].iter().any(|fields| fields.contains(&name));
    if taken(&signed.field)
        || NONCE.contains(&signed.field.as_str())
        || nonce.is_some_and(|nonce| nonce.field == signed.field)
    {
        let message = format!("`{}` is another field of the request: give the signature its own", signed.field);
        found.push(Problem::new(at!["auth", "signed", "field"], Code::Contradiction, message));
    }
    if let Some(nonce) = nonce.filter(|nonce| taken(&nonce.field)) {
        let message = format!("`{}` is set by the host: a nonce has a field of its own", nonce.field);
        found.push(Problem::new(at!["auth", "signed", "nonce", "field"], Code::Contradiction, message));
    }
    let at_token = oauth2.client == ClientAuth::Signed;
    let renewal = oauth2.refresh.as_ref().filter(|_| at_token).map(|refresh| &refresh.extra);
    let end = oauth2.revoke.as_ref().filter(|revoke| revoke.client == ClientAuth::Signed).map(|revoke| &revoke.extra);
    for (what, given, own) in [
        ("an exchange", at_token.then_some(&oauth2.exchange), EXCHANGE),
        ("a renewal", renewal, REFRESH),
        ("a revocation", end, REVOKE),
    ] {
        let Some(given) = given else { continue };
        let known = known(own, given, nonce.map(|nonce| nonce.field.as_str()));
        holes(&signed.message, &known, what, &["signed", "message"], found);
    }
    if let Some(nonce) = nonce {
        let known = known(NONCE, &nonce.fields, None);
        holes(&nonce.message, &known, "the asking for a nonce", &["signed", "nonce", "message"], found);
    }
}

/// What a hole of a signed message may name. The secret is never among it: it is what the digest is keyed with.
fn known<'a>(own: &[&'a str], given: &'a BTreeMap<String, String>, nonce: Option<&'a str>) -> BTreeSet<&'a str> {
    let own = own.iter().copied().filter(|name| *name != "client_secret");
    own.chain(given.keys().map(String::as_str)).chain(nonce).chain([CLIENT_ID]).collect()
}

fn holes(message: &Template, known: &BTreeSet<&str>, what: &str, way: &[&str], found: &mut Vec<Problem>) {
    for hole in message.holes().filter(|hole| !known.contains(hole)) {
        let mut path = at!["auth"];
        path.extend(way.iter().map(|step| (*step).into()));
        let message = format!("{what} has no field `{hole}` that is signed: {}", one_of(known));
        found.push(Problem::new(path, Code::Contradiction, message));
    }
}
