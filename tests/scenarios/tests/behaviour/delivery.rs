//! The platform is told, however it is at the moment.

use std::collections::BTreeMap;

use gearshift_scenarios::{Attempt, Mood, STRAVA, Town, until};
use gearshift_simulator::{NewRides, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn what_a_receiver_did_not_take_comes_again_under_the_same_id_over_a_restart() {
    let town = Town::new().activities(4).await;
    town.install("strava").await;
    let moods = [Mood::Answers(500), Mood::BreaksOff, Mood::Answers(429), Mood::Hangs(60_000)];
    let arrived = std::sync::atomic::AtomicUsize::new(0);
    town.receiver().is(move |attempt: &Attempt| {
        let number = arrived.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if attempt.before > 0 { Mood::Well } else { moods[number % moods.len()] }
    });
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let events = town.events().await.len();
    until("a first attempt at each record", async || {
        let attempts = town.receiver().attempts();
        (attempts.iter().filter(|attempt| attempt.before == 0).count() >= events - 1).then_some(())
    })
    .await;
    let ride = NewRides { provider: Provider::Strava, count: 1, seconds: 60 };
    let id = town.control().add_rides(&rider.account.username, &ride).unwrap().remove(0).to_string();
    rider.synced().await;
    until("an event that came later", async || {
        town.receiver().attempts().iter().any(|attempt| attempt.event["record"]["key"] == id.as_str()).then_some(())
    })
    .await;
    assert!(town.receiver().hanging() > 0, "one still hangs, and holds up no other");
    town.kill().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
    let mut bodies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for attempt in town.receiver().attempts() {
        assert_eq!(attempt.event["id"], attempt.id.as_str());
        bodies.entry(attempt.id).or_default().push(attempt.event.to_string());
    }
    assert!(bodies.values().any(|bodies| bodies.len() > 1), "something came again");
    assert!(bodies.values().all(|bodies| bodies.iter().all(|body| *body == bodies[0])), "and was the same again");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_record_the_revisions_arrive_in_order_even_if_the_first_is_refused_a_while() {
    let town = Town::new().activities(1).await;
    town.install("strava").await;
    let is_first = |attempt: &Attempt| attempt.revision().is_some_and(|(_, revision)| revision == 1);
    town.receiver().is(
        move |attempt| {
            if attempt.before == 0 && is_first(attempt) { Mood::Answers(503) } else { Mood::Well }
        },
    );
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    let id = rider.truth().activities[0].id.to_string();
    for name in ["second", "third"] {
        town.control().rename(&rider.account.username, Provider::Strava, &id, name).unwrap();
        rider.synced().await;
    }
    let record = rider.records("activity").await.remove(0);
    assert_eq!(record.revision, 3);
    until("the first revision", async || {
        town.receiver().taken().iter().any(|told| told.revision() == Some((record.id.clone(), 1))).then_some(())
    })
    .await;
    town.receiver().is(|_| Mood::Well);
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_not_asked_again_and_the_operator_sees_it() {
    let town = Town::new().activities(2).await;
    town.install("strava").await;
    town.receiver().is(|_| Mood::Answers(410));
    let rider = town.connect(STRAVA, 0).await;
    rider.rests().await;
    town.tells_all().await;
    let events = town.events().await.len();
    assert_eq!(town.deliveries("dead").await, events as u64);
    assert_eq!(town.receiver().attempts().len(), events, "each was tried once");
}
