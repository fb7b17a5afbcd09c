//! Forms that were handed in and not taken: what stood in them, and what was amiss.
//!
//! They are remembered in this process and nowhere else, until the session is over. A password is among them only while its user
//! chooses among several accounts; whoever comes to another process meanwhile fills the form in again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use gearshift_adapters::CallError;
use gearshift_manifest::Manifest;
use gearshift_store::Session;
use secrecy::ExposeSecret as _;

use crate::form::HandedIn;
use crate::keyring::is_secret;
use crate::{Choice, ConnectError};

/// What a page shows of a form that was not taken.
#[derive(Debug)]
pub struct Unfinished {
    /// Names of the fields that were filled in.
    pub filled: Vec<String>,
    /// What stood in those that are not secret.
    pub open: Vec<(String, String)>,
    /// Whether the user agreed to keeping it.
    pub keep: bool,
    /// Why it was not taken.
    pub amiss: Amiss,
}

/// Why a form was not taken.
#[derive(Clone, Debug)]
pub enum Amiss {
    /// A field is missing, or the account is none of those.
    Incomplete,
    /// The provider refuses it.
    Denied,
    /// It opens several accounts.
    Choose(Vec<Choice>),
    /// The provider wants something of its user first: this, in the adapter's words.
    Wanted(String),
}

impl Amiss {
    /// None: what no form can put right.
    pub(crate) fn of(error: &ConnectError) -> Option<Self> {
        match error {
            ConnectError::Form(_) => Some(Self::Incomplete),
            ConnectError::Denied(_) => Some(Self::Denied),
            ConnectError::ChooseAccount(choices) => Some(Self::Choose(choices.clone())),
            ConnectError::Adapter(CallError::Failure(failure)) if failure.code == "action-required" => {
                Some(Self::Wanted(failure.message.clone()))
            }
            _ => None,
        }
    }
}

/// The forms, by session.
#[derive(Default)]
pub(crate) struct UnfinishedForms(Mutex<HashMap<String, Kept>>);

struct Kept {
    provider: String,
    filled: Vec<String>,
    form: HandedIn,
    secret: Vec<String>,
    amiss: Amiss,
    expires: i64,
}

impl UnfinishedForms {
    fn all(&self) -> MutexGuard<'_, HashMap<String, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a form. Its secrets stay only where a choice completes it.
    pub(crate) fn keep(
        &self,
        session: &Session,
        manifest: &Manifest,
        provider: &str,
        mut form: HandedIn,
        amiss: Amiss,
    ) {
        let filled: Vec<String> = form.fields.iter().map(|(name, _)| name.clone()).collect();
        let secret: Vec<String> = filled.iter().filter(|name| is_secret(manifest, name)).cloned().collect();
        if !matches!(amiss, Amiss::Choose(_)) {
            form.fields.retain(|(name, _)| !secret.contains(name));
        }
        let kept = Kept { provider: provider.to_owned(), filled, form, secret, amiss, expires: session.expires };
        self.all().insert(session.id_hash.clone(), kept);
    }

    /// What is handed in, with the fields that were remembered where only an account is. Nothing is remembered after that.
    pub(crate) fn complete(&self, session: &Session, provider: &str, given: HandedIn, now: i64) -> HandedIn {
        let mut all = self.all();
        all.retain(|_, kept| kept.expires > now);
        let kept = all.remove(&session.id_hash).filter(|kept| kept.provider == provider);
        match kept {
            Some(kept) if given.fields.is_empty() && given.account.is_some() => {
                HandedIn { account: given.account, ..kept.form }
            }
            _ => given,
        }
    }

    pub(crate) fn forget(&self, session: &Session) {
        self.all().remove(&session.id_hash);
    }

    pub(crate) fn look(&self, session: &Session, provider: &str) -> Option<Unfinished> {
        let all = self.all();
        let kept = all.get(&session.id_hash).filter(|kept| kept.provider == provider)?;
        let open = kept.form.fields.iter().filter(|(name, _)| !kept.secret.contains(name));
        Some(Unfinished {
            filled: kept.filled.clone(),
            open: open.map(|(name, value)| (name.clone(), value.expose_secret().to_owned())).collect(),
            keep: kept.form.keep,
            amiss: kept.amiss.clone(),
        })
    }
}
