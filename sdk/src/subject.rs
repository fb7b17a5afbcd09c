//! Whom a call is about.

use serde::{Deserialize, Serialize};

/// A name and its value.
pub type Pair = (String, String);

/// A half-open span of time in Unix milliseconds: `start` is in, `end` is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First millisecond that belongs to it.
    pub start: i64,
    /// First millisecond after it.
    pub end: i64,
}

impl Window {
    /// Whether a moment lies within.
    pub fn contains(&self, instant: i64) -> bool {
        self.start <= instant && instant < self.end
    }
}

/// Whom a call is about, as far as an adapter may know. Normalize sees what pull saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    /// The provider's enum, such as `STRAVA`.
    pub provider: String,
    /// The provider's own id of the user, once known.
    pub account: Option<String>,
    /// IANA time zone, once known.
    pub zone: Option<String>,
    /// Non-secret settings of the operator and of this connection; during sign-in also the form's open fields.
    pub settings: Vec<Pair>,
}

impl Subject {
    /// A setting by name. Of several the last counts, and an empty one counts as none.
    pub fn setting(&self, name: &str) -> Option<&str> {
        let found = self.settings.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// An account at the provider, as [`identify`](crate::Adapter::identify) finds it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The provider's id of the user.
    pub id: Option<String>,
    /// For the user to tell accounts apart.
    pub name: Option<String>,
    /// What was granted, as the provider names it. Empty: as the sign-in said.
    pub scopes: Vec<String>,
    /// IANA time zone.
    pub zone: Option<String>,
    /// Kept with the connection, and found in [`Subject::settings`] from then on.
    pub settings: Vec<Pair>,
}

impl Account {
    /// An account with this id.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: Some(id.into()), ..Self::default() }
    }

    /// Sets the name by which its user knows it.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into()).filter(|name: &String| !name.is_empty());
        self
    }

    /// Adds a setting.
    #[must_use]
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }
}
