//! Which requests are made, and which answers belong together.

use gearshift_sdk::code::RATE_LIMITED;
use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use super::BASE;
use super::wire::{Collection as Listing, Fault, Listed, OfCycle, Profile, ScoreState};

/// Items on a page: the most that WHOOP gives.
const PER_PAGE: u32 = 25;

const DAY: i64 = 86_400_000;

/// How far back a pull looks again, in milliseconds: a strap hands over what it has when the telephone is near, and a person
/// may correct a night days later.
const OVERLAP: i64 = 7 * DAY;

/// How long something may wait for its score and still be asked for again, in milliseconds. What waits longer is left.
const PATIENCE: i64 = 30 * DAY;

/// How long before it was made a recovery's night may have begun, in milliseconds: that much earlier its cycle is looked for.
const NIGHT: i64 = 2 * DAY;

/// Pages of cycles that are read for one page of recoveries. With one recovery a day two are enough.
const CYCLE_PAGES: usize = 3;

/// What a list is fetched from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collection {
    /// The stream, and so the endpoint's name in documents.
    name: &'static str,
    path: &'static str,
}

const CYCLES: Collection = Collection { name: "cycles", path: "/cycle" };
const RECOVERIES: Collection = Collection { name: "recoveries", path: "/recovery" };
const SLEEPS: Collection = Collection { name: "sleeps", path: "/activity/sleep" };
const WORKOUTS: Collection = Collection { name: "workouts", path: "/activity/workout" };
const COLLECTIONS: [Collection; 4] = [CYCLES, RECOVERIES, SLEEPS, WORKOUTS];

impl Collection {
    /// The collection of a stream; none for a stream that has none.
    pub(crate) fn of(stream: &str) -> Option<Self> {
        COLLECTIONS.into_iter().find(|collection| collection.name == stream)
    }

    fn url(self) -> String {
        format!("{BASE}{}", self.path)
    }

    fn url_of(self, id: &str) -> String {
        format!("{BASE}{}/{}", self.path, url::encode(id))
    }
}

/// Where the pull stands. Times are Unix milliseconds.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Cursor {
    /// None: from the beginning.
    start: Option<i64>,
    /// Fixed at the first page, so that what comes meanwhile does not shift the pages.
    end: i64,
    /// WHOOP's own place in the list.
    token: Option<String>,
    seen: Seen,
}

/// What a pull saw: so far, and as its watermark.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
struct Seen {
    /// Start of the newest item.
    newest: Option<i64>,
    /// Start of the oldest item that waits for its score.
    pending: Option<i64>,
}

impl Seen {
    fn add(&mut self, item: &Listed, end: i64) {
        let Some(at) = moment(item).filter(|at| *at <= end) else { return };
        self.newest = self.newest.max(Some(at));
        if item.score_state == ScoreState::PendingScore && at > end - PATIENCE {
            self.pending = Some(self.pending.map_or(at, |before| before.min(at)));
        }
    }
}

/// Where an item stands in time.
fn moment(item: &Listed) -> Option<i64> {
    let text = item.start.as_deref().or(item.created_at.as_deref())?;
    time::parse(text, Bare::Refused).ok().map(|stamp| stamp.instant)
}

/// Profile and body, as far as the person lets us see them.
pub(crate) fn athlete(host: &Host<'_>, subject: &Subject) -> Result<Page, Failure> {
    let profile = allowed(host.get("profile", &format!("{BASE}/user/profile/basic")).as_user().send()?)?;
    let body = allowed(host.get("body", &format!("{BASE}/user/measurement/body")).as_user().send()?)?;
    if profile.is_none() && body.is_none() {
        return Err(Failure::forbidden("neither read:profile nor read:body_measurement was granted"));
    }
    let mut page = Page::new();
    let mut user = subject.account.clone();
    if let Some(profile) = profile {
        user = user.or(profile.json::<Profile>().ok().map(|profile| profile.user_id));
        page = page.document(Document::new("profile").part("profile", &profile));
    }
    if let Some(body) = body {
        // The answer does not say whose body it is.
        let document = Document::new("body").part("body", &body);
        page = page.document(match user {
            Some(user) => document.context("user", user),
            None => document,
        });
    }
    Ok(page)
}

