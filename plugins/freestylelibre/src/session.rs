//! E-mail and password for a token that lives half a year, wherever the account is.

use std::fmt::Write as _;

use gearshift_sdk::Pair;
use gearshift_sdk::prelude::*;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::answer;
use crate::cloud::{self, Region};
use crate::wire::{Followed, Login, Shared, User};

/// How often a sign-in may be sent on. One is usual.
const MOST_REDIRECTS: usize = 2;

/// Where a doctor's licence is asked for, as the cloud writes countries.
const LICENSED: [&str; 3] = ["DE", "AT", "FR"];

/// Signs in, and again where the cloud says that the account is.
///
/// # Errors
/// `unauthorized` where the password is refused, `action-required` where only the user can go on, `not-configured` where the
/// country asks for a practice and none is set, `changed` where the cloud goes round in circles.
pub(crate) fn sign_in(host: &Host<'_>, subject: &Subject) -> Result<Vec<Pair>, Failure> {
    let email = subject.setting("email").ok_or_else(|| Failure::invalid("the field `email` is empty"))?;
    let mut region = Region::of(subject)?;
    for _ in 0..=MOST_REDIRECTS {
        let request = cloud::login(host, subject, &region)?.json(&json!({ "email": email })).fill("login");
        let login: Login = answer::whole(request.send()?)?.json()?;
        region = match login.redirect() {
            Some(to) => Region::read(to).ok_or_else(|| {
                Failure::changed("login", "/data/region", "a region that is no part of a host's name")
            })?,
            None => return learnt(subject, &region, login.data.user),
        };
        host.debug(format!("the account is in {region}"));
    }
    Err(Failure::changed("login", "/data/redirect", "one region sends to the other, and none signs in"))
}

fn learnt(subject: &Subject, region: &Region, user: Option<User>) -> Result<Vec<Pair>, Failure> {
    let user = user.ok_or_else(|| Failure::changed("login", "/data/user", "signed in, and nobody is named"))?;
    let country = user.country.unwrap_or_default();
    if LICENSED.contains(&country.to_ascii_uppercase().as_str()) && subject.setting("practice-id").is_none() {
        return Err(Failure::not_configured(format!(
            "the account is in {country}, where a doctor's licence is asked for: set `practice-id` of FREESTYLELIBRE to the \
             practice's id in LibreView"
        )));
    }
    Ok(vec![("region".into(), region.as_str().into()), ("account-id".into(), account_id(&user.id))])
}

/// What requests name the account by: SHA-256 of the user's id in lower-case hex.
pub(crate) fn account_id(user: &str) -> String {
    let mut hex = String::new();
    for byte in Sha256::digest(user.as_bytes()) {
        // Writing to text does not fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

/// Everybody who shares with the user: an account each, by the id that their data is asked for with.
///
/// # Errors
/// `action-required` where nobody does; else as [`answer::whole`].
pub(crate) fn identify(host: &Host<'_>, subject: &Subject) -> Result<Vec<Account>, Failure> {
    let shared: Shared = answer::whole(cloud::connections(host, subject, "connections", "")?.send()?)?.json()?;
    if let Some(bad) = shared.data.first_bad() {
        let pointer = format!("/data/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("connections", &pointer, bad.wrong.message.clone()));
    }
    if shared.data.is_empty() {
        return Err(Failure::action_required(
            "nobody shares with this account: whoever wears the sensor invites it in the Libre app, then sign in here again",
        ));
    }
    Ok(shared.data.into_iter().flatten().map(account).collect())
}

fn account(followed: Followed) -> Account {
    let name = [followed.first.unwrap_or_default(), followed.last.unwrap_or_default()];
    Account::new(followed.patient).name(name.join(" ").trim())
}
