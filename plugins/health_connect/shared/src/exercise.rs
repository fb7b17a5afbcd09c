//! Exercise. Heart rate, speed and power of it are records of their own, of the same time.

use gearshift_sdk::prelude::*;
use gearshift_sdk::word::sport;
use serde_json::Value;

use crate::wire::{Row, moment_of, number, offset};

/// Health Connect's number for a type of exercise, and the registry's word.
const SPORTS: &[(i64, &str)] = &[
    (0, sport::OTHER),
    (2, sport::BADMINTON),
    (4, sport::BASEBALL),
    (5, sport::BASKETBALL),
    (8, sport::CYCLING),
    (9, sport::INDOOR_CYCLING),
    (10, sport::CIRCUIT_TRAINING),
    (11, sport::BOXING),
    (13, sport::CALISTHENICS),
    (14, sport::CRICKET),
    (16, sport::DANCING),
    (25, sport::ELLIPTICAL),
    (27, sport::FENCING),
    (28, sport::AMERICAN_FOOTBALL),
    (29, sport::AUSTRALIAN_FOOTBALL),
    (31, sport::FRISBEE),
    (32, sport::GOLF),
    (33, sport::GUIDED_BREATHING),
    (34, sport::GYMNASTICS),
    (35, sport::HANDBALL),
    (36, sport::HIIT),
    (37, sport::HIKING),
    (38, sport::HOCKEY),
    (39, sport::ICE_SKATING),
    (44, sport::MARTIAL_ARTS),
    (46, sport::PADDLING),
    (47, sport::PARAGLIDING),
    (48, sport::PILATES),
    (50, sport::RACQUETBALL),
    (51, sport::ROCK_CLIMBING),
    (53, sport::ROWING),
    (54, sport::INDOOR_ROWING),
    (55, sport::RUGBY),
    (56, sport::RUNNING),
    (57, sport::TREADMILL_RUNNING),
    (58, sport::SAILING),
    (59, sport::SCUBA_DIVING),
    (60, sport::SKATING),
    (61, sport::SKIING),
    (62, sport::SNOWBOARDING),
    (63, sport::SNOWSHOEING),
    (64, sport::FOOTBALL),
    (65, sport::SOFTBALL),
    (66, sport::SQUASH),
    (68, sport::STAIR_CLIMBING),
    (69, sport::STAIR_MACHINE),
    (70, sport::STRENGTH_TRAINING),
    (71, sport::STRETCHING),
    (72, sport::SURFING),
    (73, sport::OPEN_WATER_SWIMMING),
    (74, sport::POOL_SWIMMING),
    (75, sport::TABLE_TENNIS),
    (76, sport::TENNIS),
    (78, sport::VOLLEYBALL),
    (79, sport::WALKING),
    (80, sport::WATER_POLO),
    (81, sport::WEIGHTLIFTING),
    (82, sport::WHEELCHAIR),
    (83, sport::YOGA),
];

/// A coordinate of a way: where it stands in a point, and what it is.
const WAY: [(&str, &str); 3] =
    [("/latitude", metric::LATITUDE), ("/longitude", metric::LONGITUDE), ("/altitude/inMeters", metric::ALTITUDE)];

pub(crate) fn read(row: &Row) -> Result<Record, Reject> {
    let number = row.rest.get("exerciseType").and_then(Value::as_i64);
    let number = number.ok_or_else(|| Reject::new("/exerciseType", "is no whole number"))?;
    let word = SPORTS.iter().find(|(known, _)| *known == number).map(|(_, word)| *word);
    let mut record = row
        .span(kind::ACTIVITY)?
        .attribute(attribute::SPORT, word)
        .attribute(attribute::NAME, row.text("title"))
        .attribute(attribute::NOTE, row.text("notes"));
    for (index, lap) in row.list("laps")?.iter().enumerate() {
        record.push_segment(self::lap(lap, &format!("/laps/{index}"))?);
    }
    for series in way(row)? {
        record = record.series(series);
    }
    Ok(record)
}

fn lap(lap: &Value, place: &str) -> Result<Segment, Reject> {
    let (start, end) = (moment_of(lap, "startTime", place)?, moment_of(lap, "endTime", place)?);
    let segment = Segment { window: Some(Window { start, end }), ..Segment::new(role::LAP) };
    Ok(segment.measure(metric::DISTANCE, number(lap, "/length/inMeters")))
}

/// The way, where the user has let the app read it.
fn way(row: &Row) -> Result<Vec<Series>, Reject> {
    let points = row.rest.get("exerciseRoute").and_then(|route| route.get("route")).and_then(Value::as_array);
    let start = row.start()?;
    let mut way = Vec::new();
    for (index, point) in points.into_iter().flatten().enumerate() {
        let place = format!("/exerciseRoute/route/{index}");
        way.push((offset(start, moment_of(point, "time", &place)?, &place)?, point));
    }
    way.sort_by_key(|(offset, _)| *offset);
    let offsets: Vec<u32> = way.iter().map(|(offset, _)| *offset).collect();
    let series =
        |(at, metric): &(&str, &str)| Series::sparse(metric, &offsets, way.iter().map(|(_, point)| number(point, at)));
    Ok(WAY.iter().filter_map(series).collect())
}
