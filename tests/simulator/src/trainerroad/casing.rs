//! The two ways in which a key is written.

use serde_json::Value;

/// `workoutName`, `tss`.
pub(super) fn camel(value: &Value) -> Value {
    rename(value, &camel_key)
}

/// `WorkoutName`, `Tss`. What has its own capitals, as `TSS`, keeps them.
pub(super) fn pascal(value: &Value) -> Value {
    rename(value, &pascal_key)
}

fn rename(value: &Value, key: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (key(name), rename(value, key))).collect(),
        Value::Array(items) => items.iter().map(|item| rename(item, key)).collect(),
        other => other.clone(),
    }
}

fn pascal_key(key: &str) -> String {
    let mut letters = key.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Lowers the capitals at the start, except one that begins the next word.
fn camel_key(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    let capitals = letters.iter().take_while(|letter| letter.is_ascii_uppercase()).count();
    let lowered = if capitals > 1 && capitals < letters.len() { capitals - 1 } else { capitals };
    letters
        .iter()
        .enumerate()
        .map(|(index, letter)| if index < lowered { letter.to_ascii_lowercase() } else { *letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_change_their_case_at_every_depth_and_values_do_not() {
        let old = json!({ "Workout": { "TSS": 28.0, "IFFactor": 1, "Levels": [{ "WorkoutId": 1 }], "33": "Name" } });
        let new = json!({ "workout": { "tss": 28.0, "ifFactor": 1, "levels": [{ "workoutId": 1 }], "33": "Name" } });
        assert_eq!(camel(&old), new);
        assert_eq!(pascal(&old), old);
        assert_eq!(pascal(&json!({ "tssByDay": [] })), json!({ "TssByDay": [] }));
    }
}
