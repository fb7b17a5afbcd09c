//! A manifest whose providers differ in hosts: how it reads for each of them.
//!
//! What stands for a host is filled into the text, before it is read: so every check holds for every provider, and no rule
//! needs to know that there are several. A host is a plain name, so it cannot end a string or begin another key.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::error::{Code, ManifestError};
use crate::host::HostPattern;
use crate::limits::{MAX_BYTES, MAX_PROVIDERS};
use crate::locate::Document;
use crate::problem::{Problem, at};
use crate::rules::{CLIENT_ID, CLIENT_SECRET};
use crate::{provider, scalar, suggest};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// Holes that mean something without a word of the manifest's.
const TAKEN: &[&str] = &["token", "key", CLIENT_ID, CLIENT_SECRET];

type Hosts = BTreeMap<String, HostPattern>;

/// As much of the file as says what may be filled in.
#[derive(Deserialize)]
struct FamilyFile {
    #[serde(default)]
    provider: Vec<MemberFile>,
    #[serde(default)]
    auth: SignInFile,
    #[serde(default)]
    capture: Vec<CaptureFile>,
}

#[derive(Deserialize)]
struct MemberFile {
    #[serde(default)]
    id: String,
    #[serde(default, deserialize_with = "provider::hosts")]
    hosts: Hosts,
}

#[derive(Default, Deserialize)]
struct SignInFile {
    #[serde(default)]
    form: Vec<FieldFile>,
}

#[derive(Deserialize)]
struct FieldFile {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct CaptureFile {
    #[serde(default, rename = "as")]
    name: String,
}

/// The manifest as it reads for one provider.
pub(crate) struct Reading {
    provider: String,
    hosts: Hosts,
    pub(crate) text: String,
}

/// One reading for each provider, in order. None where no provider names hosts.
///
/// # Errors
/// Too many providers, hosts that are none, names that differ between providers or mean something else already.
pub(crate) fn readings(document: &Document<'_>) -> Result<Vec<Reading>, ManifestError> {
    let text = document.text();
    let file: FamilyFile = toml::from_str(text).map_err(|error| suggest::explain(text, &error))?;
    if let Some(error) = document.first(problems(&file)) {
        return Err(error);
    }
    if file.provider.iter().all(|member| member.hosts.is_empty()) {
        return Ok(Vec::new());
    }
    let read = |member: MemberFile| {
        let filled: String = pieces(text, &member.hosts).into_iter().map(|(_, read)| read).collect();
        if filled.len() > MAX_BYTES {
            let message = format!("with its hosts the manifest of {} has more than {MAX_BYTES} bytes", member.id);
            return Err(ManifestError::at(text, 0, Code::TooLarge, format!("{message}: shorten it")));
        }
        Ok(Reading { provider: member.id, hosts: member.hosts, text: filled })
    };
    file.provider.into_iter().map(read).collect()
}

fn problems(file: &FamilyFile) -> Vec<Problem> {
    let mut found = Vec::new();
    if file.provider.len() > MAX_PROVIDERS {
        let message = format!("more than {MAX_PROVIDERS} providers: divide them among several adapters");
        found.push(Problem::new(at!["provider", MAX_PROVIDERS], Code::TooLarge, message));
    }
    let names: BTreeSet<&String> = file.provider.iter().flat_map(|member| member.hosts.keys()).collect();
    let fields = file.auth.form.iter().map(|field| &field.name);
    let secrets: BTreeSet<&String> = fields.chain(file.capture.iter().map(|capture| &capture.name)).collect();
    for (index, member) in file.provider.iter().enumerate() {
        for name in member.hosts.keys() {
            let path = at!["provider", index, "hosts", name.as_str()];
            if !scalar::is_kebab(name) {
                let message = format!("`{name}` is not in kebab-case: use lower-case letters, digits and single `-`");
                found.push(Problem::new(path, Code::InvalidValue, message));
            } else if TAKEN.contains(&name.as_str()) || secrets.contains(name) {
                let message = format!("`{{{{{name}}}}}` stands for a credential: give the host another name");
                found.push(Problem::new(path, Code::Contradiction, message));
            }
        }
        if let Some(name) = names.iter().find(|name| !member.hosts.contains_key(**name)) {
            let message = format!("another provider has the host `{name}`: name this one's, or remove it there");
            found.push(Problem::new(at!["provider", index, "hosts"], Code::Contradiction, message));
        }
    }
    found
}

impl Reading {
    /// An error in this reading as one in the text that was written. `first`: whether no reading was without it.
    pub(crate) fn explain(&self, written: &str, first: bool, mut error: ManifestError) -> ManifestError {
        let line = written.lines().nth(error.line.saturating_sub(1)).unwrap_or_default();
        error.column = self.column(line, error.column);
        if !first {
            error.message = format!("{} (as {} reads it)", error.message, self.provider);
        }
        error
    }

    /// Where a column of the reading is in the line that was written.
    fn column(&self, line: &str, column: usize) -> usize {
        let (mut in_written, mut in_read) = (1, 1);
        for (written, read) in pieces(line, &self.hosts) {
            let length = read.chars().count();
            if column < in_read + length {
                return if written == read { in_written + column - in_read } else { in_written };
            }
            in_read += length;
            in_written += written.chars().count();
        }
        in_written + column - in_read
    }
}

/// The text in pieces: each as it was written, and as it reads.
fn pieces<'t>(text: &'t str, hosts: &'t Hosts) -> Vec<(&'t str, &'t str)> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, hole) = rest.split_at(at);
        let known = hole.strip_prefix(OPEN).and_then(|name| name.split_once(CLOSE)).and_then(|(name, after)| {
            let written = hole.strip_suffix(after)?;
            Some((written, hosts.get(name)?.as_str(), after))
        });
        pieces.push((before, before));
        rest = match known {
            Some((written, read, after)) => {
                pieces.push((written, read));
                after
            }
            None => {
                let (brace, after) = hole.split_at(1);
                pieces.push((brace, brace));
                after
            }
        };
    }
    pieces.push((rest, rest));
    pieces
}
