//! Rules for when a record happened.

use super::{Violations, clip, text};
use crate::limits;
use crate::record::{Record, Window};
use crate::registry::{Kind, Time};

/// Origins that come with an offset.
const KNOWN: [&str; 4] = ["provider", "device", "profile", "inferred"];
/// Origins that come without one.
const UNKNOWN: [&str; 2] = ["floating", "unknown"];

pub(super) fn check(record: &Record, kind: Option<&Kind>, found: &mut Violations) {
    if let Some(span) = record.window {
        window(span, "/window", found);
    }
    if let Some(date) = &record.date
        && !text::is_date(date)
    {
        found.add("date-format", "/date", format!("{:?} is no date such as 2026-03-01", clip(date)));
    }
    if let Some(updated) = record.updated {
        instant(updated, "/updated", found);
    }
    offsets(record, found);
    zone(record, found);
    presence(record, kind, found);
}

/// From start to end, both within the centuries in which data is taken.
pub(super) fn window(window: Window, pointer: &str, found: &mut Violations) {
    if window.end < window.start {
        let message = format!("the end ({}) lies before the start ({})", window.end, window.start);
        found.add("window-order", pointer, message);
    }
    instant(window.start, &format!("{pointer}/start"), found);
    instant(window.end, &format!("{pointer}/end"), found);
}

fn instant(instant: i64, pointer: &str, found: &mut Violations) {
    if !(limits::EARLIEST..=limits::LATEST).contains(&instant) {
        let message = format!("{instant} is not between 1900 and 2200: instants are milliseconds since 1970");
        found.add("instant-bounds", pointer, message);
    }
}

fn offsets(record: &Record, found: &mut Violations) {
    let origin = record.offset_origin.as_str();
    let known = KNOWN.contains(&origin);
    if !known && !UNKNOWN.contains(&origin) {
        let message = format!("{:?} is none of {}, {}", clip(origin), KNOWN.join(", "), UNKNOWN.join(", "));
        found.add("offset-origin", "/offset-origin", message);
    } else if known && record.utc_offset.is_none() {
        let message = format!("{origin} says where an offset is from, but there is none: say unknown or floating");
        found.add("offset-origin", "/offset-origin", message);
    } else if !known && (record.utc_offset.is_some() || record.end_offset.is_some()) {
        found.add("offset-origin", "/offset-origin", format!("{origin} comes without an offset"));
    }
    if record.end_offset.is_some() && record.utc_offset.is_none() {
        found.add("offset-origin", "/end-offset", "an offset at the end needs one at the start");
    }
    for (offset, pointer) in [(record.utc_offset, "/utc-offset"), (record.end_offset, "/end-offset")] {
        let limit = limits::UTC_OFFSET;
        if offset.is_some_and(|offset| !(-limit..=limit).contains(&offset)) {
            found.add("offset-bounds", pointer, format!("offsets are seconds east of UTC, from -{limit} to {limit}"));
        }
    }
}

/// The shape of a name only: which zones there are depends on a database that is not the same on every host.
fn zone(record: &Record, found: &mut Violations) {
    let Some(zone) = &record.zone else { return };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte);
    if zone.is_empty() || zone.len() > limits::ZONE_BYTES || !zone.bytes().all(letter) {
        found.add("zone-format", "/zone", format!("{:?} is no zone such as Europe/Vienna", clip(zone)));
    }
}

fn presence(record: &Record, kind: Option<&Kind>, found: &mut Violations) {
    let Some(kind) = kind else { return };
    let (window, date) = (record.window.is_some(), record.date.is_some());
    let (code, message) = match kind.time {
        Time::Span if !window => ("time-missing", "needs a window"),
        Time::Moment if !window && !date => ("time-missing", "needs a window or a date"),
        Time::Day if !date => ("time-missing", "needs the date that it counts for"),
        Time::None if window || date => ("time-not-allowed", "has neither window nor date"),
        _ => return,
    };
    found.add(code, "", format!("{} {message}", kind.id));
}
