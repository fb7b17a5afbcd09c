//! Which requests are made: first how far the data reaches, then windows of it, the newest first.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::{Range, Who};

/// Where each provider of the family answers. Routes in adapter.toml say the same.
const BASES: [(&str, &str); 3] = [
    ("DEXCOM", "https://api.dexcom.com/v3/users/self"),
    ("DEXCOM_EU", "https://api.dexcom.eu/v3/users/self"),
    ("DEXCOM_JP", "https://api.dexcom.jp/v3/users/self"),
];

const DAY: i64 = 86_400_000;

/// One that takes a window. Dexcom answers for 30 days at most.
#[derive(Debug)]
pub(crate) struct Endpoint {
    stream: &'static str,
    /// The last part of its path, and how the range of data calls it.
    name: &'static str,
    /// Days of one window. A day of glucose has 288 readings and about 150 kB.
    step: i64,
    /// Days before the newest known that are fetched again: a device may hand over late what it recorded.
    overlap: i64,
    /// Whether people change and delete what is there, which does not move its end: then its last window is fetched each time.
    edited: bool,
}

const ENDPOINTS: [Endpoint; 3] = [
    Endpoint { stream: "glucose", name: "egvs", step: 15, overlap: 2, edited: false },
    Endpoint { stream: "events", name: "events", step: 30, overlap: 7, edited: true },
    Endpoint { stream: "calibrations", name: "calibrations", step: 30, overlap: 7, edited: false },
];

/// Where the pull stands. Times are Unix milliseconds; `from` and `to` are midnights in UTC.
#[derive(Debug, Deserialize, Serialize)]
struct Cursor {
    /// The oldest day that is asked for.
    from: i64,
    /// The day after the next window.
    to: i64,
    /// Newest of the data, as the range said at the start.
    end: i64,
}

/// What the next pull goes on from.
#[derive(Debug, Deserialize, Serialize)]
struct Watermark {
    end: i64,
}

/// The endpoint of a stream.
pub(crate) fn endpoint(stream: &str) -> Option<&'static Endpoint> {
    ENDPOINTS.iter().find(|endpoint| endpoint.stream == stream)
}

/// Where a subject's cloud answers.
pub(crate) fn base(subject: &Subject) -> Result<&'static str, Failure> {
    let found = BASES.iter().find(|(provider, _)| *provider == subject.provider);
    let unknown = || Failure::invalid(format!("this version does not serve the provider `{}`", subject.provider));
    found.map(|(_, base)| *base).ok_or_else(unknown)
}

/// The id is unique for each application: the same person has another one with another client.
pub(crate) fn identify(host: &Host<'_>, base: &str) -> Result<Vec<Account>, Failure> {
    let who: Who = range_of_data(host, base)?.json()?;
    Ok(vec![Account::new(who.user_id)])
}

/// One window of a stream.
pub(crate) fn page(host: &Host<'_>, base: &str, endpoint: &Endpoint, request: &PullRequest) -> Result<Page, Failure> {
    let cursor = match request.cursor()? {
        Some(cursor) => cursor,
        None => match begin(host, base, endpoint, request)? {
            Some(cursor) => cursor,
            None => return Ok(Page::new()),
        },
    };
    let from = cursor.from.max(cursor.to - endpoint.step * DAY);
    let answer = host
        .get(endpoint.name, &format!("{base}/{}", endpoint.name))
        .as_user()
        .query("startDate", stamp(from))
        .query("endDate", stamp(cursor.to))
        .send()?
        .ok()?
        .whole()?;
    let document = Document::new(endpoint.name)
        .part("answer", &answer)
        .context("from", from.to_string())
        .context("to", cursor.to.to_string());
    let page = Page::new().document(document);
    Ok(if from > cursor.from {
        page.next(&Cursor { to: from, ..cursor })
    } else {
        page.watermark(&Watermark { end: cursor.end })
    })
}

/// All of the first pull; later what is newer than the last one saw, and a bit more. None where nothing can be new.
fn begin(host: &Host<'_>, base: &str, endpoint: &Endpoint, request: &PullRequest) -> Result<Option<Cursor>, Failure> {
    let since: Option<Watermark> = request.since()?;
    let since = since.map(|since| since.end);
    // Where there was something and now is nothing, all of it was deleted.
    let Some((start, end)) = reach(&range_of_data(host, base)?, endpoint)?.or(since.map(|end| (end, end))) else {
        return Ok(None);
    };
    let last_window = midnight(host.now()) + DAY - endpoint.step * DAY;
    let from = match since {
        None => midnight(start),
        Some(since) if since != end => midnight(since.min(end)) - endpoint.overlap * DAY,
        Some(_) if endpoint.edited => last_window,
        Some(_) => return Ok(None),
    };
    let from = if endpoint.edited { from.min(last_window) } else { from };
    let oldest = request.window.map_or(i64::MIN, |window| midnight(window.start)).max(midnight(start));
    let (from, to) = (from.max(oldest), midnight(end.max(since.unwrap_or(end))) + DAY);
    Ok((from < to).then_some(Cursor { from, to, end }))
}

/// From when to when there is data of this kind. Null: none.
fn reach(answer: &Response, endpoint: &Endpoint) -> Result<Option<(i64, i64)>, Failure> {
    let at = format!("/{}", endpoint.name);
    let ranges: BTreeMap<String, Value> = answer.json()?;
    let changed = |message: String| Failure::changed("dataRange", &at, message);
    let range = ranges.get(endpoint.name).ok_or_else(|| changed("the range of data does not name this".into()))?;
    let range: Option<Range> = Range::deserialize_optional(range).map_err(|error| changed(error.to_string()))?;
    let Some((start, end)) = range.and_then(|range| range.start.zip(range.end)) else { return Ok(None) };
    let moment = |text: &str| time::parse(text, Bare::Utc).map_err(|error| changed(error.to_string()));
    Ok(Some((moment(&start.system_time)?.instant, moment(&end.system_time)?.instant)))
}

fn range_of_data(host: &Host<'_>, base: &str) -> Result<Response, Failure> {
    host.get("dataRange", &format!("{base}/dataRange")).as_user().send()?.ok()
}

fn midnight(instant: i64) -> i64 {
    instant.div_euclid(DAY) * DAY
}

/// `2026-03-10T00:00:00`, as Dexcom takes it: in UTC, without saying so.
fn stamp(instant: i64) -> String {
    time::format(instant).trim_end_matches('Z').to_owned()
}
