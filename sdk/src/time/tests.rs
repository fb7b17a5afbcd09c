use super::*;

/// 2026-03-10T17:31:04Z, by `date -ud`.
const MOMENT: i64 = 1_773_163_864_000;

#[test]
fn a_moment_is_read_in_its_usual_spellings() {
    for text in [
        "2026-03-10T17:31:04Z",
        "2026-03-10 17:31:04.000Z",
        "2026-03-10T18:31:04+01:00",
        "2026-03-10T18:31:04+0100",
        "2026-03-10T18:31:04+01",
        "2026-03-10T12:01:04-05:30",
        "  2026-03-10t17:31:04z ",
    ] {
        assert_eq!(parse(text, Bare::Refused).unwrap().instant, MOMENT, "{text}");
    }
    assert_eq!(parse("2026-03-10T17:31:04.25Z", Bare::Refused).unwrap().instant, MOMENT + 250);
    assert_eq!(parse("2026-03-10T17:31Z", Bare::Refused).unwrap().instant, MOMENT - 4_000);
    assert_eq!(parse("2026-03-10T24:00:00Z", Bare::Refused), parse("2026-03-11T00:00:00Z", Bare::Refused));
}

#[test]
fn only_a_written_offset_tells_where_the_person_was() {
    assert_eq!(parse("2026-03-10T17:31:04Z", Bare::Refused).unwrap().offset, None);
    assert_eq!(parse("2026-03-10T17:31:04+00:00", Bare::Refused).unwrap().offset, Some(0));
    assert_eq!(parse("2026-03-10T12:01:04-05:30", Bare::Refused).unwrap().offset, Some(-19_800));
}

#[test]
fn a_time_without_an_offset_means_what_its_reader_says() {
    let text = "2026-03-10T17:31:04";
    assert_eq!(parse(text, Bare::Utc).unwrap(), Stamp { instant: MOMENT, offset: None });
    assert_eq!(parse(text, Bare::Floating).unwrap(), Stamp { instant: MOMENT, offset: None });
    let there = Stamp { instant: MOMENT - 3_600_000, offset: Some(3_600) };
    assert_eq!(parse(text, Bare::Offset(3_600)).unwrap(), there);
    assert!(parse(text, Bare::Refused).is_err());
}

#[test]
fn what_is_no_moment_is_refused() {
    for text in [
        "",
        "2026-03-10",
        "10.3.2026 17:31",
        "2026-02-30T00:00:00Z",
        "2026-03-10T25:00:00Z",
        "2026-03-10T17:60:00Z",
        "2026-03-10T17:31:04+1",
        "2026-03-10T17:31:04 CET",
        "2026-3-10T17:31:04Z",
        "2026-03-10T17:31:-4Z",
        "ü026-03-1üT1",
    ] {
        assert!(parse(text, Bare::Utc).is_err(), "{text}");
    }
}

#[test]
fn a_false_z_gives_the_offset_away() {
    let wall = parse_false_z("2026-03-10T09:31:04Z").unwrap();
    assert_eq!(offset_between(wall, MOMENT), Some(-28_800));
    assert_eq!(offset_between(MOMENT + 61_000, MOMENT), None);
    assert_eq!(offset_between(MOMENT + 86_400_000, MOMENT), None);
}

#[test]
fn the_calendar_goes_both_ways() {
    for (text, days) in [("1970-01-01", 0), ("2000-02-29", 11_016), ("2100-03-01", 47_541), ("1900-03-01", -25_508)] {
        let date = Date::parse(text).unwrap();
        assert_eq!((date.midnight(), Date::of(date.midnight() + DAY - 1)), (days * DAY, date), "{text}");
    }
    let mut date = Date::parse("1896-01-01").unwrap();
    for _ in 0..150_000 {
        let next = date.plus(1);
        assert!(
            next > date
                && next.midnight() == date.midnight() + DAY
                && Date::new(next.year, next.month, next.day).is_some()
        );
        date = next;
    }
    assert_eq!(format(MOMENT + 7), "2026-03-10T17:31:04.007Z");
    assert_eq!(format(-1_000), "1969-12-31T23:59:59Z");
}

#[test]
fn a_day_is_read_in_its_usual_spellings() {
    let date = Date::parse("2026-03-10").unwrap();
    assert_eq!(Date::parse("2026-03-10T00:00:00").unwrap(), date);
    assert_eq!(Date::parse_us("3/10/2026").unwrap(), date);
    assert_eq!(Date::parse_us("03-10-2026").unwrap(), date);
    assert_eq!(serde_json::from_str::<Date>(r#"{"year":2026,"month":3,"day":10}"#).unwrap(), date);
    assert_eq!((date.to_string().as_str(), date.us_dashes().as_str()), ("2026-03-10", "3-10-2026"));
    assert!(Date::parse_us("13/10/2026").is_err());
    assert!(serde_json::from_str::<Date>(r#"{"year":2026,"month":2,"day":30}"#).is_err());
}

#[test]
fn a_length_of_time_is_read_in_its_usual_spellings() {
    for (text, seconds) in [
        ("0:45:05", 2_705.0),
        ("45:05", 2_705.0),
        ("2705", 2_705.0),
        ("PT45M5S", 2_705.0),
        ("P1DT2H", 93_600.0),
        ("1.5", 1.5),
    ] {
        assert_eq!(parse_duration(text).unwrap(), seconds, "{text}");
    }
    for text in ["", "P", "PT", "1:2:3:4", "-5", "1::2", "PT5X", "45 min"] {
        assert!(parse_duration(text).is_err(), "{text}");
    }
}
