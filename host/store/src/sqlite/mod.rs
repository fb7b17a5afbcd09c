//! SQLite: one connection writes, a few read beside it.
//!
//! Writers queue in the pool of one for their turn, so that within the process nobody ever meets a locked database; a
//! transaction that writes begins with `IMMEDIATE`, so that another process's writer is met at its beginning, where
//! waiting is harmless, and never in its middle.

mod compose;
mod connections;
mod devices;
mod documents;
mod emit;
mod erase;
mod exchanges;
mod inbound;
mod jobs;
mod logins;
mod outbox;
mod pages;
mod projects;
mod pushes;
mod queue;
mod records;
mod renewals;
mod rows;
mod sealed;
mod secrets;
mod sessions;
mod streams;
mod sweep;
mod versions;
mod weave;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{SqlSafeStr, SqlitePool, Transaction};
use tokio::sync::RwLock;

use crate::archive::{Archive, make_private};
use crate::{Durability, Settings, Store, StoreError};

/// Every step of the schema, in order. A step that was released is never changed: the database remembers its checksum.
const MIGRATIONS: [(i64, &str, &str); 6] = [
    (1, "spine", include_str!("../../migrations/0001_spine.sql")),
    (2, "connecting", include_str!("../../migrations/0002_connecting.sql")),
    (3, "settings", include_str!("../../migrations/0003_settings.sql")),
    (4, "sessions", include_str!("../../migrations/0004_sessions.sql")),
    (5, "devices", include_str!("../../migrations/0005_devices.sql")),
    (6, "terra", include_str!("../../migrations/0006_terra.sql")),
];

type Tx = Transaction<'static, sqlx::Sqlite>;

/// The store on SQLite.
pub struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
    archive: Archive,
    settings: Settings,
    /// Held shared from a body's file to its row, and alone while bodies without rows are taken away.
    bodies: RwLock<()>,
}

impl Sqlite {
    /// Opens, and makes where it is missing, a database file (or `:memory:`) and the folder of bodies.
    ///
    /// # Errors
    /// `database`, `archive`, or `migration` where a newer release has written the file.
    pub async fn open(path: impl AsRef<Path>, archive: impl AsRef<Path>) -> Result<Arc<Self>, StoreError> {
        Self::open_with(path, archive, Settings::default()).await
    }

    /// The same with settings.
    ///
    /// # Errors
    /// As [`Sqlite::open`].
    pub async fn open_with(
        path: impl AsRef<Path>,
        archive: impl AsRef<Path>,
        settings: Settings,
    ) -> Result<Arc<Self>, StoreError> {
        let path = path.as_ref();
        let memory = path.as_os_str() == ":memory:";
        let _alone = if memory { None } else { Some(prepare(path.to_owned()).await?) };
        let options = options(path, memory, &settings);
        let writer = pool(&settings, 1).connect_with(options.clone()).await?;
        migrator().run(&writer).await?;
        // Each connection to `:memory:` would be a database of its own.
        let readers = if memory {
            writer.clone()
        } else {
            pool(&settings, settings.readers.max(1)).connect_with(options.pragma("query_only", "ON")).await?
        };
        let archive = Archive::open(archive.as_ref(), &settings)?;
        Ok(Arc::new(Self { writer, readers, archive, settings, bodies: RwLock::new(()) }))
    }

    /// Begins to write.
    async fn write(&self) -> Result<Tx, StoreError> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }
}

#[async_trait::async_trait]
impl Store for Sqlite {
    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn migrator() -> Migrator {
    let steps = MIGRATIONS.into_iter().map(|(number, name, sql)| {
        Migration::new(number, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    });
    Migrator::with_migrations(steps.collect())
}

fn options(path: &Path, memory: bool, settings: &Settings) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new()
        .foreign_keys(true)
        .busy_timeout(settings.busy_timeout)
        .pragma("cache_size", format!("-{}", settings.cache_kib));
    if memory {
        return options.in_memory(true);
    }
    options.filename(path).create_if_missing(true).journal_mode(SqliteJournalMode::Wal).synchronous(
        match settings.durability {
            Durability::Machine => SqliteSynchronous::Full,
            Durability::Process => SqliteSynchronous::Normal,
        },
    )
}

/// Connections are never let go: one of `:memory:` is the database itself, and the others are cheap to keep.
fn pool(settings: &Settings, size: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(size)
        .acquire_timeout(settings.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Makes the database's folder and file, readable by their owner only; SQLite gives its other files the same rights.
/// While what is returned is held, no other process opens the database: two that brought its schema up to date at once
/// would be in each other's way, and the change to the journal of a new one waits for no lock.
async fn prepare(path: PathBuf) -> Result<File, StoreError> {
    let prepared = tokio::task::spawn_blocking(move || prepare_now(&path)).await;
    prepared
        .unwrap_or_else(|error| Err(std::io::Error::other(error)))
        .map_err(|source| StoreError::Archive { doing: "make the database's file", source })
}

fn prepare_now(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        make_private(folder)?;
    }
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // A file of its own, and the database's is not opened where it is there: to close it would give up the locks that
    // SQLite has on it in this process.
    let lock = options.clone().create(true).truncate(false).open(path.with_added_extension("lock"))?;
    lock.lock()?;
    match options.create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(lock),
    }
}
