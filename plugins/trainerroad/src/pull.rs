//! One timeline for everything, then details a hundred at a time, then each plan's workout.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::{Deserialize, Serialize};
use trainerroad_shared::BASE;
use trainerroad_shared::range::{Range, Watermark};
use trainerroad_shared::session::{member, signed_in};

use crate::wire::Timeline;

/// As many ids as the provider takes in one header.
const BATCH: usize = 100;

/// Where a pull stands. A cursor of the generation before has the days alone, and is read as it is: all rides of those days
/// come, under their new numbers, and are found to be the same.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct Cursor {
    #[serde(flatten)]
    range: Range,
    /// Rides of these days that are behind us, newest first.
    #[serde(default)]
    rides: usize,
    /// Plans of these days that are behind us, newest first.
    #[serde(default)]
    plans: usize,
}

pub(crate) fn calendar(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
    let at = match request.cursor()? {
        Some(cursor) => cursor,
        None => Cursor { range: Range::of(host, request)?, rides: 0, plans: 0 },
    };
    let member = match &subject.account {
        Some(account) => account.clone(),
        None => member(host)?.id,
    };
    let root = format!("{BASE}/app/api/react-calendar/{}", url::encode(&member));
    let answer = ask(host, "react-calendar.timeline", &format!("{root}/timeline"), None)?;
    let timeline: Timeline = answer.json()?;
    let (rides, plans) = (rides(&timeline, at.range)?, plans(&timeline, at.range)?);

    let batch: Vec<&str> = rides.iter().skip(at.rides).take(BATCH).map(String::as_str).collect();
    if !batch.is_empty() {
        let details = ask(host, "react-calendar.activities", &format!("{root}/activities"), Some(&batch))?;
        let document = Document::new("react-calendar.activities")
            .part("activities", &details)
            .part("timeline", &answer)
            .context("ids", batch.join(","));
        let next = Cursor { rides: at.rides + batch.len(), ..at };
        let page = Page::new().document(document);
        if next.rides < rides.len() || !plans.is_empty() {
            return Ok(page.next(&next));
        }
        return Ok(page.watermark(&Watermark::now(host)));
    }
    planned(host, &root, at, &plans)
}

/// A page of plans: their details at once, and each workout once for all the plans that have it.
fn planned(host: &Host<'_>, root: &str, at: Cursor, plans: &[(String, Option<String>)]) -> Result<Page, Failure> {
    let batch: Vec<&(String, Option<String>)> = plans.iter().skip(at.plans).take(BATCH).collect();
    if batch.is_empty() {
        return Ok(Page::new().watermark(&Watermark::now(host)));
    }
    let ids: Vec<&str> = batch.iter().map(|(id, _)| id.as_str()).collect();
    let details = ask(host, "react-calendar.planned", &format!("{root}/planned-activities"), Some(&ids))?;
    let mut workouts: BTreeMap<&str, Response> = BTreeMap::new();
    let mut page = Page::new();
    let mut done = at.plans;
    for (id, workout) in batch {
        let mut document = Document::new("react-calendar.planned").id(id).part("planned", &details);
        if let Some(workout) = workout {
            if !workouts.contains_key(workout.as_str()) {
                if host.left() == 0 && done > at.plans {
                    return Ok(page.next(&Cursor { plans: done, ..at }));
                }
                let url = format!("{BASE}/app/api/workouts/{}/chart-data", url::encode(workout));
                match ask(host, "chart-data", &url, None) {
                    Ok(chart) => drop(workouts.insert(workout, chart)),
                    Err(failure) => return page.stop(failure, &Cursor { plans: done, ..at }),
                }
            }
            document = document.maybe_part("chart", workouts.get(workout.as_str()));
        }
        page = page.document(document);
        done += 1;
    }
    if done < plans.len() {
        return Ok(page.next(&Cursor { plans: done, ..at }));
    }
    Ok(page.watermark(&Watermark::now(host)))
}

/// Ids of the rides within these days, newest first.
fn rides(timeline: &Timeline, range: Range) -> Result<Vec<String>, Failure> {
    refuse_if_none_is_good(&timeline.rides, "/activities")?;
    let day = |started: &str| time::parse(started, Bare::Utc).ok().map(|stamp| stamp.instant);
    let mut rides: Vec<(i64, &str)> = timeline
        .rides
        .good()
        .filter_map(|ride| Some((day(&ride.started)?, ride.id.as_str())))
        .filter(|(started, _)| range.contains(Date::of(*started)))
        .collect();
    rides.sort_unstable_by(|left, right| right.cmp(left));
    Ok(rides.into_iter().map(|(_, id)| id.to_owned()).collect())
}

/// Ids of the plans within these days and of their workouts, newest first.
fn plans(timeline: &Timeline, range: Range) -> Result<Vec<(String, Option<String>)>, Failure> {
    refuse_if_none_is_good(&timeline.plans, "/plannedActivities")?;
    let mut plans: Vec<_> = timeline.plans.good().filter(|plan| range.contains(plan.date)).collect();
    plans.sort_unstable_by(|left, right| (right.date, &right.id).cmp(&(left.date, &left.id)));
    Ok(plans.into_iter().map(|plan| (plan.id.clone(), plan.workout.clone())).collect())
}

fn refuse_if_none_is_good<T>(items: &Each<T>, at: &str) -> Result<(), Failure> {
    match items.first_bad() {
        Some(bad) if items.good().next().is_none() => {
            let pointer = format!("{at}/{}{}", bad.index, bad.wrong.pointer);
            Err(Failure::changed("react-calendar.timeline", &pointer, bad.wrong.message.clone()))
        }
        _ => Ok(()),
    }
}

/// Without the first header the answer has other names; without ids where they belong it is a 400.
fn ask(host: &Host<'_>, endpoint: &str, url: &str, ids: Option<&[&str]>) -> Result<Response, Failure> {
    let request = host.get(endpoint, url).as_user();
    let request = request.header("trainerroad-jsonformat", "camel-case").header("tr-cache-control", "use-cache");
    let request = match ids {
        Some(ids) => request.header("ids", ids.join(",")),
        None => request,
    };
    signed_in(request.send()?)
}
