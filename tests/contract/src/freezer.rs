//! `wit/frozen`: a copy of every contract that was released, by its track.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use wit_parser::Resolve;

use crate::gate::{Break, check};

/// The contract's folder and what is frozen in it.
#[derive(Clone, Debug)]
pub struct Freezer {
    wit: PathBuf,
}

/// What freezing the present contract did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Released {
    /// The track is frozen for the first time.
    First(String),
    /// The track grew.
    Grown(String),
    /// What is frozen is what is there.
    Unchanged(String),
}

/// Why the contract was not frozen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FreezerError {
    /// adapter.wit cannot be read.
    #[error("{} cannot be read as a contract: {reason}", path.display())]
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// It breaks what was released.
    #[error("the contract breaks what was released as {track}; mend it, or open a new major:\n{}", list(breaks))]
    Broken {
        /// The frozen track.
        track: String,
        /// What it breaks.
        breaks: Vec<Break>,
    },
    /// A file cannot be written.
    #[error("{} cannot be written ({source}): check the folder", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl FreezerError {
    /// Stable name of the reason.
    pub fn code(&self) -> &'static str {
        match self {
            FreezerError::Unreadable { .. } => "unreadable",
            FreezerError::Broken { .. } => "broken",
            FreezerError::Write { .. } => "write",
        }
    }
}

fn list(breaks: &[Break]) -> String {
    breaks.iter().map(Break::to_string).collect()
}

impl Freezer {
    /// The freezer of a contract's folder.
    pub fn new(wit: impl Into<PathBuf>) -> Freezer {
        Freezer { wit: wit.into() }
    }

    /// The tracks that are frozen, such as `0.1`, with their folders.
    pub fn frozen(&self) -> Vec<(String, PathBuf)> {
        let entries = fs::read_dir(self.wit.join("frozen")).into_iter().flatten().flatten();
        let mut tracks: Vec<_> = entries
            .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
            .filter(|(_, path)| path.join("adapter.wit").is_file())
            .collect();
        tracks.sort();
        tracks
    }

    /// The track of the present contract: the part of its version within which additions are compatible, `0.1` of `0.1.4` and
    /// `1` of `1.2.3`, as wasmtime links them.
    ///
    /// # Errors
    /// `unreadable`.
    pub fn track(&self) -> Result<String, FreezerError> {
        let unreadable = |reason: String| FreezerError::Unreadable { path: self.wit.clone(), reason };
        let mut resolve = Resolve::default();
        let (package, _) = match resolve.push_dir(&self.wit) {
            Ok(read) => read,
            Err(error) => return Err(unreadable(resolve.render_error(&error))),
        };
        let version = resolve.packages.get(package).and_then(|package| package.name.version.clone());
        let version = version.ok_or_else(|| unreadable("the package has no version: write one".to_owned()))?;
        Ok(match version.major {
            0 => format!("0.{}", version.minor),
            major => major.to_string(),
        })
    }

    /// Holds the present contract to what is frozen of its track; true where something is.
    ///
    /// # Errors
    /// `unreadable`, `broken`.
    pub fn hold(&self) -> Result<bool, FreezerError> {
        let track = self.track()?;
        let Some((_, folder)) = self.frozen().into_iter().find(|(frozen, _)| *frozen == track) else {
            return Ok(false);
        };
        match check(&folder, &self.wit) {
            Ok(()) => Ok(true),
            Err(breaks) => Err(FreezerError::Broken { track, breaks }),
        }
    }

    /// Freezes the present contract, if it keeps what was released before.
    ///
    /// # Errors
    /// `unreadable`, `broken`, `write`.
    pub fn release(&self) -> Result<Released, FreezerError> {
        let known = self.hold()?;
        let track = self.track()?;
        let source = self.wit.join("adapter.wit");
        let folder = self.wit.join("frozen").join(&track);
        let target = folder.join("adapter.wit");
        let text = read(&source)?;
        if known && read(&target)? == text {
            return Ok(Released::Unchanged(track));
        }
        let write = |path: &Path, result: io::Result<()>| {
            result.map_err(|source| FreezerError::Write { path: path.to_owned(), source })
        };
        write(&folder, fs::create_dir_all(&folder))?;
        let draft = folder.join("adapter.wit.new");
        write(&draft, fs::write(&draft, text))?;
        write(&target, fs::rename(&draft, &target))?;
        Ok(if known { Released::Grown(track) } else { Released::First(track) })
    }
}

fn read(path: &Path) -> Result<String, FreezerError> {
    fs::read_to_string(path)
        .map_err(|error| FreezerError::Unreadable { path: path.to_owned(), reason: error.to_string() })
}
