//! The calendar as it was from 2018 to early 2026: a list by days, and a workout's details beside it.
//!
//! Documents: `calendar.activities`, one page of the list with all its rides; `calendar.planned`, one plan: the page that has it,
//! and its workout.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::range::{Range, Watermark};
use crate::session::{signed_in, username};
use crate::{BASE, ride, steps};

/// Days on a page.
const PAGE: i64 = 90;

/// Where a pull stands: the days that are still to come, newest first.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Cursor {
    #[serde(flatten)]
    range: Range,
    /// Plans of this page that are behind us.
    done: usize,
}

/// An entry of the calendar: a ride, a plan, or a plan that was ridden.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(rename = "Id")]
    id: String,
    #[serde(rename = "Date")]
    date: String,
    #[serde(rename = "CompletedRide", deserialize_with = "flex::nullable")]
    ride: Option<Ride>,
    #[serde(rename = "Activity", deserialize_with = "flex::nullable")]
    workout: Option<Link>,
}

#[derive(Debug, Deserialize)]
struct Ride {
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(rename = "Date")]
    date: String,
    #[serde(rename = "Duration", deserialize_with = "flex::seconds")]
    duration: f64,
    #[serde(rename = "IsOutside")]
    outside: Option<bool>,
    #[serde(default, rename = "Tss", alias = "TSS", deserialize_with = "flex::opt_f64")]
    tss: Option<f64>,
    #[serde(default, rename = "Distance", deserialize_with = "flex::opt_f64")]
    distance: Option<f64>,
    #[serde(default, rename = "WorkoutRecordId", deserialize_with = "flex::opt_text")]
    record: Option<String>,
}

/// The workout of an entry, by its number in the library.
#[derive(Debug, Deserialize)]
struct Link {
    #[serde(default, rename = "Id", deserialize_with = "flex::opt_text")]
    id: Option<String>,
}

/// `Workout.Details` of `GET /app/api/workoutdetails/{id}`.
#[derive(Debug, Deserialize)]
pub struct Details {
    #[serde(rename = "WorkoutName")]
    name: String,
    #[serde(rename = "WorkoutDescription")]
    description: Option<String>,
    /// Minutes, unlike everywhere else.
    #[serde(rename = "Duration", deserialize_with = "flex::f64")]
    minutes: f64,
    #[serde(default, rename = "TSS", alias = "Tss", deserialize_with = "flex::opt_f64")]
    tss: Option<f64>,
    /// Percent.
    #[serde(default, rename = "IntensityFactor", deserialize_with = "flex::opt_f64")]
    intensity: Option<f64>,
    #[serde(default, rename = "Kj", deserialize_with = "flex::opt_f64")]
    work: Option<f64>,
    #[serde(rename = "IsOutside")]
    outside: Option<bool>,
    #[serde(default, rename = "MemberFtp", deserialize_with = "flex::opt_f64")]
    ftp: Option<f64>,
}

/// One of a workout's intervals.
#[derive(Debug, Deserialize)]
pub struct Interval {
    #[serde(rename = "Start", deserialize_with = "flex::f64")]
    start: f64,
    #[serde(rename = "End", deserialize_with = "flex::f64")]
    end: f64,
    #[serde(rename = "Name")]
    name: Option<String>,
    #[serde(default, rename = "IsFake")]
    fake: bool,
    /// Percent of functional threshold power.
    #[serde(default, rename = "StartTargetPowerPercent", deserialize_with = "flex::opt_f64")]
    target: Option<f64>,
}

/// A workout as one version knows it. It is each version's own, since its member for the intervals is what changed.
pub trait Workout: DeserializeOwned {
    /// Where the intervals stand, for messages: `/Workout/IntervalData`.
    const INTERVALS: &'static str;
    /// What is the same in all.
    fn details(&self) -> &Details;
    /// What is ridden.
    fn intervals(&self) -> &[Interval];
}

#[derive(Debug, Deserialize)]
struct Answer<W> {
    #[serde(rename = "Workout")]
    workout: W,
}

/// Fetches a page: 90 days, and the workouts of the plans in them, as far as this call's requests reach.
///
/// # Errors
/// As [`signed_in`]; so `gone` where the calendar is.
pub fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
    let cursor = match request.cursor()? {
        Some(cursor) => cursor,
        None => Cursor { range: Range::of(host, request)?, done: 0 },
    };
    let Range { first, last } = cursor.range;
    let from = last.plus(1 - PAGE).max(first);
    let name = username(host, subject)?;
    let list = host
        .get("calendar.activities", &format!("{BASE}/app/api/calendar/activities/{}", url::encode(&name)))
        .as_user()
        .query("startDate", from.us_dashes())
        .query("endDate", last.us_dashes());
    let list = signed_in(list.send()?)?;
    let entries: Each<Entry> = list.json()?;
    if let (None, Some(bad)) = (entries.good().next(), entries.first_bad()) {
        let pointer = format!("/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("calendar.activities", &pointer, bad.wrong.message.clone()));
    }
    let rides = cursor.done == 0 && !entries.is_empty();
    let page = Page::new();
    let page = if rides { page.document(Document::new("calendar.activities").part("calendar", &list)) } else { page };
    let page = plans(host, page, &cursor, &list, &entries)?;
    if page.next.is_some() {
        return Ok(page);
    }
    if from > first {
        return Ok(page.next(&Cursor { range: Range { first, last: from.plus(-1) }, done: 0 }));
    }
    Ok(page.watermark(&Watermark::now(host)))
}

