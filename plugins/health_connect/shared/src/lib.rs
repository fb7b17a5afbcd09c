//! Records of Health Connect, as `readRecords` hands them to an app: each with an id that stays, and in every unit at once, of
//! which one is read. What an app deletes comes as ids alone.

mod exercise;
mod readings;
mod samples;
mod sleep;
mod wire;

use gearshift_sdk::Tombstone;
use gearshift_sdk::prelude::*;

use crate::wire::Row;

/// Types of which the registry says nothing yet: they are no records, and no reason to keep a batch waiting.
const PASSED_OVER: [&str; 9] = [
    "CervicalMucus",
    "ElevationGained",
    "IntermenstrualBleeding",
    "MenstruationFlow",
    "MenstruationPeriod",
    "MindfulnessSession",
    "OvulationTest",
    "PlannedExerciseSession",
    "SexualActivity",
];

/// Reads a piece of a batch. `later` are types that came after the version that asks.
///
/// # Errors
/// `changed` where nothing of it can be read.
pub fn normalize(document: &Fetched, later: &[&str]) -> Result<Normalized, Failure> {
    let mut out = Normalized::new();
    if document.part("records").is_some() {
        out.each(document, "/records", document.items::<Row>("records")?, |row, _| record(&row, later))?;
    }
    if document.part("deleted").is_some() {
        let gone = |key: String, out: &mut Normalized| {
            // Only the id is told, and not of which type it was.
            out.deleted.push(Tombstone { kind: None, key });
            Ok(None::<Record>)
        };
        out.each(document, "/deleted", document.items("deleted")?, gone)?;
    }
    Ok(out)
}

fn record(row: &Row, later: &[&str]) -> Result<Option<Record>, Reject> {
    let known = row.record_type.as_str();
    if PASSED_OVER.contains(&known) {
        return Ok(None);
    }
    let unknown = || Reject::new("/recordType", format!("this version does not read records of the type {known:?}"));
    if later.contains(&known) {
        return Err(unknown());
    }
    let read = match known {
        "ExerciseSession" => exercise::read(row),
        "Nutrition" => readings::eaten(row),
        "SleepSession" => sleep::read(row),
        _ => readings::read(row).or_else(|| samples::read(row)).ok_or_else(unknown)?,
    };
    read.map(Some)
}
