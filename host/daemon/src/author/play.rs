//! One fixture through the sandbox: all pages of its pull or what a phone pushes, and each document through normalize.
//!
//! What comes out has the form of `gearshift_sdk::testing::run`, which plays the same fixture without a sandbox, so that one
//! expectation holds for both. Beside that come the host's own rules, which no expectation can waive.

use std::sync::Arc;

use gearshift_adapters::contract::{Document, Failure, Fetched, Normalized, Page, Part, PullRequest, Subject, Window};
use gearshift_adapters::{CallError, Lease};
use gearshift_model::{Record, validate};
use gearshift_sdk::testing::{Case, differences};
use gearshift_sdk::{Note, Tombstone};
use serde_json::{Map, Value, json};

use super::outside::{Call, Provider};

/// A pull that needs more pages than this goes round in circles.
const MOST_PAGES: usize = 100;

/// What came of a fixture.
#[derive(Debug, Default)]
pub(super) struct Played {
    /// In the form of `expected.json`.
    pub(super) value: Value,
    /// What must not be, whatever is expected.
    pub(super) problems: Vec<String>,
    /// What the author should know.
    pub(super) notes: Vec<String>,
    pub(super) documents: usize,
    pub(super) records: usize,
    pub(super) requests: usize,
}

/// Plays a fixture.
pub(super) async fn play(version: &Lease, case: &Case) -> Played {
    let version = version.at(case.now);
    // Of a family: its member's own hosts, and no other's.
    let manifest = version.manifest().of(&case.subject.provider);
    let provider = Provider::of(case, manifest.unwrap_or_else(|| version.manifest().clone()));
    let subject = &case.subject;
    let subject = Subject {
        provider: subject.provider.clone(),
        account: subject.account.clone(),
        zone: subject.zone.clone(),
        settings: subject.settings.clone(),
    };
    let mut player = Player { version, case, subject, played: Played::default() };
    player.promises();
    let value = if case.pushed.is_empty() { player.pull(&provider).await } else { player.push().await };
    let mut played = player.played;
    played.value = value;
    played.problems.extend(provider.strays());
    played
        .notes
        .extend(provider.unused().into_iter().map(|exchange| format!("recorded and never asked for: {exchange}")));
    played
}

struct Player<'c> {
    version: Lease,
    case: &'c Case,
    subject: Subject,
    played: Played,
}

