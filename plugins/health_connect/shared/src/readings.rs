//! Records of one value or two: a weighing, a blood pressure, the steps of a quarter of an hour.

use gearshift_sdk::prelude::*;

use crate::wire::Row;

/// A value: its member, where it stands in there, what it is, and how it comes into the registry's unit.
type Value = (&'static str, &'static str, &'static str, fn(f64) -> f64);

/// What has a length, and what has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Span,
    Instant,
}

use Time::{Instant, Span};

/// A type, the kind of its records, and its values. All have to be there.
const TYPES: &[(&str, Time, &str, &[Value])] = &[
    ("ActiveCaloriesBurned", Span, kind::SAMPLE, &[("energy", "/inKilocalories", metric::ENERGY_ACTIVE, same)]),
    ("Distance", Span, kind::SAMPLE, &[("distance", "/inMeters", metric::DISTANCE, same)]),
    ("FloorsClimbed", Span, kind::SAMPLE, &[("floors", "", metric::FLOORS, same)]),
    ("Hydration", Span, kind::NUTRITION, &[("volume", "/inLiters", metric::WATER_INTAKE, millilitres)]),
    ("Steps", Span, kind::SAMPLE, &[("count", "", metric::STEPS, same)]),
    ("TotalCaloriesBurned", Span, kind::SAMPLE, &[("energy", "/inKilocalories", metric::ENERGY, same)]),
    ("WheelchairPushes", Span, kind::SAMPLE, &[("count", "", metric::WHEELCHAIR_PUSHES, same)]),
    (
        "BasalMetabolicRate",
        Instant,
        kind::BODY,
        &[("basalMetabolicRate", "/inKilocaloriesPerDay", metric::BASAL_METABOLIC_RATE, same)],
    ),
    ("BasalBodyTemperature", Instant, kind::BODY, &[("temperature", "/inCelsius", metric::BODY_TEMPERATURE, same)]),
    (
        "BloodGlucose",
        Instant,
        kind::BODY,
        &[("level", "/inMillimolesPerLiter", metric::GLUCOSE, unit::from_glucose_mmol)],
    ),
    (
        "BloodPressure",
        Instant,
        kind::BODY,
        &[
            ("systolic", "/inMillimetersOfMercury", metric::BLOOD_PRESSURE_SYSTOLIC, same),
            ("diastolic", "/inMillimetersOfMercury", metric::BLOOD_PRESSURE_DIASTOLIC, same),
        ],
    ),
    ("BodyFat", Instant, kind::BODY, &[("percentage", "", metric::BODY_FAT, same)]),
    ("BodyTemperature", Instant, kind::BODY, &[("temperature", "/inCelsius", metric::BODY_TEMPERATURE, same)]),
    ("BodyWaterMass", Instant, kind::BODY, &[("mass", "/inKilograms", metric::BODY_WATER_MASS, same)]),
    ("BoneMass", Instant, kind::BODY, &[("mass", "/inKilograms", metric::BONE_MASS, same)]),
    (
        "HeartRateVariabilityRmssd",
        Instant,
        kind::BODY,
        &[("heartRateVariabilityMillis", "", metric::HEART_RATE_VARIABILITY_RMSSD, same)],
    ),
    ("Height", Instant, kind::BODY, &[("height", "/inMeters", metric::HEIGHT, same)]),
    ("LeanBodyMass", Instant, kind::BODY, &[("mass", "/inKilograms", metric::LEAN_MASS, same)]),
    ("OxygenSaturation", Instant, kind::BODY, &[("percentage", "", metric::OXYGEN_SATURATION, same)]),
    ("RespiratoryRate", Instant, kind::BODY, &[("rate", "", metric::RESPIRATION_RATE, same)]),
    ("RestingHeartRate", Instant, kind::BODY, &[("beatsPerMinute", "", metric::RESTING_HEART_RATE, same)]),
    ("Vo2Max", Instant, kind::BODY, &[("vo2MillilitersPerMinuteKilogram", "", metric::VO2_MAX, same)]),
    ("Weight", Instant, kind::BODY, &[("weight", "/inKilograms", metric::WEIGHT, same)]),
];

fn same(value: f64) -> f64 {
    value
}

fn millilitres(litres: f64) -> f64 {
    litres * 1_000.0
}

/// None: it is of another type.
pub(crate) fn read(row: &Row) -> Option<Result<Record, Reject>> {
    let (_, time, kind, values) = TYPES.iter().find(|(known, ..)| *known == row.record_type)?;
    let begun = match time {
        Span => row.span(kind),
        Instant => row.instant(kind),
    };
    Some(begun.and_then(|record| measured(row, record, values)))
}

/// What was eaten at once. Of forty nutrients two are in the registry, and an app writes those that it knows.
pub(crate) fn eaten(row: &Row) -> Result<Record, Reject> {
    let record = row.span(kind::NUTRITION)?.attribute(attribute::NAME, row.text("name"));
    Ok(record
        .measure(metric::ENERGY_INTAKE, row.number("energy", "/inKilocalories"))
        .measure(metric::CARBOHYDRATE_INTAKE, row.number("totalCarbohydrate", "/inGrams")))
}

fn measured(row: &Row, mut record: Record, values: &[Value]) -> Result<Record, Reject> {
    for (name, at, metric, convert) in values {
        let value = row.number(name, at).ok_or_else(|| Reject::new(format!("/{name}{at}"), "is no number"))?;
        record = record.measure(metric, convert(value));
    }
    Ok(record)
}
