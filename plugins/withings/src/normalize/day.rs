//! Days.

use gearshift_sdk::prelude::*;

use crate::wire::{Answer, Day, Days};

use super::{day, heart, millis};

/// What Withings counted itself.
pub(crate) fn own(document: &Fetched) -> Result<Normalized, Failure> {
    days(document, true)
}

/// What other clouds counted. A day's record has the same key: the manifest ranks it after Withings' own.
pub(crate) fn imported(document: &Fetched) -> Result<Normalized, Failure> {
    days(document, false)
}

fn days(document: &Fetched, own: bool) -> Result<Normalized, Failure> {
    let days: Answer<Days> = document.json("list")?;
    let mut out = Normalized::new();
    out.each(document, "/body/activities", days.body.activities, |day, out| {
        if day.is_own() != own {
            return Ok(None);
        }
        if !own {
            out.assumed(
                "/body/activities",
                "rows of other brands: where Withings counted the same day itself, that wins",
            );
        }
        record(&day, own).map(Some)
    })?;
    Ok(out)
}

fn record(row: &Day, own: bool) -> Result<Record, Reject> {
    let date = day(&row.date)?;
    let recording = if own { word::recording::AUTOMATIC } else { word::recording::IMPORTED };
    let record = Record::new(kind::DAILY, &date)
        .date(date)
        .zone(row.timezone.clone())
        .updated(row.modified.map(millis))
        .attribute(attribute::RECORDING, recording)
        .attribute(attribute::DEVICE_MODEL, row.model.as_deref())
        .measure(metric::STEPS, row.steps)
        .measure(metric::DISTANCE, row.distance)
        .measure(metric::FLOORS, row.elevation)
        .measure(metric::LOW_INTENSITY_DURATION, row.soft)
        .measure(metric::MODERATE_INTENSITY_DURATION, row.moderate)
        .measure(metric::VIGOROUS_INTENSITY_DURATION, row.intense)
        .measure(metric::ACTIVE_DURATION, row.active)
        .measure(metric::ENERGY_ACTIVE, row.calories)
        .measure(metric::ENERGY, unit::positive(row.totalcalories));
    Ok(heart(record, &row.heart))
}