/// Adds the plans of a page. One workout is fetched once for all the plans that have it.
fn plans(host: &Host<'_>, mut page: Page, at: &Cursor, list: &Response, all: &Each<Entry>) -> Result<Page, Failure> {
    let mut workouts: BTreeMap<&str, Option<Response>> = BTreeMap::new();
    let planned = all.good().filter(|entry| entry.ride.is_none());
    let planned = planned.filter_map(|entry| Some((entry, entry.workout.as_ref()?.id.as_deref()?)));
    let mut missing = false;
    for (place, (entry, id)) in planned.enumerate().skip(at.done) {
        if !workouts.contains_key(id) {
            if host.left() == 0 && place > at.done {
                return Ok(page.next(&Cursor { done: place, ..*at }));
            }
            match workout(host, id) {
                Ok(workout) => drop(workouts.insert(id, workout)),
                Err(failure) => return page.stop(failure, &Cursor { done: place, ..*at }),
            }
        }
        let workout = workouts.get(id).and_then(Option::as_ref);
        missing |= workout.is_none();
        let document = Document::new("calendar.planned").id(&entry.id).part("calendar", list);
        page = page.document(document.maybe_part("workout", workout));
    }
    // One workout may have been deleted from the library. If none is there any more, it is the library that is gone.
    if missing && workouts.values().all(Option::is_none) {
        return Err(Failure::gone("workoutdetails", "not one of the workouts is there"));
    }
    Ok(page)
}

fn workout(host: &Host<'_>, id: &str) -> Result<Option<Response>, Failure> {
    let url = format!("{BASE}/app/api/workoutdetails/{}", url::encode(id));
    let answer = host.get("workoutdetails", &url).as_user().send()?;
    if answer.status == 404 { Ok(None) } else { signed_in(answer).map(Some) }
}

/// Reads the rides of a page.
///
/// # Errors
/// `changed`.
pub fn rides(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
    let entries: Each<Entry> = document.json("calendar")?;
    let mut out = Normalized::new();
    out.each(document, "", entries, |entry, out| match &entry.ride {
        Some(ride) => completed(subject, &entry, ride, out).map(Some),
        None => Ok(None),
    })?;
    Ok(out)
}

fn completed(subject: &Subject, entry: &Entry, ride: &Ride, out: &mut Normalized) -> Result<Record, Reject> {
    let start =
        time::parse(&ride.date, Bare::Utc).map_err(|error| Reject::new("/CompletedRide/Date", error.to_string()))?;
    // No client has verified it. An operator who knows better sets the unit.
    let miles = subject.setting("distance-unit") == Some("mi");
    if ride.distance.is_some() && subject.setting("distance-unit").is_none() {
        out.assumed("/CompletedRide/Distance", "kilometres");
    }
    let distance = ride.distance.map(if miles { unit::from_miles } else { unit::from_km });
    let workout = entry.workout.as_ref().and_then(|workout| workout.id.as_deref());
    Ok(ride::record(format!("ride:{}", entry.id.to_ascii_lowercase()), start.instant, ride.duration)
        .attribute(attribute::NAME, ride.name.as_deref())
        .attribute(attribute::SPORT, word::sport::CYCLING)
        .flag(attribute::INDOOR, ride.outside.map(|outside| !outside))
        .attribute(attribute::PROVIDER_ID, ride.record.as_deref())
        .attribute(attribute::WORKOUT_ID, workout)
        .measure(metric::DISTANCE, distance)
        .measure(metric::TRAINING_STRESS_SCORE, ride.tss))
}

/// Reads a plan.
///
/// # Errors
/// `changed`; above all where the intervals are not where this version knows them: a plan without steps would look whole.
pub fn planned<W: Workout>(document: &Fetched) -> Result<Normalized, Failure> {
    let entries: Each<Entry> = document.json("calendar")?;
    let wanted = document.id.as_deref().unwrap_or_default();
    let Some(entry) = entries.good().find(|entry| entry.id == wanted) else {
        return Err(document.changed("calendar", "", "the plan is not in its own page"));
    };
    let date = Date::parse(&entry.date).map_err(|error| document.changed("calendar", "", error.to_string()))?;
    let id = entry.workout.as_ref().and_then(|workout| workout.id.as_deref());
    let record = ride::plan(&entry.id, date)
        .attribute(attribute::SPORT, word::sport::CYCLING)
        .attribute(attribute::WORKOUT_ID, id);
    let Some(answer) = document.maybe_json::<Answer<W>>("workout")? else {
        let mut out = Normalized::new().record(record);
        out.assumed("/workout", "the workout was deleted from the library: its steps are not known");
        return Ok(out);
    };
    let details = answer.workout.details();
    let description = details.description.as_deref().map(gearshift_sdk::html::strip);
    let record = record
        .attribute(attribute::NAME, details.name.as_str())
        .attribute(attribute::DESCRIPTION, description.as_deref())
        .flag(attribute::INDOOR, details.outside.map(|outside| !outside))
        .measure(metric::DURATION, unit::from_minutes(details.minutes))
        .measure(metric::TRAINING_STRESS_SCORE, details.tss)
        .measure(metric::INTENSITY_FACTOR, details.intensity.map(unit::from_percent))
        .measure(metric::WORK, details.work)
        .measure(metric::FUNCTIONAL_THRESHOLD_POWER, unit::positive(details.ftp));
    let intervals: Vec<steps::Interval> = answer.workout.intervals().iter().map(Into::into).collect();
    let record =
        steps::add(record, &intervals).map_err(|reject| document.changed("workout", W::INTERVALS, reject.message))?;
    Ok(Normalized::new().record(record))
}

impl From<&Interval> for steps::Interval {
    fn from(from: &Interval) -> Self {
        Self {
            start: from.start,
            end: from.end,
            name: from.name.clone(),
            is_gap: from.fake,
            targets: from.target.into_iter().collect(),
        }
    }
}
