//! The person.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use super::wire::User;

pub(super) fn athlete(document: &Fetched) -> Result<Normalized, Failure> {
    let user: User = document.json("athlete")?;
    let sex = match user.gender.as_deref() {
        Some("FEMALE") => Some(word::sex::FEMALE),
        Some("MALE") => Some(word::sex::MALE),
        _ => None,
    };
    let born = user.birthdate.as_deref().and_then(|text| Date::parse(text).ok()).map(|date| date.to_string());
    let record = Record::new(kind::ATHLETE, user.id)
        .attribute(attribute::FIRST_NAME, user.first.as_deref())
        .attribute(attribute::LAST_NAME, user.last.as_deref())
        .attribute(attribute::BIRTH_DATE, born.as_deref())
        .attribute(attribute::SEX, sex)
        .measure(metric::WEIGHT, unit::positive(user.weight))
        .measure(metric::HEIGHT, unit::positive(user.height).map(|centimetres| centimetres / 100.0));
    Ok(Normalized::new().record(record))
}
