//! Which days a pull asks for, and FatSecret's numbers of days.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::{Deserialize, Serialize};

/// Milliseconds of a day.
pub(crate) const DAY: i64 = 86_400_000;

/// Days before the last pull's end that are asked for again: what was eaten is entered later, and mended.
const OVERLAP: i64 = 7;

/// The day that has begun somewhere: the furthest zone is 14 hours ahead of UTC, and days are the user's own.
const AHEAD: i64 = 14 * 3_600_000;

/// How far back a first pull goes where nobody says, in days.
const HISTORY: i64 = 90;

/// Days, both included; also where a pull stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Days {
    /// The first that is still to come.
    pub(crate) first: Date,
    pub(crate) last: Date,
}

/// What the next pull goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Watermark {
    through: Date,
}

impl Watermark {
    /// That everything up to now has been seen.
    pub(crate) fn now(host: &Host<'_>) -> Self {
        Self { through: Date::of(host.now()) }
    }
}

impl Days {
    /// Those that are still to be asked for.
    ///
    /// # Errors
    /// `invalid` for a cursor or a watermark of another version.
    pub(crate) fn wanted(host: &Host<'_>, request: &PullRequest) -> Result<Self, Failure> {
        if let Some(cursor) = request.cursor()? {
            return Ok(cursor);
        }
        let since: Option<Watermark> = request.since()?;
        let last = Date::of(request.window.map_or_else(|| host.now(), |window| window.end) + AHEAD);
        let first = match (since, request.window) {
            (Some(since), _) => since.through.plus(-OVERLAP),
            (None, Some(window)) => Date::of(window.start),
            (None, None) => last.plus(-HISTORY),
        };
        Ok(Self { first: first.min(last), last })
    }

    /// All of them.
    pub(crate) fn each(self) -> impl Iterator<Item = Date> {
        (0..).map(move |ahead| self.first.plus(ahead)).take_while(move |day| *day <= self.last)
    }

    /// Those of the first one's month.
    pub(crate) fn month(self) -> Self {
        Self { last: first_of_next_month(self.first).plus(-1).min(self.last), ..self }
    }

    /// From a day on; none where that is behind them all.
    pub(crate) fn from(self, first: Date) -> Option<Self> {
        (first <= self.last).then_some(Self { first, ..self })
    }
}

/// As FatSecret counts them.
pub(crate) fn number(day: Date) -> i64 {
    day.midnight() / DAY
}

/// From FatSecret's number.
pub(crate) fn day(number: i64) -> Option<Date> {
    number.checked_mul(DAY).map(Date::of)
}

/// `2026-03`.
pub(crate) fn name_of_month(day: Date) -> String {
    day.to_string().chars().take(7).collect()
}

fn first_of_next_month(day: Date) -> Date {
    let month = name_of_month(day);
    // No month has more than 31 days.
    (1..=31).map(|ahead| day.plus(ahead)).find(|later| name_of_month(*later) != month).unwrap_or(day)
}