impl Player<'_> {
    fn problem(&mut self, problem: String) {
        self.played.problems.push(problem);
    }

    /// What the fixture names must stand in the manifest.
    fn promises(&mut self) {
        let manifest = self.version.manifest().clone();
        let (provider, stream) = (&self.case.subject.provider, &self.case.request.stream);
        if manifest.provider(provider).is_none() {
            self.problem(format!("case.toml asks about {provider}, and adapter.toml has no [[provider]] with that id"));
        }
        if manifest.stream(stream).is_none() {
            self.problem(format!("case.toml asks for {stream:?}, and adapter.toml has no [[stream]] with that name"));
        }
    }

    async fn pull(&mut self, provider: &Arc<Provider>) -> Value {
        let request = &self.case.request;
        let mut request = PullRequest {
            stream: request.stream.clone(),
            window: request.window.map(|window| Window { start: window.start, end: window.end }),
            cursor: request.cursor.clone(),
            since: request.since.clone(),
            id: request.id.clone(),
            requests: request.requests,
            extra: request.extra.clone(),
        };
        let mut documents = Vec::new();
        for _ in 0..MOST_PAGES {
            let call = provider.call(request.requests);
            let pulled = self.version.pull(&self.subject, &request, call.clone()).await;
            self.played.requests += call.made();
            let page = match pulled {
                Ok((page, _)) => page,
                Err(CallError::Failure(failure)) => return json!({ "documents": documents, "failure": told(failure) }),
                Err(error) => {
                    self.problem(format!("pull: {error}"));
                    return json!({ "documents": documents });
                }
            };
            for document in &page.documents {
                let read = self.read(&call, document).await;
                documents.push(read);
            }
            if page.next.is_none() || page.stop.is_some() {
                return end(documents, page);
            }
            request.cursor = page.next;
        }
        self.problem(format!("the pull has no end: {MOST_PAGES} pages, and there is still a `next`"));
        json!({ "documents": documents })
    }

    async fn push(&mut self) -> Value {
        let mut documents = Vec::new();
        for pushed in self.case.pushed() {
            let at = format!("/documents/{}", self.played.documents);
            self.played.documents += 1;
            let parts = pushed.parts.into_iter().map(|part| Part {
                name: part.name,
                media_type: part.media_type,
                body: part.bytes,
            });
            let document = Document {
                stream: pushed.stream,
                endpoint: pushed.endpoint,
                id: None,
                parts: parts.collect(),
                fetched_at: pushed.fetched_at,
                context: Vec::new(),
            };
            let mut told = self.normalize(&at, &document).await;
            told.insert("endpoint".into(), document.endpoint.into());
            documents.push(Value::Object(told));
        }
        json!({ "documents": documents })
    }

    async fn read(&mut self, call: &Call, fetched: &Fetched) -> Value {
        let at = format!("/documents/{}", self.played.documents);
        self.played.documents += 1;
        let mut told = Map::new();
        told.insert("endpoint".into(), fetched.endpoint.clone().into());
        if let Some(id) = &fetched.id {
            told.insert("id".into(), id.clone().into());
        }
        match self.document(call, fetched) {
            Ok(document) => told.extend(self.normalize(&at, &document).await),
            Err(problem) => self.problem(format!("{at}: {problem}")),
        }
        Value::Object(told)
    }

    fn document(&self, call: &Call, fetched: &Fetched) -> Result<Document, String> {
        let mut parts = Vec::with_capacity(fetched.parts.len());
        for part in &fetched.parts {
            let Some(raw) = call.exchange(part.exchange) else {
                let (name, exchange, made) = (&part.name, part.exchange, call.made());
                return Err(format!(
                    "the part {name:?} names exchange {exchange}, and this call made {made}: what it needs of another page it \
                     has to fetch again"
                ));
            };
            let media_type = raw.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
            let media_type = media_type.and_then(|(_, value)| value.split(';').next()).unwrap_or_default().trim();
            let body = match part.range {
                Some((start, end)) => cut(&raw.body, start, end),
                None => raw.body,
            };
            parts.push(Part { name: part.name.clone(), media_type: media_type.to_owned(), body });
        }
        Ok(Document {
            stream: self.case.request.stream.clone(),
            endpoint: fetched.endpoint.clone(),
            id: fetched.id.clone(),
            parts,
            fetched_at: self.case.now,
            context: fetched.context.clone(),
        })
    }

    async fn normalize(&mut self, at: &str, document: &Document) -> Map<String, Value> {
        let mut answers = Vec::new();
        for _ in 0..2 {
            match self.version.normalize(&self.subject, document).await {
                Ok((normalized, _)) => answers.push((written(&normalized), normalized.records)),
                Err(CallError::Failure(failure)) => answers.push((json!({ "failure": told(failure) }), Vec::new())),
                Err(error) => {
                    self.problem(format!("{at}: normalize: {error}"));
                    return Map::new();
                }
            }
        }
        let (second, _) = answers.pop().unwrap_or_default();
        let (first, records) = answers.pop().unwrap_or_default();
        for line in differences(&first, &second) {
            self.problem(format!("{at}{line} when it was read again: normalize must not depend on anything else"));
        }
        self.played.records += records.len();
        for (index, record) in records.iter().enumerate() {
            self.judge(&format!("{at}/records/{index}"), record);
        }
        self.declared(at, document, &records);
        match first {
            Value::Object(object) => object,
            _ => Map::new(),
        }
    }

    /// The registry's rules: a host quarantines what breaks them.
    fn judge(&mut self, at: &str, record: &Record) {
        for violation in validate(record).err().unwrap_or_default() {
            self.problem(format!("{at}{violation}"));
        }
    }

    /// What the manifest tells users to expect.
    fn declared(&mut self, at: &str, document: &Document, records: &[Record]) {
        let manifest = self.version.manifest().clone();
        let Some(stream) = manifest.stream(&document.stream) else { return };
        let undeclared = |what: &str, word: &str| {
            let name = &stream.name;
            format!("{at}: {word:?} is not among the `{what}` of the stream {name:?} in adapter.toml: add it there")
        };
        let mut problems = Vec::new();
        if !stream.facets.contains(&document.endpoint) {
            problems.push(undeclared("facets", &document.endpoint));
        }
        for record in records {
            if !stream.yields.contains(&record.kind) {
                problems.push(undeclared("yields", &record.kind));
            }
            let segments = record.segments.iter().flat_map(|segment| &segment.measures);
            let measures = record.measures.iter().chain(segments).map(|measure| &measure.metric);
            let metrics = measures.chain(record.series.iter().map(|series| &series.metric));
            problems.extend(
                metrics.filter(|metric| !stream.metrics.contains(metric)).map(|metric| undeclared("metrics", metric)),
            );
        }
        problems.sort();
        problems.dedup();
        self.played.problems.extend(problems);
    }
}

fn end(documents: Vec<Value>, page: Page) -> Value {
    let complete = page.complete.map(|window| json!({ "start": window.start, "end": window.end }));
    let rest = [
        ("stop", page.stop.map(told)),
        ("next", page.next.map(Value::String)),
        ("watermark", page.watermark.map(Value::String)),
        ("complete", complete),
    ];
    let rest = rest.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object([("documents".to_owned(), Value::Array(documents))].into_iter().chain(rest).collect())
}

fn written(normalized: &Normalized) -> Value {
    let deleted = normalized.deleted.iter().map(|gone| Tombstone { kind: gone.kind.clone(), key: gone.key.clone() });
    let notes = normalized.notes.iter().map(|note| Note {
        code: note.code.clone(),
        pointer: note.pointer.clone(),
        message: note.message.clone(),
    });
    let lists = [
        ("records", json!(normalized.records)),
        ("deleted", json!(deleted.collect::<Vec<_>>())),
        ("notes", json!(notes.collect::<Vec<_>>())),
    ];
    let filled = lists.into_iter().filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty()));
    Value::Object(filled.map(|(name, list)| (name.to_owned(), list)).collect())
}

fn told(failure: Failure) -> Value {
    let Failure { code, message, retry_after, detail } = failure;
    json!(gearshift_sdk::Failure { code, message, retry_after, detail })
}

fn cut(body: &[u8], start: u64, end: u64) -> Vec<u8> {
    let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(body.len());
    body.get(clamp(start)..clamp(end)).unwrap_or_default().to_vec()
}
