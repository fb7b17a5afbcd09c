//! Keys are found where they were put, and an error says what is wrong with them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use gearshift_vault::{KeyEncryptionKey, KeyId, LocalKeys, VaultError};
use tempfile::TempDir;

const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const BASE64: &str = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";
const OTHER: &str = "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

fn key_file(text: &str, mode: u32) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    (dir, path)
}

fn ids(text: &str) -> Result<Vec<KeyId>, VaultError> {
    let (_dir, path) = key_file(text, 0o600);
    Ok(LocalKeys::from_file(&path)?.ids())
}

fn refusal(text: &str, mode: u32) -> (&'static str, String) {
    let (_dir, path) = key_file(text, mode);
    let error = LocalKeys::from_file(&path).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn base64_and_hex_are_the_same_key() {
    let key = ids(HEX).unwrap();
    assert_eq!(key.len(), 1);
    for text in [BASE64, &format!("  {BASE64}\r\n"), &HEX.to_uppercase()] {
        assert_eq!(ids(text).unwrap(), key, "{text}");
    }
    // What is sealed carries this id: it may never change.
    assert_eq!(key[0].to_string(), "100faf625251f80f");
}

#[test]
fn a_key_is_its_text() {
    let key = KeyEncryptionKey::generate().unwrap();
    assert_eq!(ids(&key.text()).unwrap(), [key.id()]);
}

#[test]
fn a_file_holds_several_keys_in_their_order_and_comments() {
    let [first, second] = [ids(HEX).unwrap()[0], ids(OTHER).unwrap()[0]];
    let text = format!("# since the spring\n{OTHER} # made by hand\n\n  {BASE64}\n#{BASE64}\n{HEX}\n");
    assert_eq!(ids(&text).unwrap(), [second, first]);
}

#[test]
fn a_malformed_key_is_refused_without_being_shown() {
    for text in
        ["short", &HEX[2..], &format!("{HEX}00"), "not base64 at all, but long enough to be", &"a".repeat(10_000)]
    {
        let (code, message) = refusal(text, 0o600);
        assert_eq!(code, "key-malformed", "{text}");
        assert!(!message.contains(text) && message.contains("openssl rand"), "{message}");
    }
}

#[test]
fn one_malformed_key_among_good_ones_is_counted_to() {
    let (code, message) = refusal(&format!("# two keys\n{HEX}\n{}\n", &OTHER[1..]), 0o600);
    assert_eq!(code, "key-malformed");
    assert!(message.contains("key 3 in") && !message.contains(&OTHER[1..]), "{message}");
}

#[test]
fn a_file_without_a_key_has_none() {
    assert_eq!(refusal("\n", 0o600).0, "key-missing");
    assert_eq!(refusal("# nothing yet\n", 0o600).0, "key-missing");
}

#[test]
fn a_file_that_is_no_key_file_is_not_read_to_its_end() {
    assert_eq!(refusal(&format!("{HEX}\n").repeat(1_000), 0o600).0, "key-file-too-large");
}

#[test]
fn a_file_that_others_can_read_is_refused() {
    let (code, message) = refusal(BASE64, 0o640);
    assert_eq!(code, "key-exposed");
    assert!(message.contains("640") && message.contains("chmod 600"), "{message}");
}

#[test]
fn a_missing_file_is_said_to_be_missing() {
    let dir = tempfile::tempdir().unwrap();
    let error = LocalKeys::from_file(dir.path().join("none")).unwrap_err();
    assert_eq!(error.code(), "key-missing");
    assert!(error.to_string().contains("none"), "{error}");
}

#[test]
fn a_missing_variable_is_named() {
    let error = LocalKeys::from_env("GEARSHIFT_TEST_NO_SUCH_KEY").unwrap_err();
    assert_eq!(error.code(), "key-missing");
    assert!(error.to_string().contains("GEARSHIFT_TEST_NO_SUCH_KEY"), "{error}");
}

/// A variable can only be set for another process: this test starts itself once more.
#[test]
fn the_environment_holds_a_list_of_keys() {
    const GOOD: &str = "GEARSHIFT_TEST_KEYS";
    const BAD: &str = "GEARSHIFT_TEST_BAD_KEYS";
    if std::env::var_os(GOOD).is_none() {
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "the_environment_holds_a_list_of_keys"]);
        again.env(GOOD, format!("{OTHER}, {BASE64},")).env(BAD, format!("{HEX},{}", &OTHER[1..]));
        let done = again.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        assert!(String::from_utf8_lossy(&done.stdout).contains("1 passed"));
        return;
    }
    let [first, second] = [ids(HEX).unwrap()[0], ids(OTHER).unwrap()[0]];
    assert_eq!(LocalKeys::from_env(GOOD).unwrap().ids(), [second, first]);
    let error = LocalKeys::from_env(BAD).unwrap_err();
    assert_eq!(error.code(), "key-malformed");
    assert!(error.to_string().contains("key 2 in the environment variable GEARSHIFT_TEST_BAD_KEYS"), "{error}");
    assert!(!error.to_string().contains(&OTHER[1..]), "{error}");
}

#[test]
fn a_first_start_makes_a_key_and_a_second_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    let first = LocalKeys::from_file_or_new(&path).unwrap().ids();
    let second = LocalKeys::from_file_or_new(&path).unwrap().ids();
    assert_eq!((first.len(), &first), (1, &second));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "a draft was left behind");
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_first_start_does_not_replace_a_key_that_it_cannot_read() {
    let (_dir, path) = key_file("damaged", 0o600);
    assert_eq!(LocalKeys::from_file_or_new(&path).unwrap_err().code(), "key-malformed");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "damaged");
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let error = LocalKeys::from_file_or_new(dir.path().join("no/such/vault.key")).unwrap_err();
    assert_eq!(error.code(), "key-file");
    assert!(error.to_string().contains("no/such"), "{error}");
}
