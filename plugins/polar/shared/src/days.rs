//! Which days a pull asks for.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use crate::state::Watermark;

/// Days before the last pull's end that are asked for again: a watch may hand over a day when it is over.
const OVERLAP: i64 = 3;

/// The day that has begun somewhere: the furthest zone is 14 hours ahead of UTC, and Polar's days are the person's own.
const AHEAD: i64 = 14 * 3_600_000;

/// A range of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Days {
    /// What is wanted: from the request's window, after a complete pull only what may be new, and never more than `most` days.
    ///
    /// # Errors
    /// `invalid` where the watermark is none of ours.
    pub fn wanted(host: &Host<'_>, request: &PullRequest, most: i64) -> Result<Self, Failure> {
        let end = request.window.map_or_else(|| host.now(), |window| window.end);
        let last = Date::of(end + AHEAD);
        let window = request.window.map(|window| Date::of(window.start));
        let since = request.since::<Watermark>()?.and_then(|since| Date::parse(&since.through?).ok());
        let starts = [window, since.map(|through| through.plus(-OVERLAP)), Some(last.plus(1 - most))];
        let first = starts.into_iter().flatten().max().unwrap_or(last).min(last);
        Ok(Self { first, last })
    }

    /// The day after the last, for a range whose end does not belong to it.
    pub fn end(&self) -> Date {
        self.last.plus(1)
    }

    /// All of them, the newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = Date> + use<> {
        let (first, last) = (self.first, self.last);
        (0..).map(move |back| last.plus(-back)).take_while(move |day| *day >= first)
    }
}
