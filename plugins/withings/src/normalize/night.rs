//! Sleep: a night in sum, and its stages and samples.

use std::collections::BTreeMap;

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;

use crate::wire::{Answer, Moments, Night, NightData, Series as Listed, Stretch};

use super::{day, heart, millis, span};

pub(crate) fn summaries(document: &Fetched) -> Result<Normalized, Failure> {
    let nights: Answer<Listed<Night>> = document.json("list")?;
    let mut out = Normalized::new();
    out.each(document, "/body/series", nights.body.series, |night, _| summary(&night))?;
    Ok(out)
}

fn summary(night: &Night) -> Result<Record, Reject> {
    let (start, end) = span(night.startdate, night.enddate)?;
    let created = night.created.map(|created| time::format(millis(created)));
    let mut record = Record::new(kind::SLEEP, &night.id)
        .window(start, end)
        .zone(night.timezone.clone())
        .updated(night.modified.map(millis))
        .attribute(attribute::CREATED, created.as_deref())
        .measure(metric::DURATION, (night.enddate - night.startdate) as f64);
    record.date = night.date.as_deref().map(day).transpose()?;
    Ok(heart(durations(counts(record, &night.data), &night.data), &night.data.heart))
}

fn durations(record: Record, data: &NightData) -> Record {
    // Withings' time awake begins with lying down, the registry's with falling asleep.
    let awake = data.wakeupduration.map(|awake| awake - data.sleep_latency.unwrap_or(0.0));
    record
        .measure(metric::SLEEP_DURATION, data.total_sleep_time.or(unit::positive(data.asleepduration)))
        .measure(metric::IN_BED_DURATION, data.total_timeinbed)
        .measure(metric::AWAKE_DURATION, awake.filter(|awake| *awake >= 0.0))
        .measure(metric::LIGHT_SLEEP_DURATION, data.lightsleepduration)
        .measure(metric::DEEP_SLEEP_DURATION, data.deepsleepduration)
        .measure(metric::REM_SLEEP_DURATION, data.remsleepduration)
        .measure(metric::SLEEP_LATENCY, data.sleep_latency)
        .measure(metric::WAKE_UP_LATENCY, data.wakeup_latency)
        .measure(metric::SNORING_DURATION, data.snoring)
}

fn counts(record: Record, data: &NightData) -> Record {
    // A fraction; rounded, since 0.29 a hundred times is 28.999999999999996.
    let efficiency = data.sleep_efficiency.map(|fraction| (fraction * 1e6).round() / 1e4);
    record
        .measure(metric::REM_EPISODES, data.nb_rem_episodes)
        .measure(metric::WAKE_UPS, data.wakeupcount)
        .measure(metric::OUT_OF_BED_EPISODES, data.out_of_bed_count)
        .measure(metric::SLEEP_EFFICIENCY, efficiency)
        .measure(metric::SLEEP_SCORE, data.sleep_score)
        .measure(metric::RESPIRATION_RATE, unit::positive(data.rr_average))
        .measure(metric::RESPIRATION_RATE_MAX, unit::positive(data.rr_max))
        .measure(metric::RESPIRATION_RATE_MIN, unit::positive(data.rr_min))
        .measure(metric::SNORING_EPISODES, data.snoringepisodecount)
        .measure(metric::APNEA_HYPOPNEA_INDEX, data.apnea_hypopnea_index.filter(|index| *index >= 0.0))
}

/// Stages and samples of one night, which the document names: the answer does not.
pub(crate) fn detail(document: &Fetched) -> Result<Normalized, Failure> {
    let told = |name: &str| document.context(name).and_then(|text| text.parse::<i64>().ok());
    let (Some(id), Some(start), Some(end)) = (&document.id, told("start"), told("end")) else {
        return Err(document.changed("moments", "", "the document does not say which night it is of"));
    };
    let answer: Answer<Listed<Stretch>> = document.json("moments")?;
    let mut out = Normalized::new();
    let mut stretches = Vec::new();
    out.each(document, "/body/series", answer.body.series, |stretch, _| {
        stretches.push(stretch);
        Ok(None)
    })?;
    // Two devices may have watched the same night: only what belongs to this one's.
    if let Some(model) = told("model") {
        stretches.retain(|stretch| stretch.model_id.is_none_or(|known| known == model));
    }
    stretches.sort_by_key(|stretch| stretch.startdate);
    let record = Record::new(kind::SLEEP, id).window(millis(start), millis(end));
    let record = record.track(stages(&stretches, start, end));
    let samples = |metric, of: fn(&Stretch) -> &Moments| samples(metric, stretches.iter().map(of), start, end);
    let (sdnn, rmssd) = (
        samples(metric::HEART_RATE_VARIABILITY_SDNN, |stretch| &stretch.sdnn_1),
        samples(metric::HEART_RATE_VARIABILITY_RMSSD, |stretch| &stretch.rmssd),
    );
    if sdnn.is_some() || rmssd.is_some() {
        out.assumed("/body/series", "sdnn_1 and rmssd are in milliseconds");
    }
    let record = record
        .series(samples(metric::HEART_RATE, |stretch| &stretch.hr))
        .series(samples(metric::RESPIRATION_RATE, |stretch| &stretch.rr))
        .series(rmssd)
        .series(sdnn);
    let says = !record.tracks.is_empty() || !record.series.is_empty();
    Ok(if says { out.record(record) } else { out })
}

/// Stage by stage, neighbours that are alike as one.
fn stages(stretches: &[Stretch], start: i64, end: i64) -> Track {
    let mut track = Track::new(attribute::SLEEP_LEVEL);
    let mut run: Option<(i64, i64, &str)> = None;
    for stretch in stretches {
        let (from, to) = (stretch.startdate.max(start), stretch.enddate.min(end));
        if from >= to {
            continue;
        }
        let level = level(stretch.state);
        match &mut run {
            Some((_, until, known)) if *known == level && *until == from => *until = to,
            _ => {
                push(&mut track, run.replace((from, to, level)), start);
            }
        }
    }
    push(&mut track, run, start);
    track
}

fn push(track: &mut Track, run: Option<(i64, i64, &str)>, start: i64) {
    if let Some((from, to, level)) = run
        && let (Some(offset), Some(span)) = (offset(from, start), offset(to, from))
    {
        track.push(offset, span, level);
    }
}

fn level(state: i64) -> &'static str {
    match state {
        0 => word::sleep_level::AWAKE,
        1 => word::sleep_level::LIGHT,
        2 => word::sleep_level::DEEP,
        3 => word::sleep_level::REM,
        // What the person typed in knows no stages.
        4 => word::sleep_level::ASLEEP,
        _ => word::sleep_level::UNKNOWN,
    }
}

/// The samples of all stretches, within the night. A zero is nothing that was measured.
fn samples<'s>(metric: &str, of: impl Iterator<Item = &'s Moments>, start: i64, end: i64) -> Option<Series> {
    let all: BTreeMap<i64, f64> = of.flat_map(|moments| &moments.0).map(|(moment, value)| (*moment, *value)).collect();
    let within = all.range(start..end.max(start)).filter(|(_, value)| **value > 0.0);
    let (offsets, values): (Vec<u32>, Vec<Option<f64>>) =
        within.filter_map(|(moment, value)| Some((offset(*moment, start)?, Some(*value)))).unzip();
    Series::sparse(metric, &offsets, values)
}

/// Milliseconds from one moment to a later one.
fn offset(moment: i64, start: i64) -> Option<u32> {
    u32::try_from(millis(moment.checked_sub(start)?)).ok()
}
