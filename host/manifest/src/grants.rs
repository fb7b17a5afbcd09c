//! Grants: what an operator allows, as lines that can be compared, shown and stored.

use std::collections::BTreeSet;

use crate::digest::sha256_hex;

/// A set of canonical one-line texts. The order of sections in a manifest does not change it, and any word that matters to what
/// an adapter can do does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(BTreeSet<String>);

impl Grants {
    /// What is here and not among what was given.
    #[must_use]
    pub fn difference(&self, given: &Grants) -> Grants {
        self.0.difference(&given.0).cloned().collect()
    }

    /// True where nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a line is among them.
    pub fn contains(&self, line: &str) -> bool {
        self.0.contains(line)
    }

    /// The lines, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Names this very set: SHA-256 of the sorted lines joined by a line feed, in lower-case hex. An operator who gives grants
    /// names it, and so gives what was shown and nothing that came since.
    pub fn digest(&self) -> String {
        let lines: Vec<&str> = self.iter().collect();
        sha256_hex(lines.join("\n").as_bytes())
    }
}

impl<S: Into<String>> FromIterator<S> for Grants {
    fn from_iter<I: IntoIterator<Item = S>>(lines: I) -> Self {
        Grants(lines.into_iter().map(Into::into).collect())
    }
}

impl<S: Into<String>> Extend<S> for Grants {
    fn extend<I: IntoIterator<Item = S>>(&mut self, lines: I) {
        self.0.extend(lines.into_iter().map(Into::into));
    }
}
