//! What a store is on disk.

use anyhow::Result;
use gearshift_store::{Sqlite, Store};
use tokio::task::JoinSet;

use crate::world::{Doc, World, open, ride};

#[tokio::test]
async fn a_store_that_is_opened_again_has_everything() -> Result<()> {
    let world = World::in_a_file().await?;
    let connection = world.connection().await?;
    let exchange = world.exchange(&connection, "a").await?;
    let made = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let before = world.store.record(&made.changes[0].record).await?;
    world.store.close().await;
    let again = open(world.dir.path()).await?;
    let store: &dyn Store = &*again;
    assert_eq!(store.record(&made.changes[0].record).await?, before);
    assert_eq!(store.body(exchange).await?, b"a");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_that_begin_at_the_same_moment_make_one_database() -> Result<()> {
    for _ in 0..10 {
        let dir = tempfile::tempdir()?;
        let mut openings = JoinSet::new();
        for _ in 0..6 {
            let folder = dir.path().to_owned();
            openings.spawn(async move { open(&folder).await });
        }
        for opened in openings.join_all().await {
            let store: &dyn Store = &*opened?;
            assert!(store.projects().await?.is_empty());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_release_is_refused() -> Result<()> {
    let world = World::in_a_file().await?;
    world.store.close().await;
    let path = world.dir.path().join("db/gearshift.db");
    let newer = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await?;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'of the future', true, x'00', 0)",
    )
    .execute(&newer)
    .await?;
    newer.close().await;
    assert_eq!(open(world.dir.path()).await.err().map(|error| error.code()), Some("migration"));
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused() -> Result<()> {
    let dir = tempfile::tempdir()?;
    std::fs::write(dir.path().join("notes.db"), "milk, eggs, and a good many other things".repeat(50))?;
    let opened = Sqlite::open(dir.path().join("notes.db"), dir.path().join("bodies")).await;
    assert_eq!(opened.err().map(|error| error.code()), Some("database"));
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_their_owners_only() -> Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let world = World::in_a_file().await?;
    world.connection().await?;
    for name in ["db", "db/gearshift.db", "db/gearshift.db-wal", "db/gearshift.db.lock", "bodies"] {
        let mode = std::fs::metadata(world.dir.path().join(name))?.permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} has {mode:o}");
    }
    Ok(())
}
