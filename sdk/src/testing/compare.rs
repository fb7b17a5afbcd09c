//! Where two JSON values differ.

use serde_json::Value;

use crate::json;

/// Each place where the values differ, as `pointer: expected …, got …`. Numbers are equal by value: 5 and 5.0 are the same.
pub fn differences(expected: &Value, got: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, got, "", &mut found);
    found
}

fn compare(expected: &Value, got: &Value, at: &str, found: &mut Vec<String>) {
    match (expected, got) {
        (Value::Object(left), Value::Object(right)) => {
            for (name, value) in left {
                let at = format!("{at}/{}", json::escape(name));
                match right.get(name) {
                    Some(other) => compare(value, other, &at, found),
                    None => found.push(format!("{at}: expected {value}, got nothing")),
                }
            }
            for (name, value) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
                found.push(format!("{at}/{}: expected nothing, got {value}", json::escape(name)));
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(value, other, &format!("{at}/{index}"), found);
            }
            for (index, value) in left.iter().enumerate().skip(right.len()) {
                found.push(format!("{at}/{index}: expected {value}, got nothing"));
            }
            for (index, value) in right.iter().enumerate().skip(left.len()) {
                found.push(format!("{at}/{index}: expected nothing, got {value}"));
            }
        }
        (Value::Number(left), Value::Number(right)) if left == right || left.as_f64() == right.as_f64() => {}
        (left, right) if left == right => {}
        _ => found.push(format!("{}: expected {expected}, got {got}", if at.is_empty() { "/" } else { at })),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_number_equals_itself_with_a_fraction() {
        assert!(differences(&json!({ "a": [5, 0] }), &json!({ "a": [5.0, 0.0] })).is_empty());
    }

    #[test]
    fn every_difference_has_its_place() {
        let found = differences(&json!({ "a": [1, 2], "b": null, "c": 1 }), &json!({ "a": [1, 3, 4], "b": 0, "d": 1 }));
        let places: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
        assert_eq!(places, ["/a/1", "/a/2", "/b", "/c", "/d"]);
    }
}
