//! What is sealed opens where it belongs, and nowhere else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use gearshift_vault::{KeyEncryptionKey, LocalKeys, Place, Vault, WrappedKey};
use proptest::prelude::*;

const HERE: Place<'_> = Place { tenant: "acme", connection: "con_1", name: "access-token" };

fn vault() -> Vault {
    Vault::new(Arc::new(LocalKeys::new(KeyEncryptionKey::generate().unwrap(), Vec::new())))
}

async fn refused(vault: &Vault, place: &Place<'_>, sealed: &[u8]) -> &'static str {
    vault.open(place, sealed).await.unwrap_err().code()
}

#[tokio::test]
async fn a_secret_opens_at_its_place() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    assert_eq!(vault.open(&HERE, &sealed).await.unwrap().as_slice(), b"made-up");
}

#[tokio::test]
async fn nothing_of_the_secret_stands_in_the_blob() {
    let sealed = vault().seal(&HERE, b"made-up-and-long-enough").await.unwrap();
    assert!(!sealed.windows(7).any(|part| part == b"made-up"));
}

#[tokio::test]
async fn the_same_secret_is_never_sealed_alike() {
    let vault = vault();
    assert_ne!(vault.seal(&HERE, b"x").await.unwrap(), vault.seal(&HERE, b"x").await.unwrap());
}

#[tokio::test]
async fn a_flipped_bit_anywhere_is_refused() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    for byte in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[byte] ^= 1 << bit;
            assert!(vault.open(&HERE, &changed).await.is_err(), "byte {byte}, bit {bit}");
        }
    }
}

#[tokio::test]
async fn a_blob_cut_short_or_drawn_out_is_refused() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    for length in 0..sealed.len() {
        assert!(vault.open(&HERE, &sealed[..length]).await.is_err(), "{length} bytes");
    }
    assert_eq!(refused(&vault, &HERE, &[sealed.as_slice(), b"0"].concat()).await, "tampered");
}

#[tokio::test]
async fn another_key_is_refused_and_named() {
    let sealed = vault().seal(&HERE, b"made-up").await.unwrap();
    assert_eq!(refused(&vault(), &HERE, &sealed).await, "other-key");
}

#[tokio::test]
async fn another_key_that_claims_to_be_the_same_is_refused() {
    let (one, other) = (vault(), vault());
    let mut sealed = one.seal(&HERE, b"made-up").await.unwrap();
    let foreign = other.seal(&HERE, b"made-up").await.unwrap();
    sealed[1..9].copy_from_slice(&foreign[1..9]);
    assert_eq!(refused(&other, &HERE, &sealed).await, "tampered");
}

#[tokio::test]
async fn another_place_is_refused_whichever_part_differs() {
    let vault = vault();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    // Opened once, so that a cached data key cannot help another tenant.
    assert!(vault.open(&HERE, &sealed).await.is_ok());
    for elsewhere in [
        Place { tenant: "other", ..HERE },
        Place { connection: "con_2", ..HERE },
        Place { name: "refresh-token", ..HERE },
        // The same letters, cut differently.
        Place { connection: "con_1a", name: "ccess-token", ..HERE },
    ] {
        assert_eq!(refused(&vault, &elsewhere, &sealed).await, "tampered", "{elsewhere:?}");
    }
}

#[tokio::test]
async fn a_data_key_put_before_another_tenants_secret_is_refused() {
    let vault = vault();
    let there = Place { tenant: "other", ..HERE };
    let mut mine = vault.seal(&HERE, b"made-up").await.unwrap();
    let theirs = vault.seal(&there, b"made-up").await.unwrap();
    mine[11..71].copy_from_slice(&theirs[11..71]);
    assert_eq!(refused(&vault, &HERE, &mine).await, "tampered");
    assert_eq!(refused(&vault, &there, &mine).await, "tampered");
}

#[tokio::test]
async fn tenants_have_data_keys_of_their_own_and_keep_them() {
    let vault = vault();
    let key = async |tenant| vault.seal(&Place { tenant, ..HERE }, b"x").await.unwrap()[11..71].to_vec();
    assert_eq!(key("acme").await, key("acme").await);
    assert_ne!(key("acme").await, key("other").await);
}

#[tokio::test]
async fn a_secret_outlives_the_process() {
    let key = KeyEncryptionKey::generate().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("key");
    std::fs::write(&path, key.text().as_bytes()).unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let sealed = Vault::new(Arc::new(LocalKeys::new(key, Vec::new()))).seal(&HERE, b"made-up").await.unwrap();
    let again = Vault::new(Arc::new(LocalKeys::from_file(&path).unwrap()));
    assert_eq!(again.open(&HERE, &sealed).await.unwrap().as_slice(), b"made-up");
}

#[tokio::test]
async fn debug_shows_nothing() {
    let key = KeyEncryptionKey::generate().unwrap();
    let id = key.id();
    assert_eq!(format!("{key:?}"), "KeyEncryptionKey(..)");
    let keys = Arc::new(LocalKeys::new(key, Vec::new()));
    assert_eq!(format!("{keys:?}"), "LocalKeys(..)");
    let vault = Vault::new(keys);
    vault.seal(&HERE, b"made-up").await.unwrap();
    assert_eq!(format!("{vault:?}"), "Vault(..)");
    let wrapped = WrappedKey { key: id, bytes: vec![77] };
    assert_eq!(format!("{wrapped:?}"), format!("WrappedKey {{ key: KeyId({id}), .. }}"));
}

/// Runs to its end what waits for nothing.
fn now<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plain in prop::collection::vec(any::<u8>(), 0..2_000), tenant in ".{0,20}") {
        let vault = vault();
        let place = Place { tenant: &tenant, ..HERE };
        let sealed = now(vault.seal(&place, &plain)).unwrap();
        let opened = now(vault.open(&place, &sealed)).unwrap();
        prop_assert_eq!(opened.as_slice(), plain.as_slice());
    }

    #[test]
    fn noise_is_refused_and_never_a_panic(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(now(vault().open(&HERE, &noise)).is_err());
    }
}