/// The profile says who it is. Where it may not be read, so does whatever else may be.
pub(crate) fn identify(host: &Host<'_>) -> Result<Vec<Account>, Failure> {
    if let Some(answer) = allowed(host.get("profile", &format!("{BASE}/user/profile/basic")).as_user().send()?)? {
        let profile: Profile = answer.json()?;
        let names: Vec<String> = [profile.first_name, profile.last_name].into_iter().flatten().collect();
        return Ok(vec![Account::new(profile.user_id).name(names.join(" ").trim())]);
    }
    for collection in COLLECTIONS {
        let request = host.get(collection.name, &collection.url()).as_user().query("limit", 1);
        let Some(answer) = allowed(request.send()?)? else { continue };
        let listing: Listing<Profile> = answer.json()?;
        if let Some(item) = listing.records.good().next() {
            return Ok(vec![Account::new(&item.user_id)]);
        }
    }
    Err(Failure::forbidden("without read:profile WHOOP does not say whose account this is"))
}

/// One thing by its id. A page without documents where there is no such thing.
pub(crate) fn one(host: &Host<'_>, collection: Collection, id: &str) -> Result<Page, Failure> {
    let answer = found(host.get(collection.name, &collection.url_of(id)).as_user().send()?)?;
    Ok(answer.map_or_else(Page::new, |answer| {
        Page::new().document(Document::new(collection.name).id(id).part("one", &answer))
    }))
}

/// A recovery, which WHOOP calls by the id of its sleep: the sleep names the cycle, and the cycle has it.
pub(crate) fn recovery(host: &Host<'_>, sleep: &str) -> Result<Page, Failure> {
    let Some(sleep_found) = found(host.get("sleeps", &SLEEPS.url_of(sleep)).as_user().send()?)? else {
        return Ok(Page::new());
    };
    let cycle: OfCycle = sleep_found.json()?;
    let url = CYCLES.url_of(&cycle.cycle_id);
    let Some(recovery) = found(host.get("recoveries", &format!("{url}/recovery")).as_user().send()?)? else {
        return Ok(Page::new());
    };
    let cycle = found(host.get("cycles", &url).as_user().send()?)?;
    let document = Document::new("recoveries").id(sleep).part("one", &recovery);
    Ok(Page::new().document(document.maybe_part("cycle", cycle.as_ref())))
}

