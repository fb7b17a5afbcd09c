//! How Virtuagym is asked, and what its statuses mean.

use gearshift_sdk::prelude::*;

use crate::wire::Said;

/// Where all of a club is.
const BASE: &str = "https://api.virtuagym.com/api/v1/club/";

/// Asks for something of a club. None where Virtuagym does not find it.
///
/// # Errors
/// What the answer says, be it in its status or in its body.
pub(crate) fn get(
    host: &Host<'_>,
    endpoint: &str,
    club: &str,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Option<Response>, Failure> {
    let request = host.get(endpoint, &format!("{BASE}{club}/{path}")).as_user();
    checked(query.iter().fold(request, |request, (name, value)| request.query(name, value)).send()?)
}

fn checked(response: Response) -> Result<Option<Response>, Failure> {
    let said: Option<Said> = serde_json::from_slice(&response.body).ok();
    let Some((status, text)) = said.and_then(Said::status) else { return unsaid(response) };
    let endpoint = response.endpoint.clone();
    let text = match text.as_deref().filter(|text| !text.is_empty()) {
        Some(text) => format!("{endpoint} answered status {status}: {text}"),
        None => format!("{endpoint} answered status {status}"),
    };
    Err(match status {
        200..=299 => return response.ok()?.whole().map(Some),
        404 | 420 => return Ok(None),
        401 | 403 => Failure::unauthorized(format!("Virtuagym does not take the API key or the club's secret: {text}")),
        429 => Failure::rate_limited(text, response.retry_after()),
        // How the club's level says it is not documented; the user's says it in these words.
        _ if text.contains("Too many API requests") => Failure::rate_limited(text, response.retry_after()),
        408 | 500..=599 => Failure::unavailable(text, response.retry_after()),
        // The request was right when this version was written.
        _ => Failure::changed(&endpoint, "/statuscode", text),
    })
}

/// An answer that does not say how it went: a page for people, one that breaks off, or another API.
fn unsaid(response: Response) -> Result<Option<Response>, Failure> {
    let response = match response.status {
        401 | 403 => return Err(Failure::unauthorized("Virtuagym does not take the API key or the club's secret")),
        _ => response.ok()?,
    };
    if response.is_html() {
        return Err(Failure::changed(&response.endpoint, "", "a page for people, where data was expected"));
    }
    let response = response.whole()?;
    Err(Failure::changed(&response.endpoint, "/statuscode", "an answer without its status"))
}
