//! A key file changes while it is in use, and nothing is lost by it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use gearshift_vault::{KeyFile, KeyService as _, LocalKeys, Place, Vault};
use tempfile::TempDir;

const HERE: Place<'_> = Place { tenant: "acme", connection: "con_1", name: "access-token" };

/// Longer than any test runs.
const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

fn made() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    LocalKeys::from_file_or_new(&path).unwrap();
    (dir, path)
}

fn keys(path: &Path, look_again: Duration) -> Arc<LocalKeys> {
    Arc::new(LocalKeys::from_file(path).unwrap().look_again(look_again))
}

#[test]
fn a_new_key_stands_before_the_others_and_the_last_one_stays() {
    let (dir, path) = made();
    let file = KeyFile::new(&path);
    let old = file.ids().unwrap()[0];
    let new = file.add().unwrap();
    assert_eq!(file.ids().unwrap(), [new, old]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(file.retire(new).unwrap(), [old]);
    assert_eq!(file.ids().unwrap(), [new]);
    assert_eq!(file.retire(new).unwrap(), []);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn only_the_first_key_may_be_the_last_one() {
    let (_dir, path) = made();
    let file = KeyFile::new(&path);
    let mine = file.add().unwrap();
    let theirs = file.add().unwrap();
    let error = file.retire(mine).unwrap_err();
    assert_eq!(error.code(), "key-not-current");
    assert_eq!(file.ids().unwrap().len(), 3);
    assert_eq!(file.ids().unwrap()[0], theirs);
}

#[test]
fn comments_stay() {
    let (_dir, path) = made();
    let text = format!("# ours\n{}", std::fs::read_to_string(&path).unwrap());
    std::fs::write(&path, text).unwrap();
    let file = KeyFile::new(&path);
    let new = file.add().unwrap();
    file.retire(new).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!((text.lines().count(), text.lines().last()), (2, Some("# ours")));
}

#[test]
fn a_link_stays_a_link() {
    let (dir, path) = made();
    let link = dir.path().join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let new = KeyFile::new(&link).add().unwrap();
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(KeyFile::new(&path).ids().unwrap()[0], new);
}

#[test]
fn a_file_that_is_not_in_order_is_not_touched() {
    let (_dir, path) = made();
    std::fs::write(&path, "damaged").unwrap();
    assert_eq!(KeyFile::new(&path).add().unwrap_err().code(), "key-malformed");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "damaged");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(KeyFile::new(&path).add().unwrap_err().code(), "key-missing");
    assert!(!path.exists());
}

#[test]
fn those_who_add_at_the_same_time_lose_no_key() {
    let (_dir, path) = made();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let file = KeyFile::new(&path);
            std::thread::spawn(move || file.add().unwrap())
        })
        .collect();
    let added: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let ids = KeyFile::new(&path).ids().unwrap();
    assert_eq!(ids.len(), 9);
    assert!(added.iter().all(|key| ids.contains(key)));
}

#[tokio::test]
async fn a_changed_file_is_read_again_when_it_is_time() {
    let (_dir, path) = made();
    let [eager, patient] = [keys(&path, Duration::ZERO), keys(&path, NEVER)];
    let old = eager.current().await.unwrap();
    let new = KeyFile::new(&path).add().unwrap();
    assert_eq!(eager.current().await.unwrap(), new);
    assert_eq!(patient.current().await.unwrap(), old);
}

#[tokio::test]
async fn a_key_that_a_blob_names_is_looked_for_at_once() {
    let (_dir, path) = made();
    let reader = Vault::new(keys(&path, NEVER));
    KeyFile::new(&path).add().unwrap();
    let sealed = Vault::new(keys(&path, NEVER)).seal(&HERE, b"made-up").await.unwrap();
    assert_eq!(reader.open(&HERE, &sealed).await.unwrap().as_slice(), b"made-up");
}

#[tokio::test]
async fn a_worn_key_seals_no_more_and_still_opens() {
    let (_dir, path) = made();
    let vault = Vault::new(keys(&path, Duration::ZERO));
    let before = vault.seal(&HERE, b"made-up").await.unwrap();
    let new = KeyFile::new(&path).add().unwrap();
    let after = vault.seal(&HERE, b"made-up").await.unwrap();
    assert_ne!(before[1..9], after[1..9]);
    KeyFile::new(&path).retire(new).unwrap();
    assert!(vault.open(&HERE, &after).await.is_ok());
    let stranger = Vault::new(keys(&path, NEVER));
    assert_eq!(stranger.open(&HERE, &before).await.unwrap_err().code(), "other-key");
    assert!(stranger.open(&HERE, &after).await.is_ok());
}

#[tokio::test]
async fn keys_stay_in_use_while_their_file_cannot_be_read() {
    let (_dir, path) = made();
    let keys = keys(&path, Duration::ZERO);
    let vault = Vault::new(keys.clone());
    let known = keys.current().await.unwrap();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    let there = std::fs::read(&path).unwrap();
    std::fs::write(&path, "damaged").unwrap();
    assert_eq!(keys.current().await.unwrap(), known);
    assert!(vault.open(&HERE, &sealed).await.is_ok());

    // A key that is not known might stand in the file, if it could be read.
    let mut foreign = sealed.clone();
    foreign[1] ^= 1;
    assert_eq!(vault.open(&HERE, &foreign).await.unwrap_err().code(), "key-malformed");

    std::fs::write(&path, there).unwrap();
    assert_eq!(vault.open(&HERE, &foreign).await.unwrap_err().code(), "other-key");
}
