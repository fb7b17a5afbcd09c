//! Dates as cookies have them, by the forgiving rule of RFC 6265 section 5.1.1: servers write at least five forms.

/// Unix milliseconds of a cookie's date; none where day, month, year or time is missing or out of range.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|each: char| !each.is_ascii_alphanumeric() && each != ':').filter(|token| !token.is_empty())
    {
        if time.is_none() && token.contains(':') {
            time = Some(clock(token)?);
        } else if let Some(number) = number(token) {
            match token.len() {
                1 | 2 if day.is_none() => day = Some(number),
                2..=4 if year.is_none() => year = Some(number),
                _ => {}
            }
        } else if month.is_none() {
            month = named_month(token);
        }
    }
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        long => long,
    };
    if year < 1601 {
        return None;
    }
    let (hour, minute, second) = time?;
    let civil = jiff::civil::DateTime::new(year, month?, i8::try_from(day?).ok()?, hour, minute, second, 0).ok()?;
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

fn number(token: &str) -> Option<i16> {
    token.bytes().all(|byte| byte.is_ascii_digit()).then(|| token.parse().ok()).flatten()
}

fn clock(token: &str) -> Option<(i8, i8, i8)> {
    let mut parts = token.splitn(3, ':').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

fn named_month(token: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = token.get(..3)?.to_ascii_lowercase();
    MONTHS.iter().position(|month| *month == start).and_then(|at| i8::try_from(at + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn the_usual_forms_are_read() {
        for text in [
            "Wed, 21 Oct 2015 07:28:00 GMT",
            "Wed, 21-Oct-2015 07:28:00 GMT",
            "Wednesday, 21-Oct-15 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2015",
        ] {
            assert_eq!(parse(text), Some(1_445_412_480_000), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in ["", "soon", "Wed, 32 Oct 2015 07:28:00 GMT", "21 Oct 2015", "21 Oct 2015 25:00:00", "0"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
