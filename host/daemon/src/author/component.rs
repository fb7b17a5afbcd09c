//! From an adapter's folder to its component: cargo builds it, with the compiler that knows wasm32-wasip2.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail, ensure};
use serde::Deserialize;

/// Names the compiler for adapters, where rustup's own does not know the target. `./dev toolchain` finds or makes it.
const RUSTC: &str = "GEARSHIFT_WASM_RUSTC";

/// A line of cargo's that says what it made.
#[derive(Deserialize)]
struct Made {
    reason: String,
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

/// Builds the adapter in a folder and returns the component's path.
pub(super) fn build(dir: &Path) -> anyhow::Result<PathBuf> {
    let manifest = dir.join("Cargo.toml");
    ensure!(manifest.is_file(), "{} is no folder of an adapter: it has no Cargo.toml", dir.display());
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--target", "wasm32-wasip2", "--message-format", "json-render-diagnostics"]);
    cargo.arg("--manifest-path").arg(&manifest).stderr(Stdio::inherit());
    if let Some(rustc) = rustc() {
        cargo.env("RUSTC", rustc);
    }
    let output = cargo.output().context("cargo cannot be started")?;
    if !output.status.success() {
        bail!(
            "{} did not build; if it was the target that is missing: rustup target add wasm32-wasip2, or in a checkout ./dev \
             toolchain",
            dir.display()
        );
    }
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let made = lines.lines().filter_map(|line| serde_json::from_str::<Made>(line).ok());
    let mut files = made.filter(|made| made.reason == "compiler-artifact").flat_map(|made| made.filenames);
    // The adapter is built after all that it needs.
    let component = files.rfind(|file| file.extension().is_some_and(|extension| extension == "wasm"));
    component.with_context(|| format!("{} made no component: it needs `crate-type = [\"cdylib\"]`", manifest.display()))
}

/// What builds adapters here: as the environment says, or as `./dev toolchain` remembers. None: whatever cargo takes by itself.
fn rustc() -> Option<OsString> {
    if std::env::var_os("RUSTC").is_some() {
        return None;
    }
    let said = std::env::var_os(RUSTC).or_else(remembered);
    said.filter(|rustc| !rustc.is_empty())
}

fn remembered() -> Option<OsString> {
    let cache = std::env::var_os("GEARSHIFT_CACHE").map(PathBuf::from).or_else(|| {
        let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        Some(base.or_else(|| Some(std::env::home_dir()?.join(".cache")))?.join("gearshift"))
    })?;
    let text = std::fs::read_to_string(cache.join("wasm-toolchain.env")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(RUSTC)?.strip_prefix('='))?;
    // Written for a shell: a path with anything to quote in it is not understood here, and the environment has to say it.
    Path::new(line).is_file().then(|| line.into())
}
