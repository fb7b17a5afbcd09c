//! A process that falls at any moment has committed whole pages, and at most repeats one.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use gearshift_store::{DocumentQuery, Event, JobState, NewConnection, PageCommit, RecordQuery, Store, StoredRecord};

use crate::world::{Doc, START, Said, World, failure, open, pull_of, ride};

/// Names the folder in which the child works.
const FOLDER: &str = "GEARSHIFT_STORE_CRASH_FOLDER";
/// How often a child is killed, and after how many of its commits.
const ROUNDS: u64 = 8;
const COMMITS: usize = 6;
/// What the child says once a page is committed, with the new cursor.
const SAID: &str = "committed ";

/// The page is the cursor; page n gives rides n and n + 1, so that each ride is given twice and has two revisions.
async fn commit_pages_until_killed(folder: &Path) -> Result<()> {
    let world = World::at(folder).await?;
    let connection = world.store.connections(None, None, None, 1).await?.items.remove(0);
    world.store.reclaim("test", world.now()).await?;
    let lease = world.claim().await?;
    let mut number: u64 = lease.job.cursor.as_deref().unwrap_or("0").parse()?;
    loop {
        let exchange = world.exchange(&connection, &format!("page {number}")).await?;
        let list = Doc::of("list", exchange)
            .gives(ride(&number.to_string(), 1.0).measures("duration", 9.0))
            .gives(ride(&(number + 1).to_string(), 2.0));
        let bad = Doc::of("detail", exchange).fails(&failure("changed").code);
        number += 1;
        let page = world.page(&connection, &lease, vec![list, bad]);
        world.store.commit_page(PageCommit { cursor: Some(number.to_string()), ..page }).await?;
        println!("{SAID}{number}");
    }
}

/// Not a test of its own: the process that is killed.
#[tokio::test]
async fn child() -> Result<()> {
    match std::env::var_os(FOLDER) {
        Some(folder) => commit_pages_until_killed(Path::new(&folder)).await,
        None => Ok(()),
    }
}

fn spawn(folder: &Path) -> Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(["--exact", "crash::child", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("start the child")
}

/// Lets a child commit some pages and kills it, a little later each round so that it falls in other places. Says the
/// last cursor that the child knew to be committed.
fn fall(folder: &Path, round: u64) -> Result<u64> {
    let mut child = spawn(folder)?;
    let mut said = BufReader::new(child.stdout.take().context("its output")?)
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix(SAID)?.parse().ok());
    let last = said.by_ref().take(COMMITS).last();
    std::thread::sleep(Duration::from_micros(1_300 * round));
    child.kill()?;
    child.wait()?;
    said.last().or(last).context("the child committed nothing")
}

async fn all_records(store: &dyn Store, connection: &str) -> Result<Vec<StoredRecord>> {
    let mut query = RecordQuery { connection: connection.to_owned(), limit: 1_000, ..RecordQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = store.records(&query).await?;
        all.extend(page.items);
        query.after = page.next;
        if query.after.is_none() {
            return Ok(all);
        }
    }
}

async fn all_events(store: &dyn Store) -> Result<Vec<Event>> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = store.events(None, after, 1_000).await?;
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(all);
        }
    }
}

/// The store is as if the process had ended between two pages. Says which page is the next.
async fn holds_together(store: &dyn Store, connection: &str) -> Result<u64> {
    let job = store.job(1).await?.context("the job")?;
    let cursor: u64 = job.cursor.as_deref().unwrap_or("0").parse()?;
    assert_eq!(job.state, JobState::Running);
    assert_eq!(cursor, job.pages);
    let state = store.stream_state(connection, "rides").await?.context("the stream")?;
    assert_eq!(state.cursor, job.cursor, "stream and job stand at the same page");
    let documents: u64 = store.document_counts().await?.iter().map(|count| count.count).sum();
    assert_eq!(documents, 2 * cursor, "two documents a page, and no page twice");

    let records = all_records(store, connection).await?;
    assert_eq!(records.len() as u64, cursor + 1);
    let events = all_events(store).await?;
    let revisions: i64 = records.iter().map(|record| record.revision).sum();
    assert_eq!(events.len() as i64, revisions, "each revision has its event");
    for record in &records {
        let last = events.iter().rfind(|event| event.record.as_ref() == Some(&record.id)).context("its event")?;
        assert_eq!((last.revision, last.seq), (Some(record.revision), record.seq));
        let body: serde_json::Value = serde_json::from_str(&last.body)?;
        assert_eq!(body["record"]["data"], serde_json::to_value(&record.record)?);
        assert_eq!(store.deliveries(&last.id).await?.len(), 1, "each event is on its way");
    }
    Ok(cursor)
}

async fn bodies_are_whole(store: &dyn Store) -> Result<()> {
    let query = DocumentQuery { newest_first: true, limit: 50, ..DocumentQuery::default() };
    for document in store.documents(&query).await?.items {
        let body = store.body(document.parts[0].exchange).await?;
        assert!(body.starts_with(b"page "));
    }
    Ok(())
}

#[tokio::test]
async fn a_killed_process_leaves_whole_pages_and_repeats_at_most_one() -> Result<()> {
    let world = World::in_a_file().await?;
    world.destination("hook").await?;
    let new = NewConnection { project: "shop".to_owned(), provider: "RIDES".to_owned(), ..NewConnection::default() };
    let connection = world.store.create_connection(new, START).await?;
    world.store.enqueue(pull_of(&connection), START).await?;
    world.store.claim(START, i64::MAX / 2, "test").await?.context("the job")?;
    world.store.close().await;
    let mut cursor = 0;
    for round in 0..ROUNDS {
        let said = fall(world.dir.path(), round)?;
        let reopened = open(world.dir.path()).await?;
        let stands = holds_together(&*reopened, &connection.id).await?;
        assert!(stands == said || stands == said + 1, "{stands} after {said}: what was committed stays");
        assert!(stands > cursor);
        cursor = stands;
        bodies_are_whole(&*reopened).await?;
        reopened.close().await;
    }
    Ok(())
}
