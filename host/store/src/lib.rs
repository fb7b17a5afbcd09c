//! Rows in SQLite and raw exchanges in a folder.
