//! Which requests are made, and which answers belong together.

use gearshift_sdk::prelude::*;
use polar_shared::accesslink;
use polar_shared::accesslink::wire::{Bare, Listed};
use polar_shared::answer::{filled, found};
use polar_shared::days::Days;
use polar_shared::listing::Listing;
use polar_shared::state::Watermark;
use serde::{Deserialize, Serialize};

use super::{BASE, account};

/// Longest range of days that may be asked for.
const DAYS: i64 = 28;

/// Where a pull of exercises stands: they are fetched in the order in which they came to Polar, which nothing that comes meanwhile
/// changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
struct Cursor {
    /// `upload_time` of the last that is behind us.
    uploaded: String,
    id: String,
}

fn get(host: &Host<'_>, endpoint: &str, path: &str) -> Result<Response, Failure> {
    host.get(endpoint, &format!("{BASE}/{path}")).as_user().header("accept", "application/json").send()
}

pub(super) fn athlete(host: &Host<'_>, subject: &Subject) -> Result<Page, Failure> {
    let path = format!("users/{}", url::encode(account::known(subject)?));
    let user = filled(get(host, accesslink::ATHLETE, &path)?)?;
    Ok(documents(user.map(|user| Document::new(accesslink::ATHLETE).part("athlete", &user))))
}

fn documents(document: Option<Document>) -> Page {
    document.map_or_else(Page::new, |document| Page::new().document(document))
}

pub(super) fn exercises(host: &Host<'_>, request: &PullRequest) -> Result<Page, Failure> {
    if let Some(id) = &request.id {
        return Ok(documents(exercise(host, id)?));
    }
    let since = request.since::<Watermark>()?.and_then(|since| since.uploaded);
    let resumed: Option<Cursor> = request.cursor()?;
    let Some(list) = filled(get(host, accesslink::EXERCISES, "exercises")?)? else {
        return Ok(ended(Page::new(), since));
    };
    let listed: Listing<Listed, Bare> = list.json()?;
    if let (None, Some(bad)) = (listed.items.good().next(), listed.items.first_bad()) {
        let pointer = format!("/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed(accesslink::EXERCISES, &pointer, bad.wrong.message.clone()));
    }
    let page = match resumed {
        None if !listed.items.is_empty() => {
            Page::new().document(Document::new(accesslink::EXERCISES).part("list", &list))
        }
        _ => Page::new(),
    };
    let of = |one: &Listed| Cursor { uploaded: one.upload_time.clone(), id: one.id.clone() };
    let mut ahead: Vec<Cursor> = listed.items.good().map(of).collect();
    ahead.sort();
    let newest = ahead.last().map(|last| last.uploaded.clone()).max(since.clone());
    // Before all of the newest second that is known: two may have come in it, and one of them have been listed.
    let behind = resumed.unwrap_or_else(|| Cursor { uploaded: since.unwrap_or_default(), id: String::new() });
    ahead.retain(|one| *one > behind);
    details(host, page, behind, &ahead, newest)
}

/// The list is a document of the first page: later pages fetch it again only to see what is ahead.
fn details(
    host: &Host<'_>,
    mut page: Page,
    mut behind: Cursor,
    ahead: &[Cursor],
    newest: Option<String>,
) -> Result<Page, Failure> {
    for one in ahead {
        if host.left() == 0 && page.documents.is_empty() {
            return Err(Failure::rate_limited("an exercise takes two requests, and fewer are left", None));
        }
        if host.left() == 0 {
            return Ok(page.next(&behind));
        }
        match exercise(host, &one.id) {
            Ok(document) => page.documents.extend(document),
            Err(failure) => return page.stop(failure, &behind),
        }
        behind = one.clone();
    }
    Ok(ended(page, newest))
}

fn ended(page: Page, uploaded: Option<String>) -> Page {
    match uploaded {
        Some(uploaded) => page.watermark(&Watermark { uploaded: Some(uploaded), through: None }),
        None => page,
    }
}

/// One exercise with all that was recorded. None where it was deleted since it was listed.
fn exercise(host: &Host<'_>, id: &str) -> Result<Option<Document>, Failure> {
    let path = format!("exercises/{}?samples=true&zones=true&route=true", url::encode(id));
    let detail = found(get(host, accesslink::EXERCISE, &path)?)?;
    Ok(detail.map(|detail| Document::new(accesslink::EXERCISE).id(id).part("detail", &detail)))
}

/// What is asked for by days.
pub(super) struct ByDays {
    endpoint: &'static str,
    path: &'static str,
    part: &'static str,
}

/// `GET /v3/users/activities`.
pub(super) const ACTIVITIES: ByDays =
    ByDays { endpoint: accesslink::ACTIVITIES, path: "users/activities", part: "activities" };

/// `GET /v3/users/continuous-heart-rate`.
pub(super) const HEART_RATE: ByDays =
    ByDays { endpoint: accesslink::HEART_RATE, path: "users/continuous-heart-rate", part: "heart-rate" };

pub(super) fn days(host: &Host<'_>, request: &PullRequest, what: &ByDays) -> Result<Page, Failure> {
    let days = Days::wanted(host, request, DAYS)?;
    let path = format!("{}?from={}&to={}", what.path, days.first, days.last);
    let answer = found(get(host, what.endpoint, &path)?)?;
    let document = answer.map(|answer| Document::new(what.endpoint).part(what.part, &answer));
    Ok(documents(document).watermark(&Watermark::through(days.last)))
}

/// The last 28 nights, whenever it is asked.
pub(super) fn sleep(host: &Host<'_>) -> Result<Page, Failure> {
    let nights = found(get(host, accesslink::SLEEP, "users/sleep")?)?;
    Ok(documents(nights.map(|nights| Document::new(accesslink::SLEEP).part("nights", &nights))))
}

/// The nights come along: a recharge tells the date of its night, and not when it was.
pub(super) fn recharge(host: &Host<'_>) -> Result<Page, Failure> {
    let Some(recharge) = found(get(host, accesslink::NIGHTLY_RECHARGE, "users/nightly-recharge")?)? else {
        return Ok(Page::new());
    };
    let nights = found(get(host, accesslink::SLEEP, "users/sleep")?)?;
    let document = Document::new(accesslink::NIGHTLY_RECHARGE).part("recharge", &recharge);
    Ok(Page::new().document(document.maybe_part("nights", nights.as_ref())))
}
