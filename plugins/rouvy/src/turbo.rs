//! turbo-stream 2, React Router's single-fetch encoding, as its own `encode` writes it.
//!
//! The first line is a flat JSON array, and index 0 is the root. An object is `{"_k": v}`, where `k` and `v` are indexes; an
//! array holds indexes, or begins with a text, which is its tag. A negative index is a value by itself. Further lines resolve
//! promises: `P8:[…]` puts its array at the end of what there is already, and its first element is what the promise comes to.

use gearshift_sdk::json::{self, Wrong};
use gearshift_sdk::time;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// How deep values may lie in each other; what refers to itself has no end. ROUVY's own pages stay below 12.
const DEEPEST: usize = 64;

/// Values that an answer may come to; one that is referred to twice counts twice. The longest answer known has some 3,000.
const MOST: usize = 1 << 20;

/// What a promise or a tag that nobody knows becomes, so that reading it as data fails.
const ERROR: &str = "$error";

/// Why bytes are no turbo-stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bad {
    /// They end too early: ask again.
    Short(String),
    /// They are something else.
    Shape(String),
}

impl From<Bad> for Wrong {
    fn from(bad: Bad) -> Self {
        let (Bad::Short(message) | Bad::Shape(message)) = bad;
        Wrong { pointer: String::new(), message }
    }
}

/// What an answer holds, of this type. Pointers of an error are into what was decoded.
///
/// # Errors
/// Where it is no turbo-stream, or not of this shape.
pub(crate) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Wrong> {
    let value = decode(bytes)?;
    json::read(value.to_string().as_bytes())
}

/// Where an answer sends its page: to sign in, mostly, and with a status that looks like success.
pub(crate) fn redirect(bytes: &[u8]) -> Option<String> {
    let to = decode(bytes).ok()?;
    Some(to.pointer("/SingleFetchRedirect/redirect")?.as_str()?.to_owned())
}

/// Decodes an answer. A member that is `undefined` is left out; a date becomes text in UTC; what is no number becomes null.
///
/// # Errors
/// Where the bytes are no turbo-stream to their end.
pub(crate) fn decode(bytes: &[u8]) -> Result<Value, Bad> {
    let text = str::from_utf8(bytes).map_err(|error| Bad::Shape(error.to_string()))?;
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().ok_or_else(|| Bad::Short("an empty answer".into()))?;
    let mut pool = Pool::default();
    let root = pool.add(first)?;
    for line in lines {
        pool.settle(line)?;
    }
    let mut left = MOST;
    Ok(pool.value(root, 0, &mut left)?.unwrap_or(Value::Null))
}

fn line(text: &str) -> Result<Value, Bad> {
    serde_json::from_str(text).map_err(|error| match error.is_eof() {
        true => Bad::Short(format!("the answer breaks off: {error}")),
        false => Bad::Shape(format!("no turbo-stream: {error}")),
    })
}

/// Everything that indexes point to.
#[derive(Debug, Default)]
struct Pool {
    values: Vec<Value>,
    /// By the promise's number: the index that it came to, or why it failed.
    promises: Vec<(i64, Result<i64, i64>)>,
}

impl Pool {
    /// Adds a line's values; returns the index of what the line stands for.
    fn add(&mut self, text: &str) -> Result<i64, Bad> {
        match line(text)? {
            Value::Array(values) if !values.is_empty() => {
                let index = self.values.len() as i64;
                self.values.extend(values);
                Ok(index)
            }
            Value::Number(number) if number.is_i64() => Ok(number.as_i64().unwrap_or_default()),
            _ => Err(Bad::Shape("a flat array was expected".into())),
        }
    }

    /// A line that resolves a promise (`P`) or rejects it (`E`).
    fn settle(&mut self, text: &str) -> Result<(), Bad> {
        let known = || Bad::Shape("a line that neither resolves nor rejects a promise".into());
        let Some((name, rest)) = text.split_once(':') else { return Err(Bad::Short("a line breaks off".into())) };
        let (kind, number) = name.split_at_checked(1).ok_or_else(known)?;
        let number = number.parse().map_err(|_| known())?;
        let index = self.add(rest)?;
        let came = match kind {
            "P" => Ok(index),
            "E" => Err(index),
            _ => return Err(known()),
        };
        self.promises.push((number, came));
        Ok(())
    }

