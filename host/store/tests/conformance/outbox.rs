//! Events on their way.

use anyhow::Result;
use gearshift_store::{Connection, ConnectionChange, DeliveryState, Destination, Format, Snapshot};

use crate::world::{Doc, World, ride};

crate::behaviours![
    every_enabled_destination_of_the_project_gets_the_event,
    a_delivery_in_hand_is_not_due_for_others,
    revisions_of_a_record_go_out_in_order,
    other_records_do_not_wait_for_a_slow_one,
    what_was_given_up_holds_back_nothing,
    a_failed_delivery_comes_again_at_its_time,
    the_body_is_the_same_each_time,
    a_destination_that_is_off_gets_nothing,
    an_erased_destination_takes_its_deliveries_along,
    events_are_read_on_from_where_one_stopped,
    an_event_keeps_how_its_connection_stood,
    a_connection_knows_when_it_was_last_told_of,
    a_delivery_that_is_withdrawn_holds_back_nothing,
    a_destination_is_told_in_its_own_words,
];

async fn change(world: &World, connection: &Connection, key: &str, distance: f64) -> Result<()> {
    let exchange = world.exchange(connection, &format!("{key}={distance}")).await?;
    world.commit(connection, vec![Doc::of("list", exchange).gives(ride(key, distance))]).await?;
    Ok(())
}

async fn every_enabled_destination_of_the_project_gets_the_event(world: &World) -> Result<()> {
    for id in ["hook-a", "hook-b"] {
        world.destination(id).await?;
    }
    let (ours, other) = (world.connection().await?, world.connection_of("other", "RIDES").await?);
    change(world, &ours, "1", 10.0).await?;
    change(world, &other, "1", 10.0).await?;
    let due = world.due().await?;
    let to: Vec<&str> = due.iter().map(|delivery| delivery.destination.id.as_str()).collect();
    assert_eq!(to, ["hook-a", "hook-b"]);
    assert_eq!(due[0].event.connection, ours.id);
    Ok(())
}

async fn a_delivery_in_hand_is_not_due_for_others(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    change(world, &connection, "1", 10.0).await?;
    let now = world.now();
    assert_eq!(world.store.due_deliveries(now, 30_000, 10).await?.len(), 1);
    assert_eq!(world.store.due_deliveries(now + 29_999, 30_000, 10).await?.len(), 0);
    assert_eq!(world.store.next_delivery().await?, Some(now + 30_000));
    assert_eq!(world.store.due_deliveries(now + 30_000, 30_000, 10).await?.len(), 1, "its worker fell");
    Ok(())
}

async fn revisions_of_a_record_go_out_in_order(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    for distance in [10.0, 11.0, 12.0] {
        change(world, &connection, "1", distance).await?;
    }
    for revision in 1..=3 {
        let due = world.due().await?;
        assert_eq!(due.len(), 1);
        assert_eq!(due[0].event.revision, Some(revision));
        world.store.delivered(due[0].id, 200, world.now()).await?;
    }
    assert!(world.due().await?.is_empty());
    Ok(())
}

async fn other_records_do_not_wait_for_a_slow_one(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    for (key, distance) in [("1", 10.0), ("1", 11.0), ("2", 20.0)] {
        change(world, &connection, key, distance).await?;
    }
    let due = world.due().await?;
    let first: Vec<Option<i64>> = due.iter().map(|delivery| delivery.event.revision).collect();
    assert_eq!(first, [Some(1), Some(1)]);
    assert_ne!(due[0].event.record, due[1].event.record);
    Ok(())
}

async fn what_was_given_up_holds_back_nothing(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    for distance in [10.0, 11.0] {
        change(world, &connection, "1", distance).await?;
    }
    let due = world.due().await?;
    world.store.failed(due[0].id, Some(410), "gone", None).await?;
    let next = world.due().await?;
    assert_eq!(next[0].event.revision, Some(2));
    let dead = world.store.deliveries(&due[0].event.id).await?;
    assert_eq!((dead[0].state, dead[0].last_status), (DeliveryState::Dead, Some(410)));
    let counts: Vec<_> = world.store.delivery_counts().await?.iter().map(|c| (c.state, c.count)).collect();
    assert_eq!(counts, [(DeliveryState::Dead, 1), (DeliveryState::Pending, 1)]);
    Ok(())
}

async fn a_failed_delivery_comes_again_at_its_time(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    change(world, &connection, "1", 10.0).await?;
    let due = world.due().await?;
    let at = world.now() + 60_000;
    world.store.failed(due[0].id, None, "refused", Some(at)).await?;
    assert!(world.store.due_deliveries(at - 1, 0, 10).await?.is_empty());
    let again = world.store.due_deliveries(at, 0, 10).await?;
    assert_eq!((again[0].attempts, &again[0].event.id), (1, &due[0].event.id));
    world.store.delivered(again[0].id, 204, at).await?;
    let told = world.store.deliveries(&due[0].event.id).await?;
    assert_eq!((told[0].state, told[0].delivered_at), (DeliveryState::Delivered, Some(at)));
    Ok(())
}

