//! The person.

use gearshift_sdk::prelude::*;
use serde::Deserialize;

use crate::BASE;
use crate::session::{Member, signed_in};

/// `GET /app/api/profile/rider-information`. The weight's unit stands in its name.
#[derive(Debug, Default, Deserialize)]
struct Rider {
    #[serde(default, alias = "Ftp", deserialize_with = "flex::opt_f64")]
    ftp: Option<f64>,
    #[serde(default, rename = "weightKg", alias = "WeightKg", deserialize_with = "flex::opt_f64")]
    weight: Option<f64>,
}

/// Fetches who the person is, and what a rider's profile says.
///
/// # Errors
/// As [`signed_in`].
pub fn pull(host: &Host<'_>) -> Result<Page, Failure> {
    let member = signed_in(host.get("member-info", &format!("{BASE}/app/api/member-info")).as_user().send()?)?;
    let rider = host.get("rider-information", &format!("{BASE}/app/api/profile/rider-information")).as_user().send()?;
    let rider = if rider.status == 404 { None } else { Some(signed_in(rider)?) };
    let document = Document::new("athlete").part("member", &member).maybe_part("rider", rider.as_ref());
    Ok(Page::new().document(document))
}

/// Reads it.
///
/// # Errors
/// `changed`.
pub fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let member: Member = document.json("member")?;
    let rider: Rider = document.maybe_json("rider")?.unwrap_or_default();
    let email = member.login.as_deref().filter(|login| login.contains('@'));
    let record = Record::new(kind::ATHLETE, &member.id)
        .attribute(attribute::USERNAME, member.username.as_str())
        .attribute(attribute::EMAIL, email)
        .measure(metric::FUNCTIONAL_THRESHOLD_POWER, unit::positive(rider.ftp))
        .measure(metric::WEIGHT, unit::positive(rider.weight));
    Ok(Normalized::new().record(record))
}
