//! The original file, in Garmin's FIT.

use gearshift_sdk::prelude::*;
use rustyfit::profile::mesgdef::{Activity, Lap, Record as Sample, Session};
use rustyfit::profile::typedef::{MesgNum, Sport, SubSport};
use rustyfit::{Decoder, DecoderEvent, StreamingIterator};

/// Samples that a file may have: a day at one a second and some more. What is longer is no ride.
const MOST_SAMPLES: usize = 100_000;

/// Semicircles in half a turn.
const HALF_TURN: f64 = 2_147_483_648.0;

/// That all of a file is here: its header says how long it is.
///
/// # Errors
/// `unavailable` where it breaks off, `changed` where it is something else.
pub(crate) fn whole(bytes: &[u8]) -> Result<(), Failure> {
    let length = match bytes {
        [12 | 14, _, _, _, a, b, c, d, b'.', b'F', b'I', b'T', ..] => u32::from_le_bytes([*a, *b, *c, *d]),
        _ => return Err(Failure::changed("activity.fit", "", "no FIT file")),
    };
    let header = bytes.first().copied().map_or(0, usize::from);
    // Two bytes at the end are its sum.
    if bytes.len() < header + length as usize + 2 {
        return Err(Failure::unavailable("activity.fit breaks off", None));
    }
    Ok(())
}

/// What counts of a file.
#[derive(Default)]
struct File {
    sessions: Vec<Session>,
    laps: Vec<Lap>,
    samples: Vec<Sample>,
    /// Seconds east of UTC.
    offset: Option<i32>,
    /// Samples that were left out.
    beyond: usize,
}

fn open(document: &Fetched) -> Result<File, Failure> {
    let bytes = document.part("fit").map(|part| part.bytes.as_slice()).unwrap_or_default();
    let bad = |message: String| document.changed("fit", "", message);
    let mut reader = bytes;
    let mut decoder = Decoder::new();
    let mut stream = decoder.stream(&mut reader);
    let mut file = File::default();
    while let Some(event) = stream.next() {
        let DecoderEvent::Message(message) = event.map_err(|error| bad(error.to_string()))? else { continue };
        match message.num {
            MesgNum::SESSION => file.sessions.push(Session::from(message)),
            MesgNum::LAP => file.laps.push(Lap::from(message)),
            MesgNum::RECORD if file.samples.len() < MOST_SAMPLES => file.samples.push(Sample::from(message)),
            MesgNum::RECORD => file.beyond += 1,
            MesgNum::ACTIVITY => {
                let activity = Activity::from(message);
                let (local, utc) = (activity.local_timestamp.unix_timestamp(), activity.timestamp.unix_timestamp());
                file.offset = local.zip(utc).and_then(|(local, utc)| time::offset_between(local * 1_000, utc * 1_000));
            }
            _ => {}
        }
    }
    Ok(file)
}

/// Reads a file.
///
/// # Errors
/// `changed`, with what does not hold: its sum, its session.
pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let file = open(document)?;
    let id = document.id.as_deref().ok_or_else(|| document.changed("fit", "", "a file of no activity"))?;
    let session =
        file.sessions.first().ok_or_else(|| document.changed("fit", "/session", "a file without a session"))?;
    let start = session.start_time.unix_timestamp();
    let start = start.ok_or_else(|| document.changed("fit", "/session/start_time", "no time"))? * 1_000;
    let elapsed = session.total_elapsed_time_scaled();
    let elapsed = elapsed.ok_or_else(|| document.changed("fit", "/session/total_elapsed_time", "no time"))?;
    let mut out = Normalized::new();
    if file.sessions.len() > 1 {
        out.rejected("/session/1", "a file of several sessions, of which this version reads the first");
    }
    if file.beyond > 0 {
        out.rejected("/record", format!("{} samples more than this version reads", file.beyond));
    }
    let mut record = totals(Record::new(kind::ACTIVITY, id).lasting(start, elapsed), session);
    if let Some(offset) = file.offset {
        record = record.offset(offset, Origin::Provider);
    }
    for lap in &file.laps {
        match segment(lap) {
            Some(segment) => record = record.segment(segment),
            None => out.rejected("/lap", "a lap without a time"),
        }
    }
    Ok(out.record(series(record, start, &file.samples, steps_per_turn(session))))
}

