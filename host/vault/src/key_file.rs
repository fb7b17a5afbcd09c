//! The file that keys are kept in: read, made, and changed while others read it.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::error::VaultError;
use crate::key::{KeyEncryptionKey, Ring, key_text};
use crate::key_id::KeyId;
use crate::limits::LONGEST_KEY_FILE;

/// A file of key-encryption keys, for those who change it. It is changed as a whole: whoever reads it meanwhile sees the file
/// as it was before or after. Comments stay. Those who change it at the same time wait for each other.
#[derive(Clone, Debug)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The file at a path. Nothing is opened yet.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The keys in it, the one that wraps first.
    ///
    /// # Errors
    /// As [`crate::LocalKeys::from_file`].
    pub fn ids(&self) -> Result<Vec<KeyId>, VaultError> {
        Ok(read(&self.path)?.0.ids())
    }

    /// Puts a new key before the others, which stay: from now on it wraps.
    ///
    /// # Errors
    /// As [`crate::LocalKeys::from_file`], and `crypto`.
    pub fn add(&self) -> Result<KeyId, VaultError> {
        let key = KeyEncryptionKey::generate()?;
        let line = key.text();
        self.change(|_, text| Ok(Zeroizing::new([line.as_str(), "\n", text].concat())))?;
        Ok(key.id())
    }

    /// Takes away all keys but the first, which must be `keep`, and says which went. What is still sealed under them cannot be
    /// opened any more.
    ///
    /// # Errors
    /// As [`crate::LocalKeys::from_file`]; `key-not-current` where another key is the first one: somebody else rotates too.
    pub fn retire(&self, keep: KeyId) -> Result<Vec<KeyId>, VaultError> {
        let mut gone = Vec::new();
        self.change(|ring, text| {
            if ring.first() != keep {
                return Err(VaultError::KeyNotCurrent { path: self.path.clone(), key: keep });
            }
            gone = ring.ids().into_iter().filter(|id| *id != keep).collect();
            let mut left = Zeroizing::new(String::with_capacity(text.len() + 1));
            for line in text.lines().filter(|line| stays(line, keep)) {
                left.push_str(line);
                left.push('\n');
            }
            Ok(left)
        })?;
        Ok(gone)
    }

    /// Makes the file with a new key where there is none.
    pub(crate) fn make_if_missing(&self) -> Result<(), VaultError> {
        if self.path.exists() {
            return Ok(());
        }
        let key = KeyEncryptionKey::generate()?;
        let text = Zeroizing::new([key.text().as_str(), "\n"].concat());
        // Linked and not renamed: where another process was faster, its key is the one.
        let placed = draft(&self.path, &text, None).and_then(|draft| {
            let linked = std::fs::hard_link(&draft, &self.path);
            std::fs::remove_file(&draft)?;
            match linked {
                Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
                _ => sync_folder(&self.path),
            }
        });
        placed.map_err(|source| self.failed(source))
    }

    /// Writes what `change` makes of the file in its place, unless somebody else is at it.
    fn change(
        &self,
        change: impl FnOnce(&Ring, &str) -> Result<Zeroizing<String>, VaultError>,
    ) -> Result<(), VaultError> {
        let failed = |source| self.failed(source);
        // A link stays one, and the file behind it changes.
        let path = std::fs::canonicalize(&self.path).map_err(|source| missing_or(&self.path, source))?;
        let (file, metadata) = locked(&path)?;
        let (text, ring) = parse(&path, &file, &metadata)?;
        let text = change(&ring, &text)?;
        let draft = draft(&path, &text, Some(&metadata)).map_err(failed)?;
        if let Err(source) = std::fs::rename(&draft, &path) {
            // The first failure is the one to tell.
            drop(std::fs::remove_file(&draft));
            return Err(failed(source));
        }
        sync_folder(&path).map_err(failed)
    }

    fn failed(&self, source: io::Error) -> VaultError {
        VaultError::KeyFile { path: self.path.clone(), source }
    }
}

