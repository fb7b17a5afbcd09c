//! A session is a cookie that the host keeps: the form is fetched for its hidden token, sent with the password that the host
//! puts in, and from then on the jar goes with every request. What the cookie is called, and it has changed, is nobody's
//! business here.

use gearshift_sdk::prelude::*;
use gearshift_sdk::{Pair, html};
use serde::Deserialize;

use crate::BASE;

const TOKEN: &str = "__RequestVerificationToken";

/// Where a sign-in leads.
const CAREER: &str = "/app/career";

/// `GET /app/api/member-info`, in either spelling.
#[derive(Debug, Deserialize)]
pub struct Member {
    /// Number of the account.
    #[serde(rename = "memberId", alias = "MemberId", deserialize_with = "flex::text")]
    pub id: String,
    /// Name of the account, which stands in addresses.
    #[serde(alias = "Username")]
    pub username: String,
    /// What the person signs in with, often an e-mail address.
    #[serde(rename = "loginName", alias = "LoginName")]
    pub login: Option<String>,
}

/// Opens a session.
///
/// # Errors
/// `unauthorized` where the form comes back, `changed` where it is another form.
pub fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<Pair>, Failure> {
    let username = subject.setting("username").ok_or_else(|| Failure::invalid("the field `username` is empty"))?;
    // Signed in with an e-mail address, one has an account's name that is not known yet.
    let back = match username.contains('@') {
        true => CAREER.to_owned(),
        false => format!("{CAREER}/{}", url::encode(username)),
    };
    let login = format!("{BASE}/app/login");
    let form = host.get("login.form", &login).query("ReturnUrl", &back).send()?.ok()?.text();
    let Some(token) = html::input(&form, TOKEN).filter(|_| is_login_form(&form)) else {
        return Err(Failure::changed(
            "login.form",
            "",
            "the sign-in page has no form with Username, Password and a token",
        ));
    };
    let back = html::input(&form, "ReturnUrl").unwrap_or(back);
    let fields = [("Username", username), ("ReturnUrl", &back), (TOKEN, &token)];
    let answer = host.post("login", &login).form(&fields).fill("login").send()?;
    match answer.status {
        301..=303 if !leads_to_login(&answer) => arrive(host, &answer).map(|()| Vec::new()),
        200 if is_login_form(&answer.text()) => Err(refused()),
        301..=303 => Err(refused()),
        200 => Err(Failure::changed("login", "", "neither a redirect nor the form again")),
        _ => answer.ok().and(Err(Failure::changed("login", "", "a redirect was expected"))),
    }
}

/// Goes where the answer leads, as a browser does: for a while the cookie that data needs was handed out only there.
fn arrive(host: &Host<'_>, answer: &Response) -> Result<(), Failure> {
    let to = answer.header("location").unwrap_or_default();
    let path = to.strip_prefix(BASE).unwrap_or(to);
    let below = path.strip_prefix(CAREER);
    if !below.is_some_and(|below| below.is_empty() || below.starts_with(['/', '?'])) {
        return Ok(());
    }
    let page = host.get("login.landing", &format!("{BASE}{path}")).as_user().send()?;
    if leads_to_login(&page) || (page.status == 200 && is_login_form(&page.text())) {
        return Err(Failure::changed("login.landing", "", "signed in, and at once asked to sign in again"));
    }
    Ok(())
}

fn refused() -> Failure {
    Failure::unauthorized("TrainerRoad does not accept this name and password")
}

/// Asks whose session it is.
///
/// # Errors
/// As [`signed_in`].
pub fn identify(host: &Host<'_>) -> Result<Vec<Account>, Failure> {
    let member = member(host)?;
    Ok(vec![Account::new(member.id).name(&member.username).setting("username", member.username)])
}

/// Asks who is signed in.
///
/// # Errors
/// As [`signed_in`].
pub fn member(host: &Host<'_>) -> Result<Member, Failure> {
    signed_in(host.get("member-info", &format!("{BASE}/app/api/member-info")).as_user().send()?)?.json()
}

/// The account's name, as addresses have it; asked for only where the connection does not know it.
///
/// # Errors
/// As [`signed_in`].
pub fn username(host: &Host<'_>, subject: &Subject) -> Result<String, Failure> {
    match subject.setting("username") {
        Some(username) => Ok(username.to_owned()),
        None => Ok(member(host)?.username),
    }
}

/// An answer to somebody who is signed in. An ended session shows as a redirect to the form, or as the form itself.
///
/// # Errors
/// `unauthorized` for those; `changed` for another page where data was expected, `unavailable` for data that break off; else
/// what the status says.
pub fn signed_in(answer: Response) -> Result<Response, Failure> {
    let ended = || Failure::unauthorized("the session has ended");
    if (300..400).contains(&answer.status) && leads_to_login(&answer) {
        return Err(ended());
    }
    if answer.status == 200 && answer.is_html() {
        let page = "a page for people, where data was expected";
        return Err(if is_login_form(&answer.text()) { ended() } else { Failure::changed(&answer.endpoint, "", page) });
    }
    answer.ok()?.whole()
}

fn leads_to_login(answer: &Response) -> bool {
    let to = answer.header("location").unwrap_or_default().to_ascii_lowercase();
    let path = to.split(['?', '#']).next().unwrap_or_default();
    path.ends_with("/app/login") || path.ends_with("/login")
}

fn is_login_form(page: &str) -> bool {
    html::input(page, "Password").is_some() && html::input(page, "Username").is_some()
}
