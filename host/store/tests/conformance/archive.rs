//! Exchanges and their bodies.

use std::path::{Path, PathBuf};

use anyhow::Result;
use gearshift_store::NewExchange;

use crate::world::World;

crate::behaviours![
    a_body_comes_back_as_it_was,
    the_same_answer_twice_is_two_rows_and_one_file,
    exchanges_are_listed_newest_first,
    an_exchange_of_nobody_is_refused,
    a_flipped_byte_is_told_and_not_handed_out,
    a_missing_file_is_told,
    an_answer_that_can_be_had_once_is_found_again,
    a_large_body_takes_less_room_than_it_has,
];

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { found.extend(files(&path)?) } else { found.push(path) }
    }
    Ok(found)
}

async fn a_body_comes_back_as_it_was(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for body in ["", "{}", "\u{0}\u{1}ø"] {
        let id = world.exchange(&connection, body).await?;
        assert_eq!(world.store.body(id).await?, body.as_bytes());
    }
    Ok(())
}

async fn the_same_answer_twice_is_two_rows_and_one_file(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = world.exchange(&connection, "[1,2,3]").await?;
    let second = world.exchange(&connection, "[1,2,3]").await?;
    assert!(second > first);
    assert_eq!(files(&world.dir.path().join("bodies"))?.len(), 1);
    let rows = [world.store.exchange(first).await?.unwrap(), world.store.exchange(second).await?.unwrap()];
    assert_eq!(rows[0].body_hash, rows[1].body_hash);
    assert_eq!(rows[0].size, 7);
    Ok(())
}

async fn exchanges_are_listed_newest_first(world: &World) -> Result<()> {
    let (ours, other) = (world.connection().await?, world.connection().await?);
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(world.exchange(&ours, &n.to_string()).await?);
        world.exchange(&other, "x").await?;
    }
    let newest = world.store.exchanges(&ours.id, None, 2).await?;
    let older = world.store.exchanges(&ours.id, Some(newest[1].id), 9).await?;
    let listed: Vec<i64> = newest.into_iter().chain(older).map(|exchange| exchange.id).collect();
    ids.reverse();
    assert_eq!(listed, ids);
    Ok(())
}

async fn an_exchange_of_nobody_is_refused(world: &World) -> Result<()> {
    let nobody = NewExchange { connection: "conn_none".to_owned(), ..NewExchange::default() };
    assert_eq!(world.store.archive(nobody, b"x").await.unwrap_err().code(), "not-found");
    Ok(())
}

async fn a_flipped_byte_is_told_and_not_handed_out(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let body = "a body that is long enough to have a middle";
    let id = world.exchange(&connection, body).await?;
    let file = files(&world.dir.path().join("bodies"))?.remove(0);
    let mut bytes = std::fs::read(&file)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::remove_file(&file)?;
    std::fs::write(&file, bytes)?;
    assert_eq!(world.store.body(id).await.unwrap_err().code(), "corrupt");
    Ok(())
}

async fn a_missing_file_is_told(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let id = world.exchange(&connection, "gone").await?;
    std::fs::remove_file(files(&world.dir.path().join("bodies"))?.remove(0))?;
    assert_eq!(world.store.body(id).await.unwrap_err().code(), "corrupt");
    assert_eq!(world.store.body(id + 1).await.unwrap_err().code(), "not-found");
    Ok(())
}

async fn an_answer_that_can_be_had_once_is_found_again(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let once = |key: &str| NewExchange {
        connection: connection.id.clone(),
        once_key: Some(key.to_owned()),
        ..NewExchange::default()
    };
    let id = world.store.archive(once("ticket-1"), b"only now").await?;
    let found = world.store.once(&connection.id, "ticket-1").await?.unwrap();
    assert_eq!(found.id, id);
    assert_eq!(world.store.archive(once("ticket-1"), b"again").await.unwrap_err().code(), "conflict");
    assert_eq!(world.store.once(&connection.id, "ticket-2").await?, None);
    Ok(())
}

async fn a_large_body_takes_less_room_than_it_has(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let body = r#"{"watts":[250,251,252]}"#.repeat(20_000);
    let id = world.exchange(&connection, &body).await?;
    let stored = std::fs::metadata(files(&world.dir.path().join("bodies"))?.remove(0))?.len();
    assert!(stored * 10 < body.len() as u64, "{stored} bytes of {}", body.len());
    assert_eq!(world.store.body(id).await?.len(), body.len());
    Ok(())
}
