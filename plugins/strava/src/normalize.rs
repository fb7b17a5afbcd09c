//! From answers to records.

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;

use super::sport;
use super::wire::{Activity, Athlete, Lap, Stream, Streams};

pub(crate) fn athlete(document: &Fetched) -> Result<Normalized, Failure> {
    let athlete: Athlete = document.json("athlete")?;
    let sex = match athlete.sex.as_deref() {
        Some("F") => Some(word::sex::FEMALE),
        Some("M") => Some(word::sex::MALE),
        _ => None,
    };
    let units = match athlete.measurement_preference.as_deref() {
        Some("feet") => Some(word::unit_system::IMPERIAL),
        Some("meters") => Some(word::unit_system::METRIC),
        _ => None,
    };
    let moment = |text: &Option<String>| text.as_deref().and_then(|text| time::parse(text, Bare::Refused).ok());
    let created = moment(&athlete.created_at).map(|stamp| time::format(stamp.instant));
    // Without a picture of one's own the profile names a file of Strava's, without a host.
    let picture = athlete.profile.as_deref().filter(|url| url.starts_with("https://"));
    let record = Record::new(kind::ATHLETE, athlete.id)
        .updated(moment(&athlete.updated_at).map(|stamp| stamp.instant))
        .attribute(attribute::USERNAME, athlete.username.as_deref())
        .attribute(attribute::FIRST_NAME, athlete.firstname.as_deref())
        .attribute(attribute::LAST_NAME, athlete.lastname.as_deref())
        .attribute(attribute::SEX, sex)
        .attribute(attribute::BIO, athlete.bio.as_deref())
        .attribute(attribute::CITY, athlete.city.as_deref())
        .attribute(attribute::STATE, athlete.state.as_deref())
        .attribute(attribute::COUNTRY, athlete.country.as_deref())
        .attribute(attribute::UNIT_SYSTEM, units)
        .attribute(attribute::ACCOUNT_CREATED, created.as_deref())
        .flag(attribute::PREMIUM, athlete.premium)
        .attribute(attribute::PICTURE, picture)
        .measure(metric::WEIGHT, unit::positive(athlete.weight))
        .measure(metric::FUNCTIONAL_THRESHOLD_POWER, unit::positive(athlete.ftp));
    Ok(Normalized::new().record(record))
}

pub(crate) fn list(document: &Fetched) -> Result<Normalized, Failure> {
    let activities: Each<Activity> = document.json("list")?;
    let mut out = Normalized::new();
    out.each(document, "", activities, |activity, _| summary(&activity))?;
    Ok(out)
}

pub(crate) fn activity(document: &Fetched) -> Result<Normalized, Failure> {
    let activity: Activity = document.json("detail")?;
    let mut record =
        summary(&activity).map_err(|reject| document.changed("detail", &reject.pointer, reject.message))?;
    let steps = steps_per_turn(&activity);
    let mut out = Normalized::new();
    if let Some(laps) = document.maybe_json::<Each<Lap>>("laps")? {
        for (index, lap) in laps.into_iter().enumerate() {
            match lap
                .map_err(|bad| Reject::new(bad.wrong.pointer, bad.wrong.message))
                .and_then(|lap| segment(&lap, steps))
            {
                Ok(segment) => record = record.segment(segment),
                Err(reject) => out.rejected(format!("/laps/{index}{}", reject.pointer), reject.message),
            }
        }
    }
    if let Some(streams) = document.maybe_json::<Streams>("streams")? {
        record = samples(document, record, streams, steps)?;
    }
    Ok(out.record(record))
}

/// What list and detail say alike.
fn summary(activity: &Activity) -> Result<Record, Reject> {
    let start = time::parse(&activity.start_date, Bare::Refused)
        .map_err(|error| Reject::new("/start_date", error.to_string()))?
        .instant;
    let record = Record::new(kind::ACTIVITY, &activity.id)
        .lasting(start, activity.elapsed_time)
        .zone(activity.timezone.as_deref().and_then(iana));
    let record = match offset(activity, start) {
        Some(offset) => record.offset(offset, Origin::Provider),
        None => record,
    };
    Ok(measures(words(record, activity), activity))
}

/// `(GMT-08:00) America/Los_Angeles`: the zone stands behind the offset of winter.
fn iana(timezone: &str) -> Option<String> {
    timezone.split_once(") ").map(|(_, zone)| zone.trim().to_owned()).filter(|zone| zone.contains('/'))
}

