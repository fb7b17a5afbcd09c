//! Which days of the calendar a pull is about.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;
use serde::{Deserialize, Serialize};

/// How far ahead plans are fetched, in days: plans further away change too often to be worth it.
const AHEAD: i64 = 42;

/// How far back a pull looks again, in days: rides are edited, and handed over late.
const OVERLAP: i64 = 14;

/// How far back a first pull goes where nobody says, in days.
const HISTORY: i64 = 730;

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Range {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

/// What the next pull goes on from; alike in all generations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Watermark {
    /// The day of the last complete pull.
    pub through: Date,
}

impl Range {
    /// The days that a pull without a cursor is about.
    ///
    /// # Errors
    /// `invalid` for a watermark of another version.
    pub fn of(host: &Host<'_>, request: &PullRequest) -> Result<Self, Failure> {
        let today = Date::of(host.now());
        let since: Option<Watermark> = request.since()?;
        let first = match (since, request.window) {
            (Some(since), _) => since.through.plus(-OVERLAP),
            (None, Some(window)) => Date::of(window.start),
            (None, None) => today.plus(-HISTORY),
        };
        let end = request.window.map_or(today, |window| Date::of(window.end));
        let last = if end >= today.plus(-1) { today.plus(AHEAD) } else { end };
        Ok(Self { first: first.min(last), last })
    }

    /// Whether a day lies within.
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }
}

impl Watermark {
    /// That everything up to now has been seen.
    pub fn now(host: &Host<'_>) -> Self {
        Self { through: Date::of(host.now()) }
    }
}