    /// The value at an index; none where it is `undefined`.
    fn value(&self, index: i64, depth: usize, left: &mut usize) -> Result<Option<Value>, Bad> {
        *left = left.checked_sub(1).ok_or_else(|| Bad::Shape(format!("more than {MOST} values")))?;
        if depth > DEEPEST {
            return Err(Bad::Shape(format!("values lie deeper than {DEEPEST}, or in themselves")));
        }
        match index {
            // undefined
            -7 => return Ok(None),
            -4 => return Ok(Some(json!(-0.0))),
            // null, a hole in an array, not a number, and both infinities, which JSON does not have.
            -6..=-1 => return Ok(Some(Value::Null)),
            _ => {}
        }
        let missing = || Bad::Shape(format!("there is nothing at index {index}"));
        let value = usize::try_from(index).ok().and_then(|index| self.values.get(index)).ok_or_else(missing)?;
        match value {
            Value::Object(members) => self.object(members, depth, left).map(Some),
            Value::Array(items) => match items.split_first() {
                Some((Value::String(tag), rest)) => self.tagged(tag, rest, depth, left),
                _ => self.list(items, depth, left).map(Some),
            },
            plain => Ok(Some(plain.clone())),
        }
    }

    fn list(&self, items: &[Value], depth: usize, left: &mut usize) -> Result<Value, Bad> {
        let item = |item: &Value| Ok(self.value(number(item)?, depth + 1, left)?.unwrap_or(Value::Null));
        items.iter().map(item).collect::<Result<Vec<_>, Bad>>().map(Value::Array)
    }

    fn object(&self, members: &Map<String, Value>, depth: usize, left: &mut usize) -> Result<Value, Bad> {
        let mut object = Map::new();
        for (key, value) in members {
            // Keys that are no index have been met beside those that are.
            let name = match key.strip_prefix('_').and_then(|index| index.parse::<usize>().ok()) {
                Some(index) => match self.values.get(index) {
                    Some(Value::String(name)) => name.clone(),
                    _ => return Err(Bad::Shape(format!("the key {key} is no text"))),
                },
                None => key.clone(),
            };
            if let Some(value) = self.value(number(value)?, depth + 1, left)? {
                object.insert(name, value);
            }
        }
        Ok(Value::Object(object))
    }

    fn tagged(&self, tag: &str, rest: &[Value], depth: usize, left: &mut usize) -> Result<Option<Value>, Bad> {
        let short = || Bad::Shape(format!("the tag {tag} says too little"));
        let first = rest.first().ok_or_else(short);
        Ok(Some(match tag {
            "D" => match first?.as_f64() {
                Some(millis) => time::format(millis as i64).into(),
                None => Value::Null,
            },
            // What is written as it is: an address, a big number, a symbol, the pattern of an expression.
            "U" | "B" | "Y" | "R" => first?.clone(),
            "E" => json!({ ERROR: first? }),
            "N" => match first? {
                Value::Object(members) => self.object(members, depth, left)?,
                _ => return Err(short()),
            },
            "S" => self.list(rest, depth, left)?,
            "M" => self.pairs(rest, depth, left)?,
            "P" => return self.promise(number(first?)?, depth, left),
            "Z" => return self.value(number(first?)?, depth + 1, left),
            // A tag of an application's own: what it holds, under its name.
            _ => {
                let held = match rest.iter().any(|item| !item.is_i64()) {
                    true => Value::Array(rest.to_vec()),
                    false => self.own(rest, depth, left)?,
                };
                json!({ tag: held })
            }
        }))
    }

    fn own(&self, rest: &[Value], depth: usize, left: &mut usize) -> Result<Value, Bad> {
        match rest {
            [one] => Ok(self.value(number(one)?, depth + 1, left)?.unwrap_or(Value::Null)),
            _ => self.list(rest, depth, left),
        }
    }

    fn pairs(&self, rest: &[Value], depth: usize, left: &mut usize) -> Result<Value, Bad> {
        let pairs = rest.chunks(2).map(|pair| self.list(pair, depth, left));
        pairs.collect::<Result<Vec<_>, Bad>>().map(Value::Array)
    }

    fn promise(&self, number: i64, depth: usize, left: &mut usize) -> Result<Option<Value>, Bad> {
        match self.promises.iter().find(|(known, _)| *known == number) {
            Some((_, Ok(index))) => self.value(*index, depth + 1, left),
            Some((_, Err(index))) => Ok(Some(json!({ ERROR: self.value(*index, depth + 1, left)? }))),
            None => Err(Bad::Short(format!("the answer ends before promise {number} is resolved"))),
        }
    }
}

fn number(value: &Value) -> Result<i64, Bad> {
    value.as_i64().ok_or_else(|| Bad::Shape(format!("an index was expected, not {value}")))
}

#[cfg(test)]
mod tests;
