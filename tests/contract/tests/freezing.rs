//! What was released stays as it was.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use gearshift_contract::{Freezer, Released};
use tempfile::TempDir;

fn wit() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit")
}

/// A folder with the contract of today and nothing frozen.
fn copy() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(wit().join("adapter.wit"), folder.path().join("adapter.wit")).unwrap();
    folder
}

fn edit(folder: &TempDir, from: &str, to: &str) {
    let path = folder.path().join("adapter.wit");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from));
    fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn the_contract_keeps_what_was_released() {
    let freezer = Freezer::new(wit());
    if !freezer.hold().unwrap() {
        println!("contract {} is not frozen yet: the gate has nothing to hold it to", freezer.track().unwrap());
    }
}

#[test]
fn the_first_release_freezes_and_the_second_finds_nothing_to_do() {
    let folder = copy();
    let freezer = Freezer::new(folder.path());
    assert!(!freezer.hold().unwrap());
    assert_eq!(freezer.release().unwrap(), Released::First("0.1".to_owned()));
    assert_eq!(
        fs::read(folder.path().join("frozen/0.1/adapter.wit")).unwrap(),
        fs::read(folder.path().join("adapter.wit")).unwrap()
    );
    assert!(freezer.hold().unwrap());
    assert_eq!(freezer.release().unwrap(), Released::Unchanged("0.1".to_owned()));
}

#[test]
fn an_addition_is_released_and_cannot_be_taken_back() {
    let folder = copy();
    let freezer = Freezer::new(folder.path());
    freezer.release().unwrap();
    edit(&folder, "    write: func(", "    flush: func();\n    write: func(");
    assert_eq!(freezer.release().unwrap(), Released::Grown("0.1".to_owned()));
    edit(&folder, "    flush: func();\n", "");
    assert_eq!(freezer.hold().unwrap_err().code(), "broken");
}

#[test]
fn a_breaking_change_is_not_released() {
    let folder = copy();
    let freezer = Freezer::new(folder.path());
    freezer.release().unwrap();
    let frozen = fs::read(folder.path().join("frozen/0.1/adapter.wit")).unwrap();
    edit(&folder, "status: u16,", "status: u32,");
    let error = freezer.release().unwrap_err();
    assert_eq!(error.code(), "broken");
    assert!(error.to_string().contains("`status` was u16 and is u32"), "{error}");
    assert_eq!(fs::read(folder.path().join("frozen/0.1/adapter.wit")).unwrap(), frozen);
}

#[test]
fn a_new_track_is_not_held_to_the_old_one() {
    let folder = copy();
    let freezer = Freezer::new(folder.path());
    freezer.release().unwrap();
    edit(&folder, "status: u16,", "status: u32,");
    edit(&folder, "@0.1.0;", "@0.2.0;");
    assert_eq!(freezer.release().unwrap(), Released::First("0.2".to_owned()));
    let tracks: Vec<String> = freezer.frozen().into_iter().map(|(track, _)| track).collect();
    assert_eq!(tracks, ["0.1", "0.2"]);
}

#[test]
fn the_host_speaks_the_contract_that_is_here() {
    let track = Freezer::new(wit()).track().unwrap();
    assert!(gearshift_manifest::CONTRACTS.contains(&track.as_str()), "manifests cannot name contract {track}");
}
