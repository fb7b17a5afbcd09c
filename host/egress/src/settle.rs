//! From an answer to what guest and archive may have of it.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use gearshift_manifest::redact;
use gearshift_store::NewExchange;
use http::HeaderMap;
use http::header::{CONTENT_TYPE, SET_COOKIE};

use crate::outgoing::Outgoing;
use crate::secrets::Finder;
use crate::settings::SHORTEST_SECRET_COOKIE;
use crate::wire::Answer;
use crate::{Caller, Credentials, EgressError, Jar, capture, headers};

/// An answer without secrets.
pub(crate) struct Settled {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
    /// The URL without secrets.
    pub(crate) url: String,
    media_type: Option<String>,
    at: i64,
}

/// Keeps cookies and captured tokens, and takes every secret out of the answer.
pub(crate) async fn settle(
    credentials: &dyn Credentials,
    caller: &Caller,
    request: &mut Outgoing,
    mut answer: Answer,
) -> Result<Settled, EgressError> {
    let at = now();
    let set = keep_cookies(credentials, caller, request, &answer.headers, at).await?;
    for value in set.values() {
        request.injected.add_from(&value, SHORTEST_SECRET_COOKIE);
    }
    let rules = caller.manifest.captures(request.method.as_str(), &request.url);
    let taken = capture::take(&rules, &mut answer, &set, at, &mut request.injected)?;
    for each in &taken {
        credentials.captured(caller, &each.name, each.value.clone(), each.expires).await?;
    }
    let finder = request.injected.finder()?;
    let media_type = answer.headers.get(CONTENT_TYPE).map(|value| finder.scrub_text(&headers::text(value)));
    Ok(Settled {
        status: answer.status,
        headers: visible(&answer.headers, &finder),
        body: capture::scrub(&finder, answer.body, &taken),
        url: finder.scrub_text(&redact(&caller.manifest, &request.url)),
        media_type,
        at,
    })
}

impl Settled {
    /// What is archived of it, beside the body.
    pub(crate) fn exchange(&self, caller: &Caller, method: &str, request_body_hash: Option<String>) -> NewExchange {
        NewExchange {
            connection: caller.connection.clone(),
            provider: caller.provider.clone(),
            endpoint_hint: None,
            method: method.to_owned(),
            url: self.url.clone(),
            status: self.status,
            headers: self.headers.clone(),
            request_body_hash,
            media_type: self.media_type.clone(),
            fetched_at: self.at,
            version: caller.version.clone(),
            once_key: None,
        }
    }
}

/// Puts the answer's cookies in the connection's jar, where the request was one that sends cookies. Returns them alone.
async fn keep_cookies(
    credentials: &dyn Credentials,
    caller: &Caller,
    request: &Outgoing,
    answered: &HeaderMap,
    now: i64,
) -> Result<Jar, EgressError> {
    let set: Vec<String> = answered.get_all(SET_COOKIE).iter().map(headers::text).collect();
    let mut alone = Jar::default();
    if set.is_empty() {
        return Ok(alone);
    }
    set.iter().for_each(|each| alone.set(&request.url, each, now));
    if request.sends_cookies(caller) {
        // Read again: another call of the connection may have changed it while this one waited, or does so just now.
        loop {
            let before = credentials.jar(caller).await?;
            let mut jar = before.clone();
            set.iter().for_each(|each| jar.set(&request.url, each, now));
            if jar == before || credentials.save_jar(caller, &before, &jar).await? {
                break;
            }
        }
    }
    Ok(alone)
}

fn visible(answered: &HeaderMap, finder: &Finder) -> Vec<(String, String)> {
    answered
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "set-cookie" | "set-cookie2"))
        .map(|(name, value)| (name.as_str().to_owned(), finder.scrub_text(&headers::text(value))))
        .collect()
}

/// Unix milliseconds.
pub(crate) fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
