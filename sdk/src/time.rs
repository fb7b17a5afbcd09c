//! Moments, days and lengths of time in the spellings that providers use.
//!
//! A moment is an `i64` of Unix milliseconds. What a text leaves open, its reader has to be told: there is no default for a time
//! without an offset.

use std::fmt;

use serde::{Deserialize, Serialize};

const DAY: i64 = 86_400_000;

/// Why a text is no time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    expected: &'static str,
    found: String,
}

impl TimeError {
    fn new(expected: &'static str, found: &str) -> Self {
        Self { expected, found: found.chars().take(40).collect() }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} was expected, and there is {:?}", self.expected, self.found)
    }
}

impl std::error::Error for TimeError {}

/// What a time without an offset means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bare {
    /// UTC: so the provider says.
    Utc,
    /// Wall time where the person was, read as UTC: the record is [`floating`](crate::Record::floating).
    Floating,
    /// Wall time at this offset, in seconds east of UTC.
    Offset(i32),
    /// An error: this provider always writes one.
    Refused,
}

/// A moment as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Unix milliseconds.
    pub instant: i64,
    /// Seconds east of UTC, where the text says more than `Z`: a `Z` tells the moment and not where the person was.
    pub offset: Option<i32>,
}

/// Reads RFC 3339 and its relatives: `2026-03-10T17:31:04Z`, `2026-03-10 17:31:04.123+0100`, `2026-03-10T17:31`.
///
/// # Errors
/// Where it is no time, or has no offset and `bare` refuses that.
pub fn parse(text: &str, bare: Bare) -> Result<Stamp, TimeError> {
    let wrong = || TimeError::new("a time as in 2026-03-10T17:31:04Z", text);
    let trimmed = text.trim();
    let (date, clock) = trimmed.split_at_checked(10).ok_or_else(wrong)?;
    let date = Date::parse(date).map_err(|_| wrong())?;
    let clock = clock.strip_prefix(['T', 't', ' ']).ok_or_else(wrong)?;
    let (clock, zone) = match clock.find(['Z', 'z', '+', '-']) {
        Some(at) => clock.split_at(at),
        None => (clock, ""),
    };
    let wall = date.midnight() + clock_millis(clock).ok_or_else(wrong)?;
    let offset = match zone {
        "" => match bare {
            Bare::Utc | Bare::Floating => None,
            Bare::Offset(offset) => Some(offset),
            Bare::Refused => return Err(TimeError::new("a time with an offset", text)),
        },
        "Z" | "z" => None,
        zone => Some(zone_seconds(zone).ok_or_else(wrong)?),
    };
    Ok(Stamp { instant: wall - i64::from(offset.unwrap_or(0)) * 1_000, offset })
}

/// Reads a local time that pretends to be UTC, as in `start_date_local: "2026-03-10T06:52:54Z"`: the result is wall time, in
/// milliseconds as if it were UTC. With the true moment beside it, [`offset_between`] says where the person was.
///
/// # Errors
/// Where it is no time.
pub fn parse_false_z(text: &str) -> Result<i64, TimeError> {
    let text = text.trim();
    let bare = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    parse(bare, Bare::Floating).map(|stamp| stamp.instant)
}

/// Seconds east of UTC, from wall time and moment. None where that is no offset that exists.
pub fn offset_between(wall: i64, instant: i64) -> Option<i32> {
    let seconds = (wall - instant).div_euclid(1_000);
    let exists = (-12 * 3_600..=14 * 3_600).contains(&seconds) && seconds % 900 == 0;
    i32::try_from(seconds).ok().filter(|_| exists)
}

/// Unix milliseconds of Unix seconds, whole or not.
pub fn from_seconds(seconds: f64) -> i64 {
    (seconds * 1_000.0).round() as i64
}

/// Reads an HTTP date: `Sun, 01 Mar 2026 00:01:30 GMT`.
///
/// # Errors
/// Where it is none.
pub fn parse_http_date(text: &str) -> Result<i64, TimeError> {
    let wrong = || TimeError::new("an HTTP date", text);
    let words: Vec<&str> = text.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let [_, day, month, year, clock, "GMT"] = words.as_slice() else { return Err(wrong()) };
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month =
        MONTHS.iter().position(|known| known == month).and_then(|at| u32::try_from(at + 1).ok()).ok_or_else(wrong)?;
    let date = Date::new(number(year).ok_or_else(wrong)?, month, number(day).ok_or_else(wrong)?).ok_or_else(wrong)?;
    Ok(date.midnight() + clock_millis(clock).ok_or_else(wrong)?)
}

/// RFC 3339 in UTC; a fraction only where there is one.
pub fn format(instant: i64) -> String {
    let within = instant.rem_euclid(DAY);
    let (seconds, millis) = (within / 1_000, within % 1_000);
    let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = if millis == 0 { String::new() } else { format!(".{millis:03}") };
    format!("{}T{clock}{fraction}Z", Date::of(instant))
}

