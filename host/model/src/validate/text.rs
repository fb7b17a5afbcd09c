//! Rules for texts from outside.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Violations, clip};
use crate::limits;
use crate::registry::{Attribute, Value};

/// A key stands in an index: neither empty, nor long, nor with characters that cannot be seen.
pub(super) fn key(key: &str, pointer: &str, found: &mut Violations) {
    if key.len() > limits::KEY_BYTES {
        found.add(
            "too-long",
            pointer,
            format!("a key has at most {} bytes, this one {}", limits::KEY_BYTES, key.len()),
        );
    }
    check(key, limits::KEY_BYTES, false, pointer, found);
}

/// Not empty, at most `max` characters, and no control characters except, with `lines`, line breaks and tabs.
pub(super) fn check(text: &str, max: usize, lines: bool, pointer: &str, found: &mut Violations) {
    if text.is_empty() {
        found.add("empty", pointer, "an empty text says nothing: leave it out");
    }
    // Bytes are never fewer than characters, so that most texts need not be counted.
    if text.len() > max && text.chars().count() > max {
        found.add("too-long", pointer, format!("{} characters are more than {max}", text.chars().count()));
    }
    let control = |letter: &char| letter.is_control() && !(lines && matches!(letter, '\n' | '\r' | '\t'));
    if let Some(letter) = text.chars().find(control) {
        found.add("control-character", pointer, format!("U+{:04X} does not belong in this text", u32::from(letter)));
    }
}

/// A value in the text form of its attribute.
pub(super) fn value(attribute: &Attribute, value: &str, pointer: &str, found: &mut Violations) {
    let form = match attribute.value {
        Value::Text { max, lines } => return check(value, max, lines, pointer, found),
        Value::Words(words) if !words.contains(&value) => {
            let message = format!("{:?} is none of the words of {}", clip(value), attribute.id);
            return found.add("unknown-word", pointer, message);
        }
        Value::Boolean if !matches!(value, "true" | "false") => "true or false",
        Value::Integer if !is_integer(value) => "a whole number such as -12",
        Value::Instant if !is_instant(value) => "an instant such as 2026-03-01T07:30:00Z",
        Value::Date if !is_date(value) => "a date such as 2026-03-01",
        _ => return,
    };
    found.add("value-format", pointer, format!("{:?}: {} takes {form}", clip(value), attribute.id));
}

/// `YYYY-MM-DD`, a day that there was or will be.
pub(super) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok_and(|date| date.to_string() == text)
}

fn is_integer(text: &str) -> bool {
    text.parse::<i64>().is_ok_and(|number| number.to_string() == text)
}

fn is_instant(text: &str) -> bool {
    text.ends_with('Z') && text.parse::<Timestamp>().is_ok()
}
