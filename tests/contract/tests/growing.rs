//! The contract may grow, and compiled adapters must not notice.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use gearshift_contract::{Break, check};
use serde::Deserialize;
use tempfile::TempDir;

/// A change of wit/adapter.wit: the first `from` becomes `to`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    why: String,
    from: String,
    to: String,
    /// For a breaking edit: the worlds that break.
    #[serde(default)]
    worlds: Vec<String>,
    /// For a breaking edit: a part of what is said.
    #[serde(default)]
    says: String,
    /// For an edit that only the project's own rules refuse.
    #[serde(default)]
    passes_semver_check: bool,
}

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
}

fn edits(kind: &str) -> Vec<(String, Edit)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("edits").join(kind);
    let mut edits: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, toml::from_str(&fs::read_to_string(path).unwrap()).unwrap())
        })
        .collect();
    edits.sort_by(|(one, _): &(String, Edit), (other, _)| one.cmp(other));
    edits
}

fn edited(name: &str, edit: &Edit) -> TempDir {
    let text = fs::read_to_string(wit().join("adapter.wit")).unwrap();
    assert!(text.contains(&edit.from), "{name}: the contract changed, and the edit no longer fits it");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("adapter.wit"), text.replacen(&edit.from, &edit.to, 1)).unwrap();
    folder
}

fn shown(breaks: &[Break]) -> String {
    breaks.iter().map(Break::to_string).collect()
}

#[test]
fn the_contract_is_compatible_with_itself() {
    assert_eq!(check(&wit(), &wit()), Ok(()));
}

#[test]
fn breaking_edits_are_refused_and_told_in_words() {
    let edits = edits("breaking");
    assert!(edits.len() >= 5);
    for (name, edit) in edits {
        let breaks = check(&wit(), edited(&name, &edit).path()).expect_err(&format!("{name} passes: {}", edit.why));
        let worlds: Vec<&str> = breaks.iter().map(|one| one.world.as_str()).collect();
        assert_eq!(worlds, edit.worlds, "{name}:\n{}", shown(&breaks));
        for one in &breaks {
            assert!(one.changes.iter().any(|change| change.contains(&edit.says)), "{name}:\n{}", shown(&breaks));
            assert_eq!(one.refusal.is_none(), edit.passes_semver_check, "{name}:\n{}", shown(&breaks));
        }
    }
}

#[test]
fn additions_pass() {
    let edits = edits("additions");
    assert!(edits.len() >= 3);
    for (name, edit) in edits {
        if let Err(breaks) = check(&wit(), edited(&name, &edit).path()) {
            assert!(breaks.is_empty(), "{name} is refused, though: {}\n{}", edit.why, shown(&breaks));
        }
    }
}

#[test]
fn an_addition_taken_back_is_a_break() {
    for name in ["import-function", "import-interface", "optional-interface"] {
        let (_, edit) = edits("additions").into_iter().find(|(known, _)| known == name).unwrap();
        let grown = edited(name, &edit);
        assert!(check(grown.path(), &wit()).is_err(), "{name} can be taken back");
    }
}

#[test]
fn wit_that_does_not_parse_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("adapter.wit"), "package gearshift:adapter@0.1.0;\n\nintrface x {}\n").unwrap();
    let breaks = check(&wit(), folder.path()).unwrap_err();
    assert!(shown(&breaks).contains("adapter.wit:3"), "{}", shown(&breaks));
}
