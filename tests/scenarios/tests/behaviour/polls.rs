//! What did not change costs a row and no more; what did is told once.

use gearshift_scenarios::{Rider, STRAVA, TRAINERROAD, Town, until};
use gearshift_simulator::{Fault, NewRides, PlannedFault, Provider};

async fn both() -> (Town, Rider, Rider) {
    let town = Town::new().await;
    town.install("strava").await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let (strava, trainerroad) = (town.connect(STRAVA, 0).await, town.connect(TRAINERROAD, 0).await);
    strava.rests().await;
    trainerroad.rests().await;
    (town, strava, trainerroad)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_of_what_did_not_change_adds_exchanges_and_nothing_else() {
    let (town, strava, trainerroad) = both().await;
    let disk = town.disk().await;
    let counts = async || {
        (
            disk.count("SELECT count(*) FROM bodies").await,
            disk.count("SELECT sum(revision) FROM records").await,
            disk.count("SELECT count(*) FROM events").await,
        )
    };
    let before = counts().await;
    let exchanges = disk.count("SELECT count(*) FROM exchanges").await;
    strava.synced().await;
    trainerroad.synced().await;
    assert!(disk.count("SELECT count(*) FROM exchanges").await > exchanges);
    assert_eq!(counts().await, before, "bodies, revisions, events");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ride_that_ends_while_a_pull_runs_is_not_left_to_the_next_poll() {
    let (town, strava, _) = both().await;
    let faults = || town.simulator().ledger().requests.faults;
    let slow = PlannedFault::next(Provider::Strava, Fault::Delay { ms: 700 }).path("/api/v3/activities/*/streams");
    town.control().plan_fault(slow);
    strava.ask().await;
    until("a pull that has its list", async || (faults() == 1).then_some(())).await;
    let ride = NewRides { provider: Provider::Strava, count: 1, seconds: 60 };
    town.control().add_rides(&strava.account.username, &ride).unwrap();
    strava.synced().await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ride_with_another_name_is_one_update() {
    let (town, strava, trainerroad) = both().await;
    let newest = strava.truth().activities.iter().max_by_key(|activity| activity.start).unwrap().id.to_string();
    let ride = trainerroad.truth().rides[0].clone();
    for (rider, provider, id, start) in [
        (&strava, Provider::Strava, newest.clone(), None),
        (&trainerroad, Provider::Trainerroad, ride.record.to_string(), Some(ride.start)),
    ] {
        let seen = town.events().await.len();
        town.control().rename(&rider.account.username, provider, &id, "Once round the lake").unwrap();
        rider.synced().await;
        let news = town.events().await.split_off(seen);
        let told: Vec<_> = news.iter().map(|event| (event.event_type.as_str(), event.revision)).collect();
        assert_eq!(told, [("record.updated", Some(2))]);
        let records = rider.records("activity").await;
        let renamed = records.iter().find(|record| Some(&record.id) == news[0].record.as_ref()).unwrap();
        assert!(renamed.key == newest || renamed.record.window.as_ref().map(|window| window.start) == start);
        let name = renamed.record.attributes.iter().find(|attribute| attribute.attribute == "name").unwrap();
        assert_eq!((name.value.as_str(), renamed.revision), ("Once round the lake", 2));
    }
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}
