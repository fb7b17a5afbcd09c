//! Template: which API this is, and where its provider documents it.

use gearshift_sdk::prelude::*;
use serde::Deserialize;

/// The API's root. A route in adapter.toml says the same.
const BASE: &str = "https://api.template.example/v1";

/// The adapter.
#[derive(Debug)]
pub struct Template;

/// A page of the list, as the provider sends it. Only what is needed is named; the host keeps the whole answer.
#[derive(Debug, Deserialize)]
struct List {
    /// One that cannot be read costs itself alone.
    rides: Each<Ride>,
    /// The next page, if there is one.
    next: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Ride {
    /// A number or a text: providers change their minds.
    #[serde(deserialize_with = "flex::text")]
    id: String,
    started: String,
    #[serde(deserialize_with = "flex::f64")]
    seconds: f64,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    meters: Option<f64>,
    #[serde(default, deserialize_with = "flex::opt_f64")]
    heart_rate: Option<f64>,
}

impl Adapter for Template {
    /// One page: asks for it, says which answers make a document, and where the next page begins.
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        if request.stream != "rides" {
            return Err(request.unknown_stream());
        }
        let number: u32 = request.cursor()?.unwrap_or(1);
        let answer = host.get("rides.list", &format!("{BASE}/rides")).as_user().query("page", number).send()?.ok()?;
        let list: List = answer.json()?;
        let page = Page::new().document(Document::new("rides.list").part("list", &answer));
        Ok(match list.next {
            Some(next) => page.next(&next),
            None => page,
        })
    }

    /// A document to records. Pure: the same document gives the same records, today and in a year.
    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        if document.endpoint != "rides.list" {
            return Err(document.unknown_endpoint());
        }
        let list: List = document.json("list")?;
        let mut out = Normalized::new();
        out.each(document, "/rides", list.rides, |ride, _| {
            let started = time::parse(&ride.started, Bare::Refused)?;
            let record = Record::new(kind::ACTIVITY, &ride.id)
                .lasting(started.instant, ride.seconds)
                .offset_of(&started, Origin::Provider)
                .attribute(attribute::SPORT, word::sport::CYCLING)
                .measure(metric::DURATION, ride.seconds)
                .measure(metric::DISTANCE, ride.meters)
                // A sensor that was not worn is written as 0 there.
                .measure(metric::HEART_RATE, unit::positive(ride.heart_rate));
            Ok(Some(record))
        })?;
        Ok(out)
    }
}

gearshift_sdk::export!(Template);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_fixtures_come_to_what_is_expected() {
        gearshift_sdk::testing::check_all::<Template>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
    }
}
