//! Where in the text something stands.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::error::{Code, ManifestError};
use crate::problem::{Problem, Step};
use crate::suggest;

/// The text and its TOML with places.
pub(crate) struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    pub(crate) fn parse(text: &'t str) -> Result<Document<'t>, ManifestError> {
        let root = DeTable::parse(text).map_err(|error| suggest::syntax(text, &error))?;
        Ok(Document { text, root })
    }

    pub(crate) fn root(&self) -> &DeTable<'t> {
        self.root.get_ref()
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Refuses a contract that is not spoken here; one that is missing or no text is left to the typed reading.
    pub(crate) fn check_contract(&self, spoken: &[&str]) -> Result<(), ManifestError> {
        let Some(value) = self.root().get("contract") else {
            return Ok(());
        };
        let Some(contract) = value.get_ref().as_str() else {
            return Ok(());
        };
        if spoken.contains(&contract) {
            return Ok(());
        }
        let spoken = spoken.join(", ");
        let message = format!(
            "built for contract {contract}, and this host speaks {spoken}: update the host, or build the adapter with an SDK for {spoken}"
        );
        Err(ManifestError::at(self.text, value.span().start, Code::UnknownContract, message))
    }

    /// A problem with its place.
    pub(crate) fn error(&self, problem: Problem) -> ManifestError {
        let offset = self.offset(&problem.path);
        ManifestError::at(self.text, offset, problem.code, problem.message)
    }

    /// Of several problems the one that stands first.
    pub(crate) fn first(&self, problems: Vec<Problem>) -> Option<ManifestError> {
        problems.into_iter().map(|problem| self.error(problem)).min_by_key(|error| (error.line, error.column))
    }

    /// The byte at which the longest part of the path that exists begins.
    fn offset(&self, path: &[Step]) -> usize {
        let mut at = 0;
        let mut value: Option<&DeValue<'_>> = None;
        for step in path {
            let next = match (step, value) {
                (Step::Key(key), None) => self.root().get(key.as_str()),
                (Step::Key(key), Some(DeValue::Table(table))) => table.get(key.as_str()),
                (Step::Index(index), Some(DeValue::Array(array))) => array.get(*index),
                _ => None,
            };
            match next {
                Some(next) => {
                    at = next.span().start;
                    value = Some(next.get_ref());
                }
                None => break,
            }
        }
        at
    }
}
