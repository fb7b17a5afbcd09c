//! Sessions of users' browsers.

use anyhow::Result;
use gearshift_store::Session;

use crate::world::{START, World, session};

crate::behaviours![
    a_session_opens_for_the_first_browser_only,
    a_look_at_a_session_opens_nothing,
    a_session_ends_once,
    an_expired_session_is_known_and_does_not_open,
    a_session_is_given_out_once,
    a_session_shows_no_hash_and_no_address_in_debug_output,
    a_session_goes_with_its_project,
];

const OURS: &str = "cookie-1";
const THEIRS: &str = "cookie-2";

async fn saved(world: &World) -> Result<Session> {
    let session = session("1");
    world.store.save_session(&session).await?;
    Ok(session)
}

async fn a_session_opens_for_the_first_browser_only(world: &World) -> Result<()> {
    let saved = saved(world).await?;
    let ours = Session { cookie_hash: Some(OURS.to_owned()), ..saved };
    assert_eq!(world.store.open_session("session-1", OURS, START + 1).await?, Some(ours.clone()));
    assert_eq!(world.store.open_session("session-1", THEIRS, START + 2).await?, None);
    assert_eq!(world.store.open_session("session-1", OURS, START + 3).await?, Some(ours), "a second click");
    assert_eq!(world.store.open_session("session-2", OURS, START + 3).await?, None);
    Ok(())
}

async fn a_look_at_a_session_opens_nothing(world: &World) -> Result<()> {
    let saved = saved(world).await?;
    assert_eq!(world.store.session("session-1").await?, Some(saved));
    assert_eq!(world.store.session("session-2").await?, None);
    assert!(world.store.open_session("session-1", THEIRS, START + 2).await?.is_some());
    Ok(())
}

async fn a_session_ends_once(world: &World) -> Result<()> {
    saved(world).await?;
    world.store.open_session("session-1", OURS, START + 1).await?;
    assert!(world.store.end_session("session-1", "conn_1", START + 2).await?);
    assert!(!world.store.end_session("session-1", "conn_2", START + 3).await?);
    assert_eq!(world.store.open_session("session-1", OURS, START + 4).await?, None);
    let ended = world.store.session("session-1").await?.unwrap();
    assert_eq!((ended.connection.as_deref(), ended.ended), (Some("conn_1"), Some(START + 2)));
    assert!(!world.store.end_session("session-2", "conn_1", START).await?);
    Ok(())
}

async fn an_expired_session_is_known_and_does_not_open(world: &World) -> Result<()> {
    let saved = saved(world).await?;
    assert_eq!(world.store.open_session("session-1", OURS, saved.expires).await?, None);
    assert_eq!(world.store.sweep_sessions(saved.expires).await?, 0);
    assert_eq!(world.store.session("session-1").await?, Some(saved.clone()));
    assert_eq!(world.store.sweep_sessions(saved.expires + 1).await?, 1);
    assert_eq!(world.store.session("session-1").await?, None);
    Ok(())
}

async fn a_session_is_given_out_once(world: &World) -> Result<()> {
    let saved = saved(world).await?;
    assert_eq!(world.store.save_session(&saved).await.unwrap_err().code(), "conflict");
    Ok(())
}

async fn a_session_shows_no_hash_and_no_address_in_debug_output(world: &World) -> Result<()> {
    let shown = format!("{:?}", saved(world).await?);
    assert!(["session-1", "user-17", "shop.example"].iter().all(|secret| !shown.contains(secret)), "{shown}");
    Ok(())
}

async fn a_session_goes_with_its_project(world: &World) -> Result<()> {
    saved(world).await?;
    world.store.erase_project("shop").await?;
    assert_eq!(world.store.session("session-1").await?, None);
    Ok(())
}
