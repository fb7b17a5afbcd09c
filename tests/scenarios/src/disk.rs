//! What the daemon has on its disk, read beside it, and written only where time itself is to be played.

use std::path::{Path, PathBuf};

use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

/// The data folder.
pub struct Disk {
    data: PathBuf,
    database: SqlitePool,
}

/// How a zstd frame begins.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Files that hold a key or token of the daemon's own, as they must.
const KEYS: [&str; 3] = ["key-encryption-key", "api-key", "admin-token"];

impl Disk {
    pub(crate) async fn open(data: &Path) -> Self {
        let options = SqliteConnectOptions::new().filename(data.join("gearshift.db")).read_only(true);
        let database = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        Self { data: data.to_owned(), database }
    }

    /// The number that a query comes to.
    pub async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.database).await.unwrap()
    }

    /// Changes rows behind the daemon's back.
    pub async fn change(&self, statement: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.data.join("gearshift.db"));
        let database = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        sqlx::query(statement).execute(&database).await.unwrap();
        database.close().await;
    }

    /// The column of text that a query comes to.
    pub async fn texts(&self, query: &'static str) -> Vec<String> {
        sqlx::query_scalar(query).fetch_all(&self.database).await.unwrap()
    }

    /// Changes the database behind the daemon's back; returns how many rows that met.
    pub async fn tamper(&self, statement: &str) -> u64 {
        let options = SqliteConnectOptions::new().filename(self.data.join("gearshift.db"));
        let options = options.busy_timeout(std::time::Duration::from_secs(20));
        let database = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.unwrap();
        let done = sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&database).await.unwrap();
        database.close().await;
        done.rows_affected()
    }

    /// Everything that somebody finds who has the disk, each with its place: files as they are, archived bodies unpacked,
    /// and every cell of the database unpacked.
    pub async fn everything(&self) -> Vec<(String, Vec<u8>)> {
        let mut found = Vec::new();
        files(&self.data, &mut found);
        let tables = self.texts("SELECT name FROM sqlite_schema WHERE type = 'table'").await;
        for table in tables {
            let query = sqlx::AssertSqlSafe(format!("SELECT * FROM \"{table}\""));
            for row in sqlx::query(query).fetch_all(&self.database).await.unwrap() {
                for column in row.columns() {
                    let value = row.try_get_raw(column.ordinal()).unwrap();
                    let cell = match value.type_info().name() {
                        "TEXT" => row.get::<String, _>(column.ordinal()).into_bytes(),
                        "BLOB" => row.get::<Vec<u8>, _>(column.ordinal()),
                        _ => continue,
                    };
                    found.push((format!("{table}.{}", column.name()), unpacked(cell)));
                }
            }
        }
        found
    }
}

fn unpacked(bytes: Vec<u8>) -> Vec<u8> {
    if bytes.starts_with(&ZSTD) { zstd::stream::decode_all(bytes.as_slice()).unwrap() } else { bytes }
}

fn files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if !KEYS.iter().any(|key| path.ends_with(key)) {
            let bytes = std::fs::read(&path).unwrap();
            found.push((path.display().to_string(), unpacked(bytes)));
        }
    }
}
