//! Weights, a month in an answer.

use gearshift_sdk::prelude::*;

use crate::api;
use crate::days::{self, Days, Watermark};
use crate::wire::{Month, Weighed};

/// The shape of a month of weights.
pub(crate) const ENDPOINT: &str = "weight-month";

pub(crate) fn pull(host: &Host<'_>, request: &PullRequest) -> Result<Page, Failure> {
    let mut left = Some(Days::wanted(host, request)?);
    let mut page = Page::new();
    while let Some(days) = left {
        if host.left() == 0 {
            return Ok(page.next(&days));
        }
        match api::get(host, ENDPOINT, "weight/month/v2", days.first) {
            Ok(answer) => {
                page =
                    page.document(Document::new(ENDPOINT).id(days::name_of_month(days.first)).part("month", &answer));
            }
            Err(failure) => return page.stop(failure, &days),
        }
        left = days.from(days.month().last.plus(1));
    }
    Ok(page.watermark(&Watermark::now(host)))
}

pub(crate) fn normalize(document: &Fetched) -> Result<Normalized, Failure> {
    let answer: Month<Weighed> = document.json("month")?;
    let mut out = Normalized::new();
    let Some(month) = answer.month else { return Ok(out) };
    out.each(document, "/month/day", month.day, |weighed, _| {
        let Some(weight) = unit::positive(weighed.weight_kg) else { return Ok(None) };
        let day = days::day(weighed.date_int).ok_or_else(|| Reject::new("/date_int", "no day has this number"))?;
        let day = day.to_string();
        let record = Record::new(kind::BODY, &day).date(&day).floating();
        let record = record.attribute(attribute::NOTE, weighed.weight_comment.as_deref());
        Ok(Some(record.measure(metric::WEIGHT, weight)))
    })?;
    Ok(out)
}
