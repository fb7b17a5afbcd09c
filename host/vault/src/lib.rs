//! Keys and ciphertext. The rows are the store's; what stands in them is made and read here.
//!
//! An envelope: each tenant's secrets are sealed under data keys of its own, and a data key is kept only wrapped under the
//! operator's key-encryption key, inside every blob that it sealed. So a blob needs nothing but the key-encryption key to be
//! read, and that key can change by wrapping the data key again, without touching what it sealed: [`Vault::rewrap`].
//!
//! Who holds the key-encryption keys is a [`KeyService`]: [`LocalKeys`] from a file or the environment, or a key management
//! service that never lets them out.
//!
//! Where a secret lives (tenant, connection, name) is authenticated with it: a row copied to another place does not open
//! there.
//!
//! ```
//! use std::sync::Arc;
//!
//! use gearshift_vault::{KeyEncryptionKey, LocalKeys, Place, Vault};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), gearshift_vault::VaultError> {
//! let vault = Vault::new(Arc::new(LocalKeys::new(KeyEncryptionKey::generate()?, Vec::new())));
//! let place = Place { tenant: "acme", connection: "con_1", name: "access-token" };
//! let sealed = vault.seal(&place, b"a made-up token").await?;
//! assert_eq!(vault.open(&place, &sealed).await?.as_slice(), b"a made-up token");
//! assert!(vault.open(&Place { connection: "con_2", ..place }, &sealed).await.is_err());
//! # Ok(())
//! # }
//! ```

mod cache;
mod cipher;
mod data_key;
mod error;
mod key;
mod key_file;
mod key_id;
mod limits;
mod local;
mod place;
mod sealed;
mod service;
mod vault;

pub use error::VaultError;
pub use key::KeyEncryptionKey;
pub use key_file::KeyFile;
pub use key_id::KeyId;
pub use local::LocalKeys;
pub use place::Place;
pub use service::{DATA_KEY_BYTES, KeyService, WrappedKey};
pub use vault::Vault;
