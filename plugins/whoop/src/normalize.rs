//! From answers to records.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use serde::de::DeserializeOwned;

use super::sport;
use super::wire::{
    Body, Collection, Cycle, CycleScore, Need, Profile, Recovery, ScoreState, Sleep, SleepScore, Stages, Workout,
    WorkoutScore, Zones,
};

/// How far into a cycle the day lies that it counts for, in milliseconds. A cycle begins when the person falls asleep, mostly
/// late in the evening before.
const INTO_THE_DAY: i64 = 12 * 3_600_000;

pub(crate) fn profile(document: &Fetched) -> Result<Normalized, Failure> {
    let profile: Profile = document.json("profile")?;
    let record = Record::new(kind::ATHLETE, profile.user_id)
        .attribute(attribute::FIRST_NAME, profile.first_name.as_deref())
        .attribute(attribute::LAST_NAME, profile.last_name.as_deref())
        .attribute(attribute::EMAIL, profile.email.as_deref());
    Ok(Normalized::new().record(record))
}

/// What the person said of themselves. It has no date, so that it belongs to the person and not to a day.
pub(crate) fn body(subject: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
    let body: Body = document.json("body")?;
    let user = document.context("user").or(subject.account.as_deref());
    let Some(user) = user else {
        return Err(document.changed("body", "", "nobody has said whose body this is"));
    };
    let record = Record::new(kind::ATHLETE, user)
        .measure(metric::HEIGHT, unit::positive(body.height_meter))
        .measure(metric::WEIGHT, unit::positive(body.weight_kilogram))
        .measure(metric::HEART_RATE_LIMIT, unit::positive(body.max_heart_rate));
    Ok(Normalized::new().record(record))
}

pub(crate) fn cycles(document: &Fetched) -> Result<Normalized, Failure> {
    each(document, |cycle: Cycle, out| {
        let score = scored(cycle.score_state, cycle.score.as_ref())?;
        let record = day(&cycle, out)?.updated(instant(cycle.updated_at.as_deref()));
        Ok(strain(record.attribute(attribute::RECORDING, recording(cycle.score_state)), score))
    })
}

pub(crate) fn recoveries(document: &Fetched) -> Result<Normalized, Failure> {
    let cycles = cycles_beside(document)?;
    each(document, |recovery: Recovery, out| {
        let cycle = cycles.get(&recovery.cycle_id);
        let cycle = cycle.ok_or_else(|| Reject::new("/cycle_id", "WHOOP did not give the cycle of this recovery"))?;
        let score = scored(recovery.score_state, recovery.score.as_ref())?;
        let record = day(cycle, out)?.updated(instant(recovery.updated_at.as_deref()));
        let Some(score) = score else { return Ok(record) };
        Ok(record
            .measure(metric::RECOVERY_SCORE, score.recovery_score)
            .measure(metric::RESTING_HEART_RATE, score.resting_heart_rate)
            .measure(metric::HEART_RATE_VARIABILITY_RMSSD, score.hrv_rmssd_milli)
            .measure(metric::OXYGEN_SATURATION, score.spo2_percentage)
            .measure(metric::SKIN_TEMPERATURE, score.skin_temp_celsius))
    })
}

pub(crate) fn sleeps(document: &Fetched) -> Result<Normalized, Failure> {
    each(document, |sleep: Sleep, _| {
        let score = scored(sleep.score_state, sleep.score.as_ref())?;
        let (start, end) = span(&sleep.start, &sleep.end)?;
        let record = Record::new(kind::SLEEP, &sleep.id).window(start, end);
        let record = located(record, sleep.timezone_offset.as_deref())?
            .updated(instant(sleep.updated_at.as_deref()))
            .attribute(attribute::RECORDING, recording(sleep.score_state))
            .flag(attribute::NAP, sleep.nap)
            .measure(metric::DURATION, seconds_between(start, end));
        Ok(rest(record, score))
    })
}

pub(crate) fn workouts(document: &Fetched) -> Result<Normalized, Failure> {
    each(document, |workout: Workout, _| {
        let score = scored(workout.score_state, workout.score.as_ref())?;
        let (start, end) = span(&workout.start, &workout.end)?;
        let name = workout.sport_name.as_deref();
        let record = Record::new(kind::ACTIVITY, &workout.id).window(start, end);
        let record = located(record, workout.timezone_offset.as_deref())?
            .updated(instant(workout.updated_at.as_deref()))
            .attribute(attribute::SPORT, name.and_then(sport::of))
            .attribute(attribute::SPORT_NAME, name)
            .attribute(attribute::RECORDING, recording(workout.score_state))
            .measure(metric::DURATION, seconds_between(start, end));
        Ok(effort(record, score))
    })
}

