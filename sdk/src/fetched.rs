//! A document with its bytes, as normalize is given it.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::{Each, Failure, Pair, json};

/// One answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Body {
    /// As pull named it.
    pub name: String,
    /// As the provider called it; may be empty.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A document with its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// The stream that it was pulled in.
    pub stream: String,
    /// Its shape, as pull named it.
    pub endpoint: String,
    /// What it is about, as pull said.
    pub id: Option<String>,
    /// The answers.
    pub parts: Vec<Body>,
    /// When the last of them came, Unix milliseconds. The clock stands there.
    pub fetched_at: i64,
    /// What pull added.
    pub context: Vec<Pair>,
}

impl Fetched {
    /// An answer by name.
    pub fn part(&self, name: &str) -> Option<&Body> {
        self.parts.iter().find(|part| part.name == name)
    }

    /// A word that pull added.
    pub fn context(&self, name: &str) -> Option<&str> {
        self.context.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An answer as JSON.
    ///
    /// # Errors
    /// `changed`, with endpoint, part and pointer; so where the part is missing.
    pub fn json<'d, T: Deserialize<'d>>(&'d self, part: &str) -> Result<T, Failure> {
        let found = self.maybe_json(part)?;
        found.ok_or_else(|| Failure::changed(&self.place(part), "", format!("the document has no part `{part}`")))
    }

    /// An answer as JSON, where there is one.
    ///
    /// # Errors
    /// As [`json`](Self::json), except for a part that is missing.
    pub fn maybe_json<'d, T: Deserialize<'d>>(&'d self, part: &str) -> Result<Option<T>, Failure> {
        let Some(body) = self.part(part) else { return Ok(None) };
        json::read(&body.bytes).map(Some).map_err(|wrong| wrong.at(&self.place(part), ""))
    }

    /// The items of a batch that a phone pushed: the host hands them over one after another, with commas between.
    ///
    /// # Errors
    /// As [`json`](Self::json).
    pub fn items<T: DeserializeOwned>(&self, part: &str) -> Result<Each<T>, Failure> {
        let found = self.part(part);
        let body = found.ok_or_else(|| self.changed(part, "", format!("the document has no part `{part}`")))?;
        let list = [b"[".as_slice(), &body.bytes, b"]"].concat();
        json::read(&list).map_err(|wrong| wrong.at(&self.place(part), ""))
    }

    /// What a failure calls this part: the endpoint, and the part's name where the document has several.
    pub fn place(&self, part: &str) -> String {
        if self.parts.len() > 1 { format!("{}#{part}", self.endpoint) } else { self.endpoint.clone() }
    }

    /// That something in a part is not as expected.
    pub fn changed(&self, part: &str, pointer: &str, message: impl Into<String>) -> Failure {
        Failure::changed(&self.place(part), pointer, message)
    }

    /// That this version does not know the shape.
    pub fn unknown_endpoint(&self) -> Failure {
        Failure::changed(&self.endpoint, "", format!("this version does not read `{}`", self.endpoint))
    }
}
