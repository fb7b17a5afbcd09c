//! JSON as people read it in a review: what is short stands on one line, and so does a column of samples.

use serde_json::Value;

/// Characters that a value may have on one line.
const SHORT: usize = 100;

/// The text of an expectation.
pub(super) fn pretty(value: &Value) -> String {
    let mut text = String::new();
    write(value, 0, &mut text);
    text.push('\n');
    text
}

fn write(value: &Value, depth: usize, text: &mut String) {
    let line = value.to_string();
    match value {
        Value::Object(object) if line.len() > SHORT => {
            let lines = object.iter().map(|(name, value)| (Some(name), value));
            block('{', lines, '}', depth, text);
        }
        Value::Array(list) if line.len() > SHORT && list.iter().any(|item| item.is_object() || item.is_array()) => {
            block('[', list.iter().map(|value| (None, value)), ']', depth, text);
        }
        _ => text.push_str(&line),
    }
}

fn block<'v>(
    open: char,
    lines: impl Iterator<Item = (Option<&'v String>, &'v Value)>,
    close: char,
    depth: usize,
    text: &mut String,
) {
    text.push(open);
    for (at, (name, value)) in lines.enumerate() {
        text.push_str(if at > 0 { ",\n" } else { "\n" });
        text.push_str(&"  ".repeat(depth + 1));
        if let Some(name) = name {
            text.push_str(&format!("{}: ", Value::from(name.as_str())));
        }
        write(value, depth + 1, text);
    }
    text.push('\n');
    text.push_str(&"  ".repeat(depth));
    text.push(close);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let samples: Vec<u32> = (0..200).collect();
        let value =
            json!({ "documents": [{ "series": [{ "offsets": samples, "a \"b\"": "c\n" }], "endpoint": "rides" }] });
        assert_eq!(serde_json::from_str::<Value>(&pretty(&value)).unwrap(), value);
    }

    #[test]
    fn a_column_is_a_line() {
        let samples: Vec<u32> = (1_000..1_200).collect();
        let text = pretty(&json!({ "offsets": samples, "metric": "heart-rate" }));
        assert_eq!(text.lines().count(), 4, "{text}");
    }
}
