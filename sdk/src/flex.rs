//! Readers for values that providers write now as a number, now as text: for `#[serde(deserialize_with = "...")]`.
//!
//! With an `Option` use the `opt_` forms and add `#[serde(default)]`: absent, null and empty text are then `None`, and nothing
//! is ever made a zero.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::time;

/// A number: `1.5`, `"1.5"`.
///
/// # Errors
/// For anything else, null included.
pub fn f64<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    opt_f64(d)?.ok_or_else(|| de::Error::custom("a number was expected, and there is none"))
}

/// A number that may be missing.
///
/// # Errors
/// For what is neither a number nor nothing.
pub fn opt_f64<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|value| value.is_finite());
    match d.deserialize_any(Scalar("a number"))? {
        Value::None => Ok(None),
        Value::Float(value) => Ok(Some(value)),
        Value::Int(value) => Ok(Some(value as f64)),
        Value::Text(text) => number(text.trim()).map(Some).ok_or_else(|| wrong("a number", &text)),
        Value::Bool(_) => Err(de::Error::custom("a number was expected")),
    }
}

/// A whole number: `7`, `7.0`, `"7"`. Exact up to 2^63, also as text.
///
/// # Errors
/// For anything else, null included.
pub fn i64<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
    opt_i64(d)?.ok_or_else(|| de::Error::custom("a whole number was expected, and there is none"))
}

/// A whole number that may be missing.
///
/// # Errors
/// For what is neither a whole number nor nothing.
pub fn opt_i64<'de, D: Deserializer<'de>>(d: D) -> Result<Option<i64>, D::Error> {
    let beyond = || de::Error::custom("a whole number of at most 63 bits was expected");
    match d.deserialize_any(Scalar("a whole number"))? {
        Value::None => Ok(None),
        Value::Int(value) => i64::try_from(value).map(Some).map_err(|_| beyond()),
        Value::Float(value) => whole(value).map(Some).ok_or_else(beyond),
        Value::Text(text) => {
            let text = text.trim();
            let exact = text.parse().ok();
            exact.or_else(|| text.parse().ok().and_then(whole)).map(Some).ok_or_else(|| wrong("a whole number", text))
        }
        Value::Bool(_) => Err(de::Error::custom("a whole number was expected")),
    }
}

/// An id as text, whatever it is written as: `12345678987654321`, `"b42"`. Digits are kept up to 2^64; a larger number comes
/// as the nearest that a double can hold, which still tells one from another nearly always.
///
/// # Errors
/// For anything else, null and empty text included.
pub fn text<'de, D: Deserializer<'de>>(d: D) -> Result<String, D::Error> {
    opt_text(d)?.ok_or_else(|| de::Error::custom("an id was expected, and there is none"))
}

/// An id that may be missing, as text.
///
/// # Errors
/// For what is neither text nor number nor nothing.
pub fn opt_text<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    match d.deserialize_any(Scalar("an id"))? {
        Value::None => Ok(None),
        Value::Int(value) => Ok(Some(value.to_string())),
        Value::Float(value) => Ok(Some(format!("{value}"))),
        Value::Text(text) => Ok(Some(text.trim().to_owned())),
        Value::Bool(_) => Err(de::Error::custom("an id was expected")),
    }
}

/// A length of time in seconds: `2705`, `"2705"`, `"0:45:05"`, `"45:05"`, `"PT45M5S"`.
///
/// # Errors
/// For anything else, null included.
pub fn seconds<'de, D: Deserializer<'de>>(d: D) -> Result<f64, D::Error> {
    opt_seconds(d)?.ok_or_else(|| de::Error::custom("a length of time was expected, and there is none"))
}

/// A length of time that may be missing, in seconds.
///
/// # Errors
/// For what is neither a length of time nor nothing.
pub fn opt_seconds<'de, D: Deserializer<'de>>(d: D) -> Result<Option<f64>, D::Error> {
    match d.deserialize_any(Scalar("a length of time"))? {
        Value::None => Ok(None),
        Value::Float(value) => Ok(Some(value)),
        Value::Int(value) => Ok(Some(value as f64)),
        Value::Text(text) => time::parse_duration(&text).map(Some).map_err(|_| wrong("a length of time", &text)),
        Value::Bool(_) => Err(de::Error::custom("a length of time was expected")),
    }
}

/// Yes or no that may be missing: `true`, `1`, `"true"`, `"1"`, `"yes"`.
///
/// # Errors
/// For what is neither yes nor no nor nothing.
pub fn opt_bool<'de, D: Deserializer<'de>>(d: D) -> Result<Option<bool>, D::Error> {
    match d.deserialize_any(Scalar("yes or no"))? {
        Value::None => Ok(None),
        Value::Bool(value) => Ok(Some(value)),
        Value::Int(0) => Ok(Some(false)),
        Value::Int(1) => Ok(Some(true)),
        Value::Text(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Ok(Some(true)),
            "false" | "no" | "0" => Ok(Some(false)),
            _ => Err(wrong("yes or no", &text)),
        },
        Value::Int(_) | Value::Float(_) => Err(de::Error::custom("yes or no was expected")),
    }
}

