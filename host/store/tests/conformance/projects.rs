//! Projects and their keys.

use anyhow::Result;
use gearshift_store::{ApiKey, Project, ProviderKeys};

use crate::world::{START, World, application};

crate::behaviours![
    a_project_can_be_changed_and_keeps_its_beginning,
    a_project_with_connections_is_not_erased,
    an_erased_project_takes_its_keys_along,
    a_key_opens_until_it_is_revoked,
    a_key_is_given_out_once_and_to_a_project_that_exists,
    a_key_shows_no_hash_in_debug_output,
    changed_keys_keep_their_hook_unless_they_bring_another,
    a_first_application_needs_a_hook_of_its_own,
    applications_are_listed_by_project_and_provider,
    an_application_shows_no_secret_in_debug_output,
];

fn key(id: &str, hash: &str) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        project: "shop".to_owned(),
        name: "backend".to_owned(),
        hash: hash.to_owned(),
        created: START,
        revoked: None,
    }
}

async fn a_project_can_be_changed_and_keeps_its_beginning(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.project("gym").await?;
    let changed = Project {
        id: "shop".to_owned(),
        name: "The Shop".to_owned(),
        redirects: vec!["https://shop.example/".to_owned(), "https://shop.example/done".to_owned()],
        created: START + 5,
    };
    world.store.put_project(&changed).await?;
    let kept = world.store.project("shop").await?;
    assert_eq!(kept, Some(Project { created: START, ..changed }));
    let all: Vec<_> = world.store.projects().await?.into_iter().map(|project| project.id).collect();
    assert_eq!(all, ["gym", "shop"]);
    assert_eq!(world.store.project("club").await?, None);
    Ok(())
}

async fn a_project_with_connections_is_not_erased(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.destination("hook").await?;
    world.connection_of("other", "RIDES").await?;
    let connection = world.connection().await?;
    assert_eq!(world.store.erase_project("shop").await.unwrap_err().code(), "conflict");
    assert!(world.store.project("shop").await?.is_some());
    world.store.end_connection(&connection.id, "the shop closes", world.now()).await?;
    assert!(world.store.erase_project("shop").await?);
    assert_eq!(world.due().await?.len(), 1, "the end is told all the same");
    Ok(())
}

async fn an_erased_project_takes_its_keys_along(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.store.add_api_key(&key("key_1", "hash-1")).await?;
    world.store.put_provider_keys(&application("RIDES", "hook-1")).await?;
    assert!(world.store.erase_project("shop").await?);
    assert!(!world.store.erase_project("shop").await?);
    assert_eq!(world.store.project("shop").await?, None);
    assert_eq!(world.store.api_key("hash-1").await?, None);
    assert_eq!(world.store.provider_keys_by_hook("hook-1").await?, None);
    Ok(())
}

async fn a_key_opens_until_it_is_revoked(world: &World) -> Result<()> {
    world.project("shop").await?;
    for (id, hash) in [("key_1", "hash-1"), ("key_2", "hash-2")] {
        world.store.add_api_key(&key(id, hash)).await?;
    }
    assert_eq!(world.store.api_key("hash-1").await?, Some(key("key_1", "hash-1")));
    assert!(!world.store.revoke_api_key("gym", "key_1", START + 1).await?, "it is another project's");
    assert!(world.store.revoke_api_key("shop", "key_1", START + 2).await?);
    assert!(!world.store.revoke_api_key("shop", "key_1", START + 3).await?);
    assert_eq!(world.store.api_key("hash-1").await?, None);
    assert!(world.store.api_key("hash-2").await?.is_some());
    let all = world.store.api_keys("shop").await?;
    assert_eq!(all, [ApiKey { revoked: Some(START + 2), ..key("key_1", "hash-1") }, key("key_2", "hash-2")]);
    assert!(world.store.api_keys("gym").await?.is_empty());
    Ok(())
}

