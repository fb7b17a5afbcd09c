//! Wrapped under another key, a secret is as safe and as readable as before.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use gearshift_vault::{KeyFile, LocalKeys, Place, Vault};
use tempfile::TempDir;

const HERE: Place<'_> = Place { tenant: "acme", connection: "con_1", name: "access-token" };

/// Sealed by the first release under [`FIRST_KEY`], in the form without a length: "made-up" for [`HERE`].
const FIRST_FORM: &str = "01100faf625251f80f69abef33e78a4391d786efc5af6804f4a7af8ac6cbfc6e54a35f41727db8bc5619bf45f83d091b33c441\
                          303c33591df4dba7562d0547f1492f38ad115a221f4ae2190e95c4377abcb19010ef60bfee677d64d7e1e1bfe139cb41fdfcc3fe4d";
const FIRST_KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

/// A vault under the first key, and its file.
fn first() -> (TempDir, KeyFile, Vault) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("vault.key");
    std::fs::write(&path, FIRST_KEY).unwrap();
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let keys = LocalKeys::from_file(&path).unwrap().look_again(Duration::ZERO);
    (dir, KeyFile::new(path), Vault::new(Arc::new(keys)))
}

#[tokio::test]
async fn the_first_form_still_opens_and_only_at_its_place() {
    let (_dir, _file, vault) = first();
    let sealed = hex::decode(FIRST_FORM).unwrap();
    assert_eq!(vault.open(&HERE, &sealed).await.unwrap().as_slice(), b"made-up");
    for elsewhere in
        [Place { tenant: "other", ..HERE }, Place { connection: "con_2", ..HERE }, Place { name: "jar", ..HERE }]
    {
        assert_eq!(vault.open(&elsewhere, &sealed).await.unwrap_err().code(), "tampered", "{elsewhere:?}");
    }
    for length in 0..sealed.len() {
        assert!(vault.open(&HERE, &sealed[..length]).await.is_err(), "{length} bytes");
    }
}

#[tokio::test]
async fn under_the_current_key_there_is_nothing_to_do() {
    let (_dir, _file, vault) = first();
    assert_eq!(vault.rewrap("acme", &hex::decode(FIRST_FORM).unwrap()).await.unwrap(), None);
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    assert_eq!(vault.rewrap("acme", &sealed).await.unwrap(), None);
}

#[tokio::test]
async fn wrapped_anew_it_opens_at_its_place_and_nowhere_else_without_the_old_key() {
    let (dir, file, vault) = first();
    let blobs = [hex::decode(FIRST_FORM).unwrap(), vault.seal(&HERE, b"made-up").await.unwrap()];
    let new = file.add().unwrap();
    for sealed in blobs {
        let rewrapped = vault.rewrap("acme", &sealed).await.unwrap().unwrap();
        assert_eq!(rewrapped[1..9], *hex::decode(new.to_string()).unwrap());
        assert_eq!(rewrapped[rewrapped.len() - 35..], sealed[sealed.len() - 35..], "what was sealed was touched");
        assert_eq!(vault.rewrap("acme", &rewrapped).await.unwrap(), None);

        let alone = dir.path().join("alone");
        std::fs::copy(dir.path().join("vault.key"), &alone).unwrap();
        KeyFile::new(&alone).retire(new).unwrap();
        let stranger = Vault::new(Arc::new(LocalKeys::from_file(&alone).unwrap()));
        assert_eq!(stranger.open(&HERE, &sealed).await.unwrap_err().code(), "other-key");
        assert_eq!(stranger.open(&HERE, &rewrapped).await.unwrap().as_slice(), b"made-up");
        for elsewhere in
            [Place { tenant: "other", ..HERE }, Place { connection: "con_2", ..HERE }, Place { name: "jar", ..HERE }]
        {
            assert_eq!(stranger.open(&elsewhere, &rewrapped).await.unwrap_err().code(), "tampered", "{elsewhere:?}");
        }
    }
}

#[tokio::test]
async fn another_tenants_blob_is_not_wrapped_anew() {
    let (_dir, file, vault) = first();
    let sealed = vault.seal(&HERE, b"made-up").await.unwrap();
    file.add().unwrap();
    assert!(vault.rewrap("acme", &sealed).await.is_ok());
    assert_eq!(vault.rewrap("other", &sealed).await.unwrap_err().code(), "tampered");
    assert_eq!(vault.rewrap("acme", b"noise").await.unwrap_err().code(), "unreadable");
}
