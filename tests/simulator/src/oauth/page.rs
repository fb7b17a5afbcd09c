//! The page itself: plain HTML that a browser, a screen reader and a test can fill in.

use crate::message::{Asked, Reply, escape};

use super::authorize::Wish;
use super::{Realm, Rules};

pub(super) fn form(rules: &Rules, realm: Realm, wish: &Wish, asked: &Asked, problem: Option<&str>) -> Reply {
    let choices: String = rules
        .scopes
        .iter()
        .filter(|scope| !scope.text.is_empty() && wish.scopes.iter().any(|wished| wished == scope.name))
        .map(|scope| {
            let (name, text) = (scope.name, scope.text);
            format!("<p><label><input type=\"checkbox\" name=\"scope\" value=\"{name}\" checked> {text}</label></p>\n")
        })
        .collect();
    let choices = if choices.is_empty() {
        choices
    } else {
        format!("<fieldset><legend>This application may see</legend>\n{choices}</fieldset>\n")
    };
    sheet(realm.title(), asked, &choices, problem)
}

/// The sheet that a rider fills in, whatever they are asked beside their name.
pub(crate) fn sheet(title: &str, asked: &Asked, choices: &str, problem: Option<&str>) -> Reply {
    let action = escape(&format!("?{}", asked.query));
    let problem = problem.map_or_else(String::new, |text| format!("<p role=\"alert\">{text}</p>\n"));
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Sign in | simulated {title}</title></head><body>\n<main>\n\
         <h1>Sign in to connect an application to {title}</h1>\n{problem}<form method=\"post\" action=\"{action}\">\n\
         <p><label>E-mail <input type=\"email\" name=\"email\" autocomplete=\"username\"></label></p>\n\
         <p><label>Password <input type=\"password\" name=\"password\" autocomplete=\"current-password\"></label></p>\n\
         {choices}<button name=\"answer\" value=\"authorize\">Authorize</button>\n\
         <button name=\"answer\" value=\"cancel\">Cancel</button>\n</form>\n</main></body></html>\n"
    );
    // The address holds the application's state.
    Reply::html(200, page).with("cache-control", "no-store").with("referrer-policy", "no-referrer")
}
