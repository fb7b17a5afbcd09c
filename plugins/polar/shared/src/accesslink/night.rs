//! Nights, and what their rest came to.

use std::collections::BTreeMap;

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;
use gearshift_sdk::time::{Date, Stamp};

use super::wire::{Bounds, Night, Nights, Recharge, Recharges};
use crate::clock;
use crate::listing::Listing;
use crate::record;

pub(super) fn sleep(document: &Fetched) -> Result<Normalized, Failure> {
    let nights: Listing<Night, Nights> = document.json("nights")?;
    let at = nights.at.clone();
    let mut index = 0;
    nights.read(document, "nights", |night, out| {
        let read = one(&night, &format!("{at}/{index}"), out);
        index += 1;
        read
    })
}

fn one(night: &Night, place: &str, out: &mut Normalized) -> Result<Record, Reject> {
    let span = Span::of(&night.sleep_start_time, &night.sleep_end_time)?;
    let record = record::night(&night.date, &span.start, &span.end)
        .attribute(attribute::DEVICE_SERIAL, night.device_id.as_deref())
        .measure(metric::SLEEP_DURATION, asleep(night))
        .measure(metric::LIGHT_SLEEP_DURATION, night.light_sleep)
        .measure(metric::DEEP_SLEEP_DURATION, night.deep_sleep)
        .measure(metric::REM_SLEEP_DURATION, night.rem_sleep)
        .measure(metric::UNMEASURED_SLEEP_DURATION, night.unrecognized_sleep_stage)
        .measure(metric::AWAKE_DURATION, night.total_interruption_duration)
        .measure(metric::SHORT_INTERRUPTION_DURATION, night.short_interruption_duration)
        .measure(metric::LONG_INTERRUPTION_DURATION, night.long_interruption_duration)
        .measure(metric::SLEEP_CYCLES, night.sleep_cycles)
        .measure(metric::SLEEP_SCORE, unit::positive(night.sleep_score))
        .measure(metric::SLEEP_NEED, unit::positive(night.sleep_goal));
    let (stages, rates) = (night.hypnogram.as_ref(), night.heart_rate_samples.as_ref());
    if !span.tells_by_clock() {
        if stages.is_some() || rates.is_some() {
            out.rejected(format!("{place}/hypnogram"), CLOCKS_CHANGED);
        }
        return Ok(record);
    }
    let record = record.series(rates.and_then(|rates| span.series(metric::HEART_RATE, rates)));
    Ok(match stages {
        Some(stages) => record.track(span.stages(stages)),
        None => record,
    })
}

const CLOCKS_CHANGED: &str = "the clocks were changed in this night: a time of the day does not tell the moment";

/// Polar does not write the sum, and means it by its parts: whatever is not an interruption.
fn asleep(night: &Night) -> Option<f64> {
    Some(night.light_sleep? + night.deep_sleep? + night.rem_sleep? + night.unrecognized_sleep_stage?)
}

pub(super) fn recharge(document: &Fetched) -> Result<Normalized, Failure> {
    let recharges: Listing<Recharge, Recharges> = document.json("recharge")?;
    let nights: Option<Listing<Bounds, Nights>> = document.maybe_json("nights")?;
    let nights: BTreeMap<&str, &Bounds> =
        nights.iter().flat_map(|nights| nights.items.good()).map(|night| (night.date.as_str(), night)).collect();
    let at = recharges.at.clone();
    let mut index = 0;
    recharges.read(document, "recharge", |recharge, out| {
        let place = format!("/recharge{at}/{index}");
        index += 1;
        match nights.get(recharge.date.as_str()) {
            Some(night) => {
                let span = Span::of(&night.sleep_start_time, &night.sleep_end_time)?;
                Ok(rested(&recharge, &span, &place, out))
            }
            // Without the night's bounds it is a finding about the day.
            None => {
                let date = Date::parse(&recharge.date).map_err(|error| Reject::new("/date", error.to_string()))?;
                Ok(findings(record::day(date), &recharge))
            }
        }
    })
}

