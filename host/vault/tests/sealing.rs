//! What is sealed opens where it belongs, and nowhere else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use gearshift_vault::{KeyEncryptionKey, Place, Vault};
use proptest::prelude::*;

const HERE: Place<'_> = Place { tenant: "acme", connection: "con_1", name: "access-token" };

fn vault() -> Vault {
    Vault::new(KeyEncryptionKey::generate().unwrap())
}

fn refused(vault: &Vault, place: &Place<'_>, sealed: &[u8]) -> &'static str {
    vault.open(place, sealed).unwrap_err().code()
}

#[test]
fn a_secret_opens_at_its_place() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").unwrap();
    assert_eq!(vault.open(&HERE, &sealed).unwrap().as_slice(), b"made-up");
}

#[test]
fn nothing_of_the_secret_stands_in_the_blob() {
    let sealed = vault().seal(&HERE, b"made-up-and-long-enough").unwrap();
    assert!(!sealed.windows(7).any(|part| part == b"made-up"));
}

#[test]
fn the_same_secret_is_never_sealed_alike() {
    let vault = vault();
    assert_ne!(vault.seal(&HERE, b"x").unwrap(), vault.seal(&HERE, b"x").unwrap());
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").unwrap();
    for byte in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[byte] ^= 1 << bit;
            assert!(vault.open(&HERE, &changed).is_err(), "byte {byte}, bit {bit}");
        }
    }
}

#[test]
fn a_blob_cut_short_or_drawn_out_is_refused() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").unwrap();
    for length in 0..sealed.len() {
        assert!(vault.open(&HERE, &sealed[..length]).is_err(), "{length} bytes");
    }
    assert_eq!(refused(&vault, &HERE, &[sealed.as_slice(), b"0"].concat()), "tampered");
}

#[test]
fn another_key_is_refused_and_named() {
    let sealed = vault().seal(&HERE, b"made-up").unwrap();
    assert_eq!(refused(&vault(), &HERE, &sealed), "other-key");
}

#[test]
fn another_key_that_claims_to_be_the_same_is_refused() {
    let (one, other) = (vault(), vault());
    let mut sealed = one.seal(&HERE, b"made-up").unwrap();
    let foreign = other.seal(&HERE, b"made-up").unwrap();
    sealed[1..9].copy_from_slice(&foreign[1..9]);
    assert_eq!(refused(&other, &HERE, &sealed), "tampered");
}

#[test]
fn another_place_is_refused_whichever_part_differs() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").unwrap();
    // Opened once, so that a cached data key cannot help another tenant.
    assert!(vault.open(&HERE, &sealed).is_ok());
    for elsewhere in [
        Place { tenant: "other", ..HERE },
        Place { connection: "con_2", ..HERE },
        Place { name: "refresh-token", ..HERE },
        // The same letters, cut differently.
        Place { connection: "con_1a", name: "ccess-token", ..HERE },
    ] {
        assert_eq!(refused(&vault, &elsewhere, &sealed), "tampered", "{elsewhere:?}");
    }
}

#[test]
fn a_data_key_put_before_another_tenants_secret_is_refused() {
    let vault = vault();
    let there = Place { tenant: "other", ..HERE };
    let mut mine = vault.seal(&HERE, b"made-up").unwrap();
    let theirs = vault.seal(&there, b"made-up").unwrap();
    mine[9..69].copy_from_slice(&theirs[9..69]);
    assert_eq!(refused(&vault, &HERE, &mine), "tampered");
    assert_eq!(refused(&vault, &there, &mine), "tampered");
}

#[test]
fn tenants_have_data_keys_of_their_own_and_keep_them() {
    let vault = vault();
    let key = |tenant| vault.seal(&Place { tenant, ..HERE }, b"x").unwrap()[9..69].to_vec();
    assert_eq!(key("acme"), key("acme"));
    assert_ne!(key("acme"), key("other"));
}

#[test]
fn a_secret_outlives_the_process() {
    let key = KeyEncryptionKey::generate().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    std::fs::write(&path, key.text().as_bytes()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let sealed = Vault::new(key).seal(&HERE, b"made-up").unwrap();
    let again = Vault::new(KeyEncryptionKey::from_file(&path).unwrap());
    assert_eq!(again.open(&HERE, &sealed).unwrap().as_slice(), b"made-up");
}

#[test]
fn debug_shows_nothing() {
    let key = KeyEncryptionKey::generate().unwrap();
    assert_eq!(format!("{key:?}"), "KeyEncryptionKey(..)");
    assert_eq!(format!("{:?}", Vault::new(key)), "Vault(..)");
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plain in prop::collection::vec(any::<u8>(), 0..2_000), tenant in ".{0,20}") {
        let vault = vault();
        let place = Place { tenant: &tenant, ..HERE };
        let sealed = vault.seal(&place, &plain).unwrap();
        let opened = vault.open(&place, &sealed).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn noise_is_refused_and_never_a_panic(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(vault().open(&HERE, &noise).is_err());
    }
}
