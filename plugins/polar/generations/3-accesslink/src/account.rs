//! The user's registration with this application, without which AccessLink hands out nothing.

use gearshift_sdk::prelude::*;
use polar_shared::accesslink::wire::User;
use polar_shared::answer;
use serde::Serialize;

use super::BASE;

#[derive(Serialize)]
struct Registration<'a> {
    #[serde(rename = "member-id")]
    member: &'a str,
}

/// Registers the user whose id stood in the token answer. Once is enough: from then on Polar answers 409.
pub(super) fn register(host: &Host<'_>, facts: &[(String, String)]) -> Result<Vec<Account>, Failure> {
    let fact = facts.iter().find(|(name, _)| name == "id").map(|(_, value)| value.as_str());
    let id = fact.ok_or_else(|| Failure::changed("token", "/x_user_id", "the token answer names no user"))?;
    let request =
        host.post("accesslink.register", &format!("{BASE}/users")).as_user().json(&Registration { member: id });
    let answer = request.header("accept", "application/json").send()?;
    match answer.status {
        409 => Ok(vec![Account::new(id)]),
        403 => Err(Failure::action_required(
            "the user has not given Polar the consents that AccessLink needs: accept them in Polar Flow, then connect again",
        )),
        _ => {
            let registered = answer::filled(answer)?;
            let user = registered.and_then(|answer| answer.json::<User>().ok());
            Ok(vec![Account::new(id).name(user.map(name).unwrap_or_default())])
        }
    }
}

fn name(user: User) -> String {
    let words: Vec<String> = [user.first, user.last].into_iter().flatten().filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// Deregisters the user, which ends the token too. Who is not registered any more is gone already.
pub(super) fn deregister(host: &Host<'_>, subject: &Subject) -> Result<(), Failure> {
    let id = known(subject)?;
    let url = format!("{BASE}/users/{}", url::encode(id));
    answer::found(host.request("DELETE", "accesslink.deregister", &url).as_user().send()?).map(drop)
}

/// The user's id, by which some addresses go.
pub(super) fn known(subject: &Subject) -> Result<&str, Failure> {
    subject
        .account
        .as_deref()
        .ok_or_else(|| Failure::invalid("this connection knows no user of Polar's: connect again"))
}