/// On the night's own record.
fn rested(recharge: &Recharge, span: &Span, place: &str, out: &mut Normalized) -> Record {
    let record = findings(record::night(&recharge.date, &span.start, &span.end), recharge)
        .measure(metric::HEART_RATE, unit::positive(recharge.heart_rate_avg))
        .measure(metric::BEAT_INTERVAL, unit::positive(recharge.beat_to_beat_avg));
    let (variability, breaths) = (recharge.hrv_samples.as_ref(), recharge.breathing_samples.as_ref());
    if !span.tells_by_clock() {
        if variability.is_some() || breaths.is_some() {
            out.rejected(format!("{place}/hrv_samples"), CLOCKS_CHANGED);
        }
        return record;
    }
    record
        .series(variability.and_then(|samples| span.series(metric::HEART_RATE_VARIABILITY_RMSSD, samples)))
        .series(breaths.and_then(|samples| span.series(metric::RESPIRATION_RATE, samples)))
}

fn findings(record: Record, recharge: &Recharge) -> Record {
    record
        .measure(metric::RECOVERY_SCORE, unit::positive(recharge.nightly_recharge_status))
        .measure(metric::HEART_RATE_VARIABILITY_RMSSD, unit::positive(recharge.heart_rate_variability_avg))
        .measure(metric::RESPIRATION_RATE, unit::positive(recharge.breathing_rate_avg))
}

/// From when to when a night was, to place times of the day in it.
struct Span {
    start: Stamp,
    end: Stamp,
}

impl Span {
    fn of(start: &str, end: &str) -> Result<Self, Reject> {
        let read = |name: &str, text: &str| {
            time::parse(text, Bare::Refused).map_err(|error| Reject::new(format!("/{name}"), error.to_string()))
        };
        Ok(Self { start: read("sleep_start_time", start)?, end: read("sleep_end_time", end)? })
    }

    fn tells_by_clock(&self) -> bool {
        self.start.offset == self.end.offset
    }

    /// By offset from the night's start; what lies beyond its end is none of the night's.
    fn place<T: Copy>(&self, by_clock: &BTreeMap<String, T>) -> Vec<(u32, T)> {
        let wall = self.start.instant + i64::from(self.start.offset.unwrap_or(0)) * 1_000;
        let length = self.length();
        let placed =
            by_clock.iter().filter_map(|(text, value)| Some((clock::after(wall, clock::of_day(text)?), *value)));
        let mut placed: Vec<(u32, T)> = placed.filter(|(offset, _)| *offset <= length).collect();
        placed.sort_by_key(|(offset, _)| *offset);
        placed
    }

    fn length(&self) -> u32 {
        u32::try_from(self.end.instant - self.start.instant).unwrap_or(0)
    }

    fn series(&self, metric: &str, samples: &BTreeMap<String, f64>) -> Option<Series> {
        let (offsets, values): (Vec<u32>, Vec<f64>) = self.place(samples).into_iter().unzip();
        Series::sparse(metric, &offsets, values.into_iter().map(unit::positive))
    }

    /// Each stage lasts until the next begins, the last one to the end.
    fn stages(&self, hypnogram: &BTreeMap<String, i64>) -> Track {
        let stages = self.place(hypnogram);
        let mut track = Track::new(attribute::SLEEP_LEVEL);
        for (index, (offset, stage)) in stages.iter().enumerate() {
            let end = stages.get(index + 1).map_or_else(|| self.length(), |(next, _)| *next);
            let level = match stage {
                0 => word::sleep_level::AWAKE,
                1 => word::sleep_level::REM,
                2 | 3 => word::sleep_level::LIGHT,
                4 => word::sleep_level::DEEP,
                5 => word::sleep_level::UNKNOWN,
                _ => continue,
            };
            if end > *offset {
                track.push(*offset, end - offset, level);
            }
        }
        track
    }
}
