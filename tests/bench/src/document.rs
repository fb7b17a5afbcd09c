//! A long ride as Strava would answer it: detail, streams and laps. Made up, and the same in every run.

use std::fmt::Write as _;

use gearshift_adapters::contract::{Document, Part};
use serde_json::json;

use crate::settings::DOCUMENT_BYTES;

/// 2026-05-02T06:30:00Z.
const START: i64 = 1_777_703_400;

/// Bytes that one second of the ride takes in all streams together, as `streams` writes them.
const BYTES_A_SECOND: usize = 72;

/// Seconds of a lap.
const LAP: usize = 300;

/// What does not depend on the ride's length.
const DETAIL: &str = r#""id":88000000001,"resource_state":3,"name":"Round the lake and over the hill",
"description":"Windy. The new wheels hold.","sport_type":"Ride","type":"Ride","workout_type":12,
"start_date":"2026-05-02T06:30:00Z","start_date_local":"2026-05-02T08:30:00Z",
"timezone":"(GMT+01:00) Europe/Zurich","utc_offset":7200.0,"start_latlng":[47.21,8.79],"end_latlng":[47.21,8.79],
"total_elevation_gain":842.0,"elev_high":771.4,"elev_low":402.2,"average_speed":8.4,"max_speed":17.9,
"average_heartrate":141.7,"max_heartrate":178.0,"average_cadence":86.3,"average_watts":204.1,"max_watts":731,
"weighted_average_watts":221,"device_watts":true,"kilojoules":1404.0,"calories":1366.0,"average_temp":14,
"suffer_score":112.0,"visibility":"followers_only","trainer":false,"commute":false,"manual":false,"flagged":false,
"device_name":"A computer of the bench's","external_id":"bench.fit","gear_id":"b1000001",
"gear":{"id":"b1000001","name":"The blue one","distance":1203441.0}"#;

/// Noise without chance: xorshift, from a fixed seed.
struct Noise(u64);

impl Noise {
    /// From 0 to before `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    /// A number with `digits` decimals, as JSON would have it.
    fn number(&mut self, low: u64, spread: u64, digits: usize) -> String {
        let value = (low + self.below(spread)) as f64 / 10_f64.powi(digits as i32);
        format!("{value:.digits$}")
    }
}

/// The whole document.
pub(crate) fn ride() -> Document {
    let seconds = DOCUMENT_BYTES / BYTES_A_SECOND;
    let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
    let parts = [
        ("detail", detail(seconds, &mut noise)),
        ("streams", streams(seconds, &mut noise)),
        ("laps", laps(seconds, &mut noise)),
    ];
    let part = |(name, body): (&str, String)| Part {
        name: name.into(),
        media_type: "application/json".into(),
        body: body.into_bytes(),
    };
    Document {
        stream: "activities".into(),
        endpoint: "activity.detail".into(),
        id: Some("88000000001".into()),
        parts: parts.into_iter().map(part).collect(),
        fetched_at: (START + 90_000) * 1_000,
        context: Vec::new(),
    }
}

/// The detail, with members that no adapter reads, as real ones have.
fn detail(seconds: usize, noise: &mut Noise) -> String {
    let split = |number: usize, noise: &mut Noise| {
        json!({ "split": number, "distance": 1000.0 + noise.below(9) as f64, "elapsed_time": 110 + noise.below(40),
            "moving_time": 110 + noise.below(30), "elevation_difference": noise.below(40) as f64 - 20.0,
            "average_speed": 8.0 + noise.below(20) as f64 / 10.0, "average_heartrate": 140.0, "pace_zone": 0 })
    };
    let splits: Vec<_> = (1..=seconds / 120).map(|number| split(number, noise)).collect();
    let splits = serde_json::Value::from(splits);
    let polyline = polyline(seconds, noise);
    let moving = seconds - 60;
    let distance = seconds as f64 * 8.4;
    format!(
        r#"{{{DETAIL},"elapsed_time":{seconds},"moving_time":{moving},"distance":{distance:.1},"map":{{"id":"a88000000001","polyline":"{polyline}","summary_polyline":""}},"splits_metric":{splits}}}"#
    )
}

/// Letters as an encoded line has them; nobody decodes it.
fn polyline(seconds: usize, noise: &mut Noise) -> String {
    (0..seconds / 2).map(|_| char::from(b'_' + u8::try_from(noise.below(30)).unwrap_or(0))).collect()
}

/// All streams that Strava has, a sample a second.
fn streams(seconds: usize, noise: &mut Noise) -> String {
    let mut out = String::from("{");
    let mut stream = |name: &str, sample: &mut dyn FnMut(usize) -> String| {
        let comma = if out.len() > 1 { "," } else { "" };
        // Writing to text cannot fail.
        _ = write!(out, r#"{comma}"{name}":{{"data":["#);
        for second in 0..seconds {
            let comma = if second > 0 { "," } else { "" };
            _ = write!(out, "{comma}{}", sample(second));
        }
        _ = write!(out, r#"],"series_type":"time","original_size":{seconds},"resolution":"high"}}"#);
    };
    stream("time", &mut |second| second.to_string());
    stream("distance", &mut |second| format!("{:.1}", second as f64 * 8.4));
    stream("latlng", &mut |_| {
        format!("[{},{}]", noise.number(47_190_000, 80_000, 6), noise.number(8_700_000, 90_000, 6))
    });
    stream("altitude", &mut |_| noise.number(4_022, 3_692, 1));
    stream("velocity_smooth", &mut |_| noise.number(2_000, 15_900, 3));
    stream("heartrate", &mut |_| noise.number(98, 80, 0));
    stream("cadence", &mut |_| noise.number(60, 50, 0));
    stream("watts", &mut |second| if second % 97 == 0 { "null".into() } else { noise.number(90, 640, 0) });
    stream("temp", &mut |_| noise.number(11, 6, 0));
    stream("moving", &mut |second| (second % 700 > 8).to_string());
    stream("grade_smooth", &mut |_| noise.number(0, 90, 1));
    out + "}"
}

fn laps(seconds: usize, noise: &mut Noise) -> String {
    let lap = |index: usize, noise: &mut Noise| {
        let minute = index * LAP / 60;
        json!({
            "id": 99_000_000_000_u64 + index as u64, "name": format!("Lap {}", index + 1), "lap_index": index + 1,
            "start_date": format!("2026-05-02T{:02}:{:02}:00Z", 6 + (30 + minute) / 60, (30 + minute) % 60),
            "elapsed_time": LAP, "moving_time": LAP, "distance": 2_400.0 + noise.below(300) as f64,
            "total_elevation_gain": noise.below(60), "average_speed": 8.0, "max_speed": 14.5,
            "average_cadence": 85.5, "average_watts": 190.0 + noise.below(40) as f64, "device_watts": true,
            "average_heartrate": 141.0, "max_heartrate": 171.0, "start_index": index * LAP, "split": index + 1,
        })
    };
    let laps: Vec<_> = (0..seconds / LAP).map(|index| lap(index, noise)).collect();
    serde_json::Value::from(laps).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ride_is_as_long_as_it_should_be_and_the_same_each_time() {
        let ride = ride();
        let bytes: usize = ride.parts.iter().map(|part| part.body.len()).sum();
        assert!(bytes.abs_diff(DOCUMENT_BYTES) < DOCUMENT_BYTES / 20, "{bytes} bytes");
        assert_eq!(super::ride(), ride);
    }
}
