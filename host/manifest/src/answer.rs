//! Where in a token answer each value stands.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};
use serde_json::Value;

use crate::scalar;

/// RFC 6901 pointers into the answer of a token endpoint. What is not said is where RFC 6749 has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Answer {
    /// Holds in every answer that is no refusal, for a provider that refuses with HTTP 200. None: the HTTP status says all.
    pub ok: Option<AnswerOk>,
    /// Values at `ok.at` which mean that the grant is dead: the user signs in again. Any other value that is not `ok` may pass.
    pub refused: Vec<Scalar>,
    /// The access token. Default: `/access_token`.
    #[serde(deserialize_with = "scalar::pointer")]
    pub access: String,
    /// The refresh token. Default: `/refresh_token`.
    #[serde(deserialize_with = "scalar::pointer")]
    pub refresh: String,
    /// For how many seconds the access token lives. Default: `/expires_in`.
    #[serde(deserialize_with = "scalar::pointer")]
    pub expires_in: String,
    /// Until when, in seconds since 1970. Default: `/expires_at`, which RFC 6749 does not have and some providers do.
    #[serde(deserialize_with = "scalar::pointer")]
    pub expires_at: String,
    /// The scopes that were granted. Default: `/scope`.
    #[serde(deserialize_with = "scalar::pointer")]
    pub scope: String,
    /// Why it was refused, in the provider's word. Default: `/error`.
    #[serde(deserialize_with = "scalar::pointer")]
    pub error: String,
}

impl Default for Answer {
    fn default() -> Self {
        Answer {
            ok: None,
            refused: Vec::new(),
            access: "/access_token".to_owned(),
            refresh: "/refresh_token".to_owned(),
            expires_in: "/expires_in".to_owned(),
            expires_at: "/expires_at".to_owned(),
            scope: "/scope".to_owned(),
            error: "/error".to_owned(),
        }
    }
}

impl Answer {
    /// Every pointer with its key in the file.
    pub(crate) fn pointers(&self) -> [(&'static str, &str); 6] {
        [
            ("access", &self.access),
            ("refresh", &self.refresh),
            ("expires-in", &self.expires_in),
            ("expires-at", &self.expires_at),
            ("scope", &self.scope),
            ("error", &self.error),
        ]
    }
}

/// What an answer says when it is no refusal.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AnswerOk {
    /// Where, an RFC 6901 pointer.
    #[serde(deserialize_with = "scalar::pointer")]
    pub at: String,
    /// What stands there.
    pub is: Scalar,
}

impl AnswerOk {
    /// Whether the answer says so.
    pub fn holds(&self, answer: &Value) -> bool {
        answer.pointer(&self.at).is_some_and(|value| self.is.equals(value))
    }
}

/// A single value of an answer, of one type: the number 0 is not the text `0`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scalar {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// True or false.
    Bool(bool),
}

impl Scalar {
    /// Whether a value of an answer is this one.
    pub fn equals(&self, value: &Value) -> bool {
        match self {
            Scalar::Number(number) => value.as_i64() == Some(*number),
            Scalar::Text(text) => value.as_str() == Some(text),
            Scalar::Bool(bool) => value.as_bool() == Some(*bool),
        }
    }
}

/// As JSON writes it.
impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scalar::Number(number) => number.fmt(f),
            Scalar::Text(text) => Value::from(text.as_str()).fmt(f),
            Scalar::Bool(bool) => bool.fmt(f),
        }
    }
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        d.deserialize_any(Single)
    }
}

struct Single;

impl Visitor<'_> for Single {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number, a text, or true or false")
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E: de::Error>(self, bool: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(bool))
    }
}
