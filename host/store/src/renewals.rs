//! Renewals: one at a time for a connection, whichever process carries it out.
//!
//! A provider that rotates refresh tokens takes each of them once. So whoever renews takes a lease, and the new token
//! is written only under the newest lease: a process that was thought dead cannot write over the one that took its
//! place.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// The right to renew a connection's credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// Grows with each lease on the connection.
    pub token: i64,
    /// When others may take it, in Unix milliseconds.
    pub until: i64,
}

/// How renewals of a connection stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenewalRow {
    /// The connection.
    pub connection: String,
    /// That of the newest lease, live or not.
    pub token: i64,
    /// Who has the lease; none where it was given back.
    pub owner: Option<String>,
    /// Until when, in Unix milliseconds.
    pub until: Option<i64>,
    /// When a request with the present refresh token first left whose answer never became durable, in Unix
    /// milliseconds: the provider may have taken that token, and what it gave for it is lost.
    pub tried: Option<i64>,
    /// When the credential was last renewed, in Unix milliseconds.
    pub renewed: Option<i64>,
}

/// Renewals of credentials.
#[async_trait]
pub trait Renewals {
    /// Takes the lease for `lease_ms`. None while it is another owner's; an owner that has it already gets a newer one,
    /// and the older no longer counts.
    ///
    /// # Errors
    /// `not-found` where the connection does not exist.
    async fn take_renewal(
        &self,
        connection: &str,
        owner: &str,
        now: i64,
        lease_ms: i64,
    ) -> Result<Option<Renewal>, StoreError>;

    /// Gives a lease back. One that is no longer the newest is nobody's to give, and stays with who has it.
    async fn end_renewal(&self, connection: &str, token: i64) -> Result<(), StoreError>;

    /// Notes that a request with the present refresh token is about to leave. Durable when this returns. Where one left
    /// before, that one's time stays: the provider may count from there how long it still takes the token.
    ///
    /// # Errors
    /// `fenced` where there is a newer lease: do not send it.
    async fn note_renewal_sent(&self, connection: &str, token: i64, now: i64) -> Result<(), StoreError>;

    /// Takes that note back, since an answer came by which the token was not taken.
    ///
    /// # Errors
    /// `fenced` where there is a newer lease.
    async fn note_renewal_refused(&self, connection: &str, token: i64) -> Result<(), StoreError>;

    /// Writes the new credential and says its generation, under the newest lease only. What was noted as sent is
    /// settled by it. `expected` is the generation that was read; `expires` is as in
    /// [`crate::Secrets::put_expiring_secret`].
    ///
    /// # Errors
    /// `fenced` where there is a newer lease, or the connection is gone; `conflict` where the generation is another
    /// one, as where the user has signed in again meanwhile: read theirs.
    #[expect(clippy::too_many_arguments, reason = "a lease and a secret, at the one place where both are written")]
    async fn put_renewed(
        &self,
        connection: &str,
        token: i64,
        name: &str,
        sealed: &[u8],
        expected: i64,
        expires: Option<i64>,
        now: i64,
    ) -> Result<i64, StoreError>;

    /// How renewals of a connection stand; none where there never was one.
    async fn renewal(&self, connection: &str) -> Result<Option<RenewalRow>, StoreError>;

    /// Connections through which data flows and that have a secret which expires at or before an instant, soonest
    /// first, each with that of its soonest secret. `after` is the last one of the page before; a `limit` of 0 is read
    /// as 100.
    async fn due_renewals(
        &self,
        before: i64,
        after: Option<(i64, String)>,
        limit: u32,
    ) -> Result<Vec<(String, i64)>, StoreError>;

    /// Lets a secret of this generation be due at another instant, and says whether it was still of that generation and
    /// expires at all.
    async fn postpone_renewal(
        &self,
        connection: &str,
        name: &str,
        generation: i64,
        expires: i64,
    ) -> Result<bool, StoreError>;
}
