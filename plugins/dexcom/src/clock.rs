//! The two clocks of a record: the device's, nominally UTC, and the one that its user saw.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::{Stamp, TimeError};

/// Most seconds by which the two clocks may differ beside their offset: they are set apart and drift, the one that the
/// documentation shows by 15.
const DRIFT: i64 = 120;

/// Offsets that exist are multiples of this, in seconds.
const QUARTER: i64 = 900;

/// When something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Unix milliseconds, by the device's clock.
    pub(crate) instant: i64,
    /// Seconds east of UTC, and whether the device wrote it or it is what the two clocks differ by.
    pub(crate) offset: Option<(i32, Origin)>,
}

impl Moment {
    /// Reads both. An app writes an offset; a receiver writes none, and then its display tells it.
    pub(crate) fn read(system: &str, display: Option<&str>) -> Result<Self, Reject> {
        let wrong = |at: &'static str| move |error: TimeError| Reject::new(at, error.to_string());
        let instant = parse(system).map_err(wrong("/systemTime"))?.instant;
        let display = display.map(parse).transpose().map_err(wrong("/displayTime"))?;
        let offset = display.and_then(|display| match display.offset {
            Some(written) => Some((zone(written.into())?, Origin::Device)),
            None => Some((zone((display.instant - instant).div_euclid(1_000))?, Origin::Inferred)),
        });
        Ok(Self { instant, offset })
    }

    /// Puts an offset into a record.
    pub(crate) fn place(&self, record: Record) -> Record {
        match self.offset {
            Some((seconds, origin)) => record.offset(seconds, origin),
            None => record,
        }
    }
}

/// The offset that is meant: an app writes `-06:59:59` where its phone is a second behind the transmitter. None where no
/// place has such an offset, as with a receiver that was set wrong.
fn zone(seconds: i64) -> Option<i32> {
    let nearest = (seconds + QUARTER / 2).div_euclid(QUARTER) * QUARTER;
    let exists = (-12 * 3_600..=14 * 3_600).contains(&nearest) && (nearest - seconds).abs() <= DRIFT;
    i32::try_from(nearest).ok().filter(|_| exists)
}

/// A time, perhaps with seconds in its offset, which no standard knows.
fn parse(text: &str) -> Result<Stamp, TimeError> {
    match split_seconds(text.trim()) {
        Some((wall, offset)) => time::parse(wall, Bare::Offset(offset)),
        None => time::parse(text, Bare::Utc),
    }
}

/// `2026-03-10T10:52:48-06:59:59` into wall time and offset.
fn split_seconds(text: &str) -> Option<(&str, i32)> {
    let (wall, zone) = text.split_at_checked(text.len().checked_sub("-06:59:59".len())?)?;
    let (sign, clock) = match zone.split_at_checked(1)? {
        ("+", clock) => (1, clock),
        ("-", clock) => (-1, clock),
        _ => return None,
    };
    if clock.split(':').count() != 3 {
        return None;
    }
    let seconds = time::parse_duration(clock).ok().filter(|seconds| *seconds <= 64_800.0)?;
    Some((wall, sign * seconds.round() as i32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-10T17:53:03Z, by `date -ud`.
    const MOMENT: i64 = 1_773_165_183_000;

    fn offset(system: &str, display: &str) -> Option<(i32, Origin)> {
        let moment = Moment::read(system, Some(display)).unwrap();
        assert_eq!(moment.instant, MOMENT, "{system}");
        moment.offset
    }

    #[test]
    fn an_app_writes_its_offset() {
        let there = Some((-25_200, Origin::Device));
        assert_eq!(offset("2026-03-10T17:53:03Z", "2026-03-10T10:53:03-07:00"), there);
        assert_eq!(offset("2026-03-10T17:53:03+00:00", "2026-03-10T10:53:03-07:00"), there);
        assert_eq!(offset("2026-03-10T17:53:03Z", "2026-03-10T17:53:03+00:00"), Some((0, Origin::Device)));
    }

    #[test]
    fn an_offset_with_seconds_is_read_as_the_one_that_is_meant() {
        assert_eq!(offset("2026-03-10T17:53:03Z", "2026-03-10T10:52:48-06:59:59"), Some((-25_200, Origin::Device)));
        assert_eq!(offset("2026-03-10T17:53:03Z", "2026-03-10T23:23:05+05:30:02"), Some((19_800, Origin::Device)));
    }

    #[test]
    fn a_receiver_writes_none_and_its_display_tells() {
        assert_eq!(offset("2026-03-10T17:53:03", "2026-03-10T10:52:40"), Some((-25_200, Origin::Inferred)));
        assert_eq!(offset("2026-03-10T17:53:03", "2026-03-10T17:53:03"), Some((0, Origin::Inferred)));
    }

    #[test]
    fn a_display_that_was_set_wrong_tells_no_offset() {
        assert_eq!(offset("2026-03-10T17:53:03", "2026-03-10T10:46:03"), None);
        assert_eq!(offset("2026-03-10T17:53:03", "2020-01-01T00:00:00"), None);
        assert_eq!(Moment::read("2026-03-10T17:53:03", None).unwrap().offset, None);
    }

    #[test]
    fn what_is_no_time_names_its_place() {
        assert_eq!(Moment::read("yesterday", None).unwrap_err().pointer, "/systemTime");
        let odd = Moment::read("2026-03-10T17:53:03Z", Some("2026-03-10T10:52:48-99:59:59"));
        assert_eq!(odd.unwrap_err().pointer, "/displayTime");
    }
}