/// A member that may be null and may not be missing: an `Option` alone takes a renamed member for one that is not there.
///
/// # Errors
/// Where it is missing, or neither null nor what was expected.
pub fn nullable<'de, T: Deserialize<'de>, D: Deserializer<'de>>(d: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(d)
}

fn wrong<E: de::Error>(expected: &str, text: &str) -> E {
    let shown: String = text.chars().take(40).collect();
    E::custom(format!("{expected} was expected, and there is {shown:?}"))
}

fn whole(value: f64) -> Option<i64> {
    // 2^63 itself is the first that does not fit.
    (value.fract() == 0.0 && (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&value))
        .then_some(value as i64)
}

enum Value {
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(String),
}

struct Scalar(&'static str);

impl<'de> Visitor<'de> for Scalar {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Int(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        Ok(if text.trim().is_empty() { Value::None } else { Value::Text(text.to_owned()) })
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<Value, D::Error> {
        d.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Debug, Default, PartialEq, Deserialize)]
    #[serde(default)]
    struct All {
        #[serde(deserialize_with = "super::opt_f64")]
        number: Option<f64>,
        #[serde(deserialize_with = "super::opt_i64")]
        whole: Option<i64>,
        #[serde(deserialize_with = "super::opt_text")]
        id: Option<String>,
        #[serde(deserialize_with = "super::opt_seconds")]
        length: Option<f64>,
        #[serde(deserialize_with = "super::opt_bool")]
        yes: Option<bool>,
    }

    fn read(text: &str) -> Result<All, serde_json::Error> {
        serde_json::from_str(text)
    }

    #[test]
    fn numbers_may_be_text() {
        assert_eq!(read(r#"{"number": " 31.20 "}"#).unwrap().number, Some(31.2));
        assert_eq!(read(r#"{"number": 7}"#).unwrap().number, Some(7.0));
        assert!(read(r#"{"number": "fast"}"#).is_err());
        assert!(read(r#"{"number": "NaN"}"#).is_err());
    }

    #[test]
    fn whole_numbers_keep_their_digits_beyond_2_to_the_53() {
        for written in ["12345678987654321", "\"12345678987654321\""] {
            assert_eq!(read(&format!("{{\"whole\": {written}}}")).unwrap().whole, Some(12_345_678_987_654_321));
        }
        assert_eq!(read(r#"{"whole": 7.0}"#).unwrap().whole, Some(7));
        assert_eq!(read(r#"{"whole": "7.0"}"#).unwrap().whole, Some(7));
        for written in ["7.5", "9223372036854775808", "1e30"] {
            assert!(read(&format!("{{\"whole\": {written}}}")).is_err(), "{written}");
        }
    }

    #[test]
    fn an_id_may_be_any_number_or_text() {
        let id = |written: &str| read(&format!("{{\"id\": {written}}}")).unwrap().id.unwrap();
        assert_eq!(id("18446744073709551615"), "18446744073709551615");
        assert_eq!(id("\"b42\""), "b42");
        assert_eq!(id("5.0"), "5");
        assert_eq!(id("98765432123456789012"), "98765432123456780000");
    }

    #[test]
    fn a_length_of_time_may_be_text() {
        for written in ["2705", "2705.0", "\"2705\"", "\"0:45:05\"", "\"45:05\"", "\"PT45M5S\""] {
            assert_eq!(read(&format!("{{\"length\": {written}}}")).unwrap().length, Some(2_705.0), "{written}");
        }
    }

    #[test]
    fn what_is_missing_is_no_zero() {
        let nothing = All::default();
        assert_eq!(read("{}").unwrap(), nothing);
        assert_eq!(read(r#"{"number": null, "whole": "", "id": null, "length": " ", "yes": null}"#).unwrap(), nothing);
    }

    #[test]
    fn a_renamed_member_is_not_taken_for_null() {
        #[derive(Debug, Deserialize)]
        struct Entry {
            #[serde(deserialize_with = "super::nullable")]
            ride: Option<u8>,
        }
        let read = |text: &str| serde_json::from_str::<Entry>(text).map(|entry| entry.ride);
        assert_eq!(read(r#"{"ride": null}"#).unwrap(), None);
        assert_eq!(read(r#"{"ride": 7}"#).unwrap(), Some(7));
        assert!(read(r#"{"Ride": 7}"#).is_err());
    }

    #[test]
    fn yes_and_no_have_many_spellings() {
        for (written, meant) in
            [("true", true), ("1", true), ("\"Yes\"", true), ("false", false), ("0", false), ("\"no\"", false)]
        {
            assert_eq!(read(&format!("{{\"yes\": {written}}}")).unwrap().yes, Some(meant), "{written}");
        }
        assert!(read(r#"{"yes": 2}"#).is_err());
    }
}
