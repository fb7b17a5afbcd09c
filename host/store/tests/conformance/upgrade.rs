//! A database that an older release has written.

use anyhow::Result;
use gearshift_store::{ConnectionStatus, Format, Store};
use sqlx::SqlSafeStr as _;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::world::{START, World, login, open};

const FIRST: &str = include_str!("../../migrations/0001_spine.sql");

/// What a release before this one left: a connection with its secret, a sign-in under way, a destination.
const ROWS: &str = "
    INSERT INTO connections (id, project, provider, auth_id, account, status, settings, scopes, created, changed)
        VALUES ('conn_1', 'shop', 'RIDES', 'oauth2', 'a-1', 'connected', '[]', '[]', 1790000000000, 1790000000000),
               ('conn_2', 'shop', 'RIDES', 'oauth2', NULL, 'connecting', '[]', '[]', 1790000000000, 1790000000000);
    INSERT INTO secrets (connection, name, sealed, generation) VALUES ('conn_1', 'token', x'01', 7);
    INSERT INTO logins (state_hash, connection, provider, auth_id, version, verifier_sealed, redirect, created, expires)
        VALUES ('state-1', 'conn_2', 'RIDES', 'oauth2', 'v', x'', '', 1790000000000, 1790000900000);
    INSERT INTO destinations (id, project, url, secret_sealed, enabled, created)
        VALUES ('hook', 'gym', 'https://gym.example/', x'02', 1, 1790000000001);
";

async fn written_by_the_first_release(world: &World) -> Result<()> {
    world.store.close().await;
    let path = world.dir.path().join("db/gearshift.db");
    for suffix in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{suffix}", path.display()));
    }
    let options = SqliteConnectOptions::new().filename(&path).create_if_missing(true);
    let pool = SqlitePool::connect_with(options).await?;
    let step = Migration::new(1, "spine".into(), MigrationType::Simple, FIRST.into_sql_str(), false);
    Migrator::with_migrations(vec![step]).run(&pool).await?;
    sqlx::raw_sql(ROWS).execute(&pool).await?;
    pool.close().await;
    Ok(())
}

#[tokio::test]
async fn what_an_older_release_has_written_goes_on() -> Result<()> {
    let world = World::in_a_file().await?;
    written_by_the_first_release(&world).await?;
    let opened = open(world.dir.path()).await?;
    let store: &dyn Store = &*opened;

    let kept = store.connection("conn_1").await?.unwrap();
    assert_eq!((kept.status, kept.account.as_deref()), (ConnectionStatus::Connected, Some("a-1")));
    assert_eq!(store.secret("conn_1", "token").await?.unwrap().generation, 7);
    assert_eq!(store.put_expiring_secret("conn_1", "token", b"x", Some(7), Some(START)).await?, 8);
    assert_eq!(store.due_renewals(START, None, 0).await?.len(), 1);

    let projects: Vec<_> = store.projects().await?.into_iter().map(|made| (made.id, made.created)).collect();
    assert_eq!(projects, [("gym".to_owned(), START + 1), ("shop".to_owned(), START)]);

    store.save_login(&login(&kept, "1")).await?;
    assert_eq!(store.login_versions(START).await?.len(), 1, "of sign-ins without a browser none is left");
    assert_eq!(store.sweep_attempts(START + 1).await?, 1, "nor what they were for");
    let told = store.destinations(Some("gym")).await?;
    assert_eq!(told.iter().map(|one| one.format).collect::<Vec<_>>(), [Format::Gearshift]);
    assert_eq!(store.end_connection("conn_1", "its user wished so", START).await?.secrets, 2);
    Ok(())
}
