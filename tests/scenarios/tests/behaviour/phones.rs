//! Phones: they enrol with a ticket and push, and what they push is known as it was measured, come what may.

use std::sync::atomic::{AtomicBool, Ordering};

use gearshift_scenarios::{Answer, Ask, HEALTH_CONNECT, STRAVA, Town, batch, cannot_be_read, gzip, measure, until};
use gearshift_store::StoredRecord;
use serde_json::{Value, json};

async fn town() -> Town {
    let town = Town::new().await;
    town.install("health_connect").await;
    town
}

async fn documents(town: &Town) -> i64 {
    town.disk().await.count("SELECT count(*) FROM documents").await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_phone_pushes_is_known_as_it_was_measured() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    let connection = phone.rider.connection().await;
    assert_eq!((connection.status.as_str(), connection.reference.as_deref()), ("connected", Some("anna")));
    assert_eq!(
        (connection.name.as_deref(), connection.zone.as_deref()),
        (Some("Phone of anna"), Some("Europe/Berlin"))
    );

    let mut batches = Vec::new();
    for day in 0..3 {
        batches.push(phone.push(&phone.day(day)).await);
    }
    assert!(batches.is_sorted() && batches[0] < batches[2], "{batches:?}");
    phone.is_known().await;

    let ride = &phone.rider.records("activity").await[0];
    let shown: Value = town.v1("GET", &format!("/records/{}", ride.id)).send().await.ok().json();
    let origin = &shown["provenance"][0];
    assert_eq!(origin["endpoint"], "records");
    assert!(batches.iter().any(|batch| origin["exchanges"] == json!([batch])), "{origin} is of none of {batches:?}");
    let connected = town.events().await.into_iter().filter(|event| event.event_type == "connection.connected").count();
    assert_eq!(connected, 1);
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_comes_twice_changes_nothing() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    let day = phone.day(0);
    let number = |answer: Answer| (answer.status, answer.json::<Value>()["batch"].as_i64().unwrap());
    let push = || async { number(phone.packed(&batch(&day)).send().await) };
    let answers = tokio::join!(push(), push(), push(), push(), push(), push());
    let first = answers.0;
    assert_eq!(first.0, 202);
    assert_eq!([answers.1, answers.2, answers.3, answers.4, answers.5], [first; 5]);
    phone.believes(&day);
    phone.is_known().await;
    let before = (documents(&town).await, town.events().await.len());

    let number = phone.push(&day).await;
    assert_eq!(number, first.1, "also unpacked, it is the same");
    let plain = phone.ask("records").body(batch(&day).to_string()).send().await;
    assert_eq!(plain.json::<Value>()["batch"], number);
    phone.is_known().await;
    assert_eq!((documents(&town).await, town.events().await.len()), before);

    // Under one name it is one batch, however it is written.
    let named = |body: &Value| phone.packed(body).header("idempotency-key", "day-1").send();
    let next = phone.day(1);
    let (one, other) =
        tokio::join!(named(&batch(&next)), named(&json!({"records": batch(&next)["records"], "again": 1})));
    assert_eq!((one.status, other.status), (202, 202));
    assert_eq!(one.text(), other.text());
    phone.believes(&next);
    phone.is_known().await;
    assert_eq!(documents(&town).await, before.0 + 1);

    let mut another = town.phone("bert").await;
    let number = another.push(&another.day(0)).await;
    assert_ne!(number, first.1);
    another.is_known().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_that_is_killed_after_its_answer_has_lost_nothing() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    for day in 0..5 {
        phone.push(&phone.day(day)).await;
        town.kill().await;
    }
    phone.is_known().await;
    assert_eq!(town.disk().await.count("SELECT count(*) FROM pushes").await, 5);
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_records_are_one_batch_which_is_read_on_where_it_was_left() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    phone.push(&phone.quarters(10_000)).await;
    until("the first documents of it", async || (documents(&town).await > 2).then_some(())).await;
    town.kill().await;
    assert!(documents(&town).await < 20, "it died when all was done");
    phone.is_known().await;
    assert_eq!(
        documents(&town).await,
        20,
        "no document is so large that a sandbox has to fear it, and none is there twice"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_batch_is_refused_and_leaves_no_trace() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    let send = async |ask: Ask, status: u16, code: &str| ask.send().await.problem(status, code);
    let good = batch(&phone.day(0)).to_string();

    for bad in
        ["", "{", "[]", "{}", r#"{"records": 7}"#, r#"{"records": [7]}"#, r#"{"records": []}"#, "{\"records\": [{}]"]
    {
        send(phone.ask("records").body(bad), 400, "batch").await;
    }
    send(phone.ask("dreams").body(good.clone()), 404, "not-found").await;
    let gzipped = |body: &[u8]| phone.ask("records").header("content-encoding", "gzip").body(body.to_vec());
    send(gzipped(good.as_bytes()), 400, "gzip").await;
    let packed = gzip(good.as_bytes());
    send(gzipped(&packed[..packed.len() - 9]), 400, "gzip").await;
    send(phone.ask("records").header("content-encoding", "br").body(good.clone()), 415, "content-encoding").await;
    send(phone.ask("records").header("idempotency-key", "x".repeat(256)).body(good.clone()), 400, "idempotency-key")
        .await;

    // A bomb is put out as soon as it is more than a batch may be.
    let spaces = vec![b' '; 1 << 20];
    let bomb: Vec<u8> = (0..64).flat_map(|_| spaces.iter().copied()).collect();
    let bomb = gzip(&bomb);
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    send(gzipped(&bomb), 413, "too-large").await;
    let many = format!("{{\"records\":[{}]}}", vec!["{}"; 50_001].join(","));
    send(gzipped(&gzip(many.as_bytes())), 413, "too-large").await;

    let disk = town.disk().await;
    assert_eq!(disk.count("SELECT (SELECT count(*) FROM exchanges) + (SELECT count(*) FROM pushes)").await, 0);
    phone.push(&phone.day(0)).await;
    phone.is_known().await;
}

/// One job of a connection runs at a time: this one never ends.
const IN_THE_WAY: &str = "INSERT INTO jobs (kind, connection, provider, payload, priority, run_at, state, worker, \
                          lease_until, created, changed) SELECT 'pull', id, provider, 'null', 0, 0, 'running', \
                          'nobody', 9000000000000000, 0, 0 FROM connections";

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_job_never_came_to_be_is_read_after_the_next_start() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    phone.rider.rests().await;
    town.disk().await.change(IN_THE_WAY).await;
    for day in 0..2 {
        phone.push(&phone.day(day)).await;
    }
    // As if it had died between the one commit and the other.
    town.disk().await.change("DELETE FROM jobs").await;
    assert_eq!(documents(&town).await, 0);
    town.kill().await;
    until("both batches", async || (documents(&town).await == 2).then_some(())).await;
    phone.is_known().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_waits_while_too_much_of_it_is_not_read() {
    let town = town().await;
    let mut phone = town.phone("anna").await;
    phone.rider.rests().await;
    let disk = town.disk().await;
    disk.change(IN_THE_WAY).await;
    let quarters = phone.quarters(101);
    for one in &quarters[..100] {
        phone.push(std::slice::from_ref(one)).await;
    }
    let refused = phone.packed(&batch(&quarters[100..])).send().await;
    refused.problem(429, "busy");
    assert_eq!(refused.header("retry-after"), "30");
    disk.change("DELETE FROM jobs WHERE worker = 'nobody'").await;
    phone.is_known().await;
    phone.push(&quarters[100..]).await;
    phone.is_known().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_lets_one_phone_in_once() {
    let town = town().await;
    town.install("strava").await;
    let enrol = async |ticket: &str| town.enrolment(ticket, "anna").send().await;
    let ticket = town.ticket().await;
    enrol("nobody-gave-this-out").await.problem(401, "ticket");
    town.public("POST", "/ingest/health_connect/connect").json(&json!({})).send().await.problem(401, "ticket");
    town.public("POST", "/v1/phones").send().await.problem(401, "unauthorized");
    assert_eq!(enrol(&ticket).await.status, 201);
    enrol(&ticket).await.problem(401, "ticket");

    let (one, other) = {
        let ticket = town.ticket().await;
        tokio::join!(enrol(&ticket), enrol(&ticket))
    };
    let mut both = [one.status, other.status];
    both.sort_unstable();
    assert_eq!(both, [201, 401]);

    let late = town.ticket().await;
    town.disk().await.change("UPDATE tickets SET expires = 1").await;
    enrol(&late).await.problem(401, "ticket");

    let asked = town.v1("POST", "/phones").json(&json!({"reference": "bert"})).send().await;
    let bound: Value = asked.ok().json();
    assert_eq!(bound["expires_in"], 180);
    enrol(bound["token"].as_str().unwrap()).await.problem(400, "form");

    let begun = town.v1("POST", "/connections").json(&json!({"provider": HEALTH_CONNECT})).send().await;
    begun.problem(409, "by-phone");
    let strava =
        town.public("POST", "/ingest/strava/connect").bearer(&town.ticket().await).json(&json!({})).send().await;
    strava.problem(409, "not-by-phone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_enrols_for_its_own_project() {
    let town = town().await;
    let acme = town.project("acme", "Acme").await;
    let ticket: Value = acme.v1("POST", "/phones").json(&json!({"reference": "anna"})).send().await.ok().json();
    let path = "/ingest/health_connect/connect";
    let enrolled = town.public("POST", path).bearer(ticket["token"].as_str().unwrap()).json(&json!({})).send().await;
    let enrolled: Value = enrolled.ok().json();
    let connections = acme.list("/connections").await;
    assert_eq!((connections.len(), &connections[0]["id"]), (1, &enrolled["connection"]));
    assert_eq!(connections[0]["reference"], "anna", "the server's word for its user");
    let ours = town.phone("anna").await;
    assert_ne!(enrolled["connection"].as_str(), Some(ours.rider.id.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_enrols_again_has_the_same_connection_and_another_token() {
    let town = town().await;
    let mut old = town.phone("anna").await;
    old.push(&old.day(0)).await;
    old.is_known().await;
    let mut new = town.phone("anna").await;
    assert_eq!(new.rider.id, old.rider.id);
    old.packed(&batch(&old.day(1))).send().await.problem(401, "not-enrolled");
    new.believes(&new.day(0));
    new.push(&new.day(1)).await;
    new.is_known().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_good_for_its_own_provider_and_ends_with_its_connection() {
    let town = town().await;
    town.install("strava").await;
    let strava = town.connect(STRAVA, 0).await;
    let mut phone = town.phone("anna").await;
    phone.push(&phone.day(0)).await;
    let day = batch(&phone.day(1));
    let elsewhere = town.public("POST", "/ingest/strava/activities").bearer(&phone.token).json(&day).send().await;
    elsewhere.problem(401, "not-enrolled");
    town.public("POST", "/ingest/health_connect/records").json(&day).send().await.problem(401, "not-enrolled");
    phone.ask("records").bearer("key-of-the-platform").json(&day).send().await.problem(401, "not-enrolled");
    town.v1("GET", "/connections").bearer(&phone.token).send().await.problem(401, "unauthorized");

    phone.is_known().await;
    let path = format!("/connections/{}", phone.rider.id);
    let ended: Value = town.v1("DELETE", &path).send().await.ok().json();
    assert_eq!(ended["erased"]["exchanges"], 1, "{ended}");
    let refused = phone.packed(&day).send().await;
    refused.problem(401, "not-enrolled");
    assert!(refused.text().contains("enrol again"), "{}", refused.text());
    let disk = town.disk().await;
    let left = "SELECT (SELECT count(*) FROM pushes) + (SELECT count(*) FROM devices) + (SELECT count(*) FROM facets, records \
                WHERE records.id = facets.record AND records.kind = 'sample')";
    assert_eq!(disk.count(left).await, 0);

    let mut again = town.phone("anna").await;
    assert_ne!(again.rider.id, phone.rider.id);
    again.push(&again.day(0)).await;
    again.is_known().await;
    strava.synced().await;
    town.knows_what_was_served().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_record_is_a_revision_and_a_deleted_one_is_gone() {
    let town = town().await;
    let phone = town.phone("anna").await;
    let steps = |count: i64, modified: &str| {
        json!({
            "recordType": "Steps", "startTime": "2026-03-01T08:00:00Z", "endTime": "2026-03-01T08:15:00Z", "count": count,
            "metadata": {"id": "s-1", "lastModifiedTime": modified, "clientRecordVersion": count},
        })
    };
    let push = async |batch: Value| {
        assert_eq!(phone.packed(&batch).send().await.status, 202);
        phone.rider.rests().await;
        let all = town.pages(&format!("/connections/{}/records?deleted=true", phone.rider.id), 100).await;
        let one: StoredRecord = serde_json::from_value(all[0].clone()).unwrap();
        assert_eq!((all.len(), one.record.key.as_str()), (1, "s-1"));
        (one.revision, one.deleted, measure(&one.record, "steps"))
    };
    let (early, late) = ("2026-03-01T08:20:00Z", "2026-03-01T09:20:00Z");
    assert_eq!(push(json!({"records": [steps(10, early)]})).await, (1, false, Some(10.0)));
    assert_eq!(push(json!({"records": [steps(12, late)]})).await, (2, false, Some(12.0)));
    let stale = json!({"records": [steps(10, early)], "of": "another batch"});
    assert_eq!(push(stale).await, (2, false, Some(12.0)), "what is older does not come back");
    let (revision, deleted, _) = push(json!({"deleted": ["s-1", "never-seen"]})).await;
    assert_eq!((revision, deleted), (3, true));
    // Both within one batch: what is gone is gone.
    let (_, deleted, _) = push(json!({"deleted": ["s-1"], "records": [steps(14, "2026-03-01T10:00:00Z")]})).await;
    assert!(deleted);
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_version_cannot_read_waits_and_the_next_one_reads_it_while_phones_go_on() {
    let town = Town::new().await;
    town.install("health_connect_1_0").await;
    let mut phone = town.phone("anna").await;
    phone.push(&[phone.skin(0)]).await;
    phone.rider.rests().await;
    let (documents, pulls) = town.quarantine().await;
    assert_eq!((documents.len(), pulls.len()), (1, 0));
    assert_eq!(documents[0]["failure"]["code"], "changed");
    assert!(documents[0]["failure"]["message"].as_str().unwrap().contains("SkinTemperature"), "{}", documents[0]);

    let swapped = AtomicBool::new(false);
    let pushing = async {
        let (mut day, mut after) = (1, 0);
        while after < 3 {
            after += usize::from(swapped.load(Ordering::Relaxed));
            let mut both = phone.day(day);
            both.push(phone.skin(day));
            phone.push(&both).await;
            day += 1;
        }
    };
    let swapping = async {
        until("a batch that is read in part", async || (town.quarantine().await.0.len() > 1).then_some(())).await;
        town.install("health_connect").await;
        swapped.store(true, Ordering::Relaxed);
    };
    tokio::join!(pushing, swapping);
    town.heals().await;
    phone.is_known().await;
    town.tells_all().await;
    town.told_everything_once_and_in_order().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_and_tokens_are_nowhere_to_be_read() {
    let town = Town::new().log("trace").await;
    town.install("health_connect").await;
    let unused = town.ticket().await;
    let mut phone = town.phone("anna").await;
    phone.push(&phone.day(0)).await;
    let named = phone.packed(&batch(&phone.day(1))).header("idempotency-key", "a-name-that-says-something");
    assert_eq!(named.send().await.status, 202);
    phone.believes(&phone.day(1));
    phone.is_known().await;
    let places = town.left_behind().await;
    assert!(
        places.iter().any(|(place, _)| place == "devices.hash")
            && places.iter().any(|(place, _)| place == "tickets.hash")
    );
    assert!(places.iter().any(|(_, text)| text.contains("anna-Steps-")), "a batch would be found");
    cannot_be_read([unused.as_str(), &phone.token, "a-name-that-says-something"], &places);
}
