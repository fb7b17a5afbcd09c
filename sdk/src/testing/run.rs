//! A fixture through an adapter, in this process.

use std::path::Path;

use serde_json::{Value, json};

use crate::testing::case::{Case, FixtureError, cases};
use crate::testing::compare::differences;
use crate::testing::recorded::Recorded;
use crate::{Adapter, Body, Document, Failure, Fetched, Host, Page};

/// A pull that needs more pages than this goes round in circles.
const MOST_PAGES: usize = 100;

/// Runs a fixture: all pages of the pull or what a phone pushes, and each document through normalize. The result has the form of `expected.json`.
pub fn run<A: Adapter>(case: &Case) -> Value {
    if !case.pushed.is_empty() {
        let documents: Vec<Value> = case.pushed().map(|document| normalize::<A>(case, &document)).collect();
        return json!({ "documents": documents });
    }
    let outside = Recorded::at(&crate::time::format(case.now)).with(case.exchanges.clone());
    let mut request = case.request.clone();
    let mut documents = Vec::new();
    for _ in 0..MOST_PAGES {
        let before = outside.answered();
        let host = Host::for_pull(&outside, &request);
        match A::pull(&host, &case.subject, &request) {
            Err(failure) => return json!({ "documents": documents, "failure": told(&failure) }),
            Ok(page) => {
                documents.extend(page.documents.iter().map(|document| read::<A>(case, &outside, before, document)));
                if page.next.is_none() || page.stop.is_some() {
                    return end(documents, &page);
                }
                request.cursor = page.next;
            }
        }
    }
    let failure = Failure::invalid(format!("the pull has no end: {MOST_PAGES} pages, and there is still a `next`"));
    json!({ "documents": documents, "failure": told(&failure) })
}

fn end(documents: Vec<Value>, page: &Page) -> Value {
    let mut end = json!({ "documents": documents });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(end), Some(value)) = (end.as_object_mut(), value) {
            end.insert(name.to_owned(), value);
        }
    };
    put("stop", page.stop.as_ref().map(told));
    put("next", page.next.clone().map(Value::String));
    put("watermark", page.watermark.clone().map(Value::String));
    put("complete", page.complete.map(|window| json!(window)));
    end
}

fn read<A: Adapter>(case: &Case, outside: &Recorded, before: u32, document: &Document) -> Value {
    let mut parts = Vec::new();
    for part in &document.parts {
        let Some(raw) = outside.exchange(part.exchange).filter(|raw| raw.exchange > before) else {
            let failure =
                Failure::invalid(format!("part {:?} names an exchange that this call did not make", part.name));
            return json!({ "endpoint": document.endpoint, "failure": told(&failure) });
        };
        let media_type = raw.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let media_type =
            media_type.and_then(|(_, value)| value.split(';').next()).unwrap_or_default().trim().to_owned();
        let bytes = match part.range {
            Some((start, end)) => cut(&raw.body, start, end),
            None => raw.body,
        };
        parts.push(Body { name: part.name.clone(), media_type, bytes });
    }
    let fetched = Fetched {
        stream: case.request.stream.clone(),
        endpoint: document.endpoint.clone(),
        id: document.id.clone(),
        parts,
        fetched_at: case.now,
        context: document.context.clone(),
    };
    normalize::<A>(case, &fetched)
}

fn normalize<A: Adapter>(case: &Case, document: &Fetched) -> Value {
    let mut told = match A::normalize(&case.subject, document) {
        Ok(normalized) => json!(normalized),
        Err(failure) => json!({ "failure": told(&failure) }),
    };
    if let Some(object) = told.as_object_mut() {
        object.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
        object.insert("endpoint".into(), document.endpoint.clone().into());
        if let Some(id) = &document.id {
            object.insert("id".into(), id.clone().into());
        }
    }
    told
}

fn cut(body: &[u8], start: u64, end: u64) -> Vec<u8> {
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(body.len());
    body.get(clamp(start)..clamp(end)).unwrap_or_default().to_vec()
}

fn told(failure: &Failure) -> Value {
    json!(failure)
}

/// Runs a fixture and says where it differs from what is expected.
pub fn check<A: Adapter>(case: &Case) -> Vec<String> {
    let got = run::<A>(case);
    match &case.expected {
        Some(expected) => differences(expected, &got),
        None => {
            let got = serde_json::to_string_pretty(&got).unwrap_or_default();
            vec![format!("there is no expected.json yet; this came:\n{got}")]
        }
    }
}

/// Runs all fixtures of an adapter, for a test of its own:
/// `gearshift_sdk::testing::check_all::<Meadow>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));`
///
/// # Panics
/// Where one differs or cannot be read, with every place.
#[expect(clippy::panic, reason = "it is the body of a test")]
pub fn check_all<A: Adapter>(folder: impl AsRef<Path>) {
    let cases: Result<Vec<Case>, FixtureError> = cases(folder.as_ref());
    let mut wrong = String::new();
    for case in cases.unwrap_or_else(|error| panic!("{error}")) {
        for line in check::<A>(&case) {
            wrong.push_str(&format!("{}: {line}\n", case.name()));
        }
    }
    if !wrong.is_empty() {
        panic!("fixtures differ\n{wrong}");
    }
}
