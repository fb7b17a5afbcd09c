//! Bringing all that is sealed under another key.

use std::collections::BTreeSet;

use anyhow::Result;
use gearshift_store::{Connection, Destination, Login, ProviderKeys, SealedColumn, SealedRow};

use crate::world::{START, World, application, login};

crate::behaviours![
    every_blob_is_found_once_however_small_the_pages,
    a_replaced_blob_is_read_in_its_place_under_the_same_generation,
    who_writes_in_between_wins,
    a_blob_that_is_gone_is_not_brought_back,
    blobs_do_not_show_in_debug_output,
];

/// Blobs in all columns, and beside each column a row that has none there.
async fn furnish(world: &World) -> Result<[Connection; 2]> {
    world.project("shop").await?;
    let connections = [world.connection().await?, world.connection_of("gym", "RIDES").await?];
    for connection in &connections {
        for name in ["jar", "token", "captured"] {
            world
                .store
                .put_secret(&connection.id, name, format!("{name} of {}", connection.id).as_bytes(), None)
                .await?;
        }
        world.store.erase_secret(&connection.id, "jar").await?;
    }
    world.store.save_login(&login(&connections[0], "1")).await?;
    world.store.save_login(&Login { verifier_sealed: Vec::new(), ..login(&connections[1], "2") }).await?;
    world.destination("hook").await?;
    world.store.put_provider_keys(&application("RIDES", "hook-1")).await?;
    let signed = ProviderKeys { hook_sealed: Some(b"sealed hook secret".to_vec()), ..application("SLEEPS", "hook-2") };
    world.store.put_provider_keys(&signed).await?;
    Ok(connections)
}

async fn walk(world: &World, limit: u32) -> Result<Vec<SealedRow>> {
    let mut all: Vec<SealedRow> = Vec::new();
    loop {
        let page = world.store.sealed_rows(all.last().map(|row| &row.place), limit).await?;
        assert!(page.len() <= limit as usize);
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

async fn every_blob_is_found_once_however_small_the_pages(world: &World) -> Result<()> {
    furnish(world).await?;
    let all = walk(world, 1_000).await?;
    let count = |column| all.iter().filter(|row| row.place.column == column).count();
    let found = [
        SealedColumn::Secret,
        SealedColumn::LoginVerifier,
        SealedColumn::LoginAuthorize,
        SealedColumn::Destination,
        SealedColumn::ProviderKeys,
        SealedColumn::ProviderHook,
    ]
    .map(count);
    assert_eq!(found, [4, 1, 2, 1, 2, 1]);
    assert!(all.is_sorted_by_key(|row| &row.place));
    for limit in 1..=3 {
        assert_eq!(walk(world, limit).await?, all);
    }
    let tenants: BTreeSet<_> = all.iter().map(|row| row.tenant.as_str()).collect();
    assert_eq!(tenants, BTreeSet::from(["gym", "shop"]));
    let of_gym = all.iter().filter(|row| row.tenant == "gym").count();
    assert_eq!(of_gym, 3, "two secrets and an address");
    Ok(())
}

async fn a_replaced_blob_is_read_in_its_place_under_the_same_generation(world: &World) -> Result<()> {
    let [ours, _] = furnish(world).await?;
    let before = world.store.secret(&ours.id, "token").await?.unwrap();
    for row in walk(world, 3).await? {
        let with = [b"again: ".as_slice(), &row.sealed].concat();
        assert!(world.store.replace_sealed(&row, &with).await?);
    }
    let after = walk(world, 100).await?;
    assert_eq!(after.len(), 11);
    assert!(after.iter().all(|row| row.sealed.starts_with(b"again: ")));
    let secret = world.store.secret(&ours.id, "token").await?.unwrap();
    assert_eq!(secret.sealed, [b"again: ".as_slice(), &before.sealed].concat());
    assert_eq!(secret.generation, before.generation);
    world.store.put_secret(&ours.id, "token", b"renewed", Some(before.generation)).await?;
    let login = world.store.live_login("session-1", "RIDES", START).await?.unwrap();
    assert_eq!(login.verifier_sealed, b"again: sealed verifier");
    assert_eq!(login.authorize_sealed, b"again: sealed address");
    let keys = world.store.provider_keys("shop", "SLEEPS").await?.unwrap();
    assert_eq!(keys.sealed, b"again: sealed client secret");
    assert_eq!(keys.hook_sealed.as_deref(), Some(b"again: sealed hook secret".as_slice()));
    assert_eq!(world.store.destinations(None).await?[0].secret_sealed, b"again: sealed");
    Ok(())
}

async fn who_writes_in_between_wins(world: &World) -> Result<()> {
    let [ours, theirs] = furnish(world).await?;
    let rows = walk(world, 100).await?;
    for connection in [&ours, &theirs] {
        for name in ["token", "captured"] {
            world.store.put_secret(&connection.id, name, b"newer", None).await?;
        }
    }
    let destination = world.store.destinations(None).await?.remove(0);
    world.store.put_destination(&Destination { secret_sealed: b"newer".to_vec(), ..destination }).await?;
    let newer = ProviderKeys { sealed: b"newer".to_vec(), hook_sealed: Some(b"newer".to_vec()), ..application("", "") };
    for provider in ["RIDES", "SLEEPS"] {
        world.store.put_provider_keys(&ProviderKeys { provider: provider.to_owned(), ..newer.clone() }).await?;
    }
    for row in rows {
        let login = matches!(row.place.column, SealedColumn::LoginVerifier | SealedColumn::LoginAuthorize);
        assert_eq!(
            world.store.replace_sealed(&row, b"older").await?,
            login,
            "{row:?}: a sign-in is never written over"
        );
    }
    assert_eq!(world.store.secret(&ours.id, "token").await?.unwrap().sealed, b"newer");
    Ok(())
}

async fn a_blob_that_is_gone_is_not_brought_back(world: &World) -> Result<()> {
    let [ours, theirs] = furnish(world).await?;
    let rows = walk(world, 100).await?;
    world.store.erase_secrets(&ours.id).await?;
    world.store.end_connection(&theirs.id, "its user wished so", world.now()).await?;
    for row in rows.iter().filter(|row| row.place.column == SealedColumn::Secret) {
        assert!(!world.store.replace_sealed(row, b"again").await?);
    }
    assert!(world.store.secrets(&ours.id).await?.is_empty());
    assert!(walk(world, 100).await?.iter().all(|row| row.place.column != SealedColumn::Secret));
    Ok(())
}

async fn blobs_do_not_show_in_debug_output(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.store.put_secret(&connection.id, "token", b"\xde\xad\xbe\xef", None).await?;
    let rows = walk(world, 100).await?;
    assert!(!format!("{rows:?}").contains("222, 173"), "0xde, 0xad: {rows:?}");
    Ok(())
}
