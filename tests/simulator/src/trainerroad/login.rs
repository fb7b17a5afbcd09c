//! The form, the session and its cookies.

use http::Method;

use crate::clock::{SECOND, http_date};
use crate::message::{Asked, Reply, escape};
use crate::random::Random;
use crate::settings::CookieGeneration;
use crate::state::State;

use super::gone;

const VERIFICATION: &str = "__RequestVerificationToken";
const OLD_COOKIE: &str = "TrainerRoadAuth";
const SHARED_COOKIE: &str = "SharedTrainerRoadAuth";
/// The extra cookie of summer 2024. Its real name is not recorded.
const CAREER_COOKIE: &str = "TrainerRoadCareer";

#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) username: String,
    /// Unix milliseconds.
    expires: i64,
    /// What `/app/career` handed out.
    career: Option<String>,
}

fn cookie_name(generation: CookieGeneration) -> &'static str {
    match generation {
        CookieGeneration::TrainerroadAuth | CookieGeneration::CareerCookies => OLD_COOKIE,
        CookieGeneration::Shared => SHARED_COOKIE,
    }
}

/// The session by its own cookie, whether or not that is enough for data.
fn signed_in(state: &State, asked: &Asked) -> Option<(String, Session)> {
    let value = asked.cookie(cookie_name(state.settings.trainerroad.cookie))?;
    let session = state.trainerroad.sessions.get(&value).filter(|session| session.expires > state.clock.now())?;
    Some((value, session.clone()))
}

/// The session of a request for data.
pub(super) fn session(state: &State, asked: &Asked) -> Option<Session> {
    let (_, session) = signed_in(state, asked)?;
    let whole = match state.settings.trainerroad.cookie {
        CookieGeneration::CareerCookies => session.career.is_some() && asked.cookie(CAREER_COOKIE) == session.career,
        CookieGeneration::TrainerroadAuth | CookieGeneration::Shared => true,
    };
    whole.then_some(session)
}

/// What the web framework does to a request without a session: it knows no 401.
pub(super) fn turn_away(asked: &Asked) -> Reply {
    let query = if asked.query.is_empty() { String::new() } else { format!("?{}", asked.query) };
    let back: String = format!("{}{query}", asked.path).bytes().map(escaped).collect();
    Reply::redirect(&format!("/app/login?ReturnUrl={back}"))
}

/// The framework escapes in lower case.
fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-_.!*()".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02x}")
    }
}

/// The form's token belongs to the cookie that came with it.
fn verification(seed: u64, cookie: &str) -> String {
    Random::of(seed, &format!("verification {cookie}")).hex(64)
}

pub(super) fn page(state: &mut State, asked: &Asked, problem: Option<&str>) -> Reply {
    let back = asked.form("ReturnUrl").or_else(|| asked.query("ReturnUrl")).unwrap_or_else(|| "/app".into());
    let cookie = asked.cookie(VERIFICATION).unwrap_or_else(|| state.random.hex(64));
    let token = verification(state.settings.seed, &cookie);
    let problem = problem.map_or_else(String::new, |text| {
        format!("<div class=\"validation-summary-errors\" role=\"alert\">{text}</div>\n")
    });
    let back = escape(&back);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Sign in | simulated TrainerRoad</title></head><body>\n{problem}\
         <form method=\"post\" action=\"/app/login\">\n<input name=\"ReturnUrl\" type=\"hidden\" value=\"{back}\" />\n\
         <label>E-mail or username <input name=\"Username\" type=\"text\" value=\"\" /></label>\n\
         <label>Password <input name=\"Password\" type=\"password\" /></label>\n<button type=\"submit\">Sign in</button>\n\
         <input name=\"{VERIFICATION}\" type=\"hidden\" value=\"{token}\" />\n</form>\n</body></html>\n"
    );
    Reply::html(200, page).with("set-cookie", format!("{VERIFICATION}={cookie}; path=/; HttpOnly"))
}

/// A path of this site and nothing else.
fn local(back: &str) -> bool {
    let starts_alone = back.starts_with('/') && !back.starts_with("//") && !back.starts_with("/\\");
    starts_alone && back.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(super) fn submit(state: &mut State, asked: &Asked) -> Reply {
    let verified = asked.cookie(VERIFICATION).map(|cookie| verification(state.settings.seed, &cookie));
    if verified.is_none() || verified != asked.form(VERIFICATION) {
        state.book.sessions.refused += 1;
        return Reply::html(400, "<!DOCTYPE html><html><body><h1>The required anti-forgery cookie or form field is not present.</h1></body></html>".into());
    }
    let (login, password) = (asked.form("Username").unwrap_or_default(), asked.form("Password").unwrap_or_default());
    let rider = state.world.rider(&login).filter(|rider| rider.password == password);
    let Some(username) = rider.map(|rider| rider.username.clone()) else {
        state.book.sessions.refused += 1;
        return page(state, asked, Some("That username and password did not match."));
    };
    state.book.sessions.issued += 1;
    let expires = state.clock.now() + state.settings.trainerroad.session_lifetime * SECOND;
    let value = state.random.hex(96).to_uppercase();
    let now = state.clock.now();
    state.trainerroad.sessions.retain(|_, session| session.expires > now);
    state.trainerroad.sessions.insert(value.clone(), Session { username: username.clone(), expires, career: None });
    let home = format!("/app/career/{username}");
    let back = asked.form("ReturnUrl").filter(|back| local(back)).unwrap_or(home);
    let name = cookie_name(state.settings.trainerroad.cookie);
    let cookie = format!("{name}={value}; expires={}; path=/; HttpOnly; SameSite=Lax", http_date(expires));
    Reply::redirect(&back).with("set-cookie", cookie).to(&username)
}

/// The page that one lands on. In summer 2024 it handed out a cookie that data calls needed.
pub(super) fn career(state: &mut State, asked: &Asked) -> Reply {
    debug_assert_eq!(asked.method, Method::GET);
    let Some((value, session)) = signed_in(state, asked) else { return turn_away(asked) };
    if asked.segments().get(2).is_some_and(|name| !name.eq_ignore_ascii_case(&session.username)) {
        return gone();
    }
    let page = format!(
        "<!DOCTYPE html><html><head><title>Career</title></head><body><h1>{}</h1></body></html>",
        escape(&session.username)
    );
    let reply = Reply::html(200, page).to(&session.username);
    if state.settings.trainerroad.cookie != CookieGeneration::CareerCookies {
        return reply;
    }
    let career = session.career.unwrap_or_else(|| state.random.hex(32));
    if let Some(session) = state.trainerroad.sessions.get_mut(&value) {
        session.career = Some(career.clone());
    }
    reply.with("set-cookie", format!("{CAREER_COOKIE}={career}; path=/; HttpOnly"))
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn one_is_sent_back_to_this_site_only() {
        assert!(local("/app/career/rider-0001?x=1"));
        for elsewhere in ["https://example.com/", "//example.com", "/\\example.com", "", "/a\r\nset-cookie: x=y"] {
            assert!(!local(elsewhere), "{elsewhere}");
        }
    }
}
