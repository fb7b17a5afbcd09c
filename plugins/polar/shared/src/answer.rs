//! What an answer's status and headers mean at Polar.

use gearshift_sdk::code::RATE_LIMITED;
use gearshift_sdk::prelude::*;

/// An answer with something in it. None for 204, Polar's word for "nothing there".
///
/// # Errors
/// As [`Response::ok`]; `unavailable` where the body breaks off. A 429 without `retry-after` waits for the window that is full.
pub fn filled(response: Response) -> Result<Option<Response>, Failure> {
    if response.status == 204 {
        return Ok(None);
    }
    let wait = full_window(&response);
    let answer = response.ok().and_then(Response::whole).map_err(|mut failure| {
        if failure.code == RATE_LIMITED {
            failure.retry_after = failure.retry_after.or(wait);
        }
        failure
    })?;
    Ok(Some(answer))
}

/// As [`filled`], where 404 says "nothing there" as well: for nights, and for one thing by its id.
///
/// # Errors
/// As [`filled`].
pub fn found(response: Response) -> Result<Option<Response>, Failure> {
    if matches!(response.status, 404 | 410) { Ok(None) } else { filled(response) }
}

/// Seconds until the window that is used up begins anew. `RateLimit-Usage` counts what is spent; each header has two numbers, of a
/// quarter of an hour and of a day.
fn full_window(response: &Response) -> Option<u32> {
    let pair = |name: &str| -> Vec<u32> {
        let header = response.header(name).unwrap_or_default();
        header.split(',').filter_map(|number| number.trim().parse().ok()).collect()
    };
    let (usage, limit, reset) = (pair("ratelimit-usage"), pair("ratelimit-limit"), pair("ratelimit-reset"));
    let day_is_full = matches!((usage.get(1), limit.get(1)), (Some(usage), Some(limit)) if usage >= limit);
    reset.get(usize::from(day_is_full)).copied()
}
