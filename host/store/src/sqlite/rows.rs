//! Columns to values and back.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::codec;
use crate::{Listed, StoreError};

fn wrong(column: &str, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> sqlx::Error {
    sqlx::Error::ColumnDecode { index: column.to_owned(), source: source.into() }
}

/// A JSON column.
pub(super) fn json<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let text: &str = row.try_get(column)?;
    serde_json::from_str(text).map_err(|error| wrong(column, error))
}

/// A JSON column that may be null.
pub(super) fn json_or_none<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<Option<T>, sqlx::Error> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| serde_json::from_str(text).map_err(|error| wrong(column, error))).transpose()
}

/// A packed JSON column.
pub(super) fn packed<T: DeserializeOwned>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    codec::unpack(row.try_get(column)?, column).map_err(|error| wrong(column, error))
}

/// A packed JSON column, as text.
pub(super) fn packed_text(row: &SqliteRow, column: &str) -> Result<String, sqlx::Error> {
    codec::unpack_text(row.try_get(column)?, column).map_err(|error| wrong(column, error))
}

/// A column that holds a state's word.
pub(super) fn word<T: FromStr<Err = String>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error> {
    let text: &str = row.try_get(column)?;
    text.parse().map_err(|error: String| wrong(column, error))
}

/// An integer column of a narrower type.
pub(super) fn number<T: TryFrom<i64>>(row: &SqliteRow, column: &str) -> Result<T, sqlx::Error>
where
    T::Error: std::error::Error + Send + Sync + 'static,
{
    T::try_from(row.try_get::<i64, _>(column)?).map_err(|error| wrong(column, error))
}

/// What SQLite counted.
pub(super) fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// A limit of 0 means the default, and no limit is so large that one answer fills the memory.
pub(super) fn limit(asked: u32) -> i64 {
    i64::from(if asked == 0 { 100 } else { asked.min(10_000) })
}

/// A part of a list that was asked for one item more than `limit`.
pub(super) fn listed<T, C>(mut items: Vec<T>, limit: i64, cursor: impl Fn(&T) -> C) -> Listed<T, C> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(cursor) } else { None };
    Listed { items, next }
}

/// Tells a missing parent row from other failures of a write.
pub(super) fn missing(error: sqlx::Error, what: &'static str, id: &str) -> StoreError {
    match error.as_database_error() {
        Some(database) if database.is_foreign_key_violation() => StoreError::not_found(what, id),
        _ => error.into(),
    }
}

/// Whether a write met a row that has its place.
pub(super) fn taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|database| database.is_unique_violation())
}
