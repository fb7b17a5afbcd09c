//! Answers and calls as Garmin writes them, as far as they are read.

use gearshift_sdk::{flex, json};
use serde::Deserialize;

/// `GET /user/id`.
#[derive(Debug, Deserialize)]
pub(crate) struct User {
    #[serde(rename = "userId", deserialize_with = "flex::text")]
    pub(crate) id: String,
}

/// `GET /user/permissions`: a list, which some who read it have also met in an object.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum Permissions {
    Bare(Vec<String>),
    Within { permissions: Vec<String> },
}

impl Permissions {
    pub(crate) fn list(self) -> Vec<String> {
        match self {
            Self::Bare(list) | Self::Within { permissions: list } => list,
        }
    }
}

/// What a call says of users, as far as it is read here. A kind that it does not speak of is not there.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Told {
    #[serde(default)]
    pub(crate) deregistrations: Vec<User>,
    #[serde(default)]
    pub(crate) user_permissions_change: Vec<Change>,
}

/// All that a user allows from now on.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Change {
    #[serde(deserialize_with = "flex::text")]
    pub(crate) user_id: String,
    pub(crate) permissions: Vec<String>,
    /// Unix seconds.
    #[serde(default, deserialize_with = "flex::opt_i64")]
    pub(crate) change_time_in_seconds: Option<i64>,
}

/// `{"errorMessage": …}`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Fault {
    error_message: String,
}

impl Fault {
    /// What an error's body says, if it is a fault at all.
    pub(crate) fn of(body: &[u8]) -> Option<String> {
        json::read::<Fault>(body).ok().map(|fault| fault.error_message).filter(|message| !message.is_empty())
    }
}
