//! Retention and collection.

use std::time::Duration;

use anyhow::Result;
use gearshift_store::{JobEnd, Outcome, Retention, Settings};

use crate::world::{Doc, START, V1, V2, World, failure, ride};

crate::behaviours![
    what_is_past_its_time_goes_and_what_is_not_stays,
    each_provider_has_a_time_of_its_own,
    a_body_stays_as_long_as_any_row_names_it,
    what_the_quarantine_needs_is_spared_until_it_is_healed,
    what_a_held_job_shows_is_spared_until_it_is_released,
    provenance_outlives_the_bodies,
];

const DAY: i64 = 86_400_000;
const LATER: i64 = START + 30 * DAY;

async fn what_is_past_its_time_goes_and_what_is_not_stays(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let old = world.exchange_at(&connection, "old", LATER - 8 * DAY).await?;
    let young = world.exchange_at(&connection, "young", LATER - 6 * DAY).await?;
    let collected = world.store.collect(LATER, &Retention::of(7 * DAY)).await?;
    assert_eq!((collected.exchanges, collected.bodies), (1, 1));
    assert!(collected.bytes > 0);
    assert_eq!(world.store.body(old).await.unwrap_err().code(), "not-found");
    assert_eq!(world.store.body(young).await?, b"young");
    let next = world.exchange(&connection, "next").await?;
    assert!(next > young, "a collected id never comes again");
    Ok(())
}

async fn each_provider_has_a_time_of_its_own(world: &World) -> Result<()> {
    let (rides, sleeps) = (world.connection().await?, world.connection_of("shop", "SLEEPS").await?);
    let ride = world.exchange_at(&rides, "ride", LATER - 3 * DAY).await?;
    let sleep = world.exchange_at(&sleeps, "sleep", LATER - 3 * DAY).await?;
    let retention = Retention { default: 7 * DAY, providers: vec![("SLEEPS".to_owned(), DAY)] };
    world.store.collect(LATER, &retention).await?;
    assert!(world.store.exchange(ride).await?.is_some());
    assert!(world.store.exchange(sleep).await?.is_none());
    Ok(())
}

async fn a_body_stays_as_long_as_any_row_names_it(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.exchange_at(&connection, "same", LATER - 8 * DAY).await?;
    let young = world.exchange_at(&connection, "same", LATER).await?;
    let collected = world.store.collect(LATER, &Retention::of(7 * DAY)).await?;
    assert_eq!((collected.exchanges, collected.bodies), (1, 0));
    assert_eq!(world.store.body(young).await?, b"same");
    Ok(())
}

async fn what_the_quarantine_needs_is_spared_until_it_is_healed(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange_at(&connection, "unreadable", START).await?;
    let page = world.commit(&connection, vec![Doc::of("list", exchange).fails("changed")]).await?;
    assert_eq!(world.store.collect(LATER, &Retention::of(DAY)).await?.exchanges, 0);
    assert_eq!(world.store.body(exchange).await?, b"unreadable");
    world.again(page.documents[0], V2, Outcome::default()).await?;
    let collected = world.store.collect(LATER, &Retention::of(DAY)).await?;
    assert_eq!((collected.exchanges, collected.documents, collected.bodies), (1, 1, 1));
    assert_eq!(world.store.document(page.documents[0]).await?, None);
    Ok(())
}

async fn what_a_held_job_shows_is_spared_until_it_is_released(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange_at(&connection, "<html>", START).await?;
    let lease = world.pull(&connection).await?;
    let held = JobEnd::Held { failure: failure("changed"), version: V1.to_owned(), evidence: vec![exchange] };
    world.store.finish(lease.fence(), held, world.now()).await?;
    assert_eq!(world.store.collect(LATER, &Retention::of(DAY)).await?.exchanges, 0);
    world.store.release_held("RIDES", world.now()).await?;
    assert_eq!(world.store.collect(LATER, &Retention::of(DAY)).await?.exchanges, 1);
    Ok(())
}

async fn provenance_outlives_the_bodies(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let exchange = world.exchange_at(&connection, "a", START).await?;
    let made = world.commit(&connection, vec![Doc::of("list", exchange).gives(ride("1", 10.0))]).await?;
    let collected = world.store.collect(LATER, &Retention::of(DAY)).await?;
    assert_eq!((collected.exchanges, collected.documents), (1, 0));
    assert_eq!(world.store.provenance(&made.changes[0].record).await?[0].exchanges, [exchange]);
    assert_eq!(world.store.document(made.documents[0]).await?.unwrap().parts[0].exchange, exchange);
    assert_eq!(world.store.body(exchange).await.unwrap_err().code(), "not-found");
    Ok(())
}

/// A crash between a body's file and its row leaves a file that nobody names.
#[tokio::test]
async fn a_file_without_a_row_is_collected_once_it_is_old() -> Result<()> {
    let hash = "ab".repeat(32);
    for (grace, expected) in [(Duration::from_secs(3_600), 0), (Duration::ZERO, 1)] {
        let world = World::with(Settings { orphan_grace: grace, ..Settings::default() }).await?;
        let connection = world.connection().await?;
        let kept = world.exchange_at(&connection, "kept", LATER).await?;
        let folder = world.dir.path().join("bodies/ab");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("{hash}.zst")), b"left behind")?;
        assert_eq!(world.store.collect(LATER, &Retention::of(DAY)).await?.bodies, expected);
        assert_eq!(folder.join(format!("{hash}.zst")).exists(), expected == 0);
        assert_eq!(world.store.body(kept).await?, b"kept");
    }
    Ok(())
}
