//! FreeStyle Libre, by what LibreLinkUp shows to a follower.
//!
//! **One record for each reading.** The graph is a window of twelve hours that slides: a record of an hour or a day would be cut
//! by each poll a little more at its old end, and to know which hours are whole one had to know where the sensor paused. A
//! reading has an instant of its own, so that its key is that: fetched again it is the same, and what has slid out of the window
//! stays as it is. `history:` is the curve, a value each quarter of an hour; `reading:` is a value of the moment, as the graph
//! shows it on top and the logbook keeps it. To the second the same, those two are one record.

mod answer;
mod clock;
mod cloud;
mod glucose;
mod session;
mod wire;

use gearshift_sdk::prelude::*;
use serde::{Deserialize, Serialize};

/// The adapter.
#[derive(Debug)]
pub struct FreeStyleLibre;

/// What a pull asks for next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Part {
    Graph,
    Logbook,
}

impl Part {
    const fn endpoint(self) -> &'static str {
        match self {
            Part::Graph => "graph",
            Part::Logbook => "logbook",
        }
    }
}

impl Adapter for FreeStyleLibre {
    fn pull(host: &Host<'_>, subject: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        if request.stream != "glucose" {
            return Err(request.unknown_stream());
        }
        let part = request.cursor()?.unwrap_or(Part::Graph);
        let patient = subject.account.as_deref();
        let patient = patient.ok_or_else(|| Failure::invalid("the connection does not say whose data it is"))?;
        let path = format!("/{}/{}", url::encode(patient), part.endpoint());
        let answer = answer::whole(cloud::connections(host, subject, part.endpoint(), &path)?.send()?)?;
        let page = Page::new().document(Document::new(part.endpoint()).id(patient).part("answer", &answer));
        Ok(match part {
            Part::Graph => page.next(&Part::Logbook),
            Part::Logbook => page,
        })
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "graph" => glucose::graph(document),
            "logbook" => glucose::logbook(document),
            _ => Err(document.unknown_endpoint()),
        }
    }

    fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<(String, String)>, Failure> {
        session::sign_in(host, subject)
    }

    fn identify(host: &Host<'_>, subject: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        session::identify(host, subject)
    }
}

gearshift_sdk::export!(FreeStyleLibre);

#[cfg(test)]
mod tests;
