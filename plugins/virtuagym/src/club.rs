//! A club, and who of its members is meant.

use std::collections::BTreeSet;

use gearshift_sdk::prelude::*;

use crate::api;
use crate::wire::{self, Members};

/// Whose data a connection is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) club: String,
    pub(crate) id: String,
}

impl Member {
    pub(crate) fn of(subject: &Subject) -> Result<Self, Failure> {
        let setting = |name: &str| {
            let missing = || Failure::invalid(format!("the connection does not say which {name} it is about"));
            subject.setting(name).and_then(number).ok_or_else(missing)
        };
        Ok(Self { club: setting("club")?, id: setting("member")? })
    }

    /// The member's record, if the club still has them.
    pub(crate) fn ask(&self, host: &Host<'_>) -> Result<Option<Response>, Failure> {
        api::get(host, "member", &self.club, &format!("member/{}", self.id), &[])
    }

    /// Why nothing comes of somebody whom Virtuagym does not find.
    pub(crate) fn unknown(&self) -> Failure {
        Failure::forbidden(format!("the club does not have member {} with an account any more", self.id))
    }
}

/// Ids are numbers; what is none could lead elsewhere as part of an address.
fn number(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= 18 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.to_owned())
}

/// The members whom the form means: one by id, whoever has an e-mail address, or all. That the keys are good shows on the way.
///
/// # Errors
/// `unauthorized` where the keys are refused or nobody fits; `action-required` where the member has no account, or there are too
/// many members to be listed.
pub(crate) fn identify(host: &Host<'_>, subject: &Subject) -> Result<Vec<Account>, Failure> {
    let club = subject.setting("club").and_then(number);
    let club = club.ok_or_else(|| Failure::unauthorized("the field `club` has to be a number: the club's id"))?;
    let wanted = subject.setting("member").map(str::trim).unwrap_or_default();
    if let Some(id) = number(wanted) {
        return one(host, Member { club, id });
    }
    let members = list(host, &club)?;
    let fits = |member: &&wire::Member| match wanted {
        "" => true,
        address => member.email.as_deref().is_some_and(|email| email.trim().eq_ignore_ascii_case(address)),
    };
    let found: Vec<&wire::Member> = members.iter().filter(fits).collect();
    if found.is_empty() {
        return Err(Failure::unauthorized(match wanted {
            "" => "the club has no members".to_owned(),
            _ => "the club has no member with this e-mail address".to_owned(),
        }));
    }
    // Who has no account has nothing that could be read.
    let accounts: Vec<Account> =
        found.into_iter().filter(|member| member.user_id.is_some()).map(|member| account(&club, member)).collect();
    if accounts.is_empty() { Err(not_activated()) } else { Ok(accounts) }
}

fn one(host: &Host<'_>, wanted: Member) -> Result<Vec<Account>, Failure> {
    let unknown = || Failure::unauthorized(format!("club {} has no member {}", wanted.club, wanted.id));
    let answer: Members = wanted.ask(host)?.ok_or_else(unknown)?.json()?;
    let members = read(answer)?;
    let found = members.iter().find(|member| member.member_id == wanted.id).ok_or_else(unknown)?;
    if found.user_id.is_none() {
        return Err(not_activated());
    }
    Ok(vec![account(&wanted.club, found)])
}

fn not_activated() -> Failure {
    Failure::action_required(
        "the member has no account at Virtuagym yet, so that there is nothing to read: activate it, then hand the form in again",
    )
}

fn account(club: &str, member: &wire::Member) -> Account {
    let name = [member.firstname.as_deref().unwrap_or_default(), member.lastname.as_deref().unwrap_or_default()];
    // The ids of two clubs may meet.
    Account::new(format!("{club}:{}", member.member_id))
        .name(name.join(" ").trim())
        .setting("club", club)
        .setting("member", &member.member_id)
}

fn read(members: Members) -> Result<Vec<wire::Member>, Failure> {
    if let Some(bad) = members.result.first_bad() {
        let pointer = format!("/result/{}{}", bad.index, bad.wrong.pointer);
        return Err(Failure::changed("member", &pointer, bad.wrong.message.clone()));
    }
    Ok(members.result.into_iter().flatten().collect())
}

/// All members. Pages begin with what the page before ended with, so that nobody may be counted twice.
fn list(host: &Host<'_>, club: &str) -> Result<Vec<wire::Member>, Failure> {
    let (mut all, mut seen, mut from) = (Vec::new(), BTreeSet::new(), None::<String>);
    while host.left() > 0 {
        let query: Vec<(&str, &str)> = from.iter().map(|from| ("sync_from", from.as_str())).collect();
        let unknown = || Failure::unauthorized(format!("Virtuagym has no club {club} for this API key and secret"));
        let page: Members = api::get(host, "member", club, "member", &query)?.ok_or_else(unknown)?.json()?;
        let next = next(&page)?;
        let before = all.len();
        all.extend(read(page)?.into_iter().filter(|member| seen.insert(member.member_id.clone())));
        match next {
            None => return Ok(all),
            Some(_) if all.len() == before => {
                return Err(Failure::changed(
                    "member",
                    "/status/next_page",
                    "a page brings nobody new, and is not the last",
                ));
            }
            Some(next) => from = Some(next),
        }
    }
    Err(Failure::action_required(
        "the club has more members than can be listed: name the member by id, and hand the form in again",
    ))
}

/// Where the next page begins; none where this is the last.
fn next(page: &Members) -> Result<Option<String>, Failure> {
    if page.status.results_remaining.unwrap_or(0) == 0 {
        return Ok(None);
    }
    let from = page.status.next_page.as_deref().and_then(|next| next.strip_prefix("sync_from=")).and_then(number);
    let missing =
        || Failure::changed("member", "/status/next_page", "there are more members, and no place to go on from");
    from.ok_or_else(missing).map(Some)
}
