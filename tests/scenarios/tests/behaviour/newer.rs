//! What is newer is never overwritten by what is healed.

use gearshift_scenarios::{TRAINERROAD, Town, component, until};
use gearshift_simulator::{Fault, Generation, PlannedFault, Provider};

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_was_moved_after_its_quarantine_stays_where_it_was_moved_to() {
    // One worker, so that the order in which jobs are done is theirs: what is asked for goes before what heals.
    let town = Town::new().riders(2).planned(0).workers(1).await;
    town.install("trainerroad_1_0").await;
    town.accept(TRAINERROAD).await;
    town.control().set_generation(Generation::IntervalCaseNew);
    let (rider, other) = (town.connect(TRAINERROAD, 0).await, town.connect(TRAINERROAD, 1).await);
    rider.rests().await;
    other.rests().await;
    let plan = town.control().add_planned(&rider.account.username, 1).unwrap().remove(0);
    rider.synced().await;
    assert_eq!(town.quarantine().await.0.len(), 1);
    assert_eq!(rider.records("planned-workout").await.len(), 0);

    let next = town.prepare("trainerroad", component("trainerroad_1_1")).await;
    let before = rider.truth().planned[0].date.clone();
    town.control().postpone(&rider.account.username, &plan, 3).unwrap();
    let after = rider.truth().planned[0].date.clone();
    assert_ne!(before, after);
    let faults = town.simulator().ledger().requests.faults;
    let slow = PlannedFault::next(Provider::Trainerroad, Fault::Delay { ms: 1_000 });
    town.control().plan_fault(slow.user(&other.account.username));
    other.ask().await;
    until("the only worker to be busy", async || (town.simulator().ledger().requests.faults > faults).then_some(()))
        .await;
    rider.ask().await;
    town.activate("trainerroad", &next).await;
    town.heals().await;
    rider.rests().await;

    let disk = town.disk().await;
    let of_both = "SELECT normalized_by || ' ' || subject || ' ' || tried_by FROM documents \
        WHERE endpoint = 'calendar.planned' ORDER BY changed, id";
    assert_eq!(disk.texts(of_both).await.len(), 2, "the old one and the new one were read");
    let order = disk.count(
        "SELECT (SELECT changed FROM documents WHERE endpoint = 'calendar.planned' ORDER BY id LIMIT 1) \
         >= (SELECT changed FROM documents WHERE endpoint = 'calendar.planned' ORDER BY id DESC LIMIT 1)",
    );
    assert_eq!(order.await, 1, "the old one was read last");
    let plans = rider.records("planned-workout").await;
    assert_eq!(plans.len(), 1);
    assert_eq!((plans[0].record.date.as_deref(), plans[0].revision), (Some(after.as_str()), 1));
    town.knows_what_was_served().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}
