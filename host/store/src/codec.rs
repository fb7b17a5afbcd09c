//! How values become columns: hashes, and JSON that is compressed where it is large.

use aws_lc_rs::digest::{SHA256, digest};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Settings, StoreError};

/// How every zstd frame begins; JSON cannot begin so.
const ZSTD_MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// sha256 in lower-case hex.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// A value as JSON text.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| StoreError::Invalid(format!("a value has no JSON form: {error}")))
}

/// JSON as a column: as it is where it is small, else compressed.
pub(crate) fn pack(json: String, settings: &Settings) -> Result<Vec<u8>, StoreError> {
    if json.len() <= settings.row_threshold {
        return Ok(json.into_bytes());
    }
    zstd::bulk::compress(json.as_bytes(), settings.row_level)
        .map_err(|source| StoreError::Archive { doing: "compress a row", source })
}

/// What [`pack`] made, as text.
pub(crate) fn unpack_text(column: Vec<u8>, what: &str) -> Result<String, StoreError> {
    let bytes = if column.starts_with(&ZSTD_MAGIC) {
        zstd::stream::decode_all(column.as_slice()).map_err(|error| StoreError::corrupt(what, error))?
    } else {
        column
    };
    String::from_utf8(bytes).map_err(|error| StoreError::corrupt(what, error))
}

/// What [`pack`] made, as a value.
pub(crate) fn unpack<T: DeserializeOwned>(column: Vec<u8>, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(&unpack_text(column, what)?).map_err(|error| StoreError::corrupt(what, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_value_stays_readable_and_a_large_one_shrinks() {
        let settings = Settings::default();
        let small = to_json(&vec![1; 10]).unwrap();
        assert_eq!(pack(small.clone(), &settings).unwrap(), small.as_bytes());
        let large = to_json(&vec![7; 100_000]).unwrap();
        let packed = pack(large.clone(), &settings).unwrap();
        assert!(packed.len() < large.len() / 10);
        assert_eq!(unpack::<Vec<i32>>(packed, "test").unwrap(), vec![7; 100_000]);
    }

    #[test]
    fn a_cut_column_is_damage_and_not_another_value() {
        let packed = pack(to_json(&vec![7; 100_000]).unwrap(), &Settings::default()).unwrap();
        let cut = packed[..packed.len() - 9].to_vec();
        assert_eq!(unpack::<Vec<i32>>(cut, "test").unwrap_err().code(), "corrupt");
    }
}
