//! Sign-ins under way.

use anyhow::Result;
use gearshift_store::Login;

use crate::world::{START, V1, World, login};

crate::behaviours![
    a_link_opens_for_the_first_browser_only,
    a_look_at_a_link_opens_nothing,
    a_login_is_taken_once,
    a_login_that_nobody_opened_is_not_taken,
    another_browser_does_not_take_a_login_and_does_not_use_it_up,
    an_expired_login_is_neither_opened_nor_taken,
    a_taken_login_is_not_opened_again,
    a_state_or_link_is_given_out_once,
    a_login_of_nobody_is_refused,
    a_live_login_keeps_its_version,
    a_login_shows_no_hash_in_debug_output,
];

const OURS: &str = "cookie-1";
const THEIRS: &str = "cookie-2";

/// A saved sign-in that our browser has opened.
async fn opened(world: &World) -> Result<Login> {
    let connection = world.connection().await?;
    world.store.save_login(&login(&connection, "1")).await?;
    Ok(world.store.open_login("link-1", OURS, START + 1).await?.unwrap())
}

async fn a_link_opens_for_the_first_browser_only(world: &World) -> Result<()> {
    let first = opened(world).await?;
    assert_eq!((first.cookie_hash.as_deref(), first.opened), (Some(OURS), Some(START + 1)));
    assert_eq!(first.authorize_sealed, b"sealed address");
    assert_eq!(world.store.open_login("link-1", THEIRS, START + 2).await?, None);
    assert_eq!(world.store.open_login("link-1", OURS, START + 3).await?, Some(first), "a second click");
    assert_eq!(world.store.open_login("link-2", OURS, START + 3).await?, None);
    assert_eq!(world.store.open_login("state-1", OURS, START + 3).await?, None);
    Ok(())
}

async fn a_look_at_a_link_opens_nothing(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let saved = login(&connection, "1");
    world.store.save_login(&saved).await?;
    assert_eq!(world.store.peek_login("link-1", START + 1).await?, Some(saved));
    assert!(world.store.open_login("link-1", THEIRS, START + 2).await?.is_some());
    assert_eq!(world.store.peek_login("link-1", START + 900_000).await?, None);
    assert_eq!(world.store.peek_login("link-2", START).await?, None);
    Ok(())
}

async fn a_login_is_taken_once(world: &World) -> Result<()> {
    let login = opened(world).await?;
    assert_eq!(world.store.take_login("state-2", Some(OURS), START + 2).await?, None);
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 2).await?, Some(login));
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 2).await?, None);
    Ok(())
}

async fn a_login_that_nobody_opened_is_not_taken(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    world.store.save_login(&login(&connection, "1")).await?;
    for cookie in [None, Some(OURS), Some("")] {
        assert_eq!(world.store.take_login("state-1", cookie, START + 1).await?, None);
    }
    Ok(())
}

async fn another_browser_does_not_take_a_login_and_does_not_use_it_up(world: &World) -> Result<()> {
    opened(world).await?;
    for cookie in [None, Some(THEIRS), Some("")] {
        assert_eq!(world.store.take_login("state-1", cookie, START + 2).await?, None);
    }
    assert!(world.store.take_login("state-1", Some(OURS), START + 3).await?.is_some());
    Ok(())
}

async fn an_expired_login_is_neither_opened_nor_taken(world: &World) -> Result<()> {
    opened(world).await?;
    assert_eq!(world.store.open_login("link-1", OURS, START + 900_000).await?, None);
    assert_eq!(world.store.take_login("state-1", Some(OURS), START + 900_000).await?, None);
    assert_eq!(world.store.sweep_logins(START + 899_999).await?, 0);
    assert_eq!(world.store.sweep_logins(START + 900_000).await?, 1);
    Ok(())
}

async fn a_taken_login_is_not_opened_again(world: &World) -> Result<()> {
    opened(world).await?;
    world.store.take_login("state-1", Some(OURS), START + 2).await?;
    assert_eq!(world.store.open_login("link-1", OURS, START + 3).await?, None);
    assert_eq!(world.store.peek_login("link-1", START + 3).await?, None);
    Ok(())
}

async fn a_state_or_link_is_given_out_once(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let first = login(&connection, "1");
    world.store.save_login(&first).await?;
    let same_state = Login { state_hash: first.state_hash, ..login(&connection, "2") };
    let same_link = Login { link_hash: first.link_hash, ..login(&connection, "3") };
    for repeated in [same_state, same_link] {
        assert_eq!(world.store.save_login(&repeated).await.unwrap_err().code(), "conflict");
    }
    Ok(())
}

async fn a_login_of_nobody_is_refused(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    let nobody = Login { connection: "conn_none".to_owned(), ..login(&connection, "1") };
    assert_eq!(world.store.save_login(&nobody).await.unwrap_err().code(), "not-found");
    Ok(())
}

async fn a_live_login_keeps_its_version(world: &World) -> Result<()> {
    opened(world).await?;
    assert_eq!(world.store.login_versions(START).await?, [V1]);
    world.store.take_login("state-1", Some(OURS), START).await?;
    assert!(world.store.login_versions(START).await?.is_empty());
    Ok(())
}

async fn a_login_shows_no_hash_in_debug_output(world: &World) -> Result<()> {
    let shown = format!("{:?}", opened(world).await?);
    assert!(["state-1", "link-1", OURS].iter().all(|hash| !shown.contains(hash)), "{shown}");
    Ok(())
}