fn totals(record: Record, session: &Session) -> Record {
    let sport = match (session.sport, session.sub_sport) {
        (Sport::CYCLING, SubSport::VIRTUAL_ACTIVITY) => Some(word::sport::VIRTUAL_CYCLING),
        (Sport::CYCLING, SubSport::INDOOR_CYCLING) => Some(word::sport::INDOOR_CYCLING),
        (Sport::CYCLING, _) => Some(word::sport::CYCLING),
        (Sport::RUNNING, SubSport::VIRTUAL_ACTIVITY) => Some(word::sport::VIRTUAL_RUNNING),
        (Sport::RUNNING, _) => Some(word::sport::RUNNING),
        _ => None,
    };
    let fast = session.enhanced_avg_speed_scaled().or(session.avg_speed_scaled());
    let fastest = session.enhanced_max_speed_scaled().or(session.max_speed_scaled());
    let steps = steps_per_turn(session);
    record
        .attribute(attribute::SPORT, sport)
        .measure(metric::DURATION, session.total_elapsed_time_scaled())
        .measure(metric::MOVING_DURATION, session.total_timer_time_scaled())
        .measure(metric::DISTANCE, session.total_distance_scaled())
        .measure(metric::ELEVATION_GAIN, short(session.total_ascent))
        .measure(metric::ELEVATION_LOSS, short(session.total_descent))
        .measure(metric::SPEED, fast)
        .measure(metric::SPEED_MAX, fastest)
        .measure(metric::HEART_RATE, beats(session.avg_heart_rate))
        .measure(metric::HEART_RATE_MAX, beats(session.max_heart_rate))
        .measure(metric::CADENCE, byte(session.avg_cadence).map(|turns| turns * steps))
        .measure(metric::CADENCE_MAX, byte(session.max_cadence).map(|turns| turns * steps))
        .measure(metric::POWER, short(session.avg_power))
        .measure(metric::POWER_MAX, short(session.max_power))
        .measure(metric::POWER_NORMALIZED, short(session.normalized_power))
        .measure(metric::INTENSITY_FACTOR, session.intensity_factor_scaled())
        .measure(metric::TRAINING_STRESS_SCORE, session.training_stress_score_scaled())
        .measure(metric::WORK, (session.total_work != u32::MAX).then(|| f64::from(session.total_work) / 1_000.0))
        .measure(metric::ENERGY, short(session.total_calories))
}

/// On foot, a file counts one leg and the registry both.
fn steps_per_turn(session: &Session) -> f64 {
    if session.sport == Sport::RUNNING { 2.0 } else { 1.0 }
}

fn segment(lap: &Lap) -> Option<Segment> {
    let start = lap.start_time.unix_timestamp()? * 1_000;
    let elapsed = lap.total_elapsed_time_scaled()?;
    Some(
        Segment::new(role::LAP)
            .lasting(start, elapsed)
            .measure(metric::DURATION, elapsed)
            .measure(metric::MOVING_DURATION, lap.total_timer_time_scaled())
            .measure(metric::DISTANCE, lap.total_distance_scaled())
            .measure(metric::SPEED, lap.enhanced_avg_speed_scaled().or(lap.avg_speed_scaled()))
            .measure(metric::HEART_RATE, beats(lap.avg_heart_rate))
            .measure(metric::HEART_RATE_MAX, beats(lap.max_heart_rate))
            .measure(metric::POWER, short(lap.avg_power))
            .measure(metric::POWER_MAX, short(lap.max_power)),
    )
}

/// Columns of samples. One whose time does not go on, or lies before the start, has no place.
fn series(record: Record, start: i64, samples: &[Sample], steps: f64) -> Record {
    let mut rows: Vec<(u32, &Sample)> = Vec::with_capacity(samples.len());
    for sample in samples {
        let Some(at) = sample.timestamp.unix_timestamp() else { continue };
        let Ok(offset) = u32::try_from(at * 1_000 - start) else { continue };
        if rows.last().is_none_or(|(last, _)| *last < offset) {
            rows.push((offset, sample));
        }
    }
    let offsets: Vec<u32> = rows.iter().map(|(offset, _)| *offset).collect();
    let column = |metric: &str, read: fn(&Sample) -> Option<f64>| {
        let factor = if metric == metric::CADENCE { steps } else { 1.0 };
        let values = rows.iter().map(|(_, sample)| read(sample).map(|value| value * factor));
        Series::sparse(metric, &offsets, values)
    };
    record
        .series(column(metric::CUMULATIVE_DISTANCE, Sample::distance_scaled))
        .series(column(metric::LATITUDE, |sample| place(sample).map(|(latitude, _)| latitude)))
        .series(column(metric::LONGITUDE, |sample| place(sample).map(|(_, longitude)| longitude)))
        .series(column(metric::ALTITUDE, |sample| sample.enhanced_altitude_scaled().or(sample.altitude_scaled())))
        .series(column(metric::GRADE, Sample::grade_scaled))
        .series(column(metric::SPEED, |sample| sample.enhanced_speed_scaled().or(sample.speed_scaled())))
        .series(column(metric::HEART_RATE, |sample| beats(sample.heart_rate)))
        .series(column(metric::CADENCE, |sample| byte(sample.cadence)))
        .series(column(metric::POWER, |sample| short(sample.power)))
        .series(column(metric::TEMPERATURE, |sample| {
            (sample.temperature != i8::MAX).then(|| f64::from(sample.temperature))
        }))
}

/// All ones is FIT's word for "not known".
fn byte(value: u8) -> Option<f64> {
    (value != u8::MAX).then(|| f64::from(value))
}

/// A strap that fell off writes zero.
fn beats(value: u8) -> Option<f64> {
    unit::positive(byte(value))
}

fn short(value: u16) -> Option<f64> {
    (value != u16::MAX).then(|| f64::from(value))
}

/// Degrees. Zero on both axes is a place at sea, and what is written where no place is known.
fn place(sample: &Sample) -> Option<(f64, f64)> {
    let (latitude, longitude) = (sample.position_lat, sample.position_long);
    let known = latitude != i32::MAX && longitude != i32::MAX && (latitude, longitude) != (0, 0);
    known.then(|| (f64::from(latitude) * 180.0 / HALF_TURN, f64::from(longitude) * 180.0 / HALF_TURN))
}
