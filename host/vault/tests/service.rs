//! Keys may be somebody else's: a key management service, with wrapped keys of a form of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};

use async_trait::async_trait;
use gearshift_vault::{DATA_KEY_BYTES, KeyId, KeyService, Place, Vault, VaultError, WrappedKey};
use zeroize::Zeroizing;

const HERE: Place<'_> = Place { tenant: "acme", connection: "con_1", name: "access-token" };

/// Not a secret in sight of this one: it only has the manners of a service.
struct Kms {
    key: AtomicU8,
    length: usize,
    calls: AtomicU32,
}

impl Kms {
    fn new(length: usize) -> Arc<Self> {
        Arc::new(Self { key: AtomicU8::new(1), length, calls: AtomicU32::new(0) })
    }

    fn key(&self) -> KeyId {
        KeyId::of_name(&format!("kms/key/{}", self.key.load(Ordering::Relaxed)))
    }
}

#[async_trait]
impl KeyService for Kms {
    async fn current(&self) -> Result<KeyId, VaultError> {
        Ok(self.key())
    }

    async fn wrap(&self, about: &[u8], data_key: &[u8; DATA_KEY_BYTES]) -> Result<WrappedKey, VaultError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [data_key.map(|byte| byte ^ 0x5a).as_slice(), about].concat();
        bytes.resize(self.length, 0);
        Ok(WrappedKey { key: self.key(), bytes })
    }

    async fn unwrap(
        &self,
        key: KeyId,
        about: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<[u8; DATA_KEY_BYTES]>, VaultError> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if !(1..=self.key.load(Ordering::Relaxed)).any(|n| key == KeyId::of_name(&format!("kms/key/{n}"))) {
            return Err(VaultError::KeyService("no such key".into()));
        }
        let (data_key, context) = wrapped.split_first_chunk::<DATA_KEY_BYTES>().ok_or(VaultError::Tampered)?;
        let mut expected = about.to_vec();
        expected.resize(self.length - DATA_KEY_BYTES, 0);
        if context != expected {
            return Err(VaultError::Tampered);
        }
        Ok(Zeroizing::new(data_key.map(|byte| byte ^ 0x5a)))
    }
}

#[tokio::test]
async fn wrapped_keys_have_the_services_length() {
    for length in [100, 184, 65_535] {
        let (one, other) = (Vault::new(Kms::new(length)), Vault::new(Kms::new(length)));
        let sealed = one.seal(&HERE, b"made-up").await.unwrap();
        assert_eq!(sealed.len(), 1 + 8 + 2 + length + 12 + b"made-up".len() + 16);
        assert_eq!(other.open(&HERE, &sealed).await.unwrap().as_slice(), b"made-up", "{length} bytes");
        let elsewhere = Place { tenant: "other", ..HERE };
        assert_eq!(other.open(&elsewhere, &sealed).await.unwrap_err().code(), "tampered");
    }
}

#[tokio::test]
async fn a_wrapped_key_that_is_too_long_is_the_services_failure() {
    let error = Vault::new(Kms::new(65_536)).seal(&HERE, b"made-up").await.unwrap_err();
    assert_eq!(error.code(), "key-service");
}

#[tokio::test]
async fn the_service_is_called_once_for_a_data_key() {
    let kms = Kms::new(100);
    let vault = Vault::new(kms.clone());
    for name in ["a", "b", "c"] {
        let place = Place { name, ..HERE };
        let sealed = vault.seal(&place, b"made-up").await.unwrap();
        assert!(vault.open(&place, &sealed).await.is_ok());
    }
    assert_eq!(kms.calls.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn blobs_that_shared_a_data_key_share_it_after_a_rotation() {
    let kms = Kms::new(100);
    let vault = Vault::new(kms.clone());
    let sealed = [vault.seal(&HERE, b"one").await.unwrap(), vault.seal(&HERE, b"two").await.unwrap()];
    kms.key.store(2, Ordering::Relaxed);
    let calls = kms.calls.load(Ordering::Relaxed);
    let mut rewrapped = Vec::new();
    for blob in &sealed {
        rewrapped.push(vault.rewrap("acme", blob).await.unwrap().unwrap());
    }
    assert_eq!(kms.calls.load(Ordering::Relaxed) - calls, 2, "one unwrapping and one wrapping");
    assert_eq!(rewrapped[0][..111], rewrapped[1][..111]);
    assert_eq!(vault.open(&HERE, &rewrapped[1]).await.unwrap().as_slice(), b"two");

    // A third key is a third form.
    kms.key.store(3, Ordering::Relaxed);
    let again = vault.rewrap("acme", &sealed[0]).await.unwrap().unwrap();
    assert_ne!(again[1..9], rewrapped[0][1..9]);
}

#[tokio::test]
async fn what_the_service_says_is_passed_on() {
    let kms = Kms::new(100);
    kms.key.store(2, Ordering::Relaxed);
    let sealed = Vault::new(kms).seal(&HERE, b"made-up").await.unwrap();
    let error = Vault::new(Kms::new(100)).open(&HERE, &sealed).await.unwrap_err();
    assert_eq!((error.code(), error.to_string().contains("no such key")), ("key-service", true));
}
