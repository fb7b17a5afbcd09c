//! Times of the day without a date, as Polar writes them beside a night or a day.

use gearshift_sdk::time::{self, Bare};

/// Milliseconds in a day.
pub const DAY: i64 = 86_400_000;

const MINUTE: i64 = 60_000;

/// Milliseconds since midnight of `HH:MM` or `HH:MM:SS`; none where it is no time of the day.
pub fn of_day(text: &str) -> Option<i64> {
    let stamp = time::parse(&format!("1970-01-01T{}", text.trim()), Bare::Utc).ok()?;
    (0..DAY).contains(&stamp.instant).then_some(stamp.instant)
}

/// Milliseconds from `start`, wall time in milliseconds, to the next time that the clock shows `of_day`: a night crosses midnight.
///
/// A clock without seconds shows the minute in which the night began before it began: that is its start.
pub fn after(start: i64, of_day: i64) -> u32 {
    let start = start.rem_euclid(DAY);
    let seconds = start % MINUTE;
    let ahead = (of_day - (start - seconds)).rem_euclid(DAY);
    u32::try_from((ahead - seconds).max(0)).unwrap_or(0)
}
