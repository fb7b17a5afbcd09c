//! What a device recorded, second by second.

use crate::random::Random;

use super::activity::{Sensors, Sport};

/// The columns of a recording. Every column has as many rows as `time`, or none where there was no sensor.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Samples {
    /// Seconds since the start; a pause is a gap.
    pub(crate) time: Vec<i64>,
    pub(crate) moving: Vec<bool>,
    pub(crate) distance: Vec<f64>,
    pub(crate) velocity: Vec<f64>,
    pub(crate) heartrate: Vec<i64>,
    pub(crate) cadence: Vec<i64>,
    pub(crate) watts: Vec<i64>,
    pub(crate) temp: Vec<i64>,
    pub(crate) altitude: Vec<f64>,
    pub(crate) grade: Vec<f64>,
    pub(crate) latlng: Vec<(f64, f64)>,
}

/// What a recording follows from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Course {
    pub(crate) seed: u64,
    pub(crate) seconds: i64,
    /// After how many samples the rider stood, and for how many seconds.
    pub(crate) pause: Option<(i64, i64)>,
    pub(crate) sport: Sport,
    pub(crate) sensors: Sensors,
    pub(crate) start: (f64, f64),
}

/// Rounds to a number of decimals.
pub(crate) fn round(value: f64, decimals: i32) -> f64 {
    let factor = 10_f64.powi(decimals);
    (value * factor).round() / factor
}

impl Samples {
    /// The same course gives the same samples, so that nothing but the course is kept.
    pub(crate) fn of(course: &Course) -> Samples {
        let mut random = Random::of(course.seed, "samples");
        let (wave, slow) = (60.0 + random.unit() * 120.0, 400.0 + random.unit() * 500.0);
        let base = course.sport.base();
        let (hills, mut heart) = (2.0 + random.unit() * 10.0, 88.0 + random.unit() * 14.0);
        let (mut metres, mut place, mut before) = (0.0_f64, course.start, 40.0_f64);
        let mut samples = Samples::default();
        for second in 0..course.seconds {
            let t = second as f64;
            let stood = course.pause.map_or(0, |(after, length)| if second >= after { length } else { 0 });
            let resumed = course.pause.is_some_and(|(after, _)| second == after);
            let effort = 1.0 + 0.35 * (t / wave).sin() + 0.2 * (random.unit() - 0.5);
            let coasting = second % 173 < 6;
            let speed = if second == 0 || resumed { 0.0 } else { (base.speed * (0.75 + 0.25 * effort)).max(0.3) };
            metres += speed;
            heart += (base.heart + 18.0 * (t / slow).sin() + 20.0 * (effort - 1.0) - heart) * 0.03;
            let height = 40.0 + hills * (t / slow).sin() + 0.4 * hills * (t / wave).cos();
            place.0 += speed * (t / slow).cos() / 111_320.0;
            place.1 += speed * (t / slow).sin() / 70_000.0;
            samples.time.push(second + stood);
            samples.moving.push(speed > 0.0);
            samples.distance.push(round(metres, 1));
            samples.velocity.push(round(speed, 3));
            let sensors = course.sensors;
            if sensors.heartrate {
                samples.heartrate.push(heart.round() as i64);
            }
            if sensors.cadence {
                samples.cadence.push(if coasting || speed == 0.0 { 0 } else { (base.cadence + 6.0 * effort) as i64 });
            }
            if sensors.power {
                samples.watts.push(if coasting { 0 } else { (base.watts * effort).max(0.0) as i64 });
            }
            if sensors.outside {
                let rise = if speed > 0.0 { (height - before) / speed * 100.0 } else { 0.0 };
                samples.altitude.push(round(height, 1));
                samples.grade.push(round(if second == 0 { 0.0 } else { rise.clamp(-25.0, 25.0) }, 1));
                samples.latlng.push((round(place.0, 6), round(place.1, 6)));
                samples.temp.push(14 + (t / 900.0) as i64);
            }
            before = height;
        }
        samples
    }

    pub(crate) fn len(&self) -> usize {
        self.time.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course() -> Course {
        Course {
            seed: 3,
            seconds: 900,
            pause: Some((400, 90)),
            sport: Sport::Ride,
            sensors: Sensors { heartrate: true, power: true, cadence: true, outside: true },
            start: (52.4, 13.1),
        }
    }

    #[test]
    fn a_pause_is_a_gap_in_time_and_in_nothing_else() {
        let samples = Samples::of(&course());
        assert_eq!(samples, Samples::of(&course()));
        assert_eq!(samples.len(), 900);
        assert_eq!(samples.time[400] - samples.time[399], 91);
        assert!(!samples.moving[400]);
        assert!(samples.distance.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(samples.heartrate.iter().all(|beats| (60..200).contains(beats)));
    }

    #[test]
    fn a_sensor_that_is_not_there_leaves_no_column() {
        let mut indoor = course();
        indoor.sensors = Sensors { heartrate: true, power: false, cadence: false, outside: false };
        let samples = Samples::of(&indoor);
        assert_eq!(samples.heartrate.len(), 900);
        assert!(samples.watts.is_empty() && samples.latlng.is_empty() && samples.altitude.is_empty());
    }
}
