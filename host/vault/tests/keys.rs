//! A key is found where it was put, and an error says what is wrong with it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use gearshift_vault::KeyEncryptionKey;
use tempfile::TempDir;

const HEX: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
const BASE64: &str = "ABEiM0RVZneImaq7zN3u/wARIjNEVWZ3iJmqu8zd7v8=";

fn key_file(text: &str, mode: u32) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    std::fs::write(&path, text).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    (dir, path)
}

fn refusal(text: &str, mode: u32) -> (&'static str, String) {
    let (_dir, path) = key_file(text, mode);
    let error = KeyEncryptionKey::from_file(&path).unwrap_err();
    (error.code(), error.to_string())
}

#[test]
fn base64_and_hex_are_the_same_key() {
    for text in [HEX, BASE64, &format!("  {BASE64}\n"), &HEX.to_uppercase()] {
        let (_dir, path) = key_file(text, 0o600);
        assert_eq!(KeyEncryptionKey::from_file(&path).unwrap().text().as_str(), BASE64);
    }
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
fn an_empty_file_has_no_key() {
    assert_eq!(refusal("\n", 0o600).0, "key-missing");
}

#[test]
#[cfg(unix)]
fn a_file_that_others_can_read_is_refused() {
    let (code, message) = refusal(BASE64, 0o640);
    assert_eq!(code, "key-exposed");
    assert!(message.contains("640") && message.contains("chmod 600"), "{message}");
}

#[test]
fn a_missing_file_is_said_to_be_missing() {
    let dir = tempfile::tempdir().unwrap();
    let error = KeyEncryptionKey::from_file(&dir.path().join("none")).unwrap_err();
    assert_eq!(error.code(), "key-missing");
    assert!(error.to_string().contains("none"), "{error}");
}

#[test]
fn a_missing_variable_is_named() {
    let error = KeyEncryptionKey::from_env("GEARSHIFT_TEST_NO_SUCH_KEY").unwrap_err();
    assert_eq!(error.code(), "key-missing");
    assert!(error.to_string().contains("GEARSHIFT_TEST_NO_SUCH_KEY"), "{error}");
}

#[test]
fn a_first_start_makes_a_key_and_a_second_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    let first = KeyEncryptionKey::from_file_or_new(&path).unwrap();
    let second = KeyEncryptionKey::from_file_or_new(&path).unwrap();
    assert_eq!(first.text().as_str(), second.text().as_str());
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "a draft was left behind");
}

#[test]
fn a_first_start_does_not_replace_a_key_that_it_cannot_read() {
    let (_dir, path) = key_file("damaged", 0o600);
    assert_eq!(KeyEncryptionKey::from_file_or_new(&path).unwrap_err().code(), "key-malformed");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "damaged");
}

#[test]
fn a_folder_that_does_not_exist_is_an_error_with_its_path() {
    let dir = tempfile::tempdir().unwrap();
    let error = KeyEncryptionKey::from_file_or_new(&dir.path().join("no/such/vault.key")).unwrap_err();
    assert_eq!(error.code(), "key-file");
    assert!(error.to_string().contains("no/such"), "{error}");
}
