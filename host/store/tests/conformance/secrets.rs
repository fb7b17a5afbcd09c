//! Secrets and sign-ins under way.

use anyhow::Result;
use gearshift_store::Login;

use crate::world::{START, World};

crate::behaviours![
    of_two_that_renew_at_once_one_wins,
    an_erased_secret_is_none_and_its_generation_counts_on,
    secrets_do_not_show_in_debug_output,
    a_login_is_taken_once,
    an_expired_login_is_not_taken,
    a_live_login_keeps_its_version,
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
    assert!(!format!("{secret:?}").contains("222"), "222 is 0xde: {secret:?}");
    Ok(())
}

fn login(connection: &str, state: &str) -> Login {
    Login {
        state_hash: state.to_owned(),
        connection: connection.to_owned(),
        provider: "RIDES".to_owned(),
        auth_id: "oauth2".to_owned(),
        version: "version-1".to_owned(),
        verifier_sealed: b"sealed".to_vec(),
        redirect: "https://shop.example/back".to_owned(),
        cookie_hash: Some("cookie".to_owned()),
        created: START,
        expires: START + 900_000,
    }
}

async fn a_login_is_taken_once(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let login = login(&connection.id, "s-1");
    world.store.save_login(&login).await?;
    assert_eq!(world.store.save_login(&login).await.unwrap_err().code(), "conflict");
    assert_eq!(world.store.take_login("s-2", START + 1).await?, None);
    assert_eq!(world.store.take_login("s-1", START + 1).await?, Some(login));
    assert_eq!(world.store.take_login("s-1", START + 1).await?, None);
    Ok(())
}

async fn an_expired_login_is_not_taken(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.store.save_login(&login(&connection.id, "s-1")).await?;
    assert_eq!(world.store.take_login("s-1", START + 900_000).await?, None);
    assert_eq!(world.store.sweep_logins(START + 900_000).await?, 1);
    Ok(())
}

async fn a_live_login_keeps_its_version(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.store.save_login(&login(&connection.id, "s-1")).await?;
    assert_eq!(world.store.login_versions(START).await?, ["version-1"]);
    world.store.take_login("s-1", START).await?;
    assert!(world.store.login_versions(START).await?.is_empty());
    Ok(())
}
