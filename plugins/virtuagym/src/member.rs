//! The member as the club knows them.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use crate::club::Member;
use crate::wire::Members;

pub(crate) fn pull(host: &Host<'_>, member: &Member) -> Result<Page, Failure> {
    let answer = member.ask(host)?.ok_or_else(|| member.unknown())?;
    Ok(Page::new().document(Document::new("member").id(&member.id).part("answer", &answer)))
}

pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let members: Members = document.json("answer")?;
    let mut out = Normalized::new();
    out.each(document, "/result", members.result, |member, _| {
        let born = member.birthday.as_deref().filter(|date| !date.is_empty());
        if let Some(born) = born {
            Date::parse(born).map_err(|error| Reject::new("/birthday", error.to_string()))?;
        }
        let sex = match member.gender.as_deref() {
            Some("m") => Some(word::sex::MALE),
            Some("f") => Some(word::sex::FEMALE),
            Some("u") => Some(word::sex::UNKNOWN),
            _ => None,
        };
        let joined = member.registration_date.map(time::format);
        Ok(Record::new(kind::ATHLETE, &member.member_id)
            .attribute(attribute::FIRST_NAME, member.firstname.as_deref())
            .attribute(attribute::LAST_NAME, member.lastname.as_deref())
            .attribute(attribute::EMAIL, member.email.as_deref())
            .attribute(attribute::BIRTH_DATE, born)
            .attribute(attribute::SEX, sex)
            .attribute(attribute::ACCOUNT_CREATED, joined.as_deref())
            .attribute(attribute::PROVIDER_ID, member.user_id.as_deref()))
    })?;
    Ok(out)
}
