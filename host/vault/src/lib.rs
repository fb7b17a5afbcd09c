//! Keys and ciphertext. The rows are the store's; what stands in them is made and read here.
//!
//! An envelope: each tenant's secrets are sealed under data keys of its own, and a data key is kept only wrapped under the
//! operator's key-encryption key, inside every blob that it sealed. So a blob needs nothing but the key-encryption key to be
//! read, and that key can change by wrapping the data key again, without touching what it sealed.
//!
//! Where a secret lives (tenant, connection, name) is authenticated with it: a row copied to another place does not open
//! there.
//!
//! ```
//! use gearshift_vault::{KeyEncryptionKey, Place, Vault};
//!
//! # fn main() -> Result<(), gearshift_vault::VaultError> {
//! let vault = Vault::new(KeyEncryptionKey::generate()?);
//! let place = Place { tenant: "acme", connection: "con_1", name: "access-token" };
//! let sealed = vault.seal(&place, b"a made-up token")?;
//! assert_eq!(vault.open(&place, &sealed)?.as_slice(), b"a made-up token");
//! assert!(vault.open(&Place { connection: "con_2", ..place }, &sealed).is_err());
//! # Ok(())
//! # }
//! ```

mod data_key;
mod error;
mod key;
mod limits;
mod place;
mod sealed;
mod vault;

pub use error::VaultError;
pub use key::KeyEncryptionKey;
pub use place::Place;
pub use vault::Vault;
