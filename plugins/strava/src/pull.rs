//! Which requests are made, and which answers belong together.

use gearshift_sdk::code::RATE_LIMITED;
use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use super::BASE;
use super::wire::{Athlete, Fault, Listed};

/// Activities on a page of the list: with three requests each and one for the list they stay below the 50 of a call.
const PER_PAGE: u32 = 15;

/// Requests that one activity takes.
const PER_ACTIVITY: u32 = 3;

/// How far back a pull looks again, in seconds: a device may hand over a ride days after it was ridden.
const OVERLAP: i64 = 7 * 86_400;

/// Samples that are asked for.
const KEYS: &str = "time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving,grade_smooth";

/// Where the pull stands. Times are Unix seconds, as Strava has them.
#[derive(Debug, Deserialize, Serialize)]
struct Cursor {
    /// Fixed at the start, so that what is recorded meanwhile does not shift the pages.
    before: i64,
    after: Option<i64>,
    /// Page of the list, from 1.
    page: u32,
    /// Activities of that page that are behind us.
    done: usize,
    /// Start of the newest activity seen.
    newest: Option<i64>,
}

/// What the next pull goes on from.
#[derive(Debug, Deserialize, Serialize)]
struct Watermark {
    newest: i64,
}

pub(crate) fn athlete(host: &Host<'_>) -> Result<Page, Failure> {
    let athlete = checked(host.get("athlete", &format!("{BASE}/athlete")).as_user().send()?)?;
    Ok(Page::new().document(Document::new("athlete").part("athlete", &athlete)))
}

pub(crate) fn identify(host: &Host<'_>, facts: &[(String, String)]) -> Result<Vec<Account>, Failure> {
    let fact = |name: &str| facts.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    if let Some(id) = fact("id") {
        return Ok(vec![Account::new(id).name(fact("name").unwrap_or_default())]);
    }
    let answer = checked(host.get("athlete", &format!("{BASE}/athlete")).as_user().send()?)?;
    let athlete: Athlete = answer.json()?;
    Ok(vec![Account::new(athlete.id).name(athlete.username.unwrap_or_default())])
}