/// A page of a collection, newest first.
pub(crate) fn page(host: &Host<'_>, collection: Collection, request: &PullRequest) -> Result<Page, Failure> {
    let mut cursor = match request.cursor()? {
        Some(cursor) => cursor,
        None => begin(host, request)?,
    };
    let list = list(host, collection, &cursor)?;
    let listing: Listing<Listed> = list.json()?;
    if let (None, Some(bad)) = (listing.records.good().next(), listing.records.first_bad()) {
        let pointer = format!("/records/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed(collection.name, &pointer, bad.wrong.message.clone()));
    }
    listing.records.good().for_each(|item| cursor.seen.add(item, cursor.end));
    let mut page = Page::new();
    if !listing.records.is_empty() {
        let document = Document::new(collection.name).part("list", &list);
        page = page.document(match collection.name {
            "recoveries" => with_cycles(host, document, &listing)?,
            _ => document,
        });
    }
    cursor.token = listing.next_token;
    Ok(match cursor.token {
        Some(_) => page.next(&cursor),
        None => page.watermark(&cursor.seen),
    })
}

/// All of the first pull; later what is newer than the last one saw, and a bit more.
fn begin(host: &Host<'_>, request: &PullRequest) -> Result<Cursor, Failure> {
    let since: Seen = request.since()?.unwrap_or_default();
    let again = since.newest.map(|newest| newest - OVERLAP);
    // A recovery that waits was made after its night, by which WHOOP looks for it.
    let waiting = since.pending.map(|pending| pending - NIGHT);
    let start = again.map(|again| waiting.map_or(again, |waiting| waiting.min(again)));
    Ok(Cursor {
        start: start.or(request.window.map(|window| window.start)).filter(|start| *start > 0),
        end: request.window.map_or_else(|| host.now(), |window| window.end),
        token: None,
        // What waited is seen again, and waits again if it still does.
        seen: Seen { newest: since.newest, pending: None },
    })
}

fn list(host: &Host<'_>, collection: Collection, cursor: &Cursor) -> Result<Response, Failure> {
    let mut list = host.get(collection.name, &collection.url()).as_user().query("limit", PER_PAGE);
    if let Some(start) = cursor.start {
        list = list.query("start", stamp(start));
    }
    list = list.query("end", stamp(cursor.end));
    if let Some(token) = &cursor.token {
        list = list.query("nextToken", token);
    }
    checked(list.send()?)
}

/// The cycles of these recoveries: without them it is not known which day a recovery is of.
fn with_cycles(host: &Host<'_>, document: Document, recoveries: &Listing<Listed>) -> Result<Document, Failure> {
    let mut document = document;
    let made: Vec<i64> = recoveries.records.good().filter_map(moment).collect();
    let mut wanted: Vec<&str> = recoveries.records.good().filter_map(|item| item.cycle_id.as_deref()).collect();
    let (Some(oldest), Some(newest)) = (made.iter().min(), made.iter().max()) else { return Ok(document) };
    let seen = Seen::default();
    let mut cursor = Cursor { start: Some(oldest - NIGHT), end: newest + 1, token: None, seen };
    for number in 0..CYCLE_PAGES {
        let answer = list(host, CYCLES, &cursor)?;
        let listing: Listing<super::wire::Cycle> = answer.json()?;
        wanted.retain(|id| !listing.records.good().any(|cycle| cycle.id == **id));
        document = document.part(format!("cycles-{number}"), &answer);
        cursor.token = listing.next_token;
        if wanted.is_empty() || cursor.token.is_none() {
            break;
        }
    }
    // What was handed over late has a cycle from long before: it is asked for by itself.
    for id in wanted {
        let cycle = found(host.get("cycles", &CYCLES.url_of(id)).as_user().send()?)?;
        document = document.maybe_part(format!("cycle-{id}"), cycle.as_ref());
    }
    Ok(document)
}

/// RFC 3339 with milliseconds, as the parameters `start` and `end` want it.
fn stamp(instant: i64) -> String {
    let text = time::format(instant);
    if text.contains('.') { text } else { text.replace('Z', ".000Z") }
}

/// None where the person did not grant it.
fn allowed(response: Response) -> Result<Option<Response>, Failure> {
    if response.status == 403 { Ok(None) } else { checked(response).map(Some) }
}

/// None where there is no such thing.
fn found(response: Response) -> Result<Option<Response>, Failure> {
    if matches!(response.status, 404 | 410) { Ok(None) } else { checked(response).map(Some) }
}

/// Success, whole, or what WHOOP says is wrong. A 429 without `retry-after` waits until the quota begins anew.
fn checked(response: Response) -> Result<Response, Failure> {
    let reset = response.header("x-ratelimit-reset").and_then(|text| text.trim().parse::<u32>().ok());
    let fault = Fault::of(&response.body);
    response.ok().and_then(Response::whole).map_err(|mut failure| {
        if failure.code == RATE_LIMITED {
            failure.retry_after = failure.retry_after.or(reset);
        }
        if let Some(fault) = fault {
            failure.message = format!("{}: {fault}", failure.message);
        }
        failure
    })
}
