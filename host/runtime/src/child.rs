//! The compiling child: this program again, told by its environment to compile one file and go.
//!
//! A compile cannot be cancelled and takes what it takes, so it happens where the kernel bounds it: address space, CPU
//! time, size of files, no core dump, the lowest priority; and where the parent can kill it. It is given no secret: its
//! environment holds what stands below and nothing else.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getppid, nice, setrlimit};

use crate::engine;

/// The component's file. Its presence makes a process a compiling child.
pub(crate) const IN: &str = "GEARSHIFT_COMPILE_IN";
/// Where the compiled code goes; a refusal goes beside it, under [`refusal`].
pub(crate) const OUT: &str = "GEARSHIFT_COMPILE_OUT";
/// The file beside the component that takes the child's stderr.
pub(crate) const ERRORS: &str = "stderr";
/// `address space in bytes,CPU in seconds,file size in bytes`.
pub(crate) const LIMITS: &str = "GEARSHIFT_COMPILE_LIMITS";

/// Exit status when the component was refused, with the reason in a file.
pub(crate) const REFUSED: i32 = 65;

/// How often the child looks whether its parent is still there.
const ORPHAN_CHECK: Duration = Duration::from_millis(200);

pub(crate) fn refusal(out: &Path) -> PathBuf {
    out.with_extension("refused")
}

/// Whether this process was started to compile.
pub(crate) fn asked() -> bool {
    std::env::var_os(IN).is_some()
}

/// The first line of `main`: compiles and exits if this process was started for that, and returns at once if not.
///
/// A test binary has no `main` of its own; there a test calls it, and
/// [`CompilerCommand::this_test`](crate::CompilerCommand::this_test) names that test.
pub fn run_if_asked() {
    let (Some(wasm), Some(out)) = (std::env::var_os(IN), std::env::var_os(OUT)) else { return };
    let (wasm, out) = (PathBuf::from(wasm), PathBuf::from(out));
    let status = match confine(&wasm, &out).and_then(|()| compile(&wasm, &out)) {
        Ok(()) => 0,
        Err(reason) => match std::fs::write(refusal(&out), reason) {
            Ok(()) => REFUSED,
            Err(_) => 74,
        },
    };
    std::process::exit(status);
}

fn compile(wasm: &Path, out: &Path) -> Result<(), String> {
    let bytes = std::fs::read(wasm).map_err(|error| format!("the component cannot be read: {error}"))?;
    let engine = engine::compiler().map_err(|error| error.to_string())?;
    let code = engine.precompile_component(&bytes).map_err(|error| format!("{error:#}"))?;
    std::fs::write(out, code).map_err(|error| format!("the compiled code cannot be written: {error}"))
}

fn confine(wasm: &Path, out: &Path) -> Result<(), String> {
    let text = std::env::var(LIMITS).map_err(|_| format!("{LIMITS} is not set"))?;
    let limits: Vec<u64> = text.split(',').filter_map(|number| number.parse().ok()).collect();
    let &[memory, cpu, file] = limits.as_slice() else { return Err(format!("{LIMITS} is not three numbers: {text}")) };
    for (resource, limit) in
        [(Resource::As, memory), (Resource::Cpu, cpu), (Resource::Fsize, file), (Resource::Core, 0)]
    {
        let limit = Rlimit { current: Some(limit), maximum: Some(limit) };
        setrlimit(resource, limit).map_err(|error| format!("{resource:?} cannot be limited: {error}"))?;
    }
    // Calls that are served meanwhile come first; a compile that cannot be lowered still compiles.
    _ = nice(10);
    // A parent that was killed leaves neither a child nor its files behind.
    let parent = getppid();
    let files = [wasm.to_owned(), out.to_owned(), refusal(out), wasm.with_file_name(ERRORS)];
    let dir = wasm.parent().map(Path::to_owned);
    let watch = move || {
        while getppid() == parent {
            std::thread::sleep(ORPHAN_CHECK);
        }
        _ = files.map(std::fs::remove_file);
        _ = dir.map(std::fs::remove_dir);
        std::process::exit(1);
    };
    std::thread::Builder::new()
        .spawn(watch)
        .map(drop)
        .map_err(|error| format!("no thread to watch the parent: {error}"))
}
