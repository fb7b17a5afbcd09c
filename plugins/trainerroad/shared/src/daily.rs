//! Training load by the day.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::Deserialize;

use crate::BASE;
use crate::session::{signed_in, username};

/// `GET /app/api/tss/{username}`, in either spelling: the whole history, in one or more lists.
#[derive(Debug, Deserialize)]
struct Load {
    #[serde(rename = "tssByDay", alias = "TssByDay")]
    days: Vec<Each<Day>>,
    #[serde(default, rename = "ftpRecordsDate", alias = "FtpRecordsDate")]
    thresholds: Each<Threshold>,
}

#[derive(Debug, Deserialize)]
struct Day {
    #[serde(alias = "Date")]
    date: String,
    #[serde(default, alias = "Tss", deserialize_with = "flex::opt_f64")]
    tss: Option<f64>,
    #[serde(
        default,
        rename = "plannedTssTrainerRoad",
        alias = "PlannedTssTrainerRoad",
        deserialize_with = "flex::opt_f64"
    )]
    planned: Option<f64>,
    #[serde(default, rename = "plannedTssOther", alias = "PlannedTssOther", deserialize_with = "flex::opt_f64")]
    planned_elsewhere: Option<f64>,
}

#[derive(Debug, Deserialize)]
struct Threshold {
    #[serde(alias = "Date")]
    date: String,
    #[serde(alias = "Value", deserialize_with = "flex::f64")]
    value: f64,
}

/// Fetches it. The answer has the whole history; what lies before the window is left out when it is read.
///
/// # Errors
/// As [`signed_in`].
pub fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
    let username = username(host, subject)?;
    let load = host.get("tss", &format!("{BASE}/app/api/tss/{}", url::encode(&username))).as_user().send()?;
    let document = Document::new("tss").part("tss", &signed_in(load)?);
    let document = match request.window {
        Some(window) => document.context("from", Date::of(window.start).to_string()),
        None => document,
    };
    Ok(Page::new().document(document))
}

/// Reads it: a day without a ride is a zero that TrainerRoad tells, and stays one.
///
/// # Errors
/// `changed`.
pub fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let load: Load = document.json("tss")?;
    let from = document.context("from").and_then(|from| Date::parse(from).ok());
    let wanted = |date: Date| from.is_none_or(|from| date >= from);
    let mut out = Normalized::new();
    let mut thresholds = BTreeMap::new();
    for (index, threshold) in load.thresholds.into_iter().enumerate() {
        let read = threshold.map_err(|bad| Reject::new(bad.wrong.pointer, bad.wrong.message));
        match read.and_then(|threshold| Ok((Date::parse(&threshold.date)?, threshold.value))) {
            Ok((date, value)) if wanted(date) => drop(thresholds.insert(date, value)),
            Ok(_) => {}
            Err(reject) => out.rejected(format!("/ftpRecordsDate/{index}{}", reject.pointer), reject.message),
        }
    }
    for (index, days) in load.days.into_iter().enumerate() {
        out.each(document, &format!("/tssByDay/{index}"), days, |day, _| {
            let date = Date::parse(&day.date)?;
            let planned = match (day.planned, day.planned_elsewhere) {
                (None, None) => None,
                (here, elsewhere) => Some(here.unwrap_or(0.0) + elsewhere.unwrap_or(0.0)),
            };
            let record = on(date)
                .measure(metric::TRAINING_STRESS_SCORE, day.tss)
                .measure(metric::TRAINING_STRESS_SCORE_PLANNED, planned)
                .measure(metric::FUNCTIONAL_THRESHOLD_POWER, thresholds.get(&date).copied());
            thresholds.remove(&date);
            Ok(wanted(date).then_some(record))
        })?;
    }
    out.records.extend(
        thresholds.into_iter().map(|(date, value)| on(date).measure(metric::FUNCTIONAL_THRESHOLD_POWER, value)),
    );
    Ok(out)
}

fn on(date: Date) -> Record {
    let day = Record::new(kind::DAILY, date.to_string()).date(date.to_string());
    day.window(date.midnight(), date.plus(1).midnight()).floating()
}
