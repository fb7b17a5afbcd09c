//! Sign-ins under way.

use anyhow::Result;
use gearshift_store::Login;

use crate::world::{START, V1, World, login};

crate::behaviours![
    a_session_has_one_sign_in_under_way_at_a_provider,
    a_login_is_taken_once,
    another_browser_does_not_take_a_login_and_does_not_use_it_up,
    an_expired_login_is_neither_found_nor_taken,
    what_expired_or_was_taken_makes_room,
    a_state_is_given_out_once,
    a_login_of_nobody_is_refused,
    a_live_login_keeps_its_version,
    a_login_shows_no_hash_in_debug_output,
];

const OURS: &str = "cookie-1";
const THEIRS: &str = "cookie-2";

/// A saved sign-in of our browser.
async fn saved(world: &World) -> Result<Login> {
    let connection = world.connection().await?;
    let login = login(&connection, "1");
    world.store.save_login(&login).await?;
    Ok(login)
}

async fn a_session_has_one_sign_in_under_way_at_a_provider(world: &World) -> Result<()> {
    let first = saved(world).await?;
    assert_eq!(world.store.live_login("session-1", "RIDES", START + 1).await?, Some(first.clone()));
    assert_eq!(world.store.live_login("session-2", "RIDES", START + 1).await?, None);
    assert_eq!(world.store.live_login("session-1", "SLEEPS", START + 1).await?, None);
    let second = Login { state_hash: "state-2".to_owned(), ..first.clone() };
    assert_eq!(world.store.save_login(&second).await.unwrap_err().code(), "conflict");
    let elsewhere = Login { provider: "SLEEPS".to_owned(), ..second };
    world.store.save_login(&elsewhere).await?;
    assert_eq!(world.store.live_login("session-1", "RIDES", START + 1).await?, Some(first));
    Ok(())
}

async fn a_login_is_taken_once(world: &World) -> Result<()> {
    let login = saved(world).await?;
    assert_eq!(world.store.take_login("state-2", Some(OURS), START + 2).await?, None);
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 2).await?, Some(login));
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 2).await?, None);
    assert_eq!(world.store.live_login("session-1", "RIDES", START + 3).await?, None);
    Ok(())
}

async fn another_browser_does_not_take_a_login_and_does_not_use_it_up(world: &World) -> Result<()> {
    saved(world).await?;
    for cookie in [None, Some(THEIRS), Some("")] {
        assert_eq!(world.store.take_login("state-1", cookie, START + 2).await?, None);
    }
    assert!(world.store.take_login("state-1", Some(OURS), START + 3).await?.is_some());
    Ok(())
}

async fn an_expired_login_is_neither_found_nor_taken(world: &World) -> Result<()> {
    saved(world).await?;
    assert_eq!(world.store.live_login("session-1", "RIDES", START + 900_000).await?, None);
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 900_000).await?, None);
    assert_eq!(world.store.sweep_logins(START + 899_999).await?, 0);
    assert_eq!(world.store.sweep_logins(START + 900_000).await?, 1);
    Ok(())
}

async fn what_expired_or_was_taken_makes_room(world: &World) -> Result<()> {
    let first = saved(world).await?;
    let later = |state: &str, created: i64| Login {
        state_hash: state.to_owned(),
        created,
        expires: created + 900_000,
        ..first.clone()
    };
    world.store.save_login(&later("state-2", START + 900_000)).await?;
    assert!(world.store.take_login("state-2", Some(OURS), START + 900_001).await?.is_some());
    world.store.save_login(&later("state-3", START + 900_002)).await?;
    let found = world.store.live_login("session-1", "RIDES", START + 900_003).await?.unwrap();
    assert_eq!(found.state_hash, "state-3");
    Ok(())
}

async fn a_state_is_given_out_once(world: &World) -> Result<()> {
    let first = saved(world).await?;
    let repeated = Login { session_hash: "session-2".to_owned(), ..first };
    assert_eq!(world.store.save_login(&repeated).await.unwrap_err().code(), "conflict");
    Ok(())
}

async fn a_login_of_nobody_is_refused(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let nobody = Login { connection: "conn_none".to_owned(), ..login(&connection, "1") };
    assert_eq!(world.store.save_login(&nobody).await.unwrap_err().code(), "not-found");
    Ok(())
}

async fn a_live_login_keeps_its_version(world: &World) -> Result<()> {
    saved(world).await?;
    assert_eq!(world.store.login_versions(START).await?, [V1]);
    world.store.take_login("state-1", Some(OURS), START).await?;
    assert!(world.store.login_versions(START).await?.is_empty());
    Ok(())
}

async fn a_login_shows_no_hash_in_debug_output(world: &World) -> Result<()> {
    let shown = format!("{:?}", saved(world).await?);
    assert!(["state-1", "session-1", OURS].iter().all(|hash| !shown.contains(hash)), "{shown}");
    Ok(())
}
