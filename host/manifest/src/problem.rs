//! Something wrong, before its place in the text is known.

use crate::error::Code;

/// One step of the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Step::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// What is wrong, and the way to it: keys and indices of the file.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) path: Vec<Step>,
    pub(crate) code: Code,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(path: Vec<Step>, code: Code, message: impl Into<String>) -> Problem {
        Problem { path, code, message: message.into() }
    }
}

/// The way to a value: `at!["fill", 0, "url"]`.
macro_rules! at {
    ($($step:expr),+) => { vec![$($crate::problem::Step::from($step)),+] };
}
pub(crate) use at;
