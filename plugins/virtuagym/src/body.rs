//! Body metrics: each value is a row of its own, with an id that stays.

use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

use crate::api;
use crate::club::Member;
use crate::wire::{Listed, Metric, Metrics};

/// How far back a pull looks again, in seconds: what was saved while the last one ran may not have been in its answer, and
/// what exactly `sync_from` is compared with nobody has verified.
const OVERLAP: i64 = 86_400;

/// What the next pull goes on from, Unix seconds.
#[derive(Debug, Deserialize, Serialize)]
pub(crate) struct Watermark {
    pub(crate) edited: i64,
}

/// All there is, or what was changed since: there are no pages.
pub(crate) fn pull(host: &Host<'_>, member: &Member, request: &PullRequest) -> Result<Page, Failure> {
    let since: Option<Watermark> = request.since()?;
    let from = since.as_ref().map(|since| (since.edited - OVERLAP).max(0).to_string());
    let mut query = vec![("member_id", member.id.as_str())];
    query.extend(from.iter().map(|from| ("sync_from", from.as_str())));
    let answer = api::get(host, "bodymetrics", &member.club, "bodymetrics", &query)?.ok_or_else(|| member.unknown())?;
    let listed: Listed = answer.json()?;
    let edited = listed.result.good().filter_map(|row| row.timestamp_edit).chain(since.map(|since| since.edited)).max();
    let page = Page::new().document(Document::new("bodymetrics").part("list", &answer));
    Ok(match edited {
        Some(edited) => page.watermark(&Watermark { edited }),
        None => page,
    })
}

/// What a type measures, and by that which units it may have.
#[derive(Clone, Copy, Debug)]
enum Of {
    Mass(&'static str),
    Length(&'static str),
    /// A share of the body, or the mass of that share.
    Part {
        share: &'static str,
        mass: &'static str,
    },
    /// Has one unit, or none.
    Plain(&'static str),
}

/// Virtuagym's word for a type, and what it is here.
const TYPES: [(&str, Of); 11] = [
    ("weight", Of::Mass(metric::WEIGHT)),
    ("height", Of::Length(metric::HEIGHT)),
    ("waist", Of::Length(metric::WAIST_CIRCUMFERENCE)),
    ("bmi", Of::Plain(metric::BODY_MASS_INDEX)),
    ("fat", Of::Part { share: metric::BODY_FAT, mass: metric::FAT_MASS }),
    ("bodywater", Of::Part { share: metric::BODY_WATER, mass: metric::BODY_WATER_MASS }),
    ("visceral", Of::Plain(metric::VISCERAL_FAT)),
    ("musclemass", Of::Mass(metric::MUSCLE_MASS)),
    ("bonemass", Of::Mass(metric::BONE_MASS)),
    ("metabolicrate", Of::Plain(metric::BASAL_METABOLIC_RATE)),
    ("hr_rest", Of::Plain(metric::RESTING_HEART_RATE)),
];

/// The metric of a value and the value in its unit; the last says what was taken for granted of a unit that is empty.
fn read(of: Of, unit: &str, value: f64) -> Option<(&'static str, f64, Option<&'static str>)> {
    let unit = unit.trim().to_ascii_lowercase();
    Some(match (of, unit.as_str()) {
        (Of::Plain(metric), _) => (metric, value, None),
        (Of::Mass(metric) | Of::Part { mass: metric, .. }, "kg") => (metric, value, None),
        (Of::Mass(metric) | Of::Part { mass: metric, .. }, "lb" | "lbs") => (metric, unit::from_pounds(value), None),
        (Of::Part { share, .. }, "%") => (share, value, None),
        (Of::Length(metric), "m") => (metric, value, None),
        (Of::Length(metric), "cm") => (metric, value / 100.0, None),
        (Of::Length(metric), "in" | "inch") => (metric, unit::from_feet(value / 12.0), None),
        (Of::Mass(metric), "") => (metric, value, Some("a mass without a unit is in kilograms")),
        (Of::Length(metric), "") => (metric, value / 100.0, Some("a length without a unit is in centimetres")),
        (Of::Part { share, .. }, "") => (share, value, Some("a part of the body without a unit is in percent")),
        _ => return None,
    })
}

pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let metrics: Metrics = document.json("list")?;
    let mut out = Normalized::new();
    out.each(document, "/result", metrics.result, record)?;
    Ok(out)
}

/// A type of which nothing is known here is no record, nor is a zero.
fn record(row: Metric, out: &mut Normalized) -> Result<Option<Record>, Reject> {
    let Some((_, of)) = TYPES.iter().find(|(word, _)| *word == row.kind) else { return Ok(None) };
    if row.deleted == Some(true) {
        out.deleted.push(gearshift_sdk::Tombstone { kind: Some(kind::BODY.to_owned()), key: row.id });
        return Ok(None);
    }
    let Some(value) = unit::positive(row.value) else { return Ok(None) };
    let named = row.unit.as_deref().unwrap_or_default();
    let unknown = || Reject::new("/unit", format!("{named:?} is no unit of {} that this version knows", row.kind));
    let (metric, value, assumed) = read(*of, named, value).ok_or_else(unknown)?;
    if let Some(assumed) = assumed {
        out.assumed("/result", assumed);
    }
    let at = row.timestamp * 1_000;
    let record =
        Record::new(kind::BODY, row.id).window(at, at).updated(row.timestamp_edit.map(|edited| edited * 1_000));
    Ok(Some(record.measure(metric, value)))
}
