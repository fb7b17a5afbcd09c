//! Reading a document: bytes from the archive, one call in a fresh sandbox, and the registry's word on what came out.

use gearshift_adapters::Lease;
use gearshift_adapters::contract::{Document as Unread, Normalized, Pair, Part, Subject};
use gearshift_store::{DocumentPart, Failure, Note, Outcome, Store, StoreError, Tombstone};

use crate::verdict;

/// What is to be read, whether it came just now or long ago.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) stream: &'a str,
    pub(crate) endpoint: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) parts: &'a [DocumentPart],
    pub(crate) context: &'a [Pair],
    pub(crate) fetched_at: i64,
}

/// Reads one document with one version. What cannot be read is an outcome, with its reason; an error is the store's alone.
pub(crate) async fn read(
    store: &dyn Store,
    version: &Lease,
    subject: &Subject,
    request: Request<'_>,
) -> Result<Outcome, StoreError> {
    let mut parts = Vec::with_capacity(request.parts.len());
    for part in request.parts {
        parts.push(fetch(store, part).await?);
    }
    let document = Unread {
        stream: request.stream.to_owned(),
        endpoint: request.endpoint.to_owned(),
        id: request.id.map(str::to_owned),
        parts,
        fetched_at: request.fetched_at,
        context: request.context.to_vec(),
    };
    Ok(match version.normalize(subject, &document).await {
        Ok((normalized, _)) => judge(normalized),
        Err(error) => Outcome::quarantined(verdict::story(&error)),
    })
}

/// As [`read`], of what may have been kept for long: bytes that are gone or damaged are this document's misfortune and not the
/// others'.
pub(crate) async fn read_kept(
    store: &dyn Store,
    version: &Lease,
    subject: &Subject,
    request: Request<'_>,
) -> Result<Outcome, StoreError> {
    match read(store, version, subject, request).await {
        Err(error @ (StoreError::NotFound { .. } | StoreError::Corrupt { .. })) => {
            let failure = Failure { code: error.code().to_owned(), message: error.to_string(), detail: None };
            Ok(Outcome::quarantined(failure))
        }
        other => other,
    }
}

async fn fetch(store: &dyn Store, part: &DocumentPart) -> Result<Part, StoreError> {
    let exchange = store.exchange(part.exchange).await?;
    let mut body = store.body(part.exchange).await?;
    if let Some((start, end)) = part.range {
        let clamp = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(body.len());
        let (start, end) = (clamp(start), clamp(end));
        body = body.get(start..end).unwrap_or_default().to_vec();
    }
    let media_type = exchange.and_then(|exchange| exchange.media_type).unwrap_or_default();
    Ok(Part { name: part.name.clone(), media_type, body })
}

/// Records outside the registry's bounds, and parts that the adapter could not read, keep the document in quarantine for the next
/// version; what is good goes on.
fn judge(normalized: Normalized) -> Outcome {
    let notes: Vec<Note> = normalized
        .notes
        .into_iter()
        .map(|note| Note { code: note.code, pointer: note.pointer, message: note.message })
        .collect();
    let mut failure = notes.iter().find(|note| note.code == "rejected").map(|note| Failure {
        code: "rejected".into(),
        message: note.message.clone(),
        detail: Some(note.pointer.clone()),
    });
    let mut records = Vec::with_capacity(normalized.records.len());
    for record in normalized.records {
        match gearshift_model::validate(&record) {
            Ok(()) => records.push(record),
            Err(violations) => failure = Some(invalid(&record.key, &violations)),
        }
    }
    let deleted = normalized.deleted.into_iter().map(|gone| Tombstone { kind: gone.kind, key: gone.key }).collect();
    Outcome { records, deleted, notes, failure }
}

fn invalid(key: &str, violations: &[gearshift_model::Violation]) -> Failure {
    let first = violations.first();
    let message = first.map_or_else(String::new, |violation| violation.message.clone());
    let detail = first.map(|violation| format!("{key}: {}", violation.pointer));
    Failure { code: "invalid-record".into(), message, detail }
}
