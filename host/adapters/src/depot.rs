//! Components and their compiled code on disk, by digest, in a cap-std directory that no name from outside can leave.
//!
//! ```text
//! components/<sha256>.wasm              what was uploaded
//! code/<engine>/<sha256>.cwasm          what this engine made of it: sha256 of the rest, then the rest
//! ```
//! A file is written whole to a temporary name, synced, and renamed, so that a crash leaves the old state or the new one.
//! Compiled code is trusted only because this process's user wrote it: the directory is private, the sum in front of the code
//! catches damage, and whenever either is in doubt the code is made again from the component.

use std::io::{self, Write as _};

use cap_std::fs::{Dir, DirBuilder, DirBuilderExt as _};
use cap_tempfile::TempFile;

use crate::digest::{Digest, sha256};

const COMPONENTS: &str = "components";
const CODE: &str = "code";
const SUM: usize = 32;

/// The adapter store.
#[derive(Debug)]
pub(crate) struct Depot {
    components: Dir,
    code: Dir,
}

impl Depot {
    /// Opens the store in `dir`, making it where it is not there. `engine` names the compatibility of compiled code.
    ///
    /// # Errors
    /// When the directory cannot be made or opened.
    pub(crate) fn open(dir: &Dir, engine: &str) -> io::Result<Self> {
        let private = {
            let mut builder = DirBuilder::new();
            builder.recursive(true).mode(0o700);
            builder
        };
        let code = format!("{CODE}/{}", sha256(engine.as_bytes()));
        dir.create_dir_with(COMPONENTS, &private)?;
        dir.create_dir_with(&code, &private)?;
        Ok(Self { components: dir.open_dir(COMPONENTS)?, code: dir.open_dir(code)? })
    }

    /// Keeps a component; the same one is kept once.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub(crate) fn keep(&self, digest: &Digest, component: &[u8]) -> io::Result<()> {
        if self.component(digest).is_ok() {
            return Ok(());
        }
        install(&self.components, &format!("{digest}.wasm"), &[component])
    }

    /// The component of this digest, checked against it.
    ///
    /// # Errors
    /// `NotFound`, or `InvalidData` where the bytes are not those that were kept.
    pub(crate) fn component(&self, digest: &Digest) -> io::Result<Vec<u8>> {
        let bytes = self.components.read(format!("{digest}.wasm"))?;
        if sha256(&bytes) == *digest {
            Ok(bytes)
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, format!("the component {digest} is damaged on disk")))
        }
    }

    /// Keeps what the engine made of a component.
    ///
    /// # Errors
    /// When it cannot be made durable.
    pub(crate) fn keep_code(&self, digest: &Digest, code: &[u8]) -> io::Result<()> {
        install(&self.code, &format!("{digest}.cwasm"), &[&sha256(code).bytes(), code])
    }

    /// Compiled code, if it is there and whole.
    #[must_use]
    pub(crate) fn code(&self, digest: &Digest) -> Option<Vec<u8>> {
        let mut bytes = self.code.read(format!("{digest}.cwasm")).ok()?;
        let (sum, code) = bytes.split_at_checked(SUM)?;
        if sha256(code).bytes() != sum {
            tracing::warn!(%digest, "compiled code is damaged on disk and will be made again");
            return None;
        }
        bytes.drain(..SUM);
        Some(bytes)
    }
}

fn install(dir: &Dir, name: &str, parts: &[&[u8]]) -> io::Result<()> {
    let mut file = TempFile::new(dir)?;
    for part in parts {
        file.write_all(part)?;
    }
    file.as_file().sync_all()?;
    file.replace(name)?;
    dir.open(".")?.sync_all()
}