/// A record of each item of a list, or of the one thing that was asked for.
fn each<T, R>(document: &Fetched, mut read: R) -> Result<Normalized, Failure>
where
    T: DeserializeOwned,
    R: FnMut(T, &mut Normalized) -> Result<Record, Reject>,
{
    let mut out = Normalized::new();
    if let Some(one) = document.maybe_json::<T>("one")? {
        let record = read(one, &mut out).map_err(|reject| document.changed("one", &reject.pointer, reject.message))?;
        return Ok(out.record(record));
    }
    let list: Collection<T> = document.json("list")?;
    out.each(document, "/records", list.records, read)?;
    Ok(out)
}

/// The cycles that were fetched beside recoveries, by id. One that cannot be read costs its recovery.
fn cycles_beside(document: &Fetched) -> Result<BTreeMap<String, Cycle>, Failure> {
    let mut cycles = BTreeMap::new();
    for part in &document.parts {
        if part.name.starts_with("cycles-") {
            let list: Collection<Cycle> = document.json(&part.name)?;
            let good = list.records.into_iter().filter_map(Result::ok);
            cycles.extend(good.map(|cycle| (cycle.id.clone(), cycle)));
        } else if part.name.starts_with("cycle") {
            let cycle: Cycle = document.json(&part.name)?;
            cycles.insert(cycle.id.clone(), cycle);
        }
    }
    Ok(cycles)
}

/// The score that there has to be once it was reckoned; none before, and none where it cannot be.
fn scored<S>(state: ScoreState, score: Option<&S>) -> Result<Option<&S>, Reject> {
    match (state, score) {
        (ScoreState::Scored, None) => Err(Reject::new("/score", "WHOOP says SCORED, and there is no score")),
        (ScoreState::Scored, score) => Ok(score),
        (ScoreState::PendingScore | ScoreState::Unscorable, _) => Ok(None),
    }
}

fn recording(state: ScoreState) -> Option<&'static str> {
    match state {
        ScoreState::Scored => None,
        ScoreState::PendingScore => Some(word::recording::PENDING),
        ScoreState::Unscorable => Some(word::recording::INDETERMINATE),
    }
}

/// The day of a cycle, which bears the cycle's id: cycle and recovery say each a part of it.
fn day(cycle: &Cycle, out: &mut Normalized) -> Result<Record, Reject> {
    let start = moment(&cycle.start, "/start")?;
    let offset = offset(&cycle.timezone_offset)?;
    let local = start + i64::from(offset) * 1_000 + INTO_THE_DAY;
    out.assumed("", "a cycle counts for the day on which it is twelve hours old");
    let record = Record::new(kind::DAILY, &cycle.id).date(time::Date::of(local).to_string());
    let record = record.offset(offset, Origin::Provider);
    Ok(match &cycle.end {
        Some(end) => record.window(start, moment(end, "/end")?),
        None => record,
    })
}

fn strain(record: Record, score: Option<&CycleScore>) -> Record {
    let Some(score) = score else { return record };
    record
        .measure(metric::STRAIN, score.strain)
        .measure(metric::ENERGY, score.kilojoule.map(unit::from_kj))
        .measure(metric::HEART_RATE, score.average_heart_rate)
        .measure(metric::HEART_RATE_MAX, score.max_heart_rate)
}

fn rest(record: Record, score: Option<&SleepScore>) -> Record {
    let Some(score) = score else { return record };
    let record = match &score.stage_summary {
        Some(stages) => stages_of(record, stages),
        None => record,
    };
    record
        .measure(metric::SLEEP_NEED, score.sleep_needed.as_ref().and_then(need))
        .measure(metric::RESPIRATION_RATE, score.respiratory_rate)
        // Of the sleep that was needed, the share that was had.
        .measure(metric::SLEEP_SCORE, score.sleep_performance_percentage)
        .measure(metric::SLEEP_CONSISTENCY, score.sleep_consistency_percentage)
        .measure(metric::SLEEP_EFFICIENCY, score.sleep_efficiency_percentage)
}

