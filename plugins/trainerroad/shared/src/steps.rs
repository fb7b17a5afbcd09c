//! A workout's intervals as steps and their targets.

use gearshift_sdk::prelude::*;

/// One interval, whichever generation wrote it.
#[derive(Clone, Debug, PartialEq)]
pub struct Interval {
    /// Seconds from the start.
    pub start: f64,
    /// Seconds from the start.
    pub end: f64,
    /// TrainerRoad's name for it.
    pub name: Option<String>,
    /// A gap between intervals; it is ridden like any other.
    pub is_gap: bool,
    /// Percent of functional threshold power: one value to hold, or where a ramp begins and ends.
    pub targets: Vec<f64>,
}

/// Adds the steps to a plan. The first interval, named `Workout`, spans all the others and is none of them.
///
/// # Errors
/// Where there is nothing: TrainerRoad has no workout without an interval, so this is a form that we do not know.
pub fn add(mut record: Record, intervals: &[Interval]) -> Result<Record, Reject> {
    let steps = match intervals {
        [] => return Err(Reject::new("", "a workout without a single interval")),
        [whole, rest @ ..] if !rest.is_empty() && whole.name.as_deref() == Some("Workout") => rest,
        all => all,
    };
    for interval in steps {
        if interval.end < interval.start {
            return Err(Reject::new("", "an interval that ends before it starts"));
        }
        let intensity = if interval.is_gap { word::intensity::REST } else { word::intensity::ACTIVE };
        let step = Segment::new(role::STEP)
            .attribute(attribute::NAME, interval.name.as_deref().filter(|_| !interval.is_gap))
            .attribute(attribute::INTENSITY, intensity)
            .attribute(attribute::ENDS_ON, word::ends_on::TIME)
            .measure(metric::DURATION, interval.end - interval.start);
        let step = record.push_segment(step);
        if let Some(target) = target(&interval.targets) {
            record.push_segment(target.within(step));
        }
    }
    Ok(record)
}

fn target(percents: &[f64]) -> Option<Segment> {
    let target = Segment::new(role::TARGET).attribute(attribute::TARGET_OF, word::target_of::POWER);
    let fraction = |percent: &f64| unit::from_percent(*percent);
    Some(match percents {
        [] => return None,
        [one] => target.measure(metric::TARGET_POWER_FRACTION, fraction(one)),
        [first, .., last] if first == last => target.measure(metric::TARGET_POWER_FRACTION, fraction(first)),
        [first, .., last] => target
            .measure(metric::TARGET_POWER_FRACTION_START, fraction(first))
            .measure(metric::TARGET_POWER_FRACTION_END, fraction(last)),
    })
}
