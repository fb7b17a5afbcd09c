//! The command, and what there is to run it on.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a command said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// Fails unless it went well.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{}\n{}", self.out, self.err);
        self
    }

    /// Fails unless it said no, or could not: with this exit code and these words.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, words: &str) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
        assert!(self.out.contains(words) || self.err.contains(words), "no {words:?} in\n{}\n{}", self.out, self.err);
        self
    }
}

/// Runs `gearshift` in a folder.
pub(crate) fn gearshift<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> Said {
    run(Command::new(env!("CARGO_BIN_EXE_gearshift")).current_dir(folder).args(args))
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Said {
    // Adapters share one target folder, whoever builds them, and say nothing about what they build.
    let command = command.env("CARGO_TARGET_DIR", root().join("plugins/target")).env("CARGO_TERM_QUIET", "true");
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Said { code: output.status.code(), out: text(&output.stdout), err: text(&output.stderr) }
}

/// The checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A built adapter.
pub(crate) fn component(name: &str) -> PathBuf {
    let path = root().join("plugins/target/wasm32-wasip2/release").join(format!("{name}.wasm"));
    assert!(path.is_file(), "{}: build it with ./dev adapters", path.display());
    path
}

/// A custom section at the end of a component.
pub(crate) fn with_section(mut component: Vec<u8>, name: &str, text: &str) -> Vec<u8> {
    let mut payload = Vec::new();
    leb(&mut payload, name.len());
    payload.extend_from_slice(name.as_bytes());
    payload.extend_from_slice(text.as_bytes());
    component.push(0);
    leb(&mut component, payload.len());
    component.extend(payload);
    component
}

fn leb(out: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Every file below a folder, by its path within it.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    fn collect(folder: &Path, within: &Path, files: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, within, files);
            } else {
                files.push(path.strip_prefix(within).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let mut files = Vec::new();
    collect(folder, folder, &mut files);
    files.sort();
    files
}
