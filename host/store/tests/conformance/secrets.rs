//! Secrets.

use anyhow::Result;

use crate::world::World;

crate::behaviours![
    of_two_that_renew_at_once_one_wins,
    an_erased_secret_is_none_and_its_generation_counts_on,
    secrets_do_not_show_in_debug_output,
];

async fn of_two_that_renew_at_once_one_wins(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = world.store.put_secret(&connection.id, "token", b"one", Some(0)).await?;
    let second = world.store.put_secret(&connection.id, "token", b"two", Some(first)).await?;
    assert!(second > first);
    let late = world.store.put_secret(&connection.id, "token", b"three", Some(first)).await;
    assert_eq!(late.unwrap_err().code(), "conflict");
    let again = world.store.put_secret(&connection.id, "token", b"four", Some(0)).await;
    assert_eq!(again.unwrap_err().code(), "conflict");
    let secret = world.store.secret(&connection.id, "token").await?.unwrap();
    assert_eq!((secret.sealed.as_slice(), secret.generation), (b"two".as_slice(), second));
    Ok(())
}

async fn an_erased_secret_is_none_and_its_generation_counts_on(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = world.store.put_secret(&connection.id, "token", b"one", None).await?;
    world.store.put_secret(&connection.id, "jar", b"jar", None).await?;
    assert!(world.store.erase_secret(&connection.id, "token").await?);
    assert!(!world.store.erase_secret(&connection.id, "token").await?);
    assert_eq!(world.store.secret(&connection.id, "token").await?, None);
    assert_eq!(world.store.secrets(&connection.id).await?.len(), 1);
    assert!(world.store.put_secret(&connection.id, "token", b"old", Some(first)).await.is_err());
    let next = world.store.put_secret(&connection.id, "token", b"new", Some(0)).await?;
    assert!(next > first + 1);
    assert_eq!(world.store.erase_secrets(&connection.id).await?, 2);
    Ok(())
}

async fn secrets_do_not_show_in_debug_output(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.store.put_secret(&connection.id, "token", b"\xde\xad\xbe\xef", None).await?;
    let secret = world.store.secret(&connection.id, "token").await?.unwrap();
    let shown = format!("{secret:?}");
    // As a list of numbers or as digits; a single byte of it may stand in an id by chance.
    assert!(!shown.contains("222, 173, 190, 239") && !shown.contains("deadbeef"), "{shown}");
    Ok(())
}
