//! What a version cannot read waits with its reason, and the next one reads it.

use std::collections::BTreeMap;

use gearshift_scenarios::{Rider, TRAINERROAD, Town, until};
use gearshift_simulator::{Fault, Generation, NewRides, PlannedFault, Provider};
use gearshift_store::JobState;

/// Somebody in a town whose TrainerRoad spells a workout's intervals as the oldest adapter knows it.
async fn before_the_first_change(days: u16, rides: usize) -> (Town, Rider) {
    let town = Town::new().days(days).rides(rides).planned(2).await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let rider = town.connect(TRAINERROAD, 0).await;
    rider.rests().await;
    (town, rider)
}

/// The record of each ride, by when it began.
async fn rides(rider: &Rider) -> BTreeMap<i64, String> {
    let records = rider.records("activity").await;
    records.into_iter().map(|record| (record.record.window.unwrap().start, record.id)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_that_cannot_be_read_waits_with_the_reason_for_the_version_that_can() {
    let (town, rider) = before_the_first_change(6, 2).await;
    town.control().set_generation(Generation::IntervalCaseNew);
    town.control().add_planned(&rider.account.username, 2).unwrap();
    rider.synced().await;

    let (documents, pulls) = town.quarantine().await;
    assert_eq!((documents.len(), pulls.len()), (4, 0), "two plans that were there, and two new ones");
    for document in &documents {
        assert_eq!(document["endpoint"], "calendar.planned");
        assert_eq!(document["failure"]["code"], "changed");
        assert!(document["failure"]["message"].as_str().unwrap().contains("intervalData"), "{}", document["failure"]);
    }
    let known = rider.records("planned-workout").await.len();
    assert_eq!(known, 2, "what was known is still known");

    town.install("trainerroad_1_1").await;
    town.heals().await;
    rider.rests().await;
    town.knows_what_was_served().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_pull_goes_on_where_it_stood() {
    let (town, rider) = before_the_first_change(6, 2).await;
    // Beyond what a later sync looks at again: all two years are pulled anew, in pages of ninety days.
    drop((town, rider));
    let town = Town::new().days(300).rides(9).planned(1).await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    let slow = PlannedFault::next(Provider::Trainerroad, Fault::Delay { ms: 1_500 });
    town.control().plan_fault(slow.path("/app/api/calendar/*").skip(1));
    let rider = town.connect(TRAINERROAD, 0).await;
    until("the first page of the calendar", async || {
        let jobs = rider.jobs().await;
        jobs.iter().any(|job| job.stream.as_deref() == Some("calendar") && job.pages == 1).then_some(())
    })
    .await;
    town.control().set_generation(Generation::ReactCalendar);

    let held = rider.has_job(JobState::Held, "calendar").await;
    assert_eq!(held.failure.unwrap().code, "gone");
    assert!(held.cursor.is_some(), "it stood in the middle");
    assert!(!held.evidence.is_empty(), "the exchanges that show why are kept");
    assert_eq!(rider.status().await, "connected");
    let known = rides(&rider).await;
    assert!(!known.is_empty() && known.len() < 9, "{} rides came before", known.len());

    town.install("trainerroad").await;
    town.heals().await;
    rider.rests().await;
    let done = rider.jobs().await.into_iter().find(|job| job.id == held.id).unwrap();
    assert_eq!(done.state, JobState::Done);
    assert!(done.pages > held.pages);
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ride_stays_one_record_when_the_provider_renumbers_it() {
    let (town, rider) = before_the_first_change(10, 4).await;
    let before = rides(&rider).await;
    assert_eq!(before.len(), 4);
    town.control().set_generation(Generation::ReactCalendar);
    let ride = NewRides { provider: Provider::Trainerroad, count: 1, seconds: 1_500 };
    town.control().add_rides(&rider.account.username, &ride).unwrap();
    rider.synced().await;
    rider.has_job(JobState::Held, "calendar").await;

    town.install("trainerroad").await;
    town.heals().await;
    rider.synced().await;
    let after = rides(&rider).await;
    assert_eq!(after.len(), 5);
    assert!(before.iter().all(|(start, id)| after.get(start) == Some(id)), "{before:?} became {after:?}");
    town.knows_what_was_served().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_flow_that_a_version_no_longer_knows_holds_the_pull_and_asks_nobody_to_reconnect() {
    let (town, rider) = before_the_first_change(6, 2).await;
    town.control().expire(Provider::Trainerroad, None);
    // Somebody redesigned the page: there is no form in it.
    town.control().plan_fault(PlannedFault::next(Provider::Trainerroad, Fault::Html).path("/app/login").count(100));
    rider.ask().await;
    rider.has_job(JobState::Held, "calendar").await;
    assert_eq!(rider.status().await, "connected");

    town.control().clear_faults();
    town.install("trainerroad_1_1").await;
    town.heals().await;
    rider.rests().await;
    assert_eq!(rider.status().await, "connected");
    town.knows_what_was_served().await;
}
