//! Garmin, the APIs of its Connect developer programme: who signed in, what they allow, and when they leave.
//!
//! Garmin forbids asking for data: it comes to the hook, as a summary or with the address of one. This version reads none of
//! it. Such calls fail here, so that the host keeps them for a version that does.

mod hook;
mod wire;

use gearshift_sdk::prelude::*;

use wire::{Fault, Permissions, User};

/// The API's root. A route in adapter.toml says the same.
const BASE: &str = "https://apis.garmin.com/wellness-api/rest";

/// The adapter.
#[derive(Debug)]
pub struct Garmin;

impl Adapter for Garmin {
    fn pull(host: &Host<'_>, _: &Subject, request: &PullRequest) -> Result<Page, Failure> {
        match request.stream.as_str() {
            "athlete" => Ok(Page::new().document(Document::new("user.id").part("id", &ask(host, "id")?.whole()?))),
            _ => Err(request.unknown_stream()),
        }
    }

    fn normalize(_: &Subject, document: &Fetched) -> Result<Normalized, Failure> {
        match document.endpoint.as_str() {
            "user.id" => {
                let user: User = document.json("id")?;
                Ok(Normalized::new().record(Record::new(kind::ATHLETE, user.id)))
            }
            _ => Err(document.unknown_endpoint()),
        }
    }

    /// The id stays when somebody disconnects and comes back.
    fn identify(host: &Host<'_>, _: &Subject, _: &[(String, String)]) -> Result<Vec<Account>, Failure> {
        let user: User = ask(host, "id")?.json()?;
        let permissions: Permissions = ask(host, "permissions")?.json()?;
        Ok(vec![Account { scopes: permissions.list(), ..Account::new(user.id) }])
    }

    fn receive(inbound: &Inbound) -> Result<Receipt, Failure> {
        hook::receive(inbound)
    }
}

/// Something of the user whose credential goes along: success, or what Garmin says is wrong.
fn ask(host: &Host<'_>, what: &str) -> Result<Response, Failure> {
    let answer = host.get(&format!("user.{what}"), &format!("{BASE}/user/{what}")).as_user().send()?;
    let fault = Fault::of(&answer.body);
    answer.ok().map_err(|mut failure| {
        if let Some(fault) = fault {
            failure.message = format!("{}: {fault}", failure.message);
        }
        failure
    })
}

gearshift_sdk::export!(Garmin);

#[cfg(test)]
mod tests;
