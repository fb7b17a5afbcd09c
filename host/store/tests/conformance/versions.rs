//! Versions, heads, grants, acceptances.

use anyhow::Result;
use gearshift_store::{Activation, Version, VersionState};

use crate::world::{START, World};

crate::behaviours![
    an_activation_moves_all_heads_and_remembers_the_previous,
    a_head_of_another_name_is_not_taken_and_nothing_moves,
    activating_what_is_active_forgets_no_previous,
    a_version_that_still_has_a_head_is_not_retired,
    an_unknown_version_is_not_activated,
    a_rejected_version_keeps_its_reason,
    grants_are_given_and_withdrawn,
    an_unofficial_provider_is_accepted_once,
    what_is_set_of_a_provider_takes_the_place_of_what_was,
];

pub(crate) fn version(name: &str, digest: &str) -> Version {
    Version {
        digest: digest.to_owned(),
        name: name.to_owned(),
        component_digest: format!("component of {digest}"),
        manifest_digest: format!("manifest of {digest}"),
        manifest: "name = \"rides\"".to_owned(),
        semver: "1.0.0".to_owned(),
        contract: "0.1".to_owned(),
        state: VersionState::Linked,
        reason: None,
        timings: serde_json::json!({"compile": 120}),
        signer: None,
        created: START,
    }
}

fn activation(name: &str, digest: &str, providers: &[&str]) -> Activation {
    let heads = providers.iter().map(|provider| ((*provider).to_owned(), "oauth2".to_owned())).collect();
    Activation { name: name.to_owned(), digest: digest.to_owned(), heads, now: START }
}

async fn an_activation_moves_all_heads_and_remembers_the_previous(world: &World) -> Result<()> {
    for digest in ["d-1", "d-2"] {
        world.store.put_version(&version("rides", digest)).await?;
    }
    let first = world.store.activate(activation("rides", "d-1", &["RIDES", "RIDES_EU"])).await?;
    assert_eq!((first.before, first.retired), (Vec::new(), Vec::new()));
    let second = world.store.activate(activation("rides", "d-2", &["RIDES", "RIDES_EU"])).await?;
    assert!(second.seq > first.seq);
    assert_eq!((second.before.len(), second.retired), (2, vec!["d-1".to_owned()]));
    for head in world.store.heads().await? {
        assert_eq!((head.digest.as_str(), head.previous.as_deref()), ("d-2", Some("d-1")));
    }
    let states: Vec<_> = world.store.versions(Some("rides")).await?.into_iter().map(|v| (v.digest, v.state)).collect();
    let expected = [("d-2".to_owned(), VersionState::Active), ("d-1".to_owned(), VersionState::Retired)];
    assert_eq!(states, expected);
    Ok(())
}

async fn a_head_of_another_name_is_not_taken_and_nothing_moves(world: &World) -> Result<()> {
    world.store.put_version(&version("rides", "d-1")).await?;
    world.store.put_version(&version("copycat", "d-2")).await?;
    world.store.activate(activation("rides", "d-1", &["RIDES"])).await?;
    let taken = world.store.activate(activation("copycat", "d-2", &["OTHER", "RIDES"])).await;
    assert_eq!(taken.unwrap_err().code(), "conflict");
    assert_eq!(world.store.head("OTHER", "oauth2").await?, None);
    assert_eq!(world.store.head("RIDES", "oauth2").await?.unwrap().digest, "d-1");
    assert_eq!(world.store.version("d-2").await?.unwrap().state, VersionState::Linked);
    Ok(())
}

async fn activating_what_is_active_forgets_no_previous(world: &World) -> Result<()> {
    for digest in ["d-1", "d-2"] {
        world.store.put_version(&version("rides", digest)).await?;
    }
    for digest in ["d-1", "d-2", "d-2"] {
        world.store.activate(activation("rides", digest, &["RIDES"])).await?;
    }
    assert_eq!(world.store.head("RIDES", "oauth2").await?.unwrap().previous.as_deref(), Some("d-1"));
    Ok(())
}

async fn a_version_that_still_has_a_head_is_not_retired(world: &World) -> Result<()> {
    for digest in ["d-1", "d-2"] {
        world.store.put_version(&version("rides", digest)).await?;
    }
    world.store.activate(activation("rides", "d-1", &["RIDES", "RIDES_EU"])).await?;
    let second = world.store.activate(activation("rides", "d-2", &["RIDES"])).await?;
    assert!(second.retired.is_empty());
    assert_eq!(world.store.version("d-1").await?.unwrap().state, VersionState::Active);
    Ok(())
}

async fn an_unknown_version_is_not_activated(world: &World) -> Result<()> {
    let unknown = world.store.activate(activation("rides", "d-9", &["RIDES"])).await;
    assert_eq!(unknown.unwrap_err().code(), "not-found");
    assert!(world.store.heads().await?.is_empty());
    Ok(())
}

async fn a_rejected_version_keeps_its_reason(world: &World) -> Result<()> {
    let kept = version("rides", "d-1");
    world.store.put_version(&kept).await?;
    assert_eq!(world.store.version("d-1").await?, Some(kept));
    world.store.set_version_state("d-1", VersionState::Rejected, Some("compile: too large")).await?;
    let rejected = world.store.version("d-1").await?.unwrap();
    assert_eq!((rejected.state, rejected.reason.as_deref()), (VersionState::Rejected, Some("compile: too large")));
    assert!(world.store.set_version_state("d-2", VersionState::Linked, None).await.is_err());
    Ok(())
}

async fn grants_are_given_and_withdrawn(world: &World) -> Result<()> {
    let lines = ["route GET https://b.example/".to_owned(), "route GET https://a.example/".to_owned()];
    world.store.give_grants("rides", &lines, START).await?;
    world.store.give_grants("rides", &lines[..1], START).await?;
    assert_eq!(world.store.grants("rides").await?, [lines[1].clone(), lines[0].clone()]);
    assert!(world.store.grants("sleeps").await?.is_empty());
    assert_eq!(world.store.withdraw_grants("rides", &lines[..1]).await?, 1);
    assert_eq!(world.store.grants("rides").await?, lines[1..]);
    Ok(())
}

async fn an_unofficial_provider_is_accepted_once(world: &World) -> Result<()> {
    for _ in 0..2 {
        world.store.accept_provider("RIDES", START).await?;
    }
    assert_eq!(world.store.acceptances().await?.len(), 1);
    assert!(world.store.withdraw_acceptance("RIDES").await?);
    assert!(world.store.acceptances().await?.is_empty());
    Ok(())
}

async fn what_is_set_of_a_provider_takes_the_place_of_what_was(world: &World) -> Result<()> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let first = [pair("version", "4.16.0"), pair("product", "llu.ios")];
    world.store.set_provider_settings("RIDES", &first).await?;
    world.store.set_provider_settings("WALKS", &first[..1]).await?;
    assert_eq!(world.store.provider_settings("RIDES").await?, [first[1].clone(), first[0].clone()]);
    let then = [pair("version", "4.20.0")];
    world.store.set_provider_settings("RIDES", &then).await?;
    assert_eq!(world.store.provider_settings("RIDES").await?, then);
    world.store.set_provider_settings("RIDES", &[]).await?;
    assert!(world.store.provider_settings("RIDES").await?.is_empty());
    assert_eq!(world.store.provider_settings("WALKS").await?, first[..1]);
    Ok(())
}
