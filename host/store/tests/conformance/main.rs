//! What every database behind the store's traits has to do.
//!
//! Each behaviour is a function over a [`World`], and `behaviours!` runs it on each database that there is. Another
//! database is another line in that macro.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that finds nothing there has failed")]

mod archive;
mod connections;
mod crash;
mod deletion;
mod devices;
mod documents;
mod endings;
mod files;
mod healing;
mod inbound;
mod jobs;
mod keys;
mod logins;
mod outbox;
mod pages;
mod projects;
mod queue;
mod renewals;
mod retention;
mod sealed;
mod secrets;
mod sessions;
mod upgrade;
mod versions;
mod world;

/// Runs behaviours on every database.
macro_rules! behaviours {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite_in_a_file {
            $(#[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                super::$name(&crate::world::World::in_a_file().await?).await
            })+
        }
        mod on_sqlite_in_memory {
            $(#[tokio::test]
            async fn $name() -> anyhow::Result<()> {
                super::$name(&crate::world::World::in_memory().await?).await
            })+
        }
    };
}
pub(crate) use behaviours;
