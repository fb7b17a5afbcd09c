//! Measures of the body.

use gearshift_sdk::prelude::*;

use crate::wire::{Answer, Group, Groups, Measure};

use super::{millis, recording};

/// A temperature, of which Withings does not say what it is of. 71 and 73 are those of body and skin, so that this is the room's.
const TEMPERATURE: i64 = 12;

/// Withings' number of a measure, and what it is here. All of them are in the registry's unit.
const TYPES: [(i64, &str); 22] = [
    (1, metric::WEIGHT),
    (4, metric::HEIGHT),
    (5, metric::LEAN_MASS),
    (6, metric::BODY_FAT),
    (8, metric::FAT_MASS),
    (9, metric::BLOOD_PRESSURE_DIASTOLIC),
    (10, metric::BLOOD_PRESSURE_SYSTOLIC),
    (11, metric::HEART_RATE),
    (TEMPERATURE, metric::TEMPERATURE),
    (54, metric::OXYGEN_SATURATION),
    (71, metric::BODY_TEMPERATURE),
    (73, metric::SKIN_TEMPERATURE),
    (76, metric::MUSCLE_MASS),
    (77, metric::BODY_WATER_MASS),
    (88, metric::BONE_MASS),
    (91, metric::PULSE_WAVE_VELOCITY),
    (123, metric::VO2_MAX),
    (155, metric::VASCULAR_AGE),
    (168, metric::EXTRACELLULAR_WATER_MASS),
    (169, metric::INTRACELLULAR_WATER_MASS),
    (170, metric::VISCERAL_FAT),
    (226, metric::BASAL_METABOLIC_RATE),
];

/// Positions that stand for the whole body: between the legs, where a scale measures, and all of it.
const WHOLE: [i64; 2] = [6, 7];

/// Beyond this a power of ten makes no number that a body has.
const MOST_DIGITS: i64 = 15;

pub(crate) fn measures(document: &Fetched) -> Result<Normalized, Failure> {
    let groups: Answer<Groups> = document.json("list")?;
    let Groups { timezone, measuregrps } = groups.body;
    let mut out = Normalized::new();
    out.each(document, "/body/measuregrps", measuregrps, |group, out| group_of(&group, timezone.as_deref(), out))?;
    Ok(out)
}

/// A group of which nothing is known here is no record; nor is a goal, should one come along.
fn group_of(group: &Group, zone: Option<&str>, out: &mut Normalized) -> Result<Option<Record>, Reject> {
    if group.category.is_some_and(|category| category != 1) {
        return Ok(None);
    }
    let at = millis(group.date);
    let created = group.created.map(|created| time::format(millis(created)));
    let mut record = Record::new(kind::BODY, &group.grpid)
        .window(at, at)
        .zone(zone.map(str::to_owned))
        .updated(group.modified.map(millis))
        .attribute(attribute::RECORDING, recording(group.attrib))
        .attribute(attribute::CREATED, created.as_deref())
        .attribute(attribute::DEVICE_MODEL, group.model.as_deref())
        .attribute(attribute::NOTE, group.comment.as_deref());
    for (index, measure) in group.measures.iter().enumerate() {
        let Some(metric) = metric_of(measure) else { continue };
        let value = value_of(measure).ok_or_else(|| {
            Reject::new(format!("/measures/{index}/unit"), format!("10^{} is no power for a body", measure.unit))
        })?;
        if measure.kind == TEMPERATURE {
            out.assumed("/body/measuregrps", "a temperature of type 12 is that of the surroundings");
        }
        // The same is said twice where two ways of reckoning come to it: the first stands.
        if !record.measures.iter().any(|known| known.metric == metric) {
            record = record.measure(metric, value);
        }
    }
    Ok(Some(record).filter(|record| !record.measures.is_empty()))
}

fn metric_of(measure: &Measure) -> Option<&'static str> {
    if measure.position.is_some_and(|position| !WHOLE.contains(&position)) {
        return None;
    }
    TYPES.iter().find(|(kind, _)| *kind == measure.kind).map(|(_, metric)| *metric)
}

/// `value` × 10^`unit`. A division, since a tenth is no exact number and ten is.
fn value_of(measure: &Measure) -> Option<f64> {
    if measure.unit.abs() > MOST_DIGITS {
        return None;
    }
    let power = 10_f64.powi(i32::try_from(measure.unit.abs()).ok()?);
    Some(if measure.unit < 0 { measure.value / power } else { measure.value * power })
}
