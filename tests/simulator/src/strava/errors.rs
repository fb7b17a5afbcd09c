//! Strava's `Fault` in all its shapes.

use serde_json::json;

use crate::message::Reply;

pub(super) fn fault(status: u16, message: &str, (resource, field, code): (&str, &str, &str)) -> Reply {
    Reply::json(
        status,
        &json!({ "message": message, "errors": [{ "resource": resource, "field": field, "code": code }] }),
    )
}

/// A token that is bad, expired or missing.
pub(super) fn unauthorized() -> Reply {
    fault(401, "Authorization Error", ("Athlete", "access_token", "invalid"))
}

pub(super) fn rate_limited() -> Reply {
    fault(429, "Rate Limit Exceeded", ("Application", "rate limit", "exceeded"))
}

/// A scope that the rider did not give.
pub(super) fn forbidden(scope: &str) -> Reply {
    fault(403, "Forbidden", ("AccessToken", &format!("{scope}_permission"), "missing"))
}

/// Not there, or not to be seen by this token: the two look alike.
pub(super) fn not_found(resource: &str) -> Reply {
    fault(404, "Resource Not Found", (resource, "id", "not found"))
}

pub(super) fn bad(resource: &str, field: &str) -> Reply {
    fault(400, "Bad Request", (resource, field, "invalid"))
}

/// For a status that a test asks for.
pub(super) fn of_status(status: u16) -> Reply {
    match status {
        400 => bad("Request", "parameters"),
        401 => unauthorized(),
        402 => fault(402, "Payment Required", ("Athlete", "subscription", "required")),
        403 => forbidden("activity:read"),
        404 => not_found("Resource"),
        429 => rate_limited(),
        _ => Reply::json(status, &json!({ "message": "Internal Server Error", "errors": [] })),
    }
}
