//! What users enter: insulin, food, exercise, finger sticks, how they are.

use gearshift_sdk::Tombstone;
use gearshift_sdk::prelude::*;

use super::clock::Moment;
use super::normalize::{each, glucose, shown_by};
use super::wire::{Calibration, Event};

/// A record for each event that is there, a tombstone for each that was deleted.
pub(crate) fn events(document: &Fetched) -> Result<Normalized, Failure> {
    let mut out = Normalized::new();
    each(document, &mut out, |event: Event, at, out| {
        if event.event_status.as_deref() == Some("deleted") {
            out.deleted.push(Tombstone { kind: None, key: event.record_id });
            return Ok(());
        }
        let record = record(&event, at, out)?;
        out.records.extend(record);
        Ok(())
    })?;
    Ok(out)
}

/// A record for each finger stick that calibrated the sensor.
pub(crate) fn calibrations(document: &Fetched) -> Result<Normalized, Failure> {
    let mut out = Normalized::new();
    each(document, &mut out, |calibration: Calibration, _, out| {
        let moment = Moment::read(&calibration.system_time, calibration.display_time.as_deref())?;
        let Some(value) = calibration.value else { return Ok(()) };
        let value = glucose(value, calibration.unit.as_deref(), "/unit")?;
        let device = shown_by(calibration.display_app.as_deref(), calibration.display_device.as_deref());
        let record = entered(kind::BODY, &calibration.record_id, moment).attribute(attribute::DEVICE_NAME, device);
        out.records.push(finger_stick(record, value));
        Ok(())
    })?;
    Ok(out)
}

/// None where the event says nothing that a record could hold.
fn record(event: &Event, at: &str, out: &mut Normalized) -> Result<Option<Record>, Reject> {
    let moment = Moment::read(&event.system_time, event.display_time.as_deref())?;
    let device = shown_by(event.display_app.as_deref(), event.display_device.as_deref());
    let new = |kind: &str| entered(kind, &event.record_id, moment).attribute(attribute::DEVICE_NAME, device);
    let sub_type = event.event_sub_type.as_deref();
    let mut amount = |unit: &str| amount(event, unit, at, out);
    Ok(match event.event_type.as_str() {
        "insulin" => amount("units")?.map(|units| {
            new(kind::BODY)
                .attribute(attribute::RECORDING, word::recording::MANUAL)
                .attribute(attribute::INSULIN_TYPE, sub_type)
                .measure(metric::INSULIN_DOSE, units)
        }),
        "carbs" => amount("grams")?.map(|grams| new(kind::NUTRITION).measure(metric::CARBOHYDRATE_INTAKE, grams)),
        "exercise" => {
            let minutes = amount("minutes")?.ok_or_else(|| Reject::new("/value", "an exercise without its length"))?;
            out.assumed("/records", "an exercise begins at the time for which it was entered");
            Some(exercise(new(kind::ACTIVITY), moment, unit::from_minutes(minutes), sub_type))
        }
        "bloodGlucose" => match number(event)? {
            Some(value) => Some(finger_stick(new(kind::BODY), glucose(value, event.unit.as_deref(), "/unit")?)),
            None => None,
        },
        "health" => sub_type.map(|what| new(kind::OBSERVATION).attribute(attribute::NAME, what)),
        "notes" => event.value.as_deref().map(|text| new(kind::OBSERVATION).attribute(attribute::NOTE, text)),
        "unknown" => None,
        other => return Err(Reject::new("/eventType", format!("an unknown kind of event: {other:?}"))),
    })
}

fn entered(kind: &str, id: &str, moment: Moment) -> Record {
    moment.place(Record::new(kind, id).window(moment.instant, moment.instant))
}

fn finger_stick(record: Record, mg_per_dl: f64) -> Record {
    record
        .attribute(attribute::RECORDING, word::recording::MANUAL)
        .flag(attribute::ON_DEMAND, true)
        .measure(metric::GLUCOSE, mg_per_dl)
}

fn exercise(record: Record, moment: Moment, seconds: f64, sub_type: Option<&str>) -> Record {
    let level = match sub_type {
        Some("light") => Some(word::activity_level::LOW),
        Some("medium") => Some(word::activity_level::MODERATE),
        Some("heavy") => Some(word::activity_level::HIGH),
        _ => None,
    };
    record
        .lasting(moment.instant, seconds)
        .attribute(attribute::RECORDING, word::recording::MANUAL)
        .attribute(attribute::ACTIVITY_LEVEL, level)
        .measure(metric::DURATION, seconds)
}

/// How much, in the unit in which this kind of event is documented to come.
fn amount(event: &Event, unit: &str, at: &str, out: &mut Normalized) -> Result<Option<f64>, Reject> {
    let Some(value) = number(event)? else { return Ok(None) };
    match event.unit.as_deref() {
        Some(known) if known == unit => {}
        None | Some("unknown") => out.assumed(format!("{at}/unit"), unit),
        Some(other) => return Err(Reject::new("/unit", format!("{unit} were expected, and there are {other:?}"))),
    }
    Ok(Some(value))
}

fn number(event: &Event) -> Result<Option<f64>, Reject> {
    let Some(text) = event.value.as_deref() else { return Ok(None) };
    let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
    number.map(Some).ok_or_else(|| Reject::new("/value", format!("a number was expected, and there is {text:?}")))
}