/// Whether a line is no key, or the one that stays.
fn stays(line: &str, keep: KeyId) -> bool {
    KeyEncryptionKey::from_text(key_text(line)).is_none_or(|key| key.id() == keep)
}

/// Tells one state of a file from another. A file that was replaced is another one even within the clock's resolution.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    file: (u64, u64),
    length: u64,
    written: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(metadata: &Metadata) -> Self {
        Self {
            file: (metadata.dev(), metadata.ino()),
            length: metadata.len(),
            written: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

/// The file's state now.
pub(crate) fn stamp(path: &Path) -> Result<Stamp, VaultError> {
    std::fs::metadata(path).map(|metadata| Stamp::of(&metadata)).map_err(|source| missing_or(path, source))
}

/// The keys in a file, with its state when they were read.
pub(crate) fn read(path: &Path) -> Result<(Ring, Stamp), VaultError> {
    let file = File::open(path).map_err(|source| missing_or(path, source))?;
    let metadata = file.metadata().map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
    let (_, ring) = parse(path, &file, &metadata)?;
    Ok((ring, Stamp::of(&metadata)))
}

fn parse(path: &Path, file: &File, metadata: &Metadata) -> Result<(Zeroizing<String>, Ring), VaultError> {
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(VaultError::KeyExposed { path: path.to_owned(), mode });
    }
    // With room for everything from the start, and for the reader's last look: growing would leave a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(LONGEST_KEY_FILE + 64));
    file.take(LONGEST_KEY_FILE as u64 + 1)
        .read_to_string(&mut text)
        .map_err(|source| VaultError::KeyFile { path: path.to_owned(), source })?;
    if text.len() > LONGEST_KEY_FILE {
        return Err(VaultError::KeyFileTooLarge { path: path.to_owned() });
    }
    let ring = Ring::from_text(&text, '\n', &format!("the file {}", path.display()))?;
    Ok((text, ring))
}

/// The file that stands at the path, locked against others who change it, until it is closed.
fn locked(path: &Path) -> Result<(File, Metadata), VaultError> {
    let failed = |source| missing_or(path, source);
    loop {
        let file = File::open(path).map_err(failed)?;
        file.lock().map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let there = std::fs::metadata(path).map_err(failed)?;
        // Who waited for the lock may hold the file that was replaced meanwhile.
        if (there.dev(), there.ino()) == (metadata.dev(), metadata.ino()) {
            return Ok((file, metadata));
        }
    }
}

/// Writes a file beside the path, for its owner alone; with `like`, for the owner of that file, since root may rotate for a
/// daemon that is not root.
fn draft(path: &Path, text: &str, like: Option<&Metadata>) -> io::Result<PathBuf> {
    let mut suffix = [0; 8];
    aws_lc_rs::rand::fill(&mut suffix).map_err(|_| io::Error::other("the system has no randomness"))?;
    let draft = path.with_extension(format!("{}.new", hex::encode(suffix)));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| match like {
        Some(like) => keep_owner(&file, like),
        None => Ok(()),
    });
    match written.and_then(|()| file.sync_all()) {
        Ok(()) => Ok(draft),
        Err(error) => {
            // The first failure is the one to tell.
            drop(std::fs::remove_file(&draft));
            Err(error)
        }
    }
}

fn keep_owner(file: &File, like: &Metadata) -> io::Result<()> {
    let is = file.metadata()?;
    if (is.uid(), is.gid()) == (like.uid(), like.gid()) {
        return Ok(());
    }
    fchown(file, Some(like.uid()), Some(like.gid()))
}

/// Makes the new name survive the machine's fall.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn missing_or(path: &Path, source: io::Error) -> VaultError {
    match source.kind() {
        io::ErrorKind::NotFound => VaultError::KeyMissing { place: format!("the file {}", path.display()) },
        _ => VaultError::KeyFile { path: path.to_owned(), source },
    }
}
