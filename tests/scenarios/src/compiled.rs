//! Compiled code from one town to the next. Every town is a new host, and would compile the same adapters anew: half of what
//! the whole suite takes. Compiling has tests of its own; here it is done once and lies beside this program.
//!
//! The host looks for code by engine and digest, and checks it before it is used: what is of another build is never found.

use std::path::{Path, PathBuf};

fn shared() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    here.parent().and_then(Path::parent).unwrap().join("scenarios-compiled")
}

fn code(data: &Path) -> PathBuf {
    data.join("adapters/code")
}

/// Gives a new town what others have compiled.
pub(crate) fn lend(data: &Path) {
    copy_new(&shared(), &code(data));
}

/// Keeps what a town has compiled.
pub(crate) fn keep(data: &Path) {
    copy_new(&code(data), &shared());
}

/// Folders of engines, each with its files. What cannot be copied is compiled again, and no more comes of it.
fn copy_new(from: &Path, to: &Path) {
    let entries = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    for engine in entries(from) {
        let to = to.join(engine.file_name());
        let _ = std::fs::create_dir_all(&to);
        for file in entries(&engine.path()) {
            let place = to.join(file.file_name());
            let whole = place.extension().is_some_and(|extension| extension == "cwasm");
            if whole && !place.exists() {
                // Another test may write the same: whole files take the place.
                let part = place.with_extension(format!("{}.part", std::process::id()));
                let _ = std::fs::copy(file.path(), &part).and_then(|_| std::fs::rename(&part, &place));
            }
        }
    }
}
