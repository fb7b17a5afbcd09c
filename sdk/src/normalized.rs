//! What normalize makes of a document.

use serde::{Deserialize, Serialize};

use crate::each::Each;
use crate::{Failure, Fetched, Record};

/// Something that the provider deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// None: whatever has that key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its key.
    pub key: String,
}

/// A remark on a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// `rejected`: a part could not be read and cost itself alone. `assumed`: something was taken for granted.
    pub code: String,
    /// RFC 6901 pointer into the document.
    pub pointer: String,
    /// For people.
    pub message: String,
}

/// Why one item is not read. Comes from text, from [`Failure`] and from the errors of this crate's readers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Within the item, RFC 6901; empty for the whole of it.
    pub pointer: String,
    /// What is wrong.
    pub message: String,
}

impl Reject {
    /// Names the place within the item.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

impl<E: std::error::Error> From<E> for Reject {
    fn from(error: E) -> Self {
        Self::new("", error.to_string())
    }
}

/// What a document holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Normalized {
    /// What it says.
    #[serde(default)]
    pub records: Vec<Record>,
    /// What it says is gone.
    #[serde(default)]
    pub deleted: Vec<Tombstone>,
    /// Remarks.
    #[serde(default)]
    pub notes: Vec<Note>,
}

impl Normalized {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a record.
    #[must_use]
    pub fn record(mut self, record: Record) -> Self {
        self.records.push(record);
        self
    }

    /// Says that something is gone.
    #[must_use]
    pub fn deleted(mut self, kind: &str, key: impl Into<String>) -> Self {
        self.deleted.push(Tombstone { kind: Some(kind.to_owned()), key: key.into() });
        self
    }

    /// Says what was taken for granted: a unit, a date order, a zone. Once for a place, however often it is said.
    pub fn assumed(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.note("assumed", pointer.into(), message.into());
    }

    /// Says that a part could not be read. The host keeps the document for the next version; the rest goes on.
    pub fn rejected(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.note("rejected", pointer.into(), message.into());
    }

    fn note(&mut self, code: &str, pointer: String, message: String) {
        let note = Note { code: code.to_owned(), pointer, message };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Makes a record of each item; one that cannot be read is noted and costs itself alone. `at` is the pointer to the list.
    ///
    /// # Errors
    /// `changed` where there are items and none can be read: then it is not the item that is bad, it is this version that is old.
    pub fn each<T, R>(
        &mut self,
        document: &Fetched,
        at: &str,
        items: Each<T>,
        mut read: impl FnMut(T, &mut Normalized) -> Result<R, Reject>,
    ) -> Result<(), Failure>
    where
        R: IntoIterator<Item = Record>,
    {
        let mut first = None;
        let mut good = false;
        for (index, item) in items.into_iter().enumerate() {
            let result = match item {
                Ok(item) => read(item, self),
                Err(bad) => Err(Reject::new(bad.wrong.pointer, bad.wrong.message)),
            };
            match result {
                Ok(records) => {
                    good = true;
                    self.records.extend(records);
                }
                Err(Reject { pointer, message }) => {
                    let pointer = format!("{at}/{index}{pointer}");
                    first.get_or_insert_with(|| Failure::changed(&document.endpoint, &pointer, message.clone()));
                    self.rejected(pointer, message);
                }
            }
        }
        match first {
            Some(failure) if !good => Err(failure),
            _ => Ok(()),
        }
    }
}