/// The local start, which pretends to be UTC, tells the offset to the minute; `utc_offset` only where that is missing.
fn offset(activity: &Activity, start: i64) -> Option<i32> {
    let local = activity.start_date_local.as_deref().and_then(|text| time::parse_false_z(text).ok());
    let told = activity.utc_offset.map(|seconds| start + time::from_seconds(seconds));
    time::offset_between(local.or(told)?, start)
}

fn words(record: Record, activity: &Activity) -> Record {
    let sport_type = activity.sport_type.as_deref().or(activity.old_type.as_deref());
    let purpose = match activity.workout_type {
        Some(1 | 11) => Some(word::purpose::RACE),
        Some(2) => Some(word::purpose::LONG),
        Some(3 | 12) => Some(word::purpose::WORKOUT),
        _ => None,
    };
    let visibility = match activity.visibility.as_deref() {
        Some("everyone") => Some(word::visibility::EVERYONE),
        Some("followers_only") => Some(word::visibility::FOLLOWERS),
        Some("only_me") => Some(word::visibility::ONLY_ME),
        _ => None,
    };
    let watts = activity.average_watts.and(activity.device_watts);
    let source = watts.map(|device| if device { word::power_source::MEASURED } else { word::power_source::ESTIMATED });
    let map = activity.map.as_ref();
    let polyline =
        map.and_then(|map| map.polyline.as_deref().filter(|line| !line.is_empty()).or(map.summary_polyline.as_deref()));
    record
        .attribute(attribute::NAME, activity.name.as_deref())
        .attribute(attribute::DESCRIPTION, activity.description.as_deref())
        .attribute(attribute::SPORT, sport_type.and_then(sport::of))
        .attribute(attribute::SPORT_NAME, sport_type)
        .attribute(attribute::PURPOSE, purpose)
        .attribute(attribute::VISIBILITY, visibility)
        .attribute(attribute::RECORDING, activity.manual.filter(|manual| *manual).map(|_| word::recording::MANUAL))
        .flag(attribute::INDOOR, indoor(activity))
        .flag(attribute::COMMUTE, activity.commute)
        .flag(attribute::FLAGGED, activity.flagged)
        .attribute(attribute::EXTERNAL_ID, activity.external_id.as_deref())
        .attribute(attribute::DEVICE_NAME, activity.device_name.as_deref())
        .attribute(attribute::GEAR, activity.gear_id.as_deref())
        .attribute(attribute::GEAR_NAME, activity.gear.as_ref().and_then(|gear| gear.name.as_deref()))
        .attribute(attribute::POWER_SOURCE, source)
        .attribute(attribute::POLYLINE, polyline)
}

/// `trainer` is also false for a swim in a pool: only a place on the map tells that it was outside.
fn indoor(activity: &Activity) -> Option<bool> {
    activity.trainer.filter(|trainer| *trainer || activity.start_latlng.0.is_some())
}

fn measures(record: Record, activity: &Activity) -> Record {
    let steps = steps_per_turn(activity);
    let (start, end) = (activity.start_latlng.0, activity.end_latlng.0);
    record
        .measure(metric::DURATION, activity.elapsed_time)
        .measure(metric::MOVING_DURATION, activity.moving_time)
        .measure(metric::DISTANCE, activity.distance)
        .measure(metric::ELEVATION_GAIN, activity.total_elevation_gain)
        .measure(metric::ELEVATION_HIGH, activity.elev_high)
        .measure(metric::ELEVATION_LOW, activity.elev_low)
        .measure(metric::START_LATITUDE, start.map(|place| place.0))
        .measure(metric::START_LONGITUDE, start.map(|place| place.1))
        .measure(metric::END_LATITUDE, end.map(|place| place.0))
        .measure(metric::END_LONGITUDE, end.map(|place| place.1))
        .measure(metric::SPEED, activity.average_speed)
        // Of what was typed in, Strava knows no highest speed and writes zero.
        .measure(metric::SPEED_MAX, unit::positive(activity.max_speed))
        .measure(metric::HEART_RATE, activity.average_heartrate)
        .measure(metric::HEART_RATE_MAX, activity.max_heartrate)
        .measure(metric::CADENCE, activity.average_cadence.map(|cadence| cadence * steps))
        .measure(metric::POWER, activity.average_watts)
        .measure(metric::POWER_MAX, activity.max_watts)
        .measure(metric::POWER_NORMALIZED, activity.weighted_average_watts)
        .measure(metric::WORK, activity.kilojoules)
        // Where Strava cannot reckon it, it writes zero.
        .measure(metric::ENERGY, unit::positive(activity.calories))
        .measure(metric::TEMPERATURE, activity.average_temp)
        .measure(metric::RELATIVE_EFFORT, activity.suffer_score)
}

