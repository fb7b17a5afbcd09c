//! Phones: tickets by which they enrol, and the token that each has from then on.

use async_trait::async_trait;

use crate::{Connection, NewConnection, StoreError};

/// Lets one phone enrol, once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// sha256 of the ticket. The ticket itself is nowhere.
    pub hash: String,
    /// For whom it is.
    pub project: String,
    /// The user whose phone it is for, where the project said so.
    pub reference: Option<String>,
    /// Unix milliseconds; from then on it cannot be taken.
    pub expires: i64,
}

/// Phones.
#[async_trait]
pub trait Devices {
    /// Keeps a ticket, and forgets those that have expired.
    async fn save_ticket(&self, ticket: &Ticket, now: i64) -> Result<(), StoreError>;

    /// Takes a ticket, once. None where it is unknown, taken or expired: they look alike.
    async fn take_ticket(&self, hash: &str, now: i64) -> Result<Option<Ticket>, StoreError>;

    /// Gives a phone a token, by its sha256, for the connection that this project, provider and reference have, or for a
    /// new one. A token that the connection had before ends with that. Without a reference it is always a new one.
    async fn enrol_device(&self, new: NewConnection, hash: &str, now: i64) -> Result<Connection, StoreError>;

    /// The connection whose phone has the token with this sha256.
    async fn device(&self, hash: &str) -> Result<Option<Connection>, StoreError>;
}
