//! Which requests are made, and which answers belong together.

use gearshift_sdk::prelude::*;
use polar_shared::answer::{filled, found};
use polar_shared::days::Days;
use polar_shared::listing::Listing;
use polar_shared::state::Watermark;
use serde::{Deserialize, Serialize};

use crate::wire::{Dated, Dates};
use crate::{
    ACTIVITY as ACTIVITY_DAY, BASE, HEART_RATE as HEART_DAY, NIGHTLY_RECHARGE as RECHARGE, SESSIONS, SLEEP as NIGHT,
};

/// Longest range of sessions that may be asked for, in days.
const MOST_OF_SESSIONS: i64 = 90;

/// What is asked for day by day.
pub(crate) struct ByDay {
    endpoint: &'static str,
    path: &'static str,
    part: &'static str,
    features: &'static [&'static str],
    /// Whether a range without `features` is asked first on which days there is something.
    index: bool,
    /// Longest range, in days.
    most: i64,
    /// What belongs to the same document: part, path, features.
    beside: Option<(&'static str, &'static str, &'static str)>,
}

/// `GET /activity/list`.
pub(crate) const ACTIVITY: ByDay = ByDay {
    endpoint: ACTIVITY_DAY,
    path: "activity/list",
    part: "activity",
    features: &["samples"],
    index: true,
    most: 90,
    beside: None,
};

/// `GET /continuous-samples`, of which nobody has said that it answers without `features`.
pub(crate) const HEART_RATE: ByDay = ByDay {
    endpoint: HEART_DAY,
    path: "continuous-samples",
    part: "heart-rate",
    features: &["heart-rate-samples"],
    index: false,
    most: 28,
    beside: None,
};

/// `GET /sleeps`.
pub(crate) const SLEEP: ByDay = ByDay {
    endpoint: NIGHT,
    path: "sleeps",
    part: "night",
    features: &["sleep-result", "sleep-evaluation", "sleep-score"],
    index: true,
    most: 30,
    beside: None,
};

/// `GET /nightly-recharge-results`. The night comes along: a recharge tells its date, and not when it was.
pub(crate) const NIGHTLY_RECHARGE: ByDay = ByDay {
    endpoint: RECHARGE,
    path: "nightly-recharge-results",
    part: "recharge",
    features: &["samples"],
    index: true,
    most: 28,
    beside: Some(("night", "sleeps", "sleep-result")),
};

/// Days that are still to be fetched, the newest first.
#[derive(Debug, Deserialize, Serialize)]
struct Cursor {
    left: Vec<String>,
    through: String,
}

/// `to` does not belong to the range.
fn get(
    host: &Host<'_>,
    endpoint: &str,
    path: &str,
    (from, to): (&str, &str),
    features: &[&str],
) -> Result<Response, Failure> {
    let request = host.get(endpoint, &format!("{BASE}/{path}")).as_user().header("accept", "application/json");
    let request = request.query("from", from).query("to", to);
    features.iter().fold(request, |request, feature| request.query("features", feature)).send()
}

pub(crate) fn pull(host: &Host<'_>, request: &PullRequest, what: &ByDay) -> Result<Page, Failure> {
    if let Some(id) = &request.id {
        return Ok(one(host, what, id)?.map_or_else(Page::new, |document| Page::new().document(document)));
    }
    let resumed: Option<Cursor> = request.cursor()?;
    let is_first = resumed.is_none();
    let mut cursor = match resumed {
        Some(cursor) => cursor,
        None => begin(host, request, what)?,
    };
    let needed = 1 + u32::from(what.beside.is_some());
    let mut page = Page::new();
    while let Some(day) = cursor.left.first() {
        if host.left() < needed {
            if is_first || !page.documents.is_empty() {
                return Ok(page.next(&cursor));
            }
            return Err(Failure::rate_limited(format!("a day takes {needed} requests, and fewer are left"), None));
        }
        match one(host, what, day) {
            Ok(document) => page.documents.extend(document),
            Err(failure) => return page.stop(failure, &cursor),
        }
        cursor.left.remove(0);
    }
    Ok(page.watermark(&Watermark::through(cursor.through)))
}

/// The days on which there is something, or all where that cannot be asked.
fn begin(host: &Host<'_>, request: &PullRequest, what: &ByDay) -> Result<Cursor, Failure> {
    let days = Days::wanted(host, request, what.most)?;
    let through = days.last.to_string();
    if !what.index {
        return Ok(Cursor { left: days.newest_first().map(|day| day.to_string()).collect(), through });
    }
    let range = (days.first.to_string(), days.end().to_string());
    let index = filled(get(host, what.endpoint, what.path, (&range.0, &range.1), &[])?)?;
    let Some(index) = index else { return Ok(Cursor { left: Vec::new(), through }) };
    let dates: Listing<Dated, Dates> = index.json()?;
    if let Some(bad) = dates.items.first_bad() {
        let pointer = format!("{}/{}{}", dates.at, bad.index, bad.wrong.pointer);
        return Err(Failure::changed(what.endpoint, &pointer, bad.wrong.message.clone()));
    }
    let mut left: Vec<String> = dates.items.good().map(|day| day.date.clone()).collect();
    left.sort();
    left.dedup();
    left.reverse();
    Ok(Cursor { left, through })
}

/// One day's document. None where the day is empty after all.
fn one(host: &Host<'_>, what: &ByDay, day: &str) -> Result<Option<Document>, Failure> {
    let wrong = |error: time::TimeError| Failure::changed(what.endpoint, "", error.to_string());
    let next = time::Date::parse(day).map_err(wrong)?.plus(1).to_string();
    let Some(main) = found(get(host, what.endpoint, what.path, (day, &next), what.features)?)? else { return Ok(None) };
    let document = Document::new(what.endpoint).id(day).part(what.part, &main);
    let Some((part, path, features)) = what.beside else { return Ok(Some(document)) };
    let answer = get(host, NIGHT, path, (day, &next), &[features])?;
    // Whoever unticked that scope still gets the rest.
    let beside = if answer.status == 403 { None } else { found(answer)? };
    Ok(Some(document.maybe_part(part, beside.as_ref())))
}

/// Sessions are all there without `features`, so that a range of them is one document.
pub(crate) fn sessions(host: &Host<'_>, request: &PullRequest) -> Result<Page, Failure> {
    let days = Days::wanted(host, request, MOST_OF_SESSIONS)?;
    let range = (format!("{}T00:00:00", days.first), format!("{}T00:00:00", days.end()));
    let list = filled(get(host, SESSIONS, "training-sessions/list", (&range.0, &range.1), &[])?)?;
    let page = list.map_or_else(Page::new, |list| Page::new().document(Document::new(SESSIONS).part("list", &list)));
    Ok(page.watermark(&Watermark::through(days.last)))
}