/// Reads a length of time, in seconds: `0:45:05`, `45:05`, `2705`, `PT45M5S`, `P1DT2H`.
///
/// # Errors
/// Where it is none.
pub fn parse_duration(text: &str) -> Result<f64, TimeError> {
    let wrong = || TimeError::new("a length of time as in 0:45:05", text);
    let trimmed = text.trim();
    if let Some(rest) = trimmed.strip_prefix('P') {
        return iso_duration(rest).ok_or_else(wrong);
    }
    let parts: Vec<&str> = trimmed.split(':').collect();
    if parts.len() > 3 || parts.iter().any(|part| part.is_empty() || part.starts_with(['+', '-'])) {
        return Err(wrong());
    }
    parts.iter().try_fold(0.0, |sum, part| Some(sum * 60.0 + decimal(part)?)).ok_or_else(wrong)
}

fn iso_duration(text: &str) -> Option<f64> {
    let (days, clock) = text.split_once('T').unwrap_or((text, ""));
    let mut total = 0.0;
    for (part, units) in
        [(days, &[('W', 604_800.0), ('D', 86_400.0)][..]), (clock, &[('H', 3_600.0), ('M', 60.0), ('S', 1.0)][..])]
    {
        let mut rest = part;
        while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
            let (value, after) = rest.split_at(at);
            let unit = after.chars().next()?;
            let factor = units.iter().find(|(known, _)| *known == unit).map(|(_, factor)| *factor)?;
            total += decimal(value)? * factor;
            rest = after.get(1..)?;
        }
        if !rest.is_empty() {
            return None;
        }
    }
    (!text.is_empty() && text != "T").then_some(total)
}

/// A day of the calendar. Reads `{"year": 2026, "month": 3, "day": 10}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Fields")]
pub struct Date {
    year: i32,
    month: u32,
    day: u32,
}

#[derive(Deserialize)]
struct Fields {
    year: i32,
    month: u32,
    day: u32,
}

impl TryFrom<Fields> for Date {
    type Error = TimeError;

    fn try_from(fields: Fields) -> Result<Self, TimeError> {
        let Fields { year, month, day } = fields;
        Date::new(year, month, day)
            .ok_or_else(|| TimeError::new("a day of the calendar", &format!("{year}-{month}-{day}")))
    }
}

impl Date {
    /// A day, if the calendar has it.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Self> {
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => return None,
        };
        ((1..=days).contains(&day) && (0..=9_999).contains(&year)).then_some(Self { year, month, day })
    }

    /// Reads `2026-03-10`, also in front of a time of the day, which is not looked at.
    ///
    /// # Errors
    /// Where it is no day.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::new("a day as in 2026-03-10", text);
        let day = text.trim().split(['T', 't', ' ']).next().unwrap_or_default();
        let parts: Vec<&str> = day.split('-').collect();
        let [year, month, day] = parts.as_slice() else { return Err(wrong()) };
        if year.len() != 4 || month.len() != 2 || day.len() != 2 {
            return Err(wrong());
        }
        (|| Self::new(number(year)?, number(month)?, number(day)?))().ok_or_else(wrong)
    }

    /// Reads a day as Americans write it: `3/10/2026`, `03-10-2026`.
    ///
    /// # Errors
    /// Where it is no day.
    pub fn parse_us(text: &str) -> Result<Self, TimeError> {
        let wrong = || TimeError::new("a day as in 3/10/2026", text);
        let parts: Vec<&str> = text.trim().split(['/', '-']).collect();
        let [month, day, year] = parts.as_slice() else { return Err(wrong()) };
        (|| Self::new(number(year)?, number(month)?, number(day)?))().ok_or_else(wrong)
    }

    /// The day of a moment, in UTC.
    pub fn of(instant: i64) -> Self {
        // The calendar counted in eras of 400 years that begin in March, so that a leap day ends a year.
        let days = instant.div_euclid(DAY) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        let clamp = |value: i64| u32::try_from(value).unwrap_or(1);
        Self { year: i32::try_from(year).unwrap_or(i32::MAX), month: clamp(month), day: clamp(day) }
    }

    /// Its first millisecond, in UTC.
    pub fn midnight(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        (era * 146_097 + day_of_era - 719_468) * DAY
    }

    /// So many days later, or earlier.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        Self::of(self.midnight() + days * DAY)
    }

    /// As in `3-10-2026`.
    pub fn us_dashes(self) -> String {
        format!("{}-{}-{}", self.month, self.day, self.year)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn clock_millis(text: &str) -> Option<i64> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (*hour, *minute, "0"),
        [hour, minute, second] => (*hour, *minute, *second),
        _ => return None,
    };
    let (hour, minute): (i64, i64) = (number(hour)?, number(minute)?);
    let second = decimal(second)?;
    // A leap second is read as the second before it.
    let second = if (60.0..61.0).contains(&second) { 59.0 } else { second };
    let good = hour <= 24 && minute < 60 && second < 60.0 && (hour < 24 || (minute == 0 && second == 0.0));
    good.then(|| (hour * 3_600 + minute * 60) * 1_000 + (second * 1_000.0).round() as i64)
}

fn zone_seconds(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let (hours, minutes): (i32, i32) = (number(hours)?, number(minutes)?);
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn decimal(text: &str) -> Option<f64> {
    let plain = text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
