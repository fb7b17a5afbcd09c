//! TrainerRoad's workouts: what a planned ride asks for.

use crate::random::Random;

/// A part of a workout. Power is a percentage of the rider's threshold.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) name: String,
    /// A gap between intervals: it is ridden all the same.
    pub(crate) fake: bool,
    pub(crate) from: f64,
    /// Where a ramp ends; a steady step has none.
    pub(crate) to: Option<f64>,
}

/// A workout of the library; it never changes under its id.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Workout {
    pub(crate) id: i64,
    pub(crate) name: &'static str,
    pub(crate) zone: (i64, &'static str),
    pub(crate) minutes: i64,
    pub(crate) tss: i64,
    pub(crate) intensity: i64,
    pub(crate) kilojoules: i64,
    pub(crate) outside: bool,
    pub(crate) steps: Vec<Step>,
}

/// Progressions with the ids that TrainerRoad gives them, a name of ours, and the target of its hard parts.
const KINDS: [(&str, i64, &str, i64, i64); 8] = [
    ("Aspen", 33, "Endurance", 65, 60),
    ("Birch", 16, "Tempo", 82, 60),
    ("Cedar", 84, "Sweet Spot", 91, 75),
    ("Dogwood", 83, "Threshold", 101, 60),
    ("Elder", 85, "VO2 Max", 118, 45),
    ("Fir", 79, "Anaerobic", 140, 45),
    ("Hazel -1", 33, "Endurance", 60, 30),
    ("Juniper +2", 84, "Sweet Spot", 94, 90),
];

/// The same at every start: workouts belong to no seed.
pub(crate) fn library() -> Vec<Workout> {
    KINDS.iter().enumerate().map(|(index, kind)| make(5_600 + 17 * index as i64, *kind)).collect()
}

fn make(id: i64, (name, progression, zone, target, minutes): (&'static str, i64, &'static str, i64, i64)) -> Workout {
    let mut random = Random::of(id as u64, "workout");
    let (length, count) = (minutes * 60, random.between(3, 6));
    let warm = 300;
    let easy = 50.0;
    let mut steps = vec![step(0, warm, "Warm up", false, 40.0, Some(60.0))];
    let room = length - warm - 300;
    for number in 0..count {
        let start = warm + room * number / count;
        let end = warm + room * (number + 1) / count;
        let hard = start + (end - start) * 2 / 3 / 10 * 10;
        steps.push(step(start, hard, &format!("{zone} {}", number + 1), false, target as f64, None));
        steps.push(step(hard, end, "Fake", true, easy, None));
    }
    steps.push(step(length - 300, length, "Cool down", false, 50.0, Some(40.0)));
    let mean = steps.iter().map(|step| (step.end - step.start) as f64 * step.mean()).sum::<f64>() / length as f64;
    let intensity = (mean * 1.04).round() as i64;
    Workout {
        id,
        name,
        zone: (progression, zone),
        minutes,
        tss: (minutes as f64 / 60.0 * (intensity as f64 / 100.0).powi(2) * 100.0).round() as i64,
        intensity,
        kilojoules: (length as f64 * 2.1 * mean / 1_000.0).round() as i64,
        outside: false,
        steps,
    }
}

fn step(start: i64, end: i64, name: &str, fake: bool, from: f64, to: Option<f64>) -> Step {
    Step { start, end, name: name.to_owned(), fake, from, to }
}

impl Step {
    pub(crate) fn mean(&self) -> f64 {
        (self.from + self.to.unwrap_or(self.from)) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_of_every_workout_cover_it_without_a_gap() {
        for workout in library() {
            assert_eq!(workout.steps.first().unwrap().start, 0, "{}", workout.name);
            assert_eq!(workout.steps.last().unwrap().end, workout.minutes * 60, "{}", workout.name);
            for pair in workout.steps.windows(2) {
                assert_eq!(pair[0].end, pair[1].start, "{}", workout.name);
            }
            assert!(workout.steps.iter().all(|step| step.start < step.end), "{}", workout.name);
            assert!(workout.steps.iter().any(|step| step.fake), "{}", workout.name);
        }
    }
}