async fn the_body_is_the_same_each_time(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    change(world, &connection, "1", 10.0).await?;
    let first = world.due().await?.remove(0).event;
    change(world, &connection, "1", 11.0).await?;
    let second = world.due().await?.remove(0).event;
    assert_eq!(first, second);
    let body: serde_json::Value = serde_json::from_str(&first.body)?;
    assert_eq!(body["type"], "record.created");
    assert_eq!(body["reference"], "user-7");
    assert_eq!(body["record"]["data"]["key"], "1");
    assert_eq!(world.store.event(&first.id).await?, Some(first));
    Ok(())
}

async fn a_destination_that_is_off_gets_nothing(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    change(world, &connection, "1", 10.0).await?;
    let on = world.store.destinations(Some("shop")).await?.remove(0);
    world.store.put_destination(&Destination { enabled: false, ..on.clone() }).await?;
    change(world, &connection, "2", 10.0).await?;
    assert!(world.due().await?.is_empty());
    assert_eq!(world.store.next_delivery().await?, None);
    world.store.put_destination(&on).await?;
    assert_eq!(world.due().await?.len(), 1, "what was on its way before");
    Ok(())
}

async fn an_erased_destination_takes_its_deliveries_along(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    change(world, &connection, "1", 10.0).await?;
    assert!(world.store.erase_destination("hook").await?);
    assert!(!world.store.erase_destination("hook").await?);
    assert!(world.due().await?.is_empty());
    Ok(())
}

async fn events_are_read_on_from_where_one_stopped(world: &World) -> Result<()> {
    let connection = world.connection().await?;
    for distance in [1.0, 2.0, 3.0] {
        change(world, &connection, "1", distance).await?;
    }
    let first = world.store.events(Some("shop"), None, 2).await?;
    let rest = world.store.events(Some("shop"), first.next, 2).await?;
    assert_eq!((first.items.len(), rest.items.len(), rest.next), (2, 1, None));
    assert_eq!(rest.items[0].revision, Some(3));
    Ok(())
}

async fn an_event_keeps_how_its_connection_stood(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let made = world.connection().await?;
    let before = world.connected(&made.id, "a-1").await?;
    let scopes = ConnectionChange { scopes: Some(vec!["rides".to_owned()]), ..ConnectionChange::default() };
    let after = world.store.change_connection(&made.id, scopes, world.now()).await?;
    let told = world.store.events(Some("shop"), None, 9).await?.items;
    let about: Vec<_> = told.into_iter().map(|event| event.about).collect();
    assert_eq!(about, [[Snapshot::from(&before)], [Snapshot::from(&after)]]);
    assert_eq!(about[1][0].scopes, ["rides"]);
    Ok(())
}

async fn a_connection_knows_when_it_was_last_told_of(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let [ours, other] = [world.connection().await?, world.connection().await?];
    change(world, &ours, "1", 10.0).await?;
    change(world, &ours, "2", 10.0).await?;
    let due = world.due().await?;
    world.store.delivered(due[0].id, 200, 5_000).await?;
    world.store.delivered(due[1].id, 200, 4_000).await?;
    let at = async |id: &str| Ok::<_, anyhow::Error>(world.store.connection(id).await?.and_then(|one| one.delivered));
    assert_eq!((at(&ours.id).await?, at(&other.id).await?), (Some(5_000), None), "the latest, and of nobody else");
    Ok(())
}

async fn a_delivery_that_is_withdrawn_holds_back_nothing(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let connection = world.connection().await?;
    for distance in [10.0, 11.0] {
        change(world, &connection, "1", distance).await?;
    }
    let first = world.due().await?.remove(0);
    world.store.withdraw_delivery(first.id).await?;
    let next = world.due().await?.remove(0);
    assert_eq!(next.event.revision, Some(2));
    world.store.delivered(next.id, 200, world.now()).await?;
    world.store.withdraw_delivery(next.id).await?;
    assert_eq!(
        world.store.deliveries(&next.event.id).await?[0].state,
        DeliveryState::Delivered,
        "what arrived has arrived"
    );
    assert!(world.store.deliveries(&first.event.id).await?.is_empty());
    Ok(())
}

async fn a_destination_is_told_in_its_own_words(world: &World) -> Result<()> {
    world.destination("hook").await?;
    let ours = world.store.destinations(Some("shop")).await?.remove(0);
    let terra = Destination { format: Format::Terra, ..ours };
    world.store.put_destination(&terra).await?;
    assert_eq!(world.store.destinations(Some("shop")).await?, [terra]);
    Ok(())
}