fn stages_of(record: Record, stages: &Stages) -> Record {
    let light = stages.total_light_sleep_time_milli;
    let deep = stages.total_slow_wave_sleep_time_milli;
    let rem = stages.total_rem_sleep_time_milli;
    let asleep = sum(&[light, deep, rem]);
    record
        .measure(metric::SLEEP_DURATION, asleep.map(seconds))
        .measure(metric::IN_BED_DURATION, stages.total_in_bed_time_milli.map(seconds))
        .measure(metric::AWAKE_DURATION, stages.total_awake_time_milli.map(seconds))
        .measure(metric::UNMEASURED_SLEEP_DURATION, stages.total_no_data_time_milli.map(seconds))
        .measure(metric::LIGHT_SLEEP_DURATION, light.map(seconds))
        .measure(metric::DEEP_SLEEP_DURATION, deep.map(seconds))
        .measure(metric::REM_SLEEP_DURATION, rem.map(seconds))
        .measure(metric::SLEEP_CYCLES, stages.sleep_cycle_count)
        .measure(metric::SLEEP_DISTURBANCES, stages.disturbance_count)
}

/// What was needed in all. A nap may have taken away more than there was.
fn need(need: &Need) -> Option<f64> {
    let parts = [
        need.baseline_milli,
        need.need_from_sleep_debt_milli,
        need.need_from_recent_strain_milli,
        need.need_from_recent_nap_milli,
    ];
    sum(&parts).map(|needed| seconds(needed.max(0.0)))
}

fn effort(record: Record, score: Option<&WorkoutScore>) -> Record {
    let Some(score) = score else { return record };
    let record = record
        .measure(metric::STRAIN, score.strain)
        .measure(metric::ENERGY, score.kilojoule.map(unit::from_kj))
        .measure(metric::HEART_RATE, score.average_heart_rate)
        .measure(metric::HEART_RATE_MAX, score.max_heart_rate)
        .measure(metric::DISTANCE, score.distance_meter)
        .measure(metric::ELEVATION_GAIN, score.altitude_gain_meter)
        .measure(metric::ELEVATION_CHANGE, score.altitude_change_meter);
    match &score.zone_durations {
        Some(zones) => in_zones(record, zones),
        None => record,
    }
}

fn in_zones(record: Record, zones: &Zones) -> Record {
    let zones = [
        zones.zone_zero_milli,
        zones.zone_one_milli,
        zones.zone_two_milli,
        zones.zone_three_milli,
        zones.zone_four_milli,
        zones.zone_five_milli,
    ];
    let known = (0_u8..).zip(zones).filter_map(|(index, millis)| Some((index, millis?)));
    known.fold(record, |record, (index, millis)| {
        let zone = Segment::new(role::ZONE).attribute(attribute::ZONE_OF, word::zone_of::HEART_RATE);
        let zone = zone.measure(metric::ZONE_INDEX, f64::from(index)).measure(metric::DURATION, seconds(millis));
        record.segment(zone)
    })
}

fn span(start: &str, end: &str) -> Result<(i64, i64), Reject> {
    Ok((moment(start, "/start")?, moment(end, "/end")?))
}

fn moment(text: &str, pointer: &str) -> Result<i64, Reject> {
    let stamp = time::parse(text, Bare::Refused).map_err(|error| Reject::new(pointer, error.to_string()))?;
    Ok(stamp.instant)
}

/// A moment that may be missing, and that nothing hangs on.
fn instant(text: Option<&str>) -> Option<i64> {
    time::parse(text?, Bare::Refused).ok().map(|stamp| stamp.instant)
}

fn located(record: Record, zone: Option<&str>) -> Result<Record, Reject> {
    Ok(match zone {
        Some(zone) => record.offset(offset(zone)?, Origin::Provider),
        None => record,
    })
}

/// Seconds east of UTC of `+hh:mm`, `-hh:mm` or `Z`. A `Z` says here that the person was in UTC.
fn offset(zone: &str) -> Result<i32, Reject> {
    let midnight = format!("2000-01-01T00:00{}", zone.trim());
    let stamp = time::parse(&midnight, Bare::Refused);
    let stamp = stamp.map_err(|_| Reject::new("/timezone_offset", format!("{zone:?} is no offset such as -05:00")))?;
    Ok(stamp.offset.unwrap_or(0))
}

/// All of them together; none where one is not known.
fn sum(parts: &[Option<f64>]) -> Option<f64> {
    parts.iter().copied().sum()
}

fn seconds(millis: f64) -> f64 {
    millis / 1_000.0
}

fn seconds_between(start: i64, end: i64) -> f64 {
    seconds((end - start) as f64)
}
