//! What is wrong with a manifest, where, and what to do about it.

use std::fmt;

/// Why a manifest was refused, in words that programs may compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Code {
    /// Longer than [`crate::MAX_BYTES`], or with more providers than one adapter serves.
    TooLarge,
    /// Not TOML.
    Syntax,
    /// A key that this host does not know: a typo, or made for a newer contract.
    UnknownKey,
    /// A key that must be there and is not.
    MissingKey,
    /// A value of the wrong type or form.
    InvalidValue,
    /// Two entries that say the same, or use one name twice.
    Duplicate,
    /// Two sections that contradict each other, such as a fill whose URL no route reaches.
    Contradiction,
    /// Made for a contract that this host does not speak.
    UnknownContract,
}

impl Code {
    /// The stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::TooLarge => "too-large",
            Code::Syntax => "syntax",
            Code::UnknownKey => "unknown-key",
            Code::MissingKey => "missing-key",
            Code::InvalidValue => "invalid-value",
            Code::Duplicate => "duplicate",
            Code::Contradiction => "contradiction",
            Code::UnknownContract => "unknown-contract",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The first thing that is wrong with a manifest. Its message says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("adapter.toml:{line}:{column}: {message}")]
pub struct ManifestError {
    /// Why, for programs.
    pub code: Code,
    /// Line of the text, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do, in one sentence or two.
    pub message: String,
}

impl ManifestError {
    /// Stable name of the reason, for example `unknown-key`.
    pub fn code(&self) -> &'static str {
        self.code.as_str()
    }

    /// An error at a byte of the text.
    pub(crate) fn at(text: &str, offset: usize, code: Code, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        ManifestError { code, line, column, message: message.into() }
    }
}
