//! turbo-stream 2: a flat array in which an index stands for a value, and further lines for what comes later.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

/// A member of this name alone makes an object a date, in Unix milliseconds.
pub(super) const DATE: &str = "$date";
/// A member of this name alone makes an object a promise, which a later line resolves.
pub(super) const LATER: &str = "$later";

const NULL: i64 = -5;

#[derive(Debug, Default)]
struct Pool {
    values: Vec<Value>,
    /// Where a plain value stands already: it is written once.
    known: HashMap<String, i64>,
    later: Vec<(i64, Value)>,
}

/// Writes a value as React Router does.
pub(super) fn encode(value: &Value) -> String {
    let mut pool = Pool::default();
    let mut text = match pool.put(value) {
        index if index < 0 => index.to_string(),
        _ => Value::Array(pool.values.clone()).to_string(),
    };
    text.push('\n');
    // A promise may hold others: they come after it.
    while !pool.later.is_empty() {
        let (number, value) = pool.later.remove(0);
        let from = pool.values.len();
        // What a line stands for is its first value: one that was written before has to be written again.
        pool.known.clear();
        let line = match pool.put(&value) {
            index if index < 0 => index.to_string(),
            _ => json!(pool.values.get(from..).unwrap_or_default()).to_string(),
        };
        text.push_str(&format!("P{number}:{line}\n"));
    }
    text
}

/// What a loader that redirects answers: the status is in here, and the answer's own is 202.
pub(super) fn redirect(to: &str) -> String {
    let to = json!(to);
    let (tag, members) = (r#"["SingleFetchRedirect",1]"#, r#"{"_2":3,"_4":5,"_6":7,"_8":9,"_10":9}"#);
    let names = r#""status",302,"revalidate",true,"reload",false,"replace""#;
    format!("[{tag},{members},\"redirect\",{to},{names}]\n")
}

impl Pool {
    fn put(&mut self, value: &Value) -> i64 {
        match value {
            Value::Null => NULL,
            Value::Object(members) => self.object(members),
            Value::Array(items) => {
                let index = self.reserve();
                let items = items.iter().map(|item| json!(self.put(item))).collect();
                self.set(index, Value::Array(items))
            }
            plain => {
                let key = plain.to_string();
                if let Some(index) = self.known.get(&key) {
                    return *index;
                }
                let index = self.reserve();
                self.known.insert(key, index);
                self.set(index, plain.clone())
            }
        }
    }

    fn object(&mut self, members: &Map<String, Value>) -> i64 {
        let index = self.reserve();
        match (members.get(DATE), members.get(LATER)) {
            (Some(date), _) => self.set(index, json!(["D", date])),
            (_, Some(later)) => {
                self.later.push((index, later.clone()));
                self.set(index, json!(["P", index]))
            }
            _ => {
                let pairs = members.iter().map(|(name, value)| {
                    let name = self.put(&json!(name));
                    (format!("_{name}"), json!(self.put(value)))
                });
                let object = pairs.collect();
                self.set(index, Value::Object(object))
            }
        }
    }

    fn reserve(&mut self) -> i64 {
        self.values.push(Value::Null);
        self.values.len() as i64 - 1
    }

    fn set(&mut self, index: i64, value: Value) -> i64 {
        if let Some(slot) = usize::try_from(index).ok().and_then(|index| self.values.get_mut(index)) {
            *slot = value;
        }
        index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_once_and_referred_to_by_its_index() {
        let text = encode(&json!({ "a": [1, "x", null], "b": { "a": 1 } }));
        assert_eq!(text, "[{\"_1\":2,\"_5\":6},\"a\",[3,4,-5],1,\"x\",\"b\",{\"_1\":3}]\n");
        assert_eq!(encode(&Value::Null), "-5\n");
    }

    #[test]
    fn a_promise_is_resolved_on_a_line_whose_indexes_go_on() {
        let text = encode(&json!({ "data": { "career": { LATER: { "points": 310 } } } }));
        assert_eq!(text, "[{\"_1\":2},\"data\",{\"_3\":4},\"career\",[\"P\",4]]\nP4:[{\"_6\":7},\"points\",310]\n");
        let date = encode(&json!([{ DATE: 86_400_000 }]));
        assert_eq!(date, "[[1],[\"D\",86400000]]\n");
    }

    #[test]
    fn a_redirect_is_the_text_that_clients_have_met() {
        assert_eq!(
            redirect("/login"),
            "[[\"SingleFetchRedirect\",1],{\"_2\":3,\"_4\":5,\"_6\":7,\"_8\":9,\"_10\":9},\"redirect\",\"/login\",\"status\",302,\"revalidate\",true,\"reload\",false,\"replace\"]\n"
        );
    }
}
