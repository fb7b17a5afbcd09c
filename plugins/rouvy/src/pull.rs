//! The list, newest first and a page at a time, and the original file of each activity.

use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::read::{AT, Activity, Listing, ROUTE};
use crate::session::{data, signed_in};
use crate::{BASE, fit};

/// How far back a pull looks again, in milliseconds: an activity may be edited, or come late from another device.
const OVERLAP: i64 = 7 * 86_400_000;

/// How far back a first pull goes where nobody says, in milliseconds: two years, as the manifest has it.
const HISTORY: i64 = 730 * 86_400_000;

/// Requests for which a call keeps room before it begins with a file: a session that renews itself takes three.
const ROOM: u32 = 3;

/// Where the pull stands.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Cursor {
    /// As the list counts, from 0.
    offset: usize,
    /// Unix milliseconds: what began before it is of no interest.
    from: i64,
    /// Activities from `offset` on that are behind us.
    done: usize,
    /// Start of the newest seen, Unix milliseconds.
    newest: Option<i64>,
}

/// What the next pull goes on from.
#[derive(Debug, Deserialize, Serialize)]
struct Watermark {
    newest: i64,
}

pub(crate) fn activities(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
    let at = match request.cursor()? {
        Some(cursor) => cursor,
        None => begin(host, request)?,
    };
    let url = format!("{BASE}/resources/activities-pagination.data");
    let ask = || host.get("activities.list", &url).query("offset", at.offset).query("_routes", ROUTE);
    let (answer, listing): (_, Listing) = data(ask)?;
    let listed = listing.activities();
    if let (None, Some(bad)) = (listed.good().next(), listed.first_bad()) {
        let pointer = format!("{AT}/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("activities.list", &pointer, bad.wrong.message.clone()));
    }
    page(host, subject, at, &answer, &listing)
}

/// All of the first pull; later what is newer than the last one saw, and a bit more.
fn begin(host: &Host<'_>, request: &PullRequest) -> Result<Cursor, Failure> {
    let since: Option<Watermark> = request.since()?;
    let from = match (&since, request.window) {
        (Some(since), _) => since.newest - OVERLAP,
        (None, Some(window)) => window.start,
        (None, None) => host.now() - HISTORY,
    };
    Ok(Cursor { offset: 0, from, done: 0, newest: since.map(|since| since.newest) })
}

fn page(host: &Host<'_>, subject: &Subject, at: Cursor, answer: &Response, listing: &Listing) -> Result<Page, Failure> {
    let member = subject.setting("fit-member").unwrap_or("fitUrl");
    let listed = listing.activities();
    let good: Vec<&Activity> = listed.good().collect();
    let mut cursor = at;
    let mut page = Page::new();
    if at.done == 0 && !listed.is_empty() {
        page = page.document(list_document(answer, &good, member));
    }
    for one in good.iter().skip(at.done) {
        let started = one.started();
        cursor.newest = cursor.newest.max(started.filter(|start| *start <= host.now()));
        if let Some(url) = one.file(member).and_then(address).filter(|_| started.is_none_or(|start| start >= at.from)) {
            if host.left() < ROOM {
                return unfinished(page, &cursor);
            }
            match file(host, &one.id, &url) {
                Ok(document) => page.documents.extend(document),
                Err(failure) => return page.stop(failure, &cursor),
            }
        }
        cursor.done += 1;
    }
    // Newest first: where the last of a page is too old, so is all that follows. An empty page is the end.
    let older = good.last().and_then(|last| last.started()).is_some_and(|start| start < at.from);
    if !listed.is_empty() && !older {
        return Ok(page.next(&Cursor { offset: at.offset + listed.len(), done: 0, ..cursor }));
    }
    Ok(match cursor.newest {
        Some(newest) => page.watermark(&Watermark { newest }),
        None => page,
    })
}

/// The list itself, and where original files lie that are not ROUVY's own: those nobody may fetch with its cookies.
fn list_document(answer: &Response, listed: &[&Activity], member: &str) -> Document {
    let document = Document::new("activities.list").part("list", answer);
    let elsewhere = listed.iter().filter_map(|one| one.file(member)).find(|url| address(url).is_none());
    match elsewhere.and_then(|url| url.split(['?', '#']).next()).and_then(|url| url.split('/').nth(2)) {
        Some(place) => document.context("elsewhere", place),
        None => document,
    }
}

/// This call's requests are used up in the middle of a page of the list.
fn unfinished(page: Page, cursor: &Cursor) -> Result<Page, Failure> {
    if page.documents.is_empty() {
        return Err(Failure::rate_limited(format!("one file takes up to {ROOM} requests, and fewer are left"), None));
    }
    Ok(page.next(cursor))
}

/// An address below the one place that the manifest opens, whole or from the root of the site.
fn address(url: &str) -> Option<String> {
    let path = url.strip_prefix(BASE).unwrap_or(url);
    path.starts_with("/resources/").then(|| format!("{BASE}{path}"))
}

/// The original file. None where there is none.
fn file(host: &Host<'_>, id: &str, url: &str) -> Result<Option<Document>, Failure> {
    let answer = match signed_in(|| host.get("activity.fit", url)) {
        Err(failure) if failure.code == gearshift_sdk::code::GONE => return Ok(None),
        answer => answer?,
    };
    fit::whole(&answer.body)?;
    Ok(Some(Document::new("activity.fit").id(id).part("fit", &answer)))
}
