//! JSON whose errors say where.

use serde::Deserialize;
use serde_json::Deserializer;
use serde_path_to_error::{Path, Segment};

use crate::Failure;

/// What is wrong with a body, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// RFC 6901, empty for the whole.
    pub pointer: String,
    /// What was expected there.
    pub message: String,
}

impl Wrong {
    /// The failure that it is. `base` is the pointer to what was read.
    pub fn at(self, endpoint: &str, base: &str) -> Failure {
        Failure::changed(endpoint, &format!("{base}{}", self.pointer), self.message)
    }
}

/// Reads JSON; the error names the place.
///
/// # Errors
/// Where it is no JSON, or not of this shape.
pub fn read<'de, T: Deserialize<'de>>(body: &'de [u8]) -> Result<T, Wrong> {
    // Tracking the path costs time, and nearly all bodies are good: it is found in a second reading.
    if let Ok(value) = serde_json::from_slice(body) {
        return Ok(value);
    }
    let mut deserializer = Deserializer::from_slice(body);
    let found = serde_path_to_error::deserialize(&mut deserializer);
    let found: Result<T, _> = found.map_err(|error| (pointer(error.path()), error.into_inner()));
    found.and_then(|value| deserializer.end().map(|()| value).map_err(|error| (String::new(), error))).map_err(
        |(pointer, error)| {
            if is_html(body) {
                return Wrong { pointer: String::new(), message: "a page for people, where JSON was expected".into() };
            }
            let mut message = error.to_string();
            // The pointer says where; a column in an answer without line breaks only changes with every value before it.
            if let Some(at) = message.rfind(" at line ").filter(|_| error.is_data()) {
                message.truncate(at);
            }
            let missing = missing_field(&message).map(|name| format!("/{}", escape(name))).unwrap_or_default();
            Wrong { pointer: pointer + &missing, message }
        },
    )
}

/// Whether a body is a page for people.
pub fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'<')
}

/// A path as an RFC 6901 pointer.
fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

/// A member's name as a step of an RFC 6901 pointer.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The member that serde misses, so that a pointer can name it.
fn missing_field(message: &str) -> Option<&str> {
    message.strip_prefix("missing field `")?.split('`').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Ride {
        id: u64,
        laps: Vec<Lap>,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its shape counts")]
    struct Lap {
        #[serde(rename = "a/b")]
        length: f64,
    }

    #[test]
    fn the_place_of_a_flipped_type_is_named() {
        let wrong = read::<Ride>(br#"{"id": 1, "laps": [{"a/b": 1}, {"a/b": "far"}]}"#).unwrap_err();
        assert_eq!(wrong.pointer, "/laps/1/a~1b");
        assert!(wrong.message.contains("invalid type"), "{}", wrong.message);
    }

    #[test]
    fn a_missing_member_is_named() {
        let wrong = read::<Ride>(br#"{"id": 1}"#).unwrap_err();
        assert_eq!((wrong.pointer.as_str(), wrong.message.as_str()), ("/laps", "missing field `laps`"));
    }

    #[test]
    fn what_follows_the_value_is_an_error() {
        assert_eq!(read::<u8>(b"1 2").unwrap_err().pointer, "");
    }
}