async fn a_key_is_given_out_once_and_to_a_project_that_exists(world: &World) -> Result<()> {
    assert_eq!(world.store.add_api_key(&key("key_1", "hash-1")).await.unwrap_err().code(), "not-found");
    world.project("shop").await?;
    world.store.add_api_key(&key("key_1", "hash-1")).await?;
    world.store.revoke_api_key("shop", "key_1", START + 1).await?;
    for repeated in [key("key_2", "hash-1"), key("key_1", "hash-2")] {
        assert_eq!(world.store.add_api_key(&repeated).await.unwrap_err().code(), "conflict");
    }
    Ok(())
}

async fn a_key_shows_no_hash_in_debug_output(_: &World) -> Result<()> {
    let shown = format!("{:?}", key("key_1", "hash-1"));
    assert!(shown.contains("key_1") && !shown.contains("hash-1"), "{shown}");
    Ok(())
}

async fn changed_keys_keep_their_hook_unless_they_bring_another(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.store.put_provider_keys(&application("RIDES", "hook-1")).await?;
    let changed = ProviderKeys {
        client_id: "client-8".to_owned(),
        sealed: b"another".to_vec(),
        hook_sealed: Some(b"signing".to_vec()),
        scopes: Vec::new(),
        settings: Vec::new(),
        changed: START + 1,
        ..application("RIDES", "")
    };
    world.store.put_provider_keys(&changed).await?;
    let kept = ProviderKeys { hook: "hook-1".to_owned(), ..changed };
    assert_eq!(world.store.provider_keys("shop", "RIDES").await?.as_ref(), Some(&kept));
    assert_eq!(world.store.provider_keys_by_hook("hook-1").await?, Some(kept));
    world.store.put_provider_keys(&application("RIDES", "hook-2")).await?;
    assert_eq!(world.store.provider_keys_by_hook("hook-1").await?, None);
    assert_eq!(world.store.provider_keys_by_hook("hook-2").await?, Some(application("RIDES", "hook-2")));
    Ok(())
}

async fn a_first_application_needs_a_hook_of_its_own(world: &World) -> Result<()> {
    let put = async |keys: ProviderKeys| world.store.put_provider_keys(&keys).await.map_err(|error| error.code());
    assert_eq!(put(application("RIDES", "hook-1")).await, Err("not-found"));
    world.project("shop").await?;
    assert_eq!(put(application("RIDES", "")).await, Err("invalid"));
    assert_eq!(put(application("RIDES", "hook-1")).await, Ok(()));
    assert_eq!(put(application("SLEEPS", "hook-1")).await, Err("conflict"));
    assert_eq!(world.store.provider_keys("shop", "SLEEPS").await?, None);
    Ok(())
}

async fn applications_are_listed_by_project_and_provider(world: &World) -> Result<()> {
    world.project("shop").await?;
    world.project("gym").await?;
    world.store.put_provider_keys(&application("SLEEPS", "hook-1")).await?;
    world.store.put_provider_keys(&application("RIDES", "hook-2")).await?;
    let theirs = ProviderKeys { project: "gym".to_owned(), ..application("RIDES", "hook-3") };
    world.store.put_provider_keys(&theirs).await?;
    let hooks = async |project| -> Result<Vec<String>> {
        Ok(world.store.all_provider_keys(project).await?.into_iter().map(|keys| keys.hook).collect())
    };
    assert_eq!(hooks(None).await?, ["hook-3", "hook-2", "hook-1"]);
    assert_eq!(hooks(Some("shop")).await?, ["hook-2", "hook-1"]);
    assert!(world.store.erase_provider_keys("shop", "RIDES").await?);
    assert!(!world.store.erase_provider_keys("shop", "RIDES").await?);
    assert_eq!(hooks(None).await?, ["hook-3", "hook-1"]);
    Ok(())
}

async fn an_application_shows_no_secret_in_debug_output(_: &World) -> Result<()> {
    let shown = format!("{:?}", application("RIDES", "unguessable"));
    assert!(
        shown.contains("client-7") && !shown.contains("unguessable") && !shown.contains("115"),
        "115 is s: {shown}"
    );
    Ok(())
}
