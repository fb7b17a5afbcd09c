//! Bodies by their sha256, compressed, in a folder that no name leads out of.
//!
//! A body is written to a file without a name, flushed, and only then linked to its place: what stands under a hash is
//! whole, whenever the process or the machine falls. Names fan out over 256 folders.

use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use cap_std::ambient_authority;
use cap_std::fs::Dir;
use cap_tempfile::TempFile;

use crate::codec::sha256;
use crate::{Durability, Settings, StoreError};

const SUFFIX: &str = ".zst";

/// The folder of bodies.
#[derive(Clone)]
pub(crate) struct Archive {
    dir: Arc<Dir>,
    level: i32,
    limit: usize,
    /// Whether bodies and names are flushed to the disk before they count.
    flush: bool,
}

/// What is known of a body once it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// sha256 of the body: its name.
    pub(crate) hash: String,
    /// Its length in bytes.
    pub(crate) size: usize,
    /// Its length on disk.
    pub(crate) stored: u64,
}

impl Archive {
    /// Opens the folder, and makes it, for its owner only, where it is missing.
    pub(crate) fn open(path: &Path, settings: &Settings) -> Result<Self, StoreError> {
        make_private(path).map_err(failed("make its folder"))?;
        let dir = Dir::open_ambient_dir(path, ambient_authority()).map_err(failed("open its folder"))?;
        Ok(Self {
            dir: Arc::new(dir),
            level: settings.body_level,
            limit: settings.body_limit,
            flush: settings.durability == Durability::Machine,
        })
    }

    /// Stores a body, unless it is there. Durable when this returns.
    pub(crate) async fn put(&self, body: &[u8]) -> Result<Stored, StoreError> {
        let body = body.to_vec();
        self.blocking("write a body", move |archive| archive.put_now(&body)).await
    }

    /// Reads a body of `size` bytes and checks it against its name.
    pub(crate) async fn get(&self, hash: &str, size: u64) -> Result<Vec<u8>, StoreError> {
        let what = format!("body {hash}");
        let name = hash.to_owned();
        let packed = match self.blocking("read a body", move |archive| archive.read_now(&name)).await {
            Err(StoreError::Archive { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Err(StoreError::corrupt(what, "its file is missing"));
            }
            other => other?,
        };
        let size = usize::try_from(size).ok().filter(|size| *size <= self.limit);
        let size = size.ok_or_else(|| StoreError::corrupt(&what, "its row names an absurd size"))?;
        let body = zstd::bulk::decompress(&packed, size).map_err(|error| StoreError::corrupt(&what, error))?;
        if sha256(&body) != hash {
            return Err(StoreError::corrupt(what, "its bytes are not those that came"));
        }
        Ok(body)
    }

    /// Takes bodies away; what is not there is no error.
    pub(crate) async fn remove(&self, hashes: Vec<String>) -> Result<(), StoreError> {
        self.blocking("remove bodies", move |archive| {
            for hash in &hashes {
                match archive.dir.remove_file(place(hash)?) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            Ok(())
        })
        .await
    }

    /// The folders that hold bodies: the first two digits of their names.
    pub(crate) async fn folders(&self) -> Result<Vec<String>, StoreError> {
        self.blocking("list its folders", |archive| {
            let mut names = Vec::new();
            for entry in archive.dir.entries()? {
                let name = entry?.file_name();
                names.extend(name.to_str().filter(|name| name.len() == 2).map(str::to_owned));
            }
            Ok(names)
        })
        .await
    }

    /// Bodies in a folder that are older than `age`, with their size on disk.
    pub(crate) async fn older_than(&self, folder: String, age: Duration) -> Result<Vec<(String, u64)>, StoreError> {
        self.blocking("list a folder", move |archive| archive.older_now(&folder, age)).await
    }

    fn put_now(&self, body: &[u8]) -> io::Result<Stored> {
        let hash = sha256(body);
        let place = place(&hash)?;
        let folder = place.split('/').next().unwrap_or_default();
        match self.dir.create_dir(folder) {
            Ok(()) => self.flush(&self.dir)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        let folder = self.dir.open_dir(folder)?;
        let name = format!("{hash}{SUFFIX}");
        let stored = match folder.metadata(&name) {
            Ok(metadata) => metadata.len(),
            Err(_) => {
                let packed = zstd::bulk::compress(body, self.level)?;
                let mut file = TempFile::new(&folder)?;
                file.write_all(&packed)?;
                if self.flush {
                    file.as_file().sync_all()?;
                }
                file.replace(&name)?;
                packed.len() as u64
            }
        };
        // Also where it was there: another writer may have linked it a moment ago.
        self.flush(&folder)?;
        Ok(Stored { hash, size: body.len(), stored })
    }

    fn read_now(&self, hash: &str) -> io::Result<Vec<u8>> {
        let mut packed = Vec::new();
        self.dir.open(place(hash)?)?.read_to_end(&mut packed)?;
        Ok(packed)
    }

    fn older_now(&self, folder: &str, age: Duration) -> io::Result<Vec<(String, u64)>> {
        let mut found = Vec::new();
        for entry in self.dir.read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(hash) = name.to_str().and_then(|name| name.strip_suffix(SUFFIX)) else {
                continue;
            };
            let metadata = entry.metadata()?;
            if metadata.modified()?.into_std().elapsed().is_ok_and(|since| since >= age) {
                found.push((hash.to_owned(), metadata.len()));
            }
        }
        Ok(found)
    }

    /// A new name is durable only when its folder is flushed. The folder is opened once more for that, since a [`Dir`]
    /// is no more than a path to the kernel and cannot be flushed.
    fn flush(&self, dir: &Dir) -> io::Result<()> {
        if self.flush { dir.open(".")?.sync_all() } else { Ok(()) }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        doing: &'static str,
        work: impl FnOnce(&Self) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let archive = self.clone();
        tokio::task::spawn_blocking(move || work(&archive))
            .await
            .map_err(|error| StoreError::Archive { doing, source: io::Error::other(error) })?
            .map_err(failed(doing))
    }
}

fn failed(doing: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |source| StoreError::Archive { doing, source }
}

/// Where a hash stands.
fn place(hash: &str) -> io::Result<String> {
    if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{hash:?} is no sha256")));
    }
    let folder = hash.get(..2).unwrap_or_default();
    Ok(format!("{folder}/{hash}{SUFFIX}"))
}

/// Makes a folder that only its owner can look into: it holds health data.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}
