//! The rules that a record must keep before it is stored. One that breaks any is quarantined with its document, whole:
//! the host bends nothing into shape.

mod columns;
mod properties;
mod text;
mod time;

use std::fmt::Display;

use crate::limits;
use crate::record::{Record, Segment};
use crate::registry::{self, Kind};

/// One rule broken, in one place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pointer}: {message} ({code})")]
pub struct Violation {
    /// Stable, kebab-case. The codes, by what they are about:
    ///
    /// - names: `unknown-kind`, `unknown-role`, `unknown-metric`, `unknown-attribute`, `unknown-word`, `wrong-kind`,
    ///   `duplicate`
    /// - numbers: `not-finite`, `out-of-bounds`, `wrong-unit`
    /// - time: `window-order`, `instant-bounds`, `time-missing`, `time-not-allowed`, `date-format`, `offset-origin`,
    ///   `offset-bounds`, `zone-format`
    /// - texts: `empty`, `too-long`, `control-character`, `value-format`
    /// - shape: `too-many`, `lengths-differ`, `offsets-descend`, `code-range`, `parent-order`, `parent-role`
    pub code: &'static str,
    /// RFC 6901 pointer into the record's JSON.
    pub pointer: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// Checks a record against the registry and the [limits].
///
/// # Errors
/// Everything that is wrong with it, [`limits::VIOLATIONS`] at most. A column tells its first bad sample only.
pub fn validate(record: &Record) -> Result<(), Vec<Violation>> {
    let mut found = Violations::default();
    let kind = registry::kind(&record.kind);
    if kind.is_none() {
        found.add("unknown-kind", "/kind", format!("{:?} is no kind in the registry", clip(&record.kind)));
    }
    keys(record, &mut found);
    time::check(record, kind, &mut found);
    properties::measures(&record.measures, kind, "", &mut found);
    properties::attributes(&record.attributes, kind, "", &mut found);
    columns::series(&record.series, kind, &mut found);
    columns::tracks(&record.tracks, kind, &mut found);
    segments(&record.segments, kind, &mut found);
    extra(record, &mut found);
    if found.0.is_empty() { Ok(()) } else { Err(found.0) }
}

/// What was found so far; what goes beyond the limit is not kept.
#[derive(Default)]
struct Violations(Vec<Violation>);

impl Violations {
    fn add(&mut self, code: &'static str, pointer: impl Display, message: impl Display) {
        if self.0.len() < limits::VIOLATIONS {
            self.0.push(Violation { code, pointer: pointer.to_string(), message: message.to_string() });
        }
    }

    /// Says so if there are more than `most`, and whether there are not.
    fn count(&mut self, count: usize, most: usize, pointer: &str) -> bool {
        if count > most {
            self.add("too-many", pointer, format!("{count} are more than the {most} that a record may have here"));
        }
        count <= most
    }
}

/// A text from outside, short enough to repeat in a message.
fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

/// May something whose registry row lists `kinds` stand in a record of this kind? An unknown kind was told already.
fn admits(kinds: &[&str], kind: Option<&Kind>) -> bool {
    kind.is_none_or(|kind| kinds.contains(&kind.id))
}

fn keys(record: &Record, found: &mut Violations) {
    text::key(&record.key, "/key", found);
    if found.count(record.same_as.len(), limits::SAME_AS, "/same-as") {
        for (at, key) in record.same_as.iter().enumerate() {
            text::key(key, &format!("/same-as/{at}"), found);
        }
    }
}

fn segments(segments: &[Segment], kind: Option<&Kind>, found: &mut Violations) {
    if !found.count(segments.len(), limits::SEGMENTS, "/segments") {
        return;
    }
    for (at, segment) in segments.iter().enumerate() {
        let base = format!("/segments/{at}");
        if let Some(window) = segment.window {
            time::window(window, &format!("{base}/window"), found);
        }
        match registry::role(&segment.role) {
            None => {
                let message = format!("{:?} is no role in the registry", clip(&segment.role));
                found.add("unknown-role", format!("{base}/role"), message);
            }
            Some(role) if !admits(role.kinds, kind) => {
                let message = format!("the role {} stands in records of {}", role.id, role.kinds.join(", "));
                found.add("wrong-kind", format!("{base}/role"), message);
            }
            Some(_) => parent(segments, at, segment, found),
        }
        properties::measures(&segment.measures, kind, &base, found);
        properties::attributes(&segment.attributes, kind, &base, found);
    }
}

fn parent(segments: &[Segment], at: usize, segment: &Segment, found: &mut Violations) {
    let Some(parent) = segment.parent else { return };
    let pointer = format!("/segments/{at}/parent");
    let enclosing = usize::try_from(parent).ok().and_then(|parent| segments.get(..at)?.get(parent));
    let Some(enclosing) = enclosing else {
        found.add("parent-order", pointer, format!("segment {parent} does not stand before segment {at}"));
        return;
    };
    let parents = registry::role(&segment.role).map_or(&[][..], |role| role.parents);
    if enclosing.role != segment.role && !parents.contains(&enclosing.role.as_str()) {
        let message = format!("a {} may be enclosed by its own role or by: {}", segment.role, parents.join(", "));
        found.add("parent-role", pointer, message);
    }
}

fn extra(record: &Record, found: &mut Violations) {
    if !found.count(record.extra.len(), limits::EXTRA, "/extra") {
        return;
    }
    for (at, (name, value)) in record.extra.iter().enumerate() {
        text::check(name, limits::EXTRA_NAME, false, &format!("/extra/{at}/0"), found);
        text::check(value, limits::EXTRA_TEXT, true, &format!("/extra/{at}/1"), found);
    }
}