pub(crate) fn activities(host: &Host<'_>, request: &PullRequest) -> Result<Page, Failure> {
    if let Some(id) = &request.id {
        let one = Listed { id: id.clone(), start_date: String::new(), manual: false };
        let document = activity(host, &one)?;
        return Ok(document.map_or_else(Page::new, |document| Page::new().document(document)));
    }
    let mut cursor = match request.cursor()? {
        Some(cursor) => cursor,
        None => begin(host, request)?,
    };
    let list = host
        .get("activities.list", &format!("{BASE}/athlete/activities"))
        .as_user()
        .query("before", cursor.before)
        .query("page", cursor.page)
        .query("per_page", PER_PAGE);
    let list = match cursor.after {
        Some(after) => list.query("after", after),
        None => list,
    };
    let list = checked(list.send()?)?;
    let listed: Each<Listed> = list.json()?;
    if let (None, Some(bad)) = (listed.good().next(), listed.first_bad()) {
        let pointer = format!("/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("activities.list", &pointer, bad.wrong.message.clone()));
    }
    page(host, &mut cursor, &list, &listed)
}

/// All of the first pull, newest first; later what is newer than the last one saw, and a bit more.
fn begin(host: &Host<'_>, request: &PullRequest) -> Result<Cursor, Failure> {
    let since: Option<Watermark> = request.since()?;
    let start = request.window.map(|window| window.start.div_euclid(1_000));
    let end = request.window.map_or_else(|| host.now(), |window| window.end);
    Ok(Cursor {
        before: end.div_euclid(1_000) + 1,
        after: since.as_ref().map(|since| since.newest - OVERLAP).or(start).filter(|after| *after > 0),
        page: 1,
        done: 0,
        newest: since.map(|since| since.newest),
    })
}

fn page(host: &Host<'_>, cursor: &mut Cursor, list: &Response, listed: &Each<Listed>) -> Result<Page, Failure> {
    let mut page = Page::new();
    // A call that goes on in the middle of a page of the list fetches the same list again: it is a document once.
    let first = cursor.done == 0;
    let with_list =
        |page: Page| if first { page.document(Document::new("activities.list").part("list", list)) } else { page };
    // Details stand first: composed with them, the summaries of the same page say nothing new.
    for one in listed.good().skip(cursor.done) {
        if host.left() < PER_ACTIVITY {
            return unfinished(page, with_list, cursor);
        }
        match activity(host, one) {
            Ok(document) => page.documents.extend(document),
            Err(failure) => return with_list(page).stop(failure, cursor),
        }
        cursor.done += 1;
        let start = time::parse(&one.start_date, Bare::Refused).map(|start| start.instant.div_euclid(1_000)).ok();
        let plausible = start.filter(|start| *start <= cursor.before);
        cursor.newest = cursor.newest.max(plausible);
    }
    let page = if listed.is_empty() { page } else { with_list(page) };
    if u32::try_from(listed.len()).is_ok_and(|items| items >= PER_PAGE) {
        let next = Cursor { page: cursor.page + 1, done: 0, ..*cursor };
        return Ok(page.next(&next));
    }
    Ok(match cursor.newest {
        Some(newest) => page.watermark(&Watermark { newest }),
        None => page,
    })
}

/// This call's requests are used up in the middle of a page of the list.
fn unfinished(page: Page, with_list: impl Fn(Page) -> Page, cursor: &Cursor) -> Result<Page, Failure> {
    if page.documents.is_empty() {
        let needed = PER_ACTIVITY + 1;
        return Err(Failure::rate_limited(format!("one activity takes {needed} requests, and fewer are left"), None));
    }
    Ok(with_list(page).next(cursor))
}

/// One activity's answers. None where it was deleted since it was listed.
fn activity(host: &Host<'_>, one: &Listed) -> Result<Option<Document>, Failure> {
    let url = format!("{BASE}/activities/{}", url::encode(&one.id));
    let Some(detail) = found(host.get("activity.detail", &url).as_user().send()?)? else { return Ok(None) };
    // What was typed in by hand has no samples: Strava answers 404.
    let streams = match one.manual {
        true => None,
        false => {
            let streams = host.get("activity.streams", &format!("{url}/streams")).as_user();
            found(streams.query("keys", KEYS).query("key_by_type", "true").send()?)?
        }
    };
    let laps = found(host.get("activity.laps", &format!("{url}/laps")).as_user().send()?)?;
    let document = Document::new("activity.detail").id(&one.id).part("detail", &detail);
    Ok(Some(document.maybe_part("streams", streams.as_ref()).maybe_part("laps", laps.as_ref())))
}

fn found(response: Response) -> Result<Option<Response>, Failure> {
    if matches!(response.status, 404 | 410) { Ok(None) } else { checked(response).map(Some) }
}

/// Success, whole, or what Strava says is wrong. A 429 without `retry-after` waits for the window that is full.
fn checked(response: Response) -> Result<Response, Failure> {
    let (wait, fault) = (full_window(&response), Fault::of(&response.body));
    response.ok().and_then(Response::whole).map_err(|mut failure| {
        if failure.code == RATE_LIMITED {
            failure.retry_after = failure.retry_after.or(Some(wait));
        }
        if let Some(fault) = fault {
            failure.message = format!("{}: {fault}", failure.message);
        }
        failure
    })
}

/// Seconds until the window that is used up begins anew: quarters of an hour, or the day in UTC.
fn full_window(response: &Response) -> u32 {
    let day_is_full = ["readratelimit", "ratelimit"].iter().any(|name| {
        let pair = |what: &str| {
            let header = response.header(&format!("x-{name}-{what}"))?;
            header.split(',').nth(1)?.trim().parse::<u64>().ok()
        };
        matches!((pair("usage"), pair("limit")), (Some(usage), Some(limit)) if usage >= limit)
    });
    let length = if day_is_full { 86_400_000 } else { 900_000 };
    let left = length - response.arrived.rem_euclid(length);
    u32::try_from(left.div_euclid(1_000) + 1).unwrap_or(900)
}
