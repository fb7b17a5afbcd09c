//! The contract's types by the names that the host uses, and what turns a guest's record into the model's.

pub use crate::bindings::exports::gearshift::adapter::auth::Account;
pub use crate::bindings::exports::gearshift::adapter::fetch::{
    Document as Fetched, Page, Part as FetchedPart, PullRequest,
};
pub use crate::bindings::exports::gearshift::adapter::normalize::{Document, Note, Part, Tombstone};
pub use crate::bindings::exports::gearshift::adapter::webhook::{Inbound, Notice, Receipt};
pub use crate::bindings::gearshift::adapter::http::{HttpError, Request as HttpRequest, Response as HttpResponse};
pub use crate::bindings::gearshift::adapter::types::{Failure, Subject, Window};

use gearshift_model as model;

use crate::bindings::exports::gearshift::adapter::normalize as guest;

/// A name and its value, as settings, headers and context are passed.
pub type Pair = (String, String);

/// What normalize made of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Normalized {
    /// Records in the model's form, not yet validated.
    pub records: Vec<model::Record>,
    /// What the document says has been deleted.
    pub deleted: Vec<Tombstone>,
    /// What was rejected, and what was taken for granted.
    pub notes: Vec<Note>,
}

impl From<guest::Normalized> for Normalized {
    fn from(from: guest::Normalized) -> Self {
        Self { records: from.records.into_iter().map(record).collect(), deleted: from.deleted, notes: from.notes }
    }
}

fn window(from: Window) -> model::Window {
    model::Window { start: from.start, end: from.end }
}

fn measure(from: guest::Measure) -> model::Measure {
    model::Measure { metric: from.metric, value: from.value, unit: from.unit }
}

fn attribute(from: guest::Attribute) -> model::Attribute {
    model::Attribute { attribute: from.attribute, value: from.value }
}

fn record(from: guest::HealthRecord) -> model::Record {
    model::Record {
        kind: from.kind,
        key: from.key,
        same_as: from.same_as,
        window: from.window.map(window),
        date: from.date,
        utc_offset: from.utc_offset,
        end_offset: from.end_offset,
        offset_origin: from.offset_origin,
        zone: from.zone,
        updated: from.updated,
        attributes: from.attributes.into_iter().map(attribute).collect(),
        measures: from.measures.into_iter().map(measure).collect(),
        series: from.series.into_iter().map(series).collect(),
        tracks: from.tracks.into_iter().map(track).collect(),
        segments: from.segments.into_iter().map(segment).collect(),
        extra: from.extra,
    }
}

fn series(from: guest::Series) -> model::Series {
    model::Series { metric: from.metric, offsets: from.offsets, spans: from.spans, values: from.values }
}

fn track(from: guest::Track) -> model::Track {
    model::Track {
        attribute: from.attribute,
        offsets: from.offsets,
        spans: from.spans,
        codes: from.codes,
        words: from.words,
    }
}

fn segment(from: guest::Segment) -> model::Segment {
    model::Segment {
        role: from.role,
        window: from.window.map(window),
        parent: from.parent,
        measures: from.measures.into_iter().map(measure).collect(),
        attributes: from.attributes.into_iter().map(attribute).collect(),
    }
}
