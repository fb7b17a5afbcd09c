//! The person.

use gearshift_sdk::prelude::*;
use serde::Deserialize;

use crate::session::data;
use crate::{BASE, turbo};

/// `GET /user-settings.data`: of its loaders, the one that every page has.
#[derive(Debug, Deserialize)]
struct Settings {
    root: Loaded,
}

#[derive(Debug, Deserialize)]
struct Loaded {
    data: Member,
}

#[derive(Debug, Deserialize)]
struct Member {
    email: Option<String>,
    #[serde(rename = "userProfile")]
    profile: Profile,
}

/// Watts, kilograms, centimetres.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    #[serde(deserialize_with = "flex::text")]
    user_id: String,
    user_name: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    ftp: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    weight: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    height: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    max_heart_rate: Option<f64>,
    gender: Option<String>,
    country_iso_code: Option<String>,
    timezone: Option<String>,
    units: Option<String>,
    birth_date: Option<String>,
}

fn settings(host: &Host<'_>) -> Result<(Response, Settings), Failure> {
    data(|| host.get("athlete", &format!("{BASE}/user-settings.data")))
}

/// Asks whose session it is.
///
/// # Errors
/// As [`data`].
pub(crate) fn identify(host: &Host<'_>) -> Result<Vec<Account>, Failure> {
    let profile = settings(host)?.1.root.data.profile;
    let mut account = Account::new(profile.user_id).name(profile.user_name.unwrap_or_default());
    account.zone = profile.timezone.filter(|zone| zone.contains('/'));
    Ok(vec![account])
}

/// Fetches the profile.
///
/// # Errors
/// As [`data`].
pub(crate) fn pull(host: &Host<'_>) -> Result<Page, Failure> {
    let (answer, _) = settings(host)?;
    Ok(Page::new().document(Document::new("athlete").part("settings", &answer)))
}

/// Reads it.
///
/// # Errors
/// `changed`.
pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let bytes = document.part("settings").map(|part| part.bytes.as_slice()).unwrap_or_default();
    let settings: Settings = turbo::read(bytes).map_err(|wrong| wrong.at(&document.place("settings"), ""))?;
    let Member { email, profile } = settings.root.data;
    let sex = match profile.gender.as_deref() {
        Some("FEMALE") => Some(word::sex::FEMALE),
        Some("MALE") => Some(word::sex::MALE),
        _ => None,
    };
    let units = match profile.units.as_deref() {
        Some("IMPERIAL") => Some(word::unit_system::IMPERIAL),
        Some("METRIC") => Some(word::unit_system::METRIC),
        _ => None,
    };
    let mut out = Normalized::new();
    if units == Some(word::unit_system::IMPERIAL) {
        // Pointers into the document: its outermost member is called `root`.
        out.assumed("/root/data/userProfile/weight", "kilograms, although the person chose imperial units");
        out.assumed("/root/data/userProfile/height", "centimetres, although the person chose imperial units");
    }
    // Midnight in UTC of the day.
    let born =
        profile.birth_date.as_deref().and_then(|moment| moment.get(..10)).filter(|day| time::Date::parse(day).is_ok());
    let record = Record::new(kind::ATHLETE, profile.user_id)
        .zone(profile.timezone.filter(|zone| zone.contains('/')))
        .attribute(attribute::USERNAME, profile.user_name.as_deref())
        .attribute(attribute::FIRST_NAME, profile.first_name.as_deref())
        .attribute(attribute::LAST_NAME, profile.last_name.as_deref())
        .attribute(attribute::EMAIL, email.as_deref())
        .attribute(attribute::SEX, sex)
        .attribute(attribute::COUNTRY, profile.country_iso_code.as_deref())
        .attribute(attribute::UNIT_SYSTEM, units)
        .attribute(attribute::BIRTH_DATE, born)
        .measure(metric::FUNCTIONAL_THRESHOLD_POWER, unit::positive(profile.ftp))
        .measure(metric::WEIGHT, unit::positive(profile.weight))
        .measure(metric::HEIGHT, unit::positive(profile.height).map(|height| height / 100.0))
        .measure(metric::HEART_RATE_LIMIT, unit::positive(profile.max_heart_rate));
    Ok(out.record(record))
}
