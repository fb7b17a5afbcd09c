//! Nights and naps, with their stages where the app that wrote them knows any.

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;
use serde_json::Value;

use crate::wire::{Row, moment_of, offset};

/// The registry's word for a stage. One that came later is a stage that nobody knows here.
fn level(stage: i64) -> &'static str {
    match stage {
        1 | 7 => word::sleep_level::AWAKE,
        2 => word::sleep_level::ASLEEP,
        3 => word::sleep_level::OUT_OF_BED,
        4 => word::sleep_level::LIGHT,
        5 => word::sleep_level::DEEP,
        6 => word::sleep_level::REM,
        _ => word::sleep_level::UNKNOWN,
    }
}

pub(crate) fn read(row: &Row) -> Result<Record, Reject> {
    let start = row.start()?;
    let mut stages = Vec::new();
    for (index, stage) in row.list("stages")?.iter().enumerate() {
        let place = format!("/stages/{index}");
        let from = offset(start, moment_of(stage, "startTime", &place)?, &place)?;
        let to = offset(start, moment_of(stage, "endTime", &place)?, &place)?;
        let span = to.checked_sub(from).ok_or_else(|| Reject::new(&place, "ends before it begins"))?;
        let number = stage.get("stage").and_then(Value::as_i64);
        let number = number.ok_or_else(|| Reject::new(format!("{place}/stage"), "is no whole number"))?;
        stages.push((from, span, level(number)));
    }
    stages.sort_by_key(|(from, ..)| *from);
    let mut track = Track::new(attribute::SLEEP_LEVEL);
    for (from, span, level) in stages {
        track.push(from, span, level);
    }
    let record = row.span(kind::SLEEP)?.track(track);
    Ok(record.attribute(attribute::NAME, row.text("title")).attribute(attribute::NOTE, row.text("notes")))
}