/// On foot, Strava counts one leg.
fn steps_per_turn(activity: &Activity) -> f64 {
    let sport_type = activity.sport_type.as_deref().or(activity.old_type.as_deref());
    if sport_type.is_some_and(sport::is_on_foot) { 2.0 } else { 1.0 }
}

fn segment(lap: &Lap, steps: f64) -> Result<Segment, Reject> {
    let start =
        time::parse(&lap.start_date, Bare::Refused).map_err(|error| Reject::new("/start_date", error.to_string()))?;
    Ok(Segment::new(role::LAP)
        .lasting(start.instant, lap.elapsed_time)
        .attribute(attribute::NAME, lap.name.as_deref())
        .measure(metric::DURATION, lap.elapsed_time)
        .measure(metric::MOVING_DURATION, lap.moving_time)
        .measure(metric::DISTANCE, lap.distance)
        .measure(metric::ELEVATION_GAIN, lap.total_elevation_gain)
        .measure(metric::SPEED, lap.average_speed)
        .measure(metric::SPEED_MAX, lap.max_speed)
        .measure(metric::CADENCE, lap.average_cadence.map(|cadence| cadence * steps))
        .measure(metric::POWER, lap.average_watts)
        .measure(metric::HEART_RATE, lap.average_heartrate)
        .measure(metric::HEART_RATE_MAX, lap.max_heartrate))
}

/// Columns of samples, all on the time column. A sample that was not taken is null, and stays out.
fn samples(document: &Fetched, record: Record, streams: Streams, steps: f64) -> Result<Record, Failure> {
    let Some(time) = streams.time else {
        let any = streams.distance.is_some() || streams.heartrate.is_some() || streams.watts.is_some();
        return if any { Err(document.changed("streams", "/time", "samples without a time")) } else { Ok(record) };
    };
    let offsets: Option<Vec<u32>> = time.data.iter().map(|seconds| offset_millis(*seconds)).collect();
    let Some(offsets) = offsets else {
        return Err(document.changed("streams", "/time/data", "seconds from the start were expected"));
    };
    let column = |metric: &str, stream: Option<Stream<Option<f64>>>, factor: f64| {
        let values = stream.map(|stream| stream.data).unwrap_or_default();
        Series::sparse(metric, &offsets, values.into_iter().map(|value| value.map(|value| value * factor)))
    };
    let places: Vec<_> = streams.latlng.map(|stream| stream.data).unwrap_or_default();
    let record = record
        .series(column(metric::CUMULATIVE_DISTANCE, streams.distance, 1.0))
        .series(Series::sparse(metric::LATITUDE, &offsets, places.iter().map(|place| place.0.map(|place| place.0))))
        .series(Series::sparse(metric::LONGITUDE, &offsets, places.iter().map(|place| place.0.map(|place| place.1))))
        .series(column(metric::ALTITUDE, streams.altitude, 1.0))
        .series(column(metric::GRADE, streams.grade_smooth, 1.0))
        .series(column(metric::SPEED, streams.velocity_smooth, 1.0))
        .series(column(metric::HEART_RATE, streams.heartrate, 1.0))
        .series(column(metric::CADENCE, streams.cadence, steps))
        .series(column(metric::POWER, streams.watts, 1.0))
        .series(column(metric::TEMPERATURE, streams.temp, 1.0));
    let moving = streams.moving.map(|stream| stream.data).unwrap_or_default();
    Ok(record.track(motion(&offsets, &moving)))
}

fn offset_millis(seconds: Option<f64>) -> Option<u32> {
    let millis = (seconds? * 1_000.0).round();
    (0.0..=f64::from(u32::MAX)).contains(&millis).then_some(millis as u32)
}

/// Moving or not, run by run.
fn motion(offsets: &[u32], moving: &[Option<bool>]) -> Track {
    let mut track = Track::new(attribute::MOTION);
    let mut run: Option<(u32, bool)> = None;
    let end = offsets.last().copied().unwrap_or(0);
    let samples = offsets.iter().zip(moving).filter_map(|(offset, moving)| Some((*offset, (*moving)?)));
    let word = |moving: bool| if moving { word::motion::MOVING } else { word::motion::STOPPED };
    for (offset, moving) in samples {
        match run {
            Some((_, before)) if before == moving => {}
            Some((start, before)) => {
                track.push(start, offset.saturating_sub(start), word(before));
                run = Some((offset, moving));
            }
            None => run = Some((offset, moving)),
        }
    }
    if let Some((start, moving)) = run.filter(|(start, _)| *start < end) {
        track.push(start, end - start, word(moving));
    }
    track
}
